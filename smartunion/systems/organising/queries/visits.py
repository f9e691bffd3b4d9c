"""Visits over time and by area: done, with somebody there, agreed on for the coming weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.accounts.models import User
from smartunion.systems.organising.models import Finding, Visit
from smartunion.systems.organising.queries.quarter import Load
from smartunion.systems.organising.rules import FindingState, VisitResult, WorkList

#: Weeks that are shown: a quarter behind, a month ahead.
PAST, COMING = 13, 4
_NOBODY = Q(result=VisitResult.NOBODY)


def visits_for(actor: Actor) -> QuerySet[Visit]:
    """Visits in reach with what the list shows of them."""
    name = User.objects.filter(pk=OuterRef("user_id")).values("name")[:1]
    rows = Visit.objects.visible_to(actor).annotate(organiser=Subquery(name))
    named = rows.select_related("finding__employer", "finding__union", "union", "area", "drive")
    return named.prefetch_related("answers__question")


@dataclass(frozen=True)
class Week:
    """One week from its Monday. met: visits with somebody there; nobody: the others; planned: firms that come back then."""

    starts_on: date
    met: int = 0
    nobody: int = 0
    planned: int = 0

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return self.starts_on + timedelta(days=6)


def weeks(actor: Actor, today: date, *, area_id: int | None = None) -> list[Week]:
    """The last PAST weeks, this one included, then the COMING ones; two queries."""
    monday = today - timedelta(days=today.weekday())
    starts = [monday + timedelta(weeks=number) for number in range(1 - PAST, 1 + COMING)]
    past, coming = starts[:PAST], starts[PAST:]
    done = _in_area(Visit.objects.visible_to(actor), area_id).filter(noted_at__gte=clock.midnight(past[0]))
    done_in: dict[str, int] = done.aggregate(**{
        f"{name}{start:%Y%m%d}": Count("pk", filter=where & _within(start))
        for start in past for name, where in (("met", ~_NOBODY), ("nobody", _NOBODY))
    })  # fmt: skip
    planned_in: dict[str, int] = _in_area(agreed(actor), area_id).aggregate(**{
        f"due{start:%Y%m%d}": Count("pk", filter=Q(due_on__gte=start, due_on__lt=start + timedelta(weeks=1)))
        for start in coming
    })  # fmt: skip
    return [
        Week(start, done_in[f"met{start:%Y%m%d}"], done_in[f"nobody{start:%Y%m%d}"]) for start in past
    ] + [Week(start, planned=planned_in[f"due{start:%Y%m%d}"]) for start in coming]


def agreed(actor: Actor) -> QuerySet[Finding]:
    """Findings of the list to do in reach that come back on a day set for them."""
    return Finding.objects.visible_to(actor).filter(
        work_list=WorkList.TASK, state=FindingState.OPEN, due_on__isnull=False
    )


def _in_area(rows: QuerySet[Any], area_id: int | None) -> QuerySet[Any]:
    return rows.order_by() if area_id is None else rows.filter(area_id=area_id).order_by()


def _within(start: date) -> Q:
    return Q(noted_at__gte=clock.midnight(start), noted_at__lt=clock.midnight(start + timedelta(weeks=1)))


@dataclass(frozen=True)
class AreaVisits:
    """One area. met, nobody: visits of the weeks shown; planned: firms that come back; owed: unions of the quarter."""

    area_id: int
    name: str
    organiser: str
    met: int
    nobody: int
    planned: int
    owed: int

    @property
    def visits(self) -> int:
        """All visits."""
        return self.met + self.nobody


def by_area(actor: Actor, today: date, loads: Sequence[Load]) -> list[AreaVisits]:
    """Each area of `quarter.loads`, in its order of places; two queries more."""
    monday = today - timedelta(days=today.weekday())
    since = monday - timedelta(weeks=PAST - 1)
    last = monday + timedelta(weeks=COMING + 1, days=-1)
    done = Visit.objects.visible_to(actor).filter(noted_at__gte=clock.midnight(since), area__isnull=False)
    counts: Mapping[int, tuple[int, int]] = {
        area: (met, nobody)
        for area, met, nobody in done.order_by().values_list("area_id").annotate(
            met=Count("pk", filter=~_NOBODY), nobody=Count("pk", filter=_NOBODY)
        )
    }  # fmt: skip
    planned = dict(
        agreed(actor).filter(due_on__lte=last).order_by().values_list("area_id").annotate(n=Count("pk"))
    )
    return [
        AreaVisits(
            load.area_id, load.name, load.organiser, *counts.get(load.area_id, (0, 0)), planned.get(load.area_id, 0),
            load.due + load.overdue,
        )
        for load in loads if load.area_id is not None
    ]  # fmt: skip
