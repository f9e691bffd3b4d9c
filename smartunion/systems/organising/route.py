"""The order of a day's visits: nearest neighbour, then untangled (2-opt); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088


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
    way = _untangle(way)
    return [stop for stop in way if stop is not start] + lost


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
