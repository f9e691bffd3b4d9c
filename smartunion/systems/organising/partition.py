"""Cutting unions into service areas: balanced, within limits, compact on the map; pure and the same every time.

Recursive bisection: a set is cut across its longer side where the loads of both halves fit their number of areas best,
between two villages where that costs little. Areas are therefore pieces of the map that do not reach into one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil, cos, radians

#: A cut between two villages is preferred when it is at most this much less balanced than the best one.
_VILLAGE_WORTH = 1.12


@dataclass(frozen=True)
class Spot:
    """A union: members, code of its village ("" unknown), degrees of its place (None unknown)."""

    key: int
    members: int = 0
    place: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Limits:
    """An area is full at either of them."""

    unions: int = 50
    members: int = 5000

    def load(self, spots: Iterable[Spot]) -> float:
        """How full these make an area: 1.0 is full."""
        rows = list(spots)
        return max(len(rows) / self.unions, sum(spot.members for spot in rows) / self.members)


@dataclass(frozen=True)
class Problem:
    """What could not be kept and why.

    code: "union_too_large" (one union alone is above the limit), "too_few_areas" (as many as were asked for cannot hold
    them), "by_hand" (unions put there by hand), "uneven" (no cut keeps the limit), "no_position", "pin_lost".
    part: number of the area, None for all.
    """

    code: str
    part: int | None = None
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Division:
    """Areas as tuples of keys, in the order of the map, with what could not be kept."""

    parts: tuple[tuple[int, ...], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _At:
    """A spot with its place on a plane, in kilometres or in ranks."""

    spot: Spot
    x: float
    y: float


def divide(spots: Sequence[Spot], limits: Limits, *, count: int | None = None) -> Division:
    """Every union in exactly one area. count: number of areas; None asks for the fewest that keep the limits.

    Never more areas than unions, and no empty one. Raises ValueError for a key given twice.
    """
    if len({spot.key for spot in spots}) != len(spots):
        raise ValueError("a union is given twice")
    if not spots:
        return Division((), ())
    placed, lost = _placed(spots)
    fewest = min(
        len(spots),
        max(1, ceil(len(spots) / limits.unions), ceil(sum(s.members for s in spots) / limits.members)),
    )
    if count is None:
        parts = _fitting(placed, limits, fewest)
    else:
        parts = _cut(placed, max(1, min(count, len(spots))), limits)
    problems = [Problem("no_position", None, {"unions": lost})] if lost else []
    too_few = count is not None and count < fewest
    rows = [[at.spot for at in part] for part in parts]
    return Division(
        tuple(tuple(spot.key for spot in row) for row in rows),
        tuple(problems + overfull(rows, limits, too_few=too_few)),
    )


def overfull(
    parts: Sequence[Sequence[Spot]],
    limits: Limits,
    *,
    too_few: bool = False,
    by_hand: frozenset[int] = frozenset(),
) -> list[Problem]:
    """The areas above a limit, each with the reason. by_hand: keys that were put where they are by hand."""
    found = []
    for number, part in enumerate(parts):
        if limits.load(part) <= 1:
            continue
        largest = max(part, key=lambda spot: (spot.members, spot.key))
        if largest.members > limits.members:
            code = "union_too_large"
        elif too_few:
            code = "too_few_areas"
        elif any(spot.key in by_hand for spot in part):
            code = "by_hand"
        else:
            code = "uneven"
        found.append(
            Problem(code, number, {"unions": len(part), "members": sum(spot.members for spot in part)})
        )
    return found


def _placed(spots: Sequence[Spot]) -> tuple[list[_At], int]:
    """Spots on a plane, and how many of them have no position of their own.

    Those without take the position of the spot before them in the order of village codes, since neighbouring codes are
    mostly neighbouring villages; when none has one, the order of the codes is the map.
    """
    known = [spot for spot in spots if spot.lon is not None and spot.lat is not None]
    if not known:
        ranks = {place: rank for rank, place in enumerate(sorted({spot.place for spot in spots}))}
        return [_At(spot, float(ranks[spot.place]), 0.0) for spot in sorted(spots, key=_order)], len(spots)
    middle = sum(spot.lat or 0.0 for spot in known) / len(known)
    width = 111.32 * cos(radians(middle))
    rows, last = [], min(known, key=_order)
    for spot in sorted(spots, key=_order):
        last = spot if spot.lon is not None and spot.lat is not None else last
        rows.append(_At(spot, (last.lon or 0.0) * width, (last.lat or 0.0) * 111.32))
    return rows, len(spots) - len(known)


def _order(spot: Spot) -> tuple[str, int]:
    return (spot.place, spot.key)


def _fitting(placed: list[_At], limits: Limits, fewest: int) -> list[list[_At]]:
    """The division into the fewest areas that are not overfull; the least overfull one where there is none."""
    best: tuple[int, int, list[list[_At]]] | None = None
    for count in range(fewest, min(len(placed), 2 * fewest + 2) + 1):
        parts = _cut(placed, count, limits)
        bad = sum(len(part) > 1 and limits.load(at.spot for at in part) > 1 for part in parts)
        if best is None or bad < best[0]:
            best = (bad, count, parts)
        if not bad:
            break
    return best[2] if best else [placed]


def _cut(rows: list[_At], count: int, limits: Limits) -> list[list[_At]]:
    if count == 1:
        return [rows]
    wide = max(at.x for at in rows) - min(at.x for at in rows)
    high = max(at.y for at in rows) - min(at.y for at in rows)
    if wide >= high:
        rows = sorted(rows, key=lambda at: (at.x, at.y, *_order(at.spot)))
    else:
        rows = sorted(rows, key=lambda at: (-at.y, at.x, *_order(at.spot)))
    first = count // 2
    place = _best_cut(rows, first, count - first, limits)
    return _cut(rows[:place], first, limits) + _cut(rows[place:], count - first, limits)


def _best_cut(rows: list[_At], first: int, second: int, limits: Limits) -> int:
    """Where to cut so that `first` areas on one side and `second` on the other are equally full."""
    members = [0, *accumulate(at.spot.members for at in rows)]
    total = len(rows)

    def cost(place: int) -> float:
        left = max(place / limits.unions, members[place] / limits.members) / first
        right = max((total - place) / limits.unions, (members[-1] - members[place]) / limits.members) / second
        return max(left, right)

    costs = {place: cost(place) for place in range(first, total - second + 1)}
    best = min(costs.values())
    near = [place for place, value in costs.items() if value <= best * _VILLAGE_WORTH]
    between = [place for place in near if rows[place - 1].spot.place != rows[place].spot.place]
    if (between and best * _VILLAGE_WORTH <= 1) or (between and best > 1):
        return min(between, key=lambda place: (costs[place], place))
    exact = [place for place in between if costs[place] <= max(best, 1.0)]
    return min(exact or near, key=lambda place: (costs[place], place))


def renumbered(parts: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> list[int | None]:
    """For each part the number of the earlier part it continues, None for a new one; most shared unions first."""
    owner = {key: number for number, part in enumerate(before) for key in part}
    shared: dict[tuple[int, int], int] = {}
    for number, part in enumerate(parts):
        for key in part:
            if key in owner:
                shared[number, owner[key]] = shared.get((number, owner[key]), 0) + 1
    found: list[int | None] = [None] * len(parts)
    taken: set[int] = set()
    for (number, old), _n in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if found[number] is None and old not in taken:
            found[number] = old
            taken.add(old)
    return found
