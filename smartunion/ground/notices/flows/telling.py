"""Telling somebody something: a notice in the inbox and its sendings, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.timezone import localtime

from smartunion.core.logs import redact
from smartunion.core.together import Shelf
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.templates import CHANNELS, TEMPLATES, filled


def tell(
    *, template: str, context: Mapping[str, object], key: str, at: datetime, person_id: int | None = None,
    user_id: int | None = None, link: str = "", channels: tuple[str, ...] | None = None,
) -> Notice:  # fmt: skip
    """Put a notice into somebody's inbox and its sendings into the outbox; the same key again changes nothing.

    context: values for the template's places, without ID numbers and phones (what looks like one is blotted out).
    link: local path opened from the notice. channels: other ones than the template's; () is the inbox alone.
    Inside `together` it is written with the others, and the notice has no key yet.
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
    told = _Told(row, kind.channels if channels is None else channels)
    if _HELD.keep(told):
        return row
    return _put(told)


class _Told(NamedTuple):
    """A notice, and the channels it goes out by."""

    row: Notice
    channels: tuple[str, ...]


@transaction.atomic
def _put(told: _Told) -> Notice:
    try:
        with transaction.atomic():
            told.row.save(force_insert=True)
    except IntegrityError:
        stored = Notice.objects.filter(key=told.row.key).first()
        if stored is None:
            raise  # something else was wrong with the row
        return stored
    _send_out([told])
    return told.row


def _put_all(told: Sequence[_Told]) -> None:
    """Write what `together` held back; a key that is there already, or comes twice, changes nothing."""
    first: dict[str, _Told] = {}
    for one in told:
        first.setdefault(one.row.key, one)
    for _attempt in range(3):
        stored = set(Notice.objects.filter(key__in=first).values_list("key", flat=True))
        fresh = [one for key, one in sorted(first.items()) if key not in stored]
        try:
            with transaction.atomic():
                Notice.objects.bulk_create([one.row for one in fresh])
        except IntegrityError:
            continue  # somebody told one of them between our look and our write: look again
        _send_out(fresh)
        return
    raise IntegrityError("the same notices are being written by several processes at once")


def _send_out(told: Sequence[_Told]) -> None:
    Delivery.objects.bulk_create([
        Delivery(notice=row, channel=channel, next_at=row.created_at) for row, channels in told for channel in channels
    ])  # fmt: skip


_HELD: Shelf[_Told] = Shelf(_put_all)


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
