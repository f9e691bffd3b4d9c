"""The map of visits: of the firms on the lists in one month, how many were visited, place by place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from smartunion.core import clock
from smartunion.core.actor import Actor, within
from smartunion.core.paths import ancestors, step_below
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models import Area, Finding, PlannedVisit, Visit
from smartunion.systems.organising.rules import TO_VISIT, FindingState, VisitResult, WorkList

#: Months that can be chosen: behind the present one, and ahead of it for what is agreed.
PAST, COMING = 11, 2


class Measure(StrEnum):
    """What the map shows."""

    VISITED = "visited"
    MET = "met"
    DONE = "done"
    PLANNED = "planned"

    def months(self, today: date) -> list[date]:
        """First days of the months for which it is known, oldest first."""
        coming = COMING if self == Measure.PLANNED else 0
        return [_moved(today, number) for number in range(-PAST, coming + 1)]


#: Visits a measure counts, where it does not count all.
_COUNTED = {Measure.MET: ~Q(result=VisitResult.NOBODY), Measure.DONE: Q(is_done=True)}


def _moved(day: date, months: int) -> date:
    """The first day of the month so many months away."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def next_month(first: date) -> date:
    """First day of the month after."""
    return _moved(first, 1)


@dataclass(frozen=True)
class Spot:
    """A place of the map: a union with its territory, an area, or what lies in none. key: path, or number of the area.

    union_id: opens the map of the place, None where it has none below; lon, lat: its middle, None where unknown.
    """

    key: str
    name: str
    code: str = ""
    union_id: int | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Counts:
    """One place in one month. firms: on the lists at some time of it; reached: those of them the measure counts.

    visits: all, or for MET those with somebody there and for DONE those that count as done; for PLANNED, the days agreed.
    """

    spot: Spot
    firms: int = 0
    reached: int = 0
    visits: int = 0

    @property
    def pct(self) -> int | None:
        """Share reached, rounded down; None where no firm was on the lists."""
        return self.reached * 100 // self.firms if self.firms else None


@dataclass(frozen=True)
class Ground:
    """What a map is drawn of. scope: the union whose places they are, None for several or for one's own areas; by: column
    that places a row; among: the rows, where no union bounds them.
    """

    scope: TradeUnion | None
    spots: Sequence[Spot]
    by: str
    among: Q = ~Q(pk__in=[])


def scopes(actor: Actor) -> QuerySet[TradeUnion]:
    """Unions of which the actor may see the map."""
    return TradeUnion.objects.filter(actor.within("organising.view"), territory__isnull=False)


def ground(actor: Actor, scope: TradeUnion | None) -> Ground:
    """Places of a union, of all one looks after, or of one's own areas; at most four queries."""
    if scope is None:
        roots = actor.paths("organising.view")
        first = Q(parent=None) if "" in roots else Q(path__in=roots)
        tops = list(_standing().filter(first).order_by("path")) if roots else []
        if len(tops) > 1:
            return Ground(None, [_of_union(top) for top in tops], "path")
        if not tops:
            mine = Q(area_id__in=actor.area_ids)
            return Ground(None, _of_areas(Q(pk__in=actor.area_ids)), "area_id", mine)
        scope = tops[0]
    below = list(_standing().filter(parent=scope).order_by("path"))
    if below:
        return Ground(scope, [_of_union(one) for one in below], "path")
    return Ground(scope, _of_areas(within([scope.path])), "area_id")


def _standing() -> QuerySet[TradeUnion]:
    return TradeUnion.objects.filter(territory__isnull=False, state="active").select_related("territory")


def _of_union(union: TradeUnion) -> Spot:
    place = union.territory
    assert place is not None  # asked for
    return Spot(union.path, place.name, place.code, union.pk, place.lon, place.lat)


def _of_areas(where: Q) -> list[Spot]:
    middle = {"lon": Avg("regions__lon"), "lat": Avg("regions__lat")}
    rows = Area.objects.filter(where, closed_on=None).order_by("path", "name", "pk").annotate(**middle)
    return [Spot(str(area.pk), area.name, lon=area.lon, lat=area.lat) for area in rows]  # type: ignore[attr-defined]  # annotated


def counts(actor: Actor, ground: Ground, measure: Measure, first: date) -> list[Counts]:
    """Each place in one month, in the order of places, then what lies in none if there is anything; three grouped queries.

    A firm counts where it stands today; a visit where it was made.
    """
    last = next_month(first)
    inside = within([ground.scope.path]) if ground.scope else ground.among
    firms, done = Finding.objects.visible_to(actor).filter(inside), Visit.objects.visible_to(actor)
    if measure == Measure.PLANNED:
        ahead = Q(work_list=WorkList.TASK, state=FindingState.OPEN)
        firms = firms.filter(ahead if first > clock.today() else _listed(first, last))
        planned = PlannedVisit.objects.visible_to(actor).agreed().filter(inside, day__gte=first, day__lt=last)
        reached = _grouped(planned, ground, Count("finding", distinct=True))
        visits = _grouped(planned, ground, Count("pk"))
    else:
        firms = firms.filter(_listed(first, last))
        done = done.filter(noted_at__gte=clock.midnight(first), noted_at__lt=clock.midnight(last))
        done = done.filter(_COUNTED.get(measure, Q()))
        visits = _grouped(done.filter(inside), ground, Count("pk"))
        seen = done.filter(finding__in=firms)
        reached = _grouped(seen, ground, Count("finding", distinct=True), of="finding__")
    all_firms = _grouped(firms, ground, Count("pk"))
    sums: dict[Spot, list[int]] = defaultdict(lambda: [0, 0, 0])
    places = {spot.key: spot for spot in ground.spots}
    for at, by_key in enumerate((all_firms, reached, visits)):
        for key, number in by_key:
            sums[_place(places, key)][at] += number
    shown = [*ground.spots, *([NOWHERE] if sums.get(NOWHERE) else [])]
    return [Counts(spot, *sums[spot]) for spot in shown]


#: What lies in no place of the map: firms in no area yet, or looked after by the federation above the places itself.
NOWHERE = Spot("", "")


def _listed(first: date, last: date) -> Q:
    """Firms that an organiser could visit at some time of a month."""
    open_then = Q(closed_at=None) | Q(closed_at__gte=clock.midnight(first))
    return open_then & Q(found_at__lt=clock.midnight(last), kind__in=TO_VISIT)


def _grouped(rows: QuerySet[Any], ground: Ground, what: Any, *, of: str = "") -> Iterable[tuple[Any, int]]:
    """What there is of the rows at each place, or below the union whose places they are. of: the relation that says where."""
    column = f"{of}{ground.by}"
    by = step_below(ground.scope.path, column) if ground.scope and ground.by == "path" else F(column)
    return list(rows.order_by().values_list(by).annotate(n=what))


def _place(places: Mapping[str, Spot], key: str | int | None) -> Spot:
    """The place a row belongs to, of those by their keys: the area itself, or the union whose subtree its path lies in."""
    if not isinstance(key, str):
        return places.get(str(key), NOWHERE)
    return next((places[path] for path in ancestors(key) if path in places), NOWHERE)


def total(rows: Sequence[Counts]) -> Counts:
    """The sum of all places."""
    return Counts(
        NOWHERE, sum(r.firms for r in rows), sum(r.reached for r in rows), sum(r.visits for r in rows)
    )
