"""Figures of work orders, each with the list it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import SHANGHAI
from smartunion.engines.casework.models import SecondLook
from smartunion.engines.casework.rules import Verdict
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.models import WorkOrder
from smartunion.systems.matters.rules.orders import REACHED, SATISFIED, OrderState, Share

#: Of the work orders decided in a day, how many are drawn for the quality check.
CHECK_SHARE = "matters.order_check_share"
#: What a line of figures counts: name → (the whole, its part).
_COUNTS: dict[str, Q] = {
    "taken": Q(),
    "answered": Q(in_time__isnull=False),
    "in_time": Q(in_time=True),
    "reached": Q(said__in=REACHED),
    "satisfied": Q(said__in=SATISFIED),
    "again": Q(rounds__gt=1),
    "open": Q(state=OrderState.OPEN),
    "call_back": Q(state=OrderState.ANSWERED),
}


@dataclass(frozen=True)
class Line:
    """Figures of one union or subject; query: the address of its list without what is counted."""

    name: str
    query: str
    counts: dict[str, int]

    @property
    def in_time(self) -> Share:
        """First answers inside their days, of those answered."""
        return Share(self.counts["in_time"], self.counts["answered"])

    @property
    def satisfied(self) -> Share:
        """Satisfied or mostly, of those reached."""
        return Share(self.counts["satisfied"], self.counts["reached"])

    @property
    def again(self) -> Share:
        """Taken up again, of all."""
        return Share(self.counts["again"], self.counts["taken"])


@dataclass(frozen=True)
class Figures:
    """The figures of a period: all, by union below, by subject; looked: second looks (upheld, of looked at)."""

    whole: Line
    unions: list[Line]
    subjects: list[Line]
    looked: Share


def order_rows(actor: Actor) -> "QuerySet[WorkOrder]":
    """Orders in reach with who handles them."""
    return WorkOrder.objects.visible_to(actor).select_related("union")


def figures(actor: Actor, *, since: date, until: date) -> Figures:
    """Figures of orders taken from since to until, both days included; four statements."""
    rows = WorkOrder.objects.visible_to(actor).filter(
        taken_at__gte=_day(since), taken_at__lt=_day(until + timedelta(days=1))
    )
    named = {"taken_from": since.isoformat(), "taken_to": until.isoformat()}
    by_union = _grouped(rows, "union", 30)
    names = dict(
        TradeUnion.objects.filter(pk__in=[row["union"] for row in by_union]).values_list("pk", "name")
    )
    subjects = _grouped(rows, "category", 20)
    looks = SecondLook.objects.filter(case__work_order__in=rows.values("pk")).exclude(verdict="")
    seen = looks.aggregate(n=Count("pk"), good=Count("pk", filter=Q(verdict=Verdict.RIGHT)))
    return Figures(
        whole=_line(_("All"), named, rows.aggregate(**_counting())),
        unions=[_line(names[row["union"]], named | {"union": row["union"]}, row) for row in by_union],
        subjects=[
            _line(row["category"] or _("Unsaid"), named | {"about": row["category"]}, row) for row in subjects
        ],
        looked=Share(seen["good"], seen["n"]),
    )


def _grouped(rows: "QuerySet[WorkOrder]", by: str, most: int) -> list[dict[str, Any]]:
    # Any: the rows of a grouping whose names the checker cannot know
    grouped: Any = rows.values(by).annotate(**_counting())
    return list(grouped.order_by("-taken")[:most])


def _counting() -> dict[str, Any]:
    return {name: Count("pk", filter=where) if where else Count("pk") for name, where in _COUNTS.items()}


def _line(name: str, named: dict[str, Any], counts: dict[str, Any]) -> Line:
    query = f"{reverse('matters:orders')}?{urlencode({key: value for key, value in named.items() if value != ''})}"
    return Line(str(name), query, {key: int(counts[key] or 0) for key in _COUNTS})


def _day(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def share_of(case_ids: Sequence[int]) -> dict[int, str]:
    """The policy parameter for how many work orders are checked, by case; cases without an order are left out."""
    found: dict[int, str] = {}
    for start in range(0, len(case_ids), 900):
        rows = WorkOrder.objects.filter(case__in=case_ids[start : start + 900])
        found |= dict.fromkeys(rows.values_list("case_id", flat=True), CHECK_SHARE)
    return found
