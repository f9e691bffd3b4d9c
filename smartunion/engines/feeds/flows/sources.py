"""Departments that send files."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.engines.feeds.models import Source, TableKind
from smartunion.ground.registry.models import TradeUnion

#: Extracts that come less than yearly have no rhythm anybody waits by.
MOST_DAYS = 400


@transaction.atomic
def create_source(
    *, actor: Actor, union_id: int, name: str, department: str, table: str, purpose: str, at: datetime,
    every_days: int | None = None,
) -> Source:  # fmt: skip
    """Name a department, what it sends and on which legal basis we may use it.

    Raises NotVisible, NotAllowed, InvalidInput (a name, table or purpose is missing, or the name is taken).
    """
    federation = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("feeds.import", path=federation.path)
    if table not in TableKind.values:
        raise InvalidInput(_("Please choose what the files hold."), field="table")
    _check(name, department, purpose, every_days)
    if Source.objects.filter(union=federation, name=name.strip()).exists():
        raise InvalidInput(_("There is a source of this name already."), field="name")
    source = Source.objects.create(
        name=name.strip()[:60], department=department.strip()[:80], table=table, union=federation,
        path=federation.path, purpose=purpose.strip()[:300], every_days=every_days, created_at=at,
    )  # fmt: skip
    audit.record(actor, "feeds.source_created", source, at=at, data={"table": table})
    return source


@transaction.atomic
def change_source(
    *,
    actor: Actor,
    source_id: int,
    name: str,
    department: str,
    purpose: str,
    every_days: int | None,
    at: datetime,
) -> Source:
    """Put words, purpose or rhythm of a source right; what its files hold stays.

    every_days: a new extract is expected so many days after the one before, 1–400; None: no rhythm is agreed.
    Raises NotVisible, NotAllowed, InvalidInput.
    """
    source = get_visible(Source.objects.filter(actor.within("feeds.import")), source_id)
    _check(name, department, purpose, every_days)
    if Source.objects.filter(union=source.union_id, name=name.strip()).exclude(pk=source.pk).exists():
        raise InvalidInput(_("There is a source of this name already."), field="name")
    source.name, source.department = name.strip()[:60], department.strip()[:80]
    source.purpose, source.every_days = purpose.strip()[:300], every_days
    source.save(update_fields=["name", "department", "purpose", "every_days"])
    audit.record(actor, "feeds.source_changed", source, at=at, data={"every_days": every_days})
    return source


def _check(name: str, department: str, purpose: str, every_days: int | None) -> None:
    for field, value in (("name", name), ("department", department), ("purpose", purpose)):
        if not value.strip():
            raise InvalidInput(_("This is needed: people may ask why their data is used."), field=field)
    if every_days is not None and not 1 <= every_days <= MOST_DAYS:
        raise InvalidInput(
            _("Write a number of days between 1 and %(most)s.") % {"most": MOST_DAYS}, field="every_days"
        )
