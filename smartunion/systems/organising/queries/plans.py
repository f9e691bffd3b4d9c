"""What the area designer works on: unions with places and members, the areas as they are, a draft beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.charts import Chart, Series
from smartunion.ground.registry.models import EmployerLink, TradeUnion
from smartunion.ground.registry.queries import counts_by_key
from smartunion.ground.registry.rules import RegionLevel, UnionKind, UnionState
from smartunion.systems.organising.models import Area, AreaPlan, AreaUnion
from smartunion.systems.organising.partition import Limits, Problem, Spot

#: Unions that areas are made of: branches and groups are visited with the union they belong to.
VISITED_KINDS = (UnionKind.INDEPENDENT, UnionKind.JOINT)
#: What is known of a union's place. Columns alone: whole rows of a city's places and employers took ten times as long.
_PLACE = ("code", "lon", "lat")


@dataclass(frozen=True)
class Ground:
    """The unions of a federation. towns: federation → keys of its unions; names and spots by key."""

    towns: dict[int, list[int]]
    federations: dict[int, TradeUnion]
    names: dict[int, str]
    spots: dict[int, Spot]


def ground_of(federation: TradeUnion) -> Ground:
    """Unions of a federation by the town federation that leads them, each with members and place.

    A union lies in the village of an employer it covers, else where its own record says.
    """
    leading = {
        union.path: union
        for union in TradeUnion.objects.under(federation.path).filter(
            kind=UnionKind.FEDERATION, territory__isnull=False, state=UnionState.ACTIVE
        ).select_related("territory")
    }  # fmt: skip
    unions = list(
        TradeUnion.objects.under(federation.path)
        .filter(kind__in=VISITED_KINDS, state=UnionState.ACTIVE)
        .order_by("pk")
        .values_list("pk", "path", "name", *(f"region__{name}" for name in _PLACE))
    )
    members, places = counts_by_key([pk for pk, *_rest in unions]), _villages(federation)
    towns: dict[int, list[int]] = {}
    spots: dict[int, Spot] = {}
    for pk, path, _name, *place in unions:
        towns.setdefault(_leader(path, leading, federation).pk, []).append(pk)
        spots[pk] = _spot(pk, members[pk].active, *places.get(pk, place))
    return Ground(
        towns, {one.pk: one for one in [federation, *leading.values()]},
        {pk: name for pk, _path, name, *_place in unions}, spots,
    )  # fmt: skip


def _leader(path: str, leading: dict[str, TradeUnion], federation: TradeUnion) -> TradeUnion:
    while path := path[: path.rstrip("/").rfind("/") + 1]:
        if path in leading:
            return leading[path]
    return federation


def _villages(federation: TradeUnion) -> dict[int, tuple[Any, ...]]:
    """Code and position of the village of the first employer each union covers, where one is known."""
    links = EmployerLink.objects.under(federation.path).filter(
        valid_to=None, employer__region__level=RegionLevel.VILLAGE
    )
    told = links.order_by("-pk").values_list("union_id", *(f"employer__region__{name}" for name in _PLACE))
    return {union_id: tuple(place) for union_id, *place in told}  # the first comes last and stays


def _spot(key: int, members: int, code: str | None, lon: Any, lat: Any) -> Spot:
    return Spot(key, members, code or "", lon, lat if lon is not None else None)


@dataclass(frozen=True)
class Load:
    """One line of the table: an area with its load; full_pct of the nearer limit."""

    number: int
    name: str
    area_id: int | None
    unions: int
    members: int
    full_pct: int


#: An area as it was, with the keys of its unions.
Earlier = tuple[Load, Sequence[int]]


def load_of(number: int, name: str, area_id: int | None, spots: Iterable[Spot], limits: Limits) -> Load:
    """The load of one area."""
    rows = list(spots)
    members = sum(spot.members for spot in rows)
    return Load(number, name, area_id, len(rows), members, round(100 * limits.load(rows)))


def limits_of(plan: AreaPlan) -> Limits:
    """The limits a draft was asked for."""
    return Limits(plan.asked["unions"], plan.asked["members"])


def loads_before(plan: AreaPlan, ground: Ground) -> list[Earlier]:
    """The areas as they are now, or as they were when the draft was published, each with its unions."""
    limits = limits_of(plan)
    if plan.before:
        rows = [(one["name"], one["id"], one["unions"]) for one in plan.before["areas"]]
    else:
        areas = Area.objects.filter(path__startswith=plan.path, closed_on=None).order_by("path", "name", "pk")
        held: dict[int, list[int]] = {}
        for area_id, union_id in AreaUnion.objects.filter(
            area__path__startswith=plan.path, valid_to=None
        ).values_list("area_id", "union_id"):
            held.setdefault(area_id, []).append(union_id)
        rows = [(area.name, area.pk, held.get(area.pk, [])) for area in areas]
    return [
        (load_of(number, name, pk, (ground.spots[key] for key in keys if key in ground.spots), limits), keys)
        for number, (name, pk, keys) in enumerate(rows)
    ]


def loads_after(plan: AreaPlan, ground: Ground) -> list[Load]:
    """The areas the draft proposes."""
    limits = limits_of(plan)
    return [
        load_of(
            number, part["name"], part["area"], (ground.spots[key] for key in part["unions"] if key in ground.spots), limits
        )
        for number, part in enumerate(plan.parts)
    ]  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """The area whose unions are shown. unions: key, name, members, put by hand; others: areas of its town."""

    number: int
    unions: list[tuple[int, str, int, bool]]
    others: list[Load]


def opened(plan: AreaPlan, ground: Ground, loads: Sequence[Load], number: int) -> Opened | None:
    """One area of a draft with its unions, None where there is none of this number.

    The unions of all areas at once, each with the areas it could go to, are a page that a browser does not bear.
    """
    if not 0 <= number < len(loads):
        return None
    part = plan.parts[number]
    unions = [
        (key, ground.names[key], ground.spots[key].members, str(key) in plan.pins)
        for key in part["unions"] if key in ground.spots
    ]  # fmt: skip
    town = part["federation"]
    others = [
        load
        for load, one in zip(loads, plan.parts, strict=True)
        if one["federation"] == town and load.number != number
    ]
    return Opened(number, unions, others)


def beside(plan: AreaPlan, before: Sequence[Earlier], shown: Sequence[Load]) -> list[Load]:
    """The earlier areas that stand beside some areas of a draft: each beside the first of the areas that hold its unions,
    one whose unions are all gone beside the first of all.
    """
    owner = {key: number for number, part in enumerate(plan.parts) for key in part["unions"]}
    numbers = {load.number for load in shown}
    return [
        load
        for load, keys in before
        if min((owner[key] for key in keys if key in owner), default=0) in numbers
    ]


def map_of(plan: AreaPlan, ground: Ground, loads: list[Load], at: datetime) -> Chart:
    """Villages as points in the colour of the area most of their unions belong to; the table says unions by area."""
    groups = []
    for part in plan.parts:
        spots: dict[tuple[float, float], int] = {}
        for key in part["unions"]:
            spot = ground.spots.get(key)
            if spot is not None and spot.lon is not None and spot.lat is not None:
                spots[spot.lon, spot.lat] = spots.get((spot.lon, spot.lat), 0) + 1
        groups.append(
            {"name": part["name"], "points": [[lon, lat, n] for (lon, lat), n in sorted(spots.items())]}
        )
    return Chart(
        key="plan-map", title=_("Areas on the map"), kind="bar", categories=[load.name for load in loads],
        series=[Series(name=_("Unions"), values=[load.unions for load in loads])], unit=_("unions"),
        source=_("Registry; a point is a place with unions, larger for more"), as_of=at,
        extra={"kind": "points", "groups": groups},
    )  # fmt: skip


def sentence(problem: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    """What could not be kept, in words with the remedy."""
    said = dict(problem["values"])
    part = problem["part"]
    said["area"] = parts[part]["name"] if part is not None and part < len(parts) else ""
    words = {
        "union_too_large": _(
            "%(area)s has %(members)s members, because one union alone is above the limit. Give it an organiser of its own, "
            "or raise the limit."
        ),
        "too_few_areas": _(
            "%(area)s has %(unions)s unions and %(members)s members: the areas asked for are too few. Ask for more."
        ),
        "by_hand": _("%(area)s has %(unions)s unions and %(members)s members, because unions were put there by hand."),
        "uneven": _("%(area)s has %(unions)s unions and %(members)s members: no cut of the map keeps the limits."),
        "no_position": _(
            "%(unions)s unions have no place on the map and stand beside the village before them in the order of codes. "
            "Load positions of villages to do better."
        ),
        "pin_lost": _("%(unions)s unions put by hand into an area that is no longer there were placed anew."),
    }  # fmt: skip
    return words[problem["code"]] % said


def stored(problem: Problem) -> dict[str, Any]:
    """A problem as the draft keeps it."""
    return {"code": problem.code, "part": problem.part, "values": dict(problem.values)}
