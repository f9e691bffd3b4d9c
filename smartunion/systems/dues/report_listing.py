"""The lists of reports of funds: those there are, and unions that have not reported."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date, today
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, NumberRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.systems.dues.models import REPORT
from smartunion.systems.dues.report_queries import YEARS, last_year
from smartunion.systems.dues.report_rules import FundsHalf, FundsReportState, FundsReview, FundsSide, Span


def years(actor: Actor) -> Sequence[tuple[str, str]]:
    """Years to choose from, the last one first."""
    newest = today().year
    return [(str(year), str(year)) for year in range(newest, newest - YEARS, -1)]


def _holding(side: FundsSide) -> Callable[[list[str]], Q]:
    """Reports that name one of some kinds with money on it."""

    def where(kinds: list[str]) -> Q:
        return Q(lines__side=side, lines__kind=kinds[0], lines__actual_yuan__gt=0)

    return where


REPORTS = Listing(
    key="dues.reports",
    title=_("Reports of unions’ funds"),
    unit=pgettext_lazy("funds report", "reports"),
    columns=(
        Column(key="union", label=_("Union"), value="union.name", priority=1, width=36),
        Column(key="state", label=_("State"), kind="state", priority="side",
               tone_of=lambda value: FundsReportState(value).tone),
        Column(key="span", label=pgettext_lazy("funds report", "About"), value="title", sort=("year", "half"), width=14),
        Column(key="income", label=_("Income, yuan"), value="income_yuan", kind="number", sort="income_yuan"),
        Column(key="spending", label=_("Spending, yuan"), value="spending_yuan", kind="number", sort="spending_yuan"),
        Column(key="closing", label=_("Closing balance, yuan"), value="closing_yuan", kind="number", sort="closing_yuan"),
        Column(key="review", label=pgettext_lazy("funds report", "Review"), kind="words", width=24),
        Column(key="published", label=pgettext_lazy("funds report", "Published on"), kind="date", sort="published_at",
               value=lambda row: local_date(row.published_at) if row.published_at else None),
        Column(key="version", label=pgettext_lazy("funds report", "Version"), kind="number", priority=3),
        Column(key="opening", label=_("Opening balance, yuan"), value="opening_yuan", kind="number", shown=False),
        Column(key="reviewer", label=pgettext_lazy("funds report", "Passed by"), shown=False),
    ),
    order=("-year", "path"),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("union__name",)),
    filters=(
        Choice(key="year", label=_("Year"), options=years),
        Choice(key="state", label=_("State"), options=FundsReportState.choices, multiple=True),
        Choice(key="half", label=pgettext_lazy("funds report", "Part of the year"),
               options=[(str(value), label) for value, label in FundsHalf.choices]),
        Choice(key="review", label=pgettext_lazy("funds report", "Review"), options=FundsReview.choices, multiple=True),
        NumberRange(key="spending", label=_("Spending, yuan"), field="spending_yuan", decimals=True),
        NumberRange(key="closing", label=_("Closing balance, yuan"), field="closing_yuan", decimals=True),
    ),
    row_url=lambda row: reverse("dues:report", args=[row.pk]),
    empty_title=_("No reports yet"),
    empty_text=_("A union reports to its members each year what came in and what it was spent on."),
    empty_href="/desk/dues/reports/new/",
    empty_action=_("Draft a report"),
    empty_icon="journal-text",
)  # fmt: skip


def unreported(year: int, days: Callable[[str], Any], actor: Actor) -> Listing:
    """Unions that have not reported a year; a row leads to the draft whoever may write one, others to the union.

    days: the policy for the day it is due, by path.
    """

    def due(row: Any) -> date:
        return Span(year).due_on(days(row.path))

    def page(row: Any) -> str:
        if actor.can(REPORT, path=row.path):
            return f"{reverse('dues:new_report')}?union={row.pk}&year={year}"
        return reverse("desk:union", args=[row.pk])

    return Listing(
        key="dues.unreported",
        title=gettext("Unions that have not reported %(year)s") % {"year": year},
        unit=pgettext_lazy("organisation", "unions"),
        columns=(
            Column(key="name", label=_("Union"), priority=1, width=36, sort="name"),
            Column(key="due", label=_("Due on"), value=due, kind="date"),
            Column(key="late", label=_("Days overdue"), value=lambda row: max((today() - due(row)).days, 0), kind="number"),
            Column(key="head", label=_("Head"), value="contact_name", width=14),
            Column(key="place", label=_("Place"), value="region.full_name", width=30, priority=3),
            Column(key="number", label=_("Union number"), kind="code", shown=False),
        ),
        order=("path",),
        search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)),
        # The view has cut the rows to the year already, also where the address names none.
        filters=(
            Choice(key="year", label=_("Year"), options=years, where=lambda values: Q(state="active"),
                   unchosen=pgettext_lazy("funds report", "Last year")),
        ),
        row_url=page,
        empty_title=_("Every union has reported"),
        empty_text=_("All grassroots unions in reach have published the report of that year."),
        empty_icon="check2-circle",
    )  # fmt: skip


def year_asked(given: str, on: date) -> int:
    """The year an address names; the last one where it names none that is offered."""
    return int(given) if given.isdigit() and given in dict(years(Actor())) else last_year(on)
