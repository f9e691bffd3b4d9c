"""The lists behind the stages of a drive: begun or sent applications, places kept in the pool, undecided cases."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import DateRange
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, Listing
from smartunion.engines.casework.telling import last_day
from smartunion.ground.facts.kinds import KINDS
from smartunion.systems.organising.joiner_listing import CAME


def _case_url(row: Any) -> str:
    return reverse("casework:desk_case", args=[row.case_id]) if row.case_id else ""


ENTRIES = Listing(
    key="organising.drive_entries",
    title=_("Begun and sent applications"),
    unit=pgettext_lazy("drive", "entries"),
    count_limit=CHEAP_COUNT_LIMIT,
    columns=(
        Column(key="kind", label=_("What happened"), value=lambda row: KINDS[row.kind].label, priority=1),
        Column(key="day", label=_("Day"), value="happened_on", kind="date", sort="happened_on", priority="side"),
        Column(key="recorded_at", label=_("Recorded"), kind="date", sort="recorded_at"),
        Column(key="union", label=_("Counts for"), value="union_name", width=30),
        Column(key="reference", label=_("Case"), kind="code"),
        Column(key="quantity", label=_("Quantity"), kind="number", priority=3),
    ),
    order=("-recorded_at",),
    filters=(DateRange(key="day", label=_("Day"), field="happened_on"),),
    row_url=_case_url,
    empty_title=_("Nothing has come in by this code yet"),
    empty_text=_("Hang up the poster or send the link; whoever asks for a code or sends the form is counted here at once."),
    empty_icon="qr-code-scan",
)  # fmt: skip


def _title(row: Any) -> str:
    return str(row.title) if row.is_seen else str(_("With another union"))


def _last_day(row: Any) -> Any:
    return last_day(row.due_at) if row.due_at else None


UNDECIDED = Listing(
    key="organising.drive_undecided",
    title=_("Applications to be decided"),
    unit=_("people"),
    columns=(
        Column(key="title", label=_("Case"), value=_title, priority=1, width=36),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="union", label=_("Union that decides"), value="union_name", width=30),
        Column(key="reference", label=_("Reference"), kind="code"),
        Column(key="due", label=_("Last day"), value=_last_day, template="casework/_due_cell.html", sort="due_at"),
        Column(key="submitted_at", label=_("Submitted"), kind="date", sort="submitted_at", priority=3),
    ),
    order=("due_at",),
    row_url=lambda row: reverse("casework:desk_case", args=[row.pk]) if row.is_seen else "",
    empty_title=_("Nobody waits for a decision"),
    empty_text=_("Whoever comes by the code and has to be looked at first stands here until the union has decided."),
    empty_icon="inbox",
)  # fmt: skip

POOLED = replace(
    CAME,
    key="organising.drive_pool",
    title=_("Places kept in the pool"),
    empty_title=_("Nobody who came by this code waits in the pool"),
    empty_text=_(
        "Whoever comes by the code and works where there is no union yet stands here; her place is kept."
    ),
    empty_icon="hourglass-split",
)
