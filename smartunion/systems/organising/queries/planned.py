"""Planned visits: the list, and a month by area and organiser."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from smartunion.core.actor import Actor
from smartunion.ground.accounts.models import User
from smartunion.systems.organising.models import Area, PlannedVisit
from smartunion.systems.organising.rules import PlanOutcome


def planned_for(actor: Actor) -> QuerySet[Any]:
    """Plans in reach with what the list shows of them. Untyped, as it is annotated."""
    name = User.objects.filter(pk=OuterRef("user_id")).values("name")[:1]
    rows = PlannedVisit.objects.visible_to(actor).annotate(organiser=Subquery(name))
    return rows.select_related("finding__employer", "finding__union", "area", "visit")


@dataclass(frozen=True)
class PlanLine:
    """What was planned in one area by one organiser, by outcome; both may be unknown."""

    area_id: int | None
    area: str
    user_id: int | None
    organiser: str
    by_outcome: Counter[str]

    @property
    def planned(self) -> int:
        """All of it."""
        return self.by_outcome.total()


def month_lines(actor: Actor, first: date, last: date, *, area_id: int | None = None) -> list[PlanLine]:
    """Days [first, last] by area and organiser, in the order of places; three queries."""
    rows = PlannedVisit.objects.visible_to(actor).filter(day__gte=first, day__lte=last).order_by()
    rows = rows if area_id is None else rows.filter(area_id=area_id)
    sums: dict[tuple[int | None, int | None], Counter[str]] = {}
    for area, user, outcome, n in rows.values_list("area_id", "user_id", "outcome").annotate(n=Count("pk")):
        sums.setdefault((area, user), Counter())[outcome] = n
    areas = {
        pk: (path, name)
        for pk, path, name in Area.objects.filter(pk__in={area for area, _user in sums if area}).values_list(
            "pk", "path", "name"
        )
    }
    names = dict(User.objects.filter(pk__in={user for _area, user in sums if user}).values_list("pk", "name"))
    lines = [
        PlanLine(area, areas[area][1] if area in areas else "", user, names.get(user or 0, ""), counts)
        for (area, user), counts in sums.items()
    ]
    return sorted(
        lines, key=lambda one: (areas.get(one.area_id or 0, ("~", "")), one.organiser, one.user_id or 0)
    )


def month_sums(lines: list[PlanLine]) -> dict[str, int]:
    """The lines together: outcome → plans, every outcome named."""
    total = sum((line.by_outcome for line in lines), Counter[str]())
    return {outcome: total[outcome] for outcome in PlanOutcome.values}
