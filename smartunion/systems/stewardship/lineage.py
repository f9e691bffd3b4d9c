"""“Where this value comes from”: the section on the pages of employers and persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.ids import row_id
from smartunion.core.panels import Section
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.registry.models import Employer, ImportBatch, Person, ValueOrigin
from smartunion.ground.registry.queries.origins import employers_entered, origins_of, people_entered
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import FIELDS

_OF_EMPLOYER = ("name", "uscc", "old_reg_no", "state", "address", "legal_person", "staff_count")
_OF_PERSON = ("name", "resident_id", "mobile")


@dataclass(frozen=True)
class Line:
    """One value: what it is, where it comes from, since when; open: the correction that waits for it."""

    label: str | Promise
    source: str
    detail: str
    since: date | None
    open_url: str = ""


def source_words(source: str, at: datetime | None = None) -> str:
    """Where a value comes from, in words: "import:7", "user:3", "snapshot:12" and so on."""
    kind, _colon, number = source.partition(":")
    if kind == "import":
        batch = ImportBatch.objects.filter(pk=row_id(number)).select_related("file").first()
        return _("Import “%(file)s”") % {"file": batch.file.name} if batch else _("an import")
    words = {
        "user": _("written by hand"), "snapshot": _("taken from an extract"), "case": _("from an application"),
        "joining": _("from a joining form"), "demo": _("entered by the union"), "entered": _("as first entered"),
        "job": _("written by a job"), "api": _("sent over the interface"),
    }  # fmt: skip
    return words.get(kind, _("as first entered"))


def lines_of(record: Employer | Person, actor: Actor) -> list[Line]:
    """Every value that has one, with its origin; six statements at most. For a record the actor sees."""
    is_employer = isinstance(record, Employer)
    fields = _OF_EMPLOYER if is_employer else _OF_PERSON
    origins = origins_of(record)
    owner: dict[str, Any] = {"employer" if is_employer else "person": record}
    waiting = {
        row.field: reverse("stewardship:correction", args=[row.pk])
        for row in Discrepancy.objects.visible_to(actor).work().filter(**owner)
    }
    entered = (employers_entered if is_employer else people_entered)([record.pk])[record.pk]
    register = record.register_snapshot if isinstance(record, Employer) and record.entity_id else None
    keys = {
        int(one.source.partition(":")[2]) for one in origins.values() if one.source.startswith("snapshot:")
    }
    snapshots = feeds.lineage_of(keys | ({register} if register else set()))
    shown = []
    for field in fields:
        if getattr(record, field) in ("", None):
            continue
        label = _("Employer's name") if is_employer and field == "name" else FIELDS[field].label
        origin = origins.get(field)
        if origin is not None:
            shown.append(_of_origin(label, origin, snapshots, waiting.get(field, "")))
        elif register is not None and field != "staff_count" and isinstance(record, Employer):
            snapshot = snapshots.get(register)
            detail = _detail(snapshot, record.entity_id)
            shown.append(
                Line(label, str(TableKind.MARKET.label), detail, snapshot.as_of if snapshot else None)
            )
        else:
            since = local_date(entered.at)
            shown.append(Line(label, source_words(entered.source), "", since, waiting.get(field, "")))
    return shown


def _of_origin(
    label: str | Promise, origin: ValueOrigin, snapshots: Mapping[int, Any], open_url: str
) -> Line:
    since = local_date(origin.since)
    if origin.source.startswith("snapshot:"):
        snapshot = snapshots.get(int(origin.source.partition(":")[2]))
        table = TableKind(origin.table).label if origin.table in TableKind.values else origin.table
        detail = " · ".join(
            filter(
                None, [_detail(snapshot, origin.row), _("taken by %(name)s") % {"name": origin.actor_name}]
            )
        )
        return Line(label, str(table), detail, since, open_url)
    return Line(label, source_words(origin.source), origin.actor_name, since, open_url)


def _detail(snapshot: Any, row: str) -> str:
    if snapshot is None:
        return row
    return _("%(department)s, %(month)s, row %(row)s") % {
        "department": snapshot.source.department, "month": f"{snapshot.as_of:%Y-%m}", "row": row,
    }  # fmt: skip


def _context(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    lines = lines_of(record, actor)
    return {"lines": lines} if lines else None


SECTIONS = tuple(
    Section(
        page=page, key="stewardship.lineage", template="stewardship/_lineage.html", context=_context,
        permission=permission, order=300,
    )
    for page, permission in (("employer", "registry.view"), ("person", "members.edit"))
)  # fmt: skip
