"""The lists of contributions on the desk."""

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import BulkAction, Listing
from smartunion.ground.registry.models import EmployerLink
from smartunion.ground.registry.rules import LinkKind
from smartunion.systems.dues.models import REMIND
from smartunion.systems.dues.rules import DuesLetterKind, DuesStanding, Item, LetterState

BULK = "dues.bulk"
COVERS = (
    ("own", _("Union of its own")),
    ("joint", _("Covered by a joint union")),
    ("none", _("No union")),
)


def _cover(values: list[str]) -> Q:
    links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    own, some = Exists(links.filter(kind=LinkKind.OWN)), Exists(links)
    tests = {"own": Q(own), "joint": Q(some) & ~Q(own), "none": ~Q(some)}
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= tests[value]
    return wanted


def _unions(row: Any) -> str:
    return "、".join(link.union.name for link in row.employer.open_links)


FIRMS = Listing(
    key="dues.firms",
    title=_("Union contributions of employers"),
    unit=pgettext_lazy("organising", "employers"),
    columns=(
        Column(key="name", label=_("Employer"), value="employer.name", priority=1, width=36),
        Column(key="standing", label=pgettext_lazy("dues", "Standing"), kind="state", priority="side",
               tone_of=lambda value: DuesStanding(value).tone),
        Column(key="item", label=pgettext_lazy("dues", "Pays"), kind="words", width=14),
        Column(key="owed", label=_("Missing, yuan"), value="owed_yuan", kind="number", sort="owed_yuan"),
        Column(key="paid", label=_("Paid, yuan"), value="paid_yuan", kind="number", sort="paid_yuan"),
        Column(key="until", label=_("Last month paid for"), value=lambda row: f"{row.until:%Y-%m}", sort="until", width=12),
        Column(key="union", label=_("Union"), value=_unions, width=34),
        Column(key="people", label=_("Insured people"), value="employer.insured_count", kind="number", priority=3),
        Column(key="place", label=_("Place"), value="employer.region.full_name", width=30, priority=3),
        Column(key="uscc", label=_("USCC"), value="employer.uscc", kind="code", shown=False, width=22),
    ),
    order=("-owed_yuan",),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("employer__name",)),
    filters=(
        Choice(key="standing", label=pgettext_lazy("dues", "Standing"), options=DuesStanding.choices, multiple=True),
        Choice(key="item", label=pgettext_lazy("dues", "Pays"), options=Item.choices),
        Choice(key="cover", label=_("Cover"), options=COVERS, multiple=True, where=_cover),
        NumberRange(key="owed", label=_("Missing, yuan"), field="owed_yuan"),
        DateRange(key="until", label=_("Last month paid for"), field="until"),
    ),
    bulk=(
        BulkAction(
            key="remind", label=_("Send reminders"), permission=REMIND, kind=BULK, icon="envelope-exclamation", limit=2000,
            ask=_("Every employer that is behind gets a numbered reminder; the others are named in the result."),
        ),
    ),
    row_url=lambda row: reverse("dues:firm", args=[row.pk]),
    empty_title=_("No contributions known yet"),
    empty_text=_("They come with the tax office’s extract of union contributions. Bring it in under “Data from departments”."),
    empty_href="/desk/feeds/",
    empty_action=_("Data from departments"),
    empty_icon="cash-coin",
)  # fmt: skip

LETTERS = Listing(
    key="dues.letters",
    title=_("Reminders of contributions"),
    unit=pgettext_lazy("dues", "letters"),
    columns=(
        Column(key="number", label=pgettext_lazy("letter", "Number"), priority=1, width=20, sort="number"),
        Column(key="state", label=_("State"), kind="state", priority="side",
               tone_of=lambda value: LetterState(value).tone),
        Column(key="kind", label=pgettext_lazy("letter", "Kind"), kind="words", width=16),
        Column(key="firm", label=_("Employer"), value="addressed_to", width=36),
        Column(key="owed", label=_("Missing, yuan"), value="owed_yuan", kind="number", sort="owed_yuan"),
        Column(key="issued_on", label=pgettext_lazy("letter", "Written on"), kind="date", sort="issued_on"),
        Column(key="answer_by", label=_("To be paid by"), kind="date", sort="answer_by"),
        Column(key="ended_on", label=pgettext_lazy("letter", "Ended on"), kind="date", priority=3),
    ),
    order=("-issued_on",),
    search=Text(key="q", label=_("Number or employer"), fields=("number", "addressed_to")),
    filters=(
        Choice(key="state", label=_("State"), options=LetterState.choices, multiple=True),
        Choice(key="kind", label=pgettext_lazy("letter", "Kind"), options=DuesLetterKind.choices),
        DateRange(key="answer_by", label=_("To be paid by"), field="answer_by"),
    ),
    row_url=lambda row: reverse("dues:firm", args=[row.employer_id]),
    empty_title=_("No reminders yet"),
    empty_text=_("They are written from the list of employers that are behind."),
    empty_icon="envelope",
)  # fmt: skip

UNKNOWN = Listing(
    key="dues.unknown",
    title=_("Contributions of firms we do not know"),
    unit=pgettext_lazy("register", "entries"),
    columns=(
        Column(key="name", label=_("Firm as the extract writes it"), priority=1, width=36, sort="name"),
        Column(key="code", label=_("Taxpayer number"), kind="code", width=22),
        Column(key="item", label=pgettext_lazy("dues", "Pays"), kind="words", width=14),
        Column(key="period", label=pgettext_lazy("dues", "Period"), value=lambda row: f"{row.period_from:%Y-%m}", width=12),
        Column(key="paid", label=_("Paid, yuan"), value="paid_yuan", kind="number"),
        Column(key="source", label=_("Extract"), value="snapshot.source.name", width=24),
    ),
    order=("name",),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name", "code")),
    filters=(Choice(key="item", label=pgettext_lazy("dues", "Pays"), options=Item.choices),),
    empty_title=_("Every row means a firm we know"),
    empty_text=_("Rows whose code and name no single firm in business has stand here until the next extract."),
    empty_icon="check2-circle",
)  # fmt: skip


def yuan(amount: Decimal) -> str:
    """An amount as people read it: 12,345.60."""
    return f"{amount:,.2f}"
