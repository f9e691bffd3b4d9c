"""The lists of corrections, and of decisions on many of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import BulkAction, Listing
from smartunion.core.reading import any_of
from smartunion.core.spellings import in_any_spelling
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.registry.models import MergeKind, TradeUnion
from smartunion.ground.registry.queries.lookup import employer_begins
from smartunion.ground.registry.rules import EmployerState, fold_name
from smartunion.systems.stewardship.flows import correction_batches
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import (
    FIELDS,
    MATCHED,
    WORK,
    Answer,
    State,
    side_by_side,
)

#: Tab → states; the first is where one begins.
TABS: dict[str, tuple[State, ...]] = {
    "todo": (State.OPEN, State.ANSWERED), "asked": (State.ASKED,), "kept": (State.KEPT, State.WRITTEN),
    "taken": (State.TAKEN,), "gone": (State.GONE,), "all": tuple(State),
}  # fmt: skip
TAB_LABELS = {
    "todo": _("To decide"), "asked": _("Asked"), "kept": _("Ours kept"), "taken": _("Theirs taken"),
    "gone": _("Agree again"), "all": pgettext_lazy("corrections", "All"),
}  # fmt: skip


_FIELDS = [
    (one.key, _("Name of employer or person") if one.key == "name" else one.label) for one in FIELDS.values()
]


def _find(rows: Any, text: str) -> Any:
    """Corrections of employers and people by code, pinyin or initials, the beginning of the name, or else a part of it."""
    people = Discrepancy.objects.filter(in_any_spelling(text, _person_begins))
    found = any_of(rows, Discrepancy.objects.filter(employer_begins(text)), people)
    # Beginnings are index ranges; looking inside every name is left for texts no name begins with.
    if found.exists():
        return found
    return rows.filter(in_any_spelling(text, _holds))


def _person_begins(text: str) -> Q:
    people = prefixed("person__name", text)
    if text.isascii():
        people |= prefixed("person__pinyin", text.lower()) | prefixed("person__initials", text.lower())
    return people


def _holds(text: str) -> Q:
    return Q(employer__name_key__contains=fold_name(text)) | Q(person__name__contains=text)


def shown(field: str, value: str) -> str:
    """One value as a reader knows it."""
    if field == "state" and value in EmployerState.values:
        return str(EmployerState(value).label)
    return value or "–"


def both(row: Discrepancy) -> tuple[str, str]:
    """Ours and theirs, sealed values hidden but for where they differ."""
    ours, theirs = side_by_side(row.field, row.ours, row.theirs)
    return shown(row.field, ours), shown(row.field, theirs)


def matched_by(row: Discrepancy) -> str:
    """How record and row were matched, in words."""
    return str(MATCHED.get(row.rule, row.rule))


def _extract(row: Discrepancy) -> str:
    return f"{row.get_table_display()} {row.as_of:%Y-%m}"


def _percent(row: Discrepancy) -> str:
    return f"{float(row.confidence) * 100:.4g}%"


def _regions(actor: Actor) -> list[tuple[str, str]]:
    places = TradeUnion.objects.filter(
        actor.within("members.edit"), kind="federation", state="active", level__in=["county", "town"]
    )
    return [(union.path, union.name) for union in places.order_by("path")[:300]]


def _pick(actor: Actor, ids: Sequence[int | str], at: datetime) -> str:
    batch = correction_batches.pick(actor=actor, ids=[int(pk) for pk in ids], at=at)
    return reverse("stewardship:correction_batch", args=[batch.pk])


def _listing(tab: str) -> Listing:
    is_work = set(TABS[tab]) <= WORK
    states = [(state.value, state.label) for state in TABS[tab]]
    filters = (
        Choice(key="field", label=_("Field"), options=_FIELDS, multiple=True),
        Choice(key="table", label=_("Said by"), options=TableKind.choices, multiple=True),
        Choice(key="place", label=pgettext_lazy("record", "Territory"), options=_regions, where=lambda paths: within(paths[:1])),
        Choice(key="kind", label=_("What"), secondary=True,
               options=[(MergeKind.EMPLOYER.value, _("Employers")), (MergeKind.PERSON.value, _("Persons"))]),
        Choice(key="answer", label=_("The union says"), options=Answer.choices, secondary=True),
        DateRange(key="found", label=_("Waits since"), field="found_at", instant=True, secondary=True),
        DateRange(key="drawn", label=_("Extract of"), field="as_of", secondary=True),
        NumberRange(key="sure", label=_("How sure the match is"), field="confidence", decimals=True, secondary=True),
    )  # fmt: skip
    by_state = (
        (Choice(key="state", label=_("State"), options=states, multiple=True),) if len(states) > 1 else ()
    )
    return Listing(
        key=f"stewardship.corrections_{tab}",
        title=pgettext_lazy("record", "Corrections"),
        unit=_("differences"),
        columns=(
            Column(key="name", label=_("Record"), value="record_name", priority=1, width=20),
            Column(key="field", label=_("Field"), value="field_label", sort="field", width=10),
            Column(key="ours", label=_("Ours"), value=lambda row: both(row)[0], width=20),
            Column(key="theirs", label=_("Theirs"), value=lambda row: both(row)[1], width=20),
            Column(key="table", label=_("Said by"), value=_extract, sort="table", width=18),
            Column(key="as_of", label=_("Extract of"), kind="date", sort="as_of", priority=3, shown=False),
            Column(key="rule", label=_("Matched by"), value=matched_by, priority=3, width=20),
            Column(key="sure", label=_("How sure"), value=_percent, sort="confidence", priority=3, width=8,
                   shown=is_work),
            Column(key="state", label=_("State"), kind="state", priority="side"),
            Column(key="found_at", label=_("Waits since"), kind="date", value=lambda row: local_date(row.found_at),
                   sort="found_at", priority=3, shown=False),
            Column(key="decided_by", label=pgettext_lazy("record", "By"), priority=3, shown=not is_work),
            Column(key="reason", label=_("Reason"), priority=3, width=34, shown=not is_work),
        ),
        order=("found_at",) if is_work else ("-decided_at",) if tab in {"kept", "taken"} else ("-changed_at",),
        search=Text(key="q", label=_("Name of the employer or person"), find=_find),
        filters=(*filters[:3], *by_state, *filters[3:]),
        row_url=lambda row: reverse("stewardship:correction", args=[row.pk]),
        bulk=(BulkAction(key="decide", label=_("Decide together"), permission="members.edit", icon="check2-all", go=_pick),)
        if is_work else (),
        empty_title=_("No corrections here"),
        empty_text=_("Every comparison with the departments' extracts says where their values differ from ours."),
        empty_icon="check2-circle",
    )  # fmt: skip


CORRECTIONS = {tab: _listing(tab) for tab in TABS}


def correction_rows(actor: Actor, tab: str) -> "QuerySet[Any, Any]":
    """Corrections of a tab in reach."""
    rows = Discrepancy.objects.visible_to(actor).filter(state__in=[state.value for state in TABS[tab]])
    return rows.select_related("employer", "person")


WAITING = Q(state__in=[state.value for state in TABS["todo"]])
