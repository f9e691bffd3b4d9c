"""The lists of demands and of wishes on the desk."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.engines.casework.models import Service
from smartunion.systems.matters.models import Demand, Wish
from smartunion.systems.matters.queries.demands import WORDS
from smartunion.systems.matters.rules import DemandState, WishState
from smartunion.systems.matters.services.wish import GROUPS, KINDS


def _find(rows: "QuerySet[Demand]", words: str) -> "QuerySet[Demand]":
    return rows.filter(Q(title__icontains=words) | Q(text__icontains=words))


def _services(actor: Actor) -> list[tuple[str, str]]:
    return list(Service.objects.filter(key__in=WORDS).order_by("order").values_list("key", "title"))


_KINDS = {option.value: option.label for option in KINDS}
_GROUPS = {option.value: option.label for option in GROUPS}


def kind_words(row: Wish) -> str:
    """What kind of wish, in words."""
    return str(_KINDS.get(row.kind, row.kind))


def group_words(row: Wish) -> str:
    """Whom it comes from, in words that name nobody."""
    return str(_GROUPS.get(row.group, row.group))


DEMANDS = Listing(
    key="matters.demands",
    title=_("Demands"),
    unit=_("demands"),
    columns=(
        Column(key="title", label=_("Demand"), priority=1, width=36),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: DemandState(row.state).label),
        Column(key="people", label=_("People"), kind="number", sort="people"),
        Column(key="matters", label=_("Matters"), kind="number", sort="matters"),
        Column(key="category", label=_("About"), width=16),
        Column(key="union", label=_("Met by"), value="union.name", width=30, priority=3),
        Column(key="due_on", label=pgettext_lazy("demand", "By"), kind="date", sort="due_on"),
        Column(key="created_at", label=_("Gathered"), kind="date", sort="pk", priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("demand", "Words"), find=_find),
    filters=(
        Choice(key="state", label=_("State"), options=DemandState.choices, multiple=True),
        Choice(key="service", label=_("Service"), options=_services, field="service_key"),
        NumberRange(key="people", label=_("People"), field="people", secondary=True),
        DateRange(key="gathered", label=_("Gathered"), field="created_at", instant=True, secondary=True),
    ),
    row_url=lambda row: reverse("matters:demand", args=[row.pk]),
    empty_title=_("No demands yet"),
    empty_text=_("When several people report the same, open one of the cases: similar ones stand beside it and can be "
                 "gathered into one demand that is answered to all of them."),
    empty_icon="collection",
)  # fmt: skip

WISHES = Listing(
    key="matters.wishes",
    title=_("Wishes"),
    unit=_("wishes"),
    columns=(
        Column(key="title", label=_("Wish"), priority=1, width=30),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: WishState(row.state).label),
        Column(key="kind", label=_("Kind"), value=kind_words),
        Column(key="group", label=pgettext_lazy("wish", "From"), value=group_words),
        Column(key="value", label=_("About (yuan)"), value="value_yuan", kind="number", sort="value_yuan"),
        Column(key="helper_name", label=_("Helper")),
        Column(key="give_back_on", label=pgettext_lazy("wish", "By"), kind="date", sort="give_back_on"),
        Column(key="shown_at", label=_("Shown"), kind="date", sort="pk", priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("wish", "Words"), fields=("title", "text")),
    filters=(
        Choice(key="state", label=_("State"), options=WishState.choices, multiple=True),
        Choice(key="kind", label=_("Kind"), options=lambda _actor: [(option.value, str(option.label)) for option in KINDS]),
    ),
    row_url=lambda row: reverse("casework:desk_case", args=[row.case_id]) if row.is_open else "",
    empty_title=_("No wishes shown yet"),
    empty_text=_("A worker tells the union a small wish; the union words it without a name and shows it here."),
    empty_icon="stars",
)  # fmt: skip
