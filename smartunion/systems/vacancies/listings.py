"""The lists of vacancies and of issues on the desk."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.systems.vacancies.models import Issue, Vacancy
from smartunion.systems.vacancies.rules import Trade, VacancyState


def pay_words(row: Vacancy) -> str:
    """Pay as people read it: 5,000–6,500 yuan a month."""
    low, high = (f"{value:,.2f}".removesuffix(".00") for value in (row.pay_from_yuan, row.pay_to_yuan))
    amount = low if low == high else f"{low}–{high}"
    return str(_("%(amount)s yuan %(unit)s") % {"amount": amount, "unit": row.get_pay_unit_display()})


def _issue(row: Vacancy) -> int | str:
    return row.issue.number if row.issue else ""


def _find(rows: "QuerySet[Vacancy]", words: str) -> "QuerySet[Vacancy]":
    return rows.filter(Q(title__icontains=words) | Q(employer__name__icontains=words))


VACANCIES = Listing(
    key="vacancies.vacancies",
    title=pgettext_lazy("vacancies", "Vacancies"),
    unit=pgettext_lazy("vacancies", "vacancies"),
    columns=(
        Column(key="title", label=pgettext_lazy("vacancy", "Job"), priority=1, width=24),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: VacancyState(row.state).label),
        Column(key="employer", label=pgettext_lazy("vacancy", "Employer"), value="employer.name", width=34),
        Column(key="pay", label=pgettext_lazy("vacancy", "Pay"), value=pay_words, width=20),
        Column(key="headcount", label=pgettext_lazy("vacancy", "Places"), kind="number", sort="headcount"),
        Column(key="trade", label=pgettext_lazy("vacancy", "Trade"), kind="words", priority=3),
        Column(key="region", label=pgettext_lazy("vacancy", "Place of work"), value="region.name", priority=3),
        Column(key="valid_until", label=pgettext_lazy("vacancy", "Open until"), kind="date", sort="valid_until"),
        Column(key="issue", label=pgettext_lazy("vacancy", "Issue"), value=_issue, priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=_("Job or employer"), find=_find),
    filters=(
        Choice(key="state", label=_("State"), options=VacancyState.choices, multiple=True),
        Choice(key="trade", label=pgettext_lazy("vacancy", "Trade"), options=Trade.choices),
        DateRange(key="until", label=pgettext_lazy("vacancy", "Open until"), field="valid_until"),
    ),
    row_url=lambda row: reverse("vacancies:desk_one", args=[row.pk]),
    empty_title=_("No vacancies yet"),
    empty_text=_("Unions of employers propose them; you check them and post them issue by issue."),
    empty_icon="briefcase",
    empty_href="/desk/vacancies/new/",
    empty_action=_("Propose a vacancy"),
)  # fmt: skip

ISSUES = Listing(
    key="vacancies.issues",
    title=_("Issues of vacancies"),
    unit=pgettext_lazy("vacancies", "issues"),
    columns=(
        Column(
            key="number", label=pgettext_lazy("vacancies", "Number"), kind="number", sort="number", priority=1
        ),
        Column(key="union", label=_("Published by"), value="union.name", width=30),
        Column(key="title", label=_("Title"), width=30),
        Column(key="posted", label=pgettext_lazy("vacancies", "In it"), kind="number", sort="posted"),
        Column(key="still", label=_("Still open"), kind="number"),
        Column(key="told", label=_("Subscribers told"), kind="number", sort="told"),
        Column(key="published_at", label=_("Published on"), kind="date", sort="published_at"),
    ),
    order=("-pk",),
    filters=(DateRange(key="published", label=_("Published on"), field="published_at", instant=True),),
    row_url=lambda row: reverse("vacancies:issue", args=[row.pk]),
    empty_title=_("No issue yet"),
    empty_text=_("When vacancies are checked, put them together into the first issue."),
    empty_icon="newspaper",
)


def issue_words(row: Issue) -> str:
    """ "第12期"."""
    return str(_("Issue %(number)s") % {"number": row.number})
