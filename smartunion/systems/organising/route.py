"""The order of a day's visits: nearest neighbour, then untangled (2-opt); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088
#: Streets are longer than the straight line; the usual factor for towns and villages.
DETOUR = 1.35


class Travel(StrEnum):
    """How one gets about."""

    WALK = "walk"
    DRIVE = "drive"


#: Kilometres an hour through towns and villages, stops at lights included.
SPEED_KMH = {Travel.WALK: 4.5, Travel.DRIVE: 28.0}
#: Parking and the way to the door.
ARRIVAL_MINUTES = {Travel.WALK: 0, Travel.DRIVE: 4}


@dataclass(frozen=True)
class Stop:
    """A place to visit; degrees, None where the place is unknown."""

    key: int
    lon: float | None
    lat: float | None


def distance_km(a: Stop, b: Stop) -> float:
    """Great-circle distance; 0 when either place is unknown."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return 0.0
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def minutes(way_km: float, travel: Travel) -> int:
    """How long a straight line of that length takes, roughly; 0 for no way."""
    if way_km <= 0:
        return 0
    return round(way_km * DETOUR / SPEED_KMH[travel] * 60) + ARRIVAL_MINUTES[travel]


def length_km(stops: Sequence[Stop]) -> float:
    """Length of the way through the stops in order."""
    return sum(distance_km(a, b) for a, b in pairwise(stops))


def visiting_order(stops: Sequence[Stop], start: Stop | None = None) -> list[Stop]:
    """All stops, each once, in a short order that begins nearest to `start` (or at the first stop).

    Stops without a place come last, in the order given. The result depends only on the input, never on chance.
    """
    placed = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
    lost = [stop for stop in stops if stop.lon is None or stop.lat is None]
    if not placed:
        return lost
    way = [start if start is not None and start.lon is not None else placed[0]]
    left = placed if way[0] is not placed[0] else placed[1:]
    left = list(left)
    while left:
        nearest = min(left, key=lambda stop: (distance_km(way[-1], stop), stop.key))
        left.remove(nearest)
        way.append(nearest)
    way = _moved(_untangle(way))
    return [stop for stop in way if stop is not start] + lost


def _moved(way: list[Stop]) -> list[Stop]:
    """Move single stops to where they cost least, untangling after each, until nothing gets shorter (or-opt)."""
    improved = True
    while improved:
        improved = False
        before = length_km(way)
        for at in range(1, len(way)):
            rest = way[:at] + way[at + 1 :]
            tries = ([*rest[:to], way[at], *rest[to:]] for to in range(1, len(way)))
            best = min(tries, key=length_km)
            if length_km(best) < before - 1e-9:
                way, improved = _untangle(best), True
                break
    return way


def _untangle(way: list[Stop]) -> list[Stop]:
    """Reverse stretches while that shortens the way; the first stop stays."""
    improved = True
    while improved:
        improved = False
        for i in range(1, len(way) - 1):
            for j in range(i + 1, len(way)):
                before = distance_km(way[i - 1], way[i]) + (
                    distance_km(way[j], way[j + 1]) if j + 1 < len(way) else 0
                )
                after = distance_km(way[i - 1], way[j]) + (
                    distance_km(way[i], way[j + 1]) if j + 1 < len(way) else 0
                )
                if after < before - 1e-9:
                    way[i : j + 1] = reversed(way[i : j + 1])
                    improved = True
    return way
