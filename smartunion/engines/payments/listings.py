"""Lists of the room: what is owed, payment lists, claims that have something in common. Names and accounts are masked."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.engines.payments.models import LikenessPair, Payable
from smartunion.engines.payments.programmes import PROGRAMMES, label_of
from smartunion.engines.payments.rules.accounts import mask_account, mask_name
from smartunion.engines.payments.rules.states import LikenessState, ListState, PayableState, TraitKind


def _find(rows: "QuerySet[Payable]", words: str) -> "QuerySet[Payable]":
    return rows.filter(
        Q(payee_account_index__of=words) | Q(person__name=words) | Q(paylist__number=words.upper())
    )


def _programmes(actor: Actor) -> list[tuple[str, str]]:
    return [(key, str(one.label)) for key, one in PROGRAMMES.items()]


def evidence_words(row: LikenessPair) -> str:
    """What two claims have in common, in words: "the same account ****1234"."""
    return "，".join(f"{TraitKind(kind).label} {shown}".strip() for kind, shown in row.evidence)


OWED = Listing(
    key="payments.owed",
    title=pgettext_lazy("payments", "Payments"),
    unit=pgettext_lazy("payments", "payments"),
    columns=(
        Column(key="who", label=pgettext_lazy("payments", "For"), value="person.name", mask=mask_name, priority=1, width=10),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: PayableState(row.state).label),
        Column(key="amount", label=pgettext_lazy("payments", "Yuan"), value="amount_yuan", kind="number", sort="amount_yuan"),
        Column(key="programme", label=pgettext_lazy("payments", "Programme"), value=lambda row: label_of(row.programme),
               width=16),
        Column(key="account", label=pgettext_lazy("payments", "Account of the payee"), value="payee_account", mask=mask_account,
               clear_permission="payments.release", width=12),
        Column(key="union", label=pgettext_lazy("payments", "Union"), value="union.name", width=28, priority=3),
        Column(key="list", label=pgettext_lazy("payments", "List"), value="paylist.number", kind="code", width=18, priority=3),
        Column(key="reason", label=pgettext_lazy("payments", "Reason of the bank"), value="fail_reason", width=18),
        Column(key="owed_at", label=pgettext_lazy("payments", "Since"), kind="date", sort="pk"),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("payments", "Full name, account or number of a list"), find=_find),
    filters=(
        Choice(key="state", label=_("State"), options=PayableState.choices, multiple=True),
        Choice(key="programme", label=pgettext_lazy("payments", "Programme"), options=_programmes),
        NumberRange(key="amount", label=pgettext_lazy("payments", "Yuan"), field="amount_yuan", decimals=True),
        DateRange(key="owed", label=pgettext_lazy("payments", "Since"), field="owed_at", instant=True, secondary=True),
    ),
    row_url=lambda row: reverse("payments:payable", args=[row.pk]),
    empty_title=pgettext_lazy("payments", "Nothing is owed"),
    empty_text=_("What a programme decides to pay stands here, until the bank says that it arrived."),
    empty_icon="cash-coin",
)  # fmt: skip

LISTS = Listing(
    key="payments.lists",
    title=pgettext_lazy("payments", "Payment lists"),
    unit=pgettext_lazy("payments", "lists"),
    columns=(
        Column(key="number", label=pgettext_lazy("payments", "Number"), kind="code", priority=1, width=18),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: ListState(row.state).label),
        Column(key="count", label=pgettext_lazy("payments", "Payments"), kind="number", sort="count"),
        Column(key="total", label=pgettext_lazy("payments", "Yuan"), value="total_yuan", kind="number", sort="total_yuan"),
        Column(key="failed", label=pgettext_lazy("payments", "Came back"), value="failed_count", kind="number"),
        Column(key="fund", label=pgettext_lazy("payments", "Fund"), value="fund.name", width=20),
        Column(key="union", label=pgettext_lazy("payments", "Union"), value="union.name", width=28, priority=3),
        Column(key="made_by", label=pgettext_lazy("payments", "Made by"), value="made_by_name", width=10),
        Column(key="released_by", label=pgettext_lazy("payments", "Released by"), value="released_by_name", width=10),
        Column(key="made_at", label=pgettext_lazy("payments", "Begun"), kind="date", sort="pk"),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("payments", "Number"), fields=("number",)),
    filters=(Choice(key="state", label=_("State"), options=ListState.choices, multiple=True),),
    row_url=lambda row: reverse("payments:list", args=[row.pk]),
    empty_title=pgettext_lazy("payments", "No payment lists yet"),
    empty_text=_("Payments go to the bank in lists: one person makes a list, another releases it."),
    empty_icon="list-check",
)  # fmt: skip

LIKENESSES = Listing(
    key="payments.likenesses",
    title=pgettext_lazy("payments", "Claims that look alike"),
    unit=pgettext_lazy("payments", "pairs"),
    columns=(
        Column(key="evidence", label=pgettext_lazy("payments", "In common"), value=evidence_words, priority=1, width=36),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side",
               label_of=lambda row: LikenessState(row.state).label),
        Column(key="one", label=pgettext_lazy("payments", "Later claim"), value=lambda row: label_of(row.programme), width=20),
        Column(key="other", label=pgettext_lazy("payments", "Earlier claim"),
               value=lambda row: label_of(row.other_programme), width=20),
        Column(key="looked_by", label=pgettext_lazy("payments", "Compared by"), value="actor_name", width=10),
        Column(key="found_at", label=pgettext_lazy("payments", "Found"), kind="date", sort="pk"),
    ),
    order=("-pk",),
    filters=(
        Choice(key="state", label=_("State"), options=LikenessState.choices, multiple=True),
        Choice(key="programme", label=pgettext_lazy("payments", "Programme"), options=_programmes),
    ),
    row_url=lambda row: reverse("payments:likeness", args=[row.pk]),
    empty_title=pgettext_lazy("payments", "No claims look alike"),
    empty_text=_("Claims of all programmes are compared by person, ID number, phone, account and pictures."),
    empty_icon="intersect",
)  # fmt: skip
