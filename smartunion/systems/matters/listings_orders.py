"""The list of work orders: classes, days and outcomes, nobody's name."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Flag, Text
from smartunion.core.listing.listing import Listing
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.models import WorkOrder
from smartunion.systems.matters.rules.orders import (
    REACHED,
    SATISFIED,
    Difficulty,
    OrderClass,
    OrderState,
    Said,
)
from smartunion.systems.matters.services.common import CATEGORIES


def _unions(actor: Actor) -> list[tuple[str, str]]:
    held = WorkOrder.objects.visible_to(actor).values("union").distinct()
    rows = TradeUnion.objects.filter(pk__in=held).order_by("path").values_list("pk", "name")[:500]
    return [(str(pk), name) for pk, name in rows]


def _subjects(actor: Actor) -> list[tuple[str, str]]:
    return [(str(option.label), str(option.label)) for option in CATEGORIES]


def _time(values: list[str]) -> Q:
    parts = {
        "yes": Q(in_time=True), "no": Q(in_time=False), "answered": Q(in_time__isnull=False),
        "late": Q(state=OrderState.OPEN, due_at__lt=clock.now()),
    }  # fmt: skip
    return parts[values[0]]


def _said(values: list[str]) -> Q:
    if values[0] == "satisfied":
        return Q(said__in=SATISFIED)
    return Q(said__in=REACHED) if values[0] == "reached" else Q(said=values[0])


def in_time_words(row: WorkOrder) -> str:
    """In time or late, in words; empty before the first answer."""
    return "" if row.in_time is None else str(_("in time") if row.in_time else _("late"))


ORDERS = Listing(
    key="matters.orders",
    title=_("Work orders"),
    unit=_("work orders"),
    columns=(
        Column(key="what", label=pgettext_lazy("order", "Work order"), value="title", priority=1, width=30),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: OrderState(row.state).label),
        Column(key="difficulty", label=_("Difficulty"), kind="words", width=8),
        Column(key="due", label=pgettext_lazy("order", "Until"), value="due_on", kind="date", sort="due_at",
               template="matters/_order_due.html"),
        Column(key="time", label=_("First answer"), value=in_time_words, width=10),
        Column(key="said", label=_("Call-back"), kind="words", width=14),
        Column(key="union", label=_("Handled by"), value="union.name", width=28),
        Column(key="rounds", label=_("Rounds"), kind="number", sort="rounds", priority=3, shown=False),
        Column(key="reference", label=pgettext_lazy("order", "Reference"), kind="code", priority=3),
        Column(key="taken_at", label=pgettext_lazy("order", "Taken"), kind="date", sort="taken_at", priority=3),
    ),
    order=("-taken_at",),
    search=Text(key="q", label=pgettext_lazy("order", "Reference"), fields=("reference",)),
    filters=(
        Choice(key="state", label=_("State"), options=OrderState.choices, multiple=True),
        Choice(key="difficulty", label=_("Difficulty"), options=Difficulty.choices, multiple=True),
        Choice(key="time", label=_("In time?"), where=_time, options=[
            ("late", _("open and past its day")), ("yes", _("answered in time")), ("no", _("answered late")),
            ("answered", _("answered")),
        ]),
        Choice(key="said", label=_("Call-back"), where=_said, options=[
            ("satisfied", _("satisfied or mostly")), ("reached", _("reached")), *Said.choices,
        ]),
        DateRange(key="taken", label=pgettext_lazy("order", "Taken"), field="taken_at", instant=True),
        Choice(key="class", label=_("Wanted"), options=OrderClass.choices, field="order_class", secondary=True),
        Choice(key="about", label=_("About"), options=_subjects, field="category", secondary=True),
        Choice(key="union", label=_("Handled by"), options=_unions, field="union_id", secondary=True),
        Flag(key="again", label=_("Taken up again"), where=Q(rounds__gt=1), secondary=True),
    ),
    row_url=lambda row: reverse("matters:order", args=[row.pk]),
    empty_title=_("No work orders yet"),
    empty_text=_("Calls taken down, and matters that were given a difficulty, are listed here with their days."),
    empty_icon="telephone",
)  # fmt: skip
