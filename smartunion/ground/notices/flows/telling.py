"""Telling somebody something: a notice in the inbox and its sendings, in the caller's transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.timezone import localtime

from smartunion.core.logs import redact
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.templates import CHANNELS, TEMPLATES, filled


@transaction.atomic
def tell(
    *, template: str, context: Mapping[str, object], key: str, at: datetime, person_id: int | None = None,
    user_id: int | None = None, link: str = "", channels: tuple[str, ...] | None = None,
) -> Notice:  # fmt: skip
    """Put a notice into somebody's inbox and its sendings into the outbox; the same key again changes nothing.

    context: values for the template's places, without ID numbers and phones (what looks like one is blotted out).
    link: local path opened from the notice. channels: other ones than the template's; () is the inbox alone.
    Raises KeyError for an unknown template or a missing place, ValueError without recipient or for a foreign link.
    """
    kind = TEMPLATES[template]
    _check(person_id, user_id, link, channels)
    values = {name: _plain(value) for name, value in context.items()}
    with translation.override(settings.LANGUAGE_CODE):
        title, body = filled(kind.title, values), filled(kind.body, values)
    row = Notice(
        person_id=person_id, user_id=user_id, template=template, context=values, key=key, link=link, created_at=at,
        title=title if len(title) <= 120 else f"{title[:119]}…", body=body,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        stored = Notice.objects.filter(key=key).first()
        if stored is None:
            raise  # something else was wrong with the row
        return stored
    wanted = kind.channels if channels is None else channels
    Delivery.objects.bulk_create([Delivery(notice=row, channel=channel, next_at=at) for channel in wanted])
    return row


def _check(person_id: int | None, user_id: int | None, link: str, channels: tuple[str, ...] | None) -> None:
    if person_id is None and user_id is None:
        raise ValueError("a notice needs person_id or user_id")
    if link and (not link.startswith("/") or link.startswith(("//", "/\\"))):
        raise ValueError(f"a notice links to local paths only, not {link!r}")
    if not set(channels or ()) <= set(CHANNELS):
        raise ValueError(f"channels are {', '.join(CHANNELS)}")


def _plain(value: object) -> str | int:
    """A value as the inbox keeps it: dates as people write them, no ID number or phone inside."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        return value
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    with translation.override(settings.LANGUAGE_CODE):
        return redact(str(value))
