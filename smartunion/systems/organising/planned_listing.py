"""The list of planned visits: which firm was meant to be visited on which day, by whom, and what became of it."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Flag, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, Listing
from smartunion.core.reading import any_of
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.queries.lookup import employer_begins
from smartunion.ground.registry.rules import fold_name
from smartunion.systems.organising.listings import in_town, organiser_options, union_begins
from smartunion.systems.organising.models import Finding, PlannedVisit
from smartunion.systems.organising.rules import STANDING_PLANS, PlanOutcome
from smartunion.systems.organising.unit_filter import InArea, Unit

_TONES = {PlanOutcome.DONE: "done", PlanOutcome.MISSED: "bad", PlanOutcome.PLANNED: "waiting"}


def _find(rows: Any, text: str) -> Any:
    """Plans for firms and unions by code, initials, the beginning of the name, or else a part of it."""
    begun = any_of(
        Finding.objects.all(), Finding.objects.filter(employer_begins(text)),
        Finding.objects.filter(in_any_spelling(text, union_begins)),
    )  # fmt: skip
    found = rows.filter(finding__in=begun)
    return found if found.exists() else rows.filter(in_any_spelling(text, _holds))


def _holds(text: str) -> Q:
    key = fold_name(text)
    return Q(finding__employer__name_key__contains=key) | Q(finding__union__name_key__contains=key)


def _why(plan: PlannedVisit) -> str:
    said = [gettext("day agreed")] if plan.is_agreed else []
    said += [gettext("on the day list")] if plan.is_listed else []
    return " · ".join(said)


def _visited_on(plan: PlannedVisit) -> datetime | None:
    return localtime(plan.visit.noted_at) if plan.visit else None


PLANNED = Listing(
    key="organising.planned",
    count_limit=CHEAP_COUNT_LIMIT,
    title=_("Planned visits"),
    unit=_("planned visits"),
    columns=(
        Column(key="subject", label=_("Employer or union"), value="finding.subject_name", priority=1, width=36),
        Column(key="outcome", label=_("What became of it"), kind="state", priority="side",
               tone_of=lambda outcome: _TONES.get(outcome, "")),
        Column(key="day", label=_("Planned for"), kind="date", sort="day", priority=2),
        Column(key="why", label=pgettext_lazy("plan", "Why that day"), value=_why, priority=2),
        Column(key="organiser", label=_("Organiser"), priority=2),
        Column(key="area", label=_("Area"), value="area.name", priority=2),
        Column(key="visited", label=_("Visited on"), kind="date", value=_visited_on, priority=3),
        Column(key="note", label=_("Note"), priority=3, width=30),
    ),
    order=("-day",),
    search=Text(key="q", label=_("Name, initials or code"), find=_find),
    filters=(
        Choice(key="outcome", label=_("What became of it"), options=PlanOutcome.choices, multiple=True),
        InArea(key="area", label=_("Area"), field="area_id"),
        DateRange(key="on", label=_("Planned for"), field="day"),
        Choice(key="organiser", label=_("Organiser"), options=organiser_options, field="user_id", secondary=True),
        Unit(permission="organising.view", key="town", label=_("Town"), where=in_town, secondary=True),
        Flag(key="agreed", label=_("Day agreed"), where=Q(is_agreed=True), secondary=True),
        Flag(key="listed", label=_("On the day list"), where=Q(is_listed=True), secondary=True),
        Flag(key="stood", label=_("Stood when the day came"), where=Q(outcome__in=STANDING_PLANS), secondary=True),
        Flag(key="no_one", label=_("Nobody’s area"), where=Q(user_id=None), secondary=True),
        Flag(key="no_area", label=_("In no area yet"), where=Q(area=None), secondary=True),
    ),
    row_url=lambda plan: reverse("coverage:finding", args=[plan.finding_id]),
    empty_title=_("Nothing was planned yet"),
    empty_text=_("Days agreed and the day lists of organisers are kept here, with what became of them."),
    empty_icon="calendar-week",
)  # fmt: skip
