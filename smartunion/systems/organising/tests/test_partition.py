"""Areas: every union in one, limits kept or the reason said, pieces of the map that do not interleave, no chance."""

from itertools import combinations
from math import cos, radians
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.partition import Division, Limits, Spot, divide, overfull, renumbered

VILLAGES = [f"3302261{number:05d}" for number in range(12)]


@st.composite
def spots(draw: st.DrawFn, *, placed: bool = True) -> list[Spot]:
    """Unions in villages; all of a village at one place, as they are in the registry."""
    centres = {
        village: (draw(st.floats(121.2, 121.9)), draw(st.floats(29.1, 29.6)))
        for village in VILLAGES[: draw(st.integers(1, 12))]
    }
    rows = []
    for key in range(draw(st.integers(1, 60))):
        village = draw(st.sampled_from(sorted(centres)))
        lon, lat = centres[village] if placed else (None, None)
        rows.append(Spot(key, draw(st.integers(0, 900)), village, lon, lat))
    return rows


LIMITS = st.builds(Limits, st.integers(3, 20), st.integers(500, 3000))
COUNTS = st.one_of(st.none(), st.integers(1, 12))


def by_part(given_spots: list[Spot], found: Division) -> list[list[Spot]]:
    known = {spot.key: spot for spot in given_spots}
    return [[known[key] for key in part] for part in found.parts]


@given(st.one_of(spots(), spots(placed=False)), LIMITS, COUNTS)
def test_every_union_is_in_exactly_one_area_and_none_is_empty(
    rows: list[Spot], limits: Limits, count: int | None
) -> None:
    found = divide(rows, limits, count=count)

    assert sorted(key for part in found.parts for key in part) == sorted(spot.key for spot in rows)
    assert all(found.parts)
    if count is not None:
        assert len(found.parts) == min(count, len(rows))


@given(st.one_of(spots(), spots(placed=False)), LIMITS, COUNTS)
def test_an_area_above_a_limit_is_reported_with_a_reason_and_no_other(
    rows: list[Spot], limits: Limits, count: int | None
) -> None:
    found = divide(rows, limits, count=count)

    above = {number for number, part in enumerate(by_part(rows, found)) if limits.load(part) > 1}
    assert {problem.part for problem in found.problems if problem.part is not None} == above


@given(st.one_of(spots(), spots(placed=False)), LIMITS)
def test_limits_are_kept_unless_a_union_alone_is_too_large(rows: list[Spot], limits: Limits) -> None:
    small = [spot for spot in rows if spot.members <= limits.members // 3]

    found = divide(small, limits)

    assert all(problem.code == "no_position" for problem in found.problems)
    load = limits.load(small) if small else 0
    assert len(found.parts) <= 2 * max(1, load) + 2


@given(spots(), LIMITS, COUNTS, st.randoms(use_true_random=False))
def test_the_order_in_which_unions_are_given_does_not_matter(
    rows: list[Spot], limits: Limits, count: int | None, chance: Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert divide(rows, limits, count=count) == divide(shuffled, limits, count=count)


@given(spots(), LIMITS, COUNTS)
def test_areas_do_not_reach_into_one_another(rows: list[Spot], limits: Limits, count: int | None) -> None:
    found = divide(rows, limits, count=count)
    middle = cos(radians(sum(spot.lat or 0 for spot in rows) / len(rows)))

    boxes = []
    for part in by_part(rows, found):
        xs, ys = [(spot.lon or 0) * middle for spot in part], [spot.lat or 0 for spot in part]
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    for one, other in combinations(boxes, 2):
        wide = min(one[1], other[1]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[2], other[2])
        assert wide <= 1e-9 or high <= 1e-9


def test_a_town_of_a_hundred_and_twenty_unions_is_cut_into_three_even_areas() -> None:
    rows = [Spot(n, 30, f"{n // 10:03d}", 121.4 + n // 10 * 0.01, 29.4) for n in range(120)]

    found = divide(rows, Limits(50, 5000))

    assert [len(part) for part in found.parts] == [40, 40, 40]
    assert found.problems == ()


def test_members_alone_make_an_area_full() -> None:
    rows = [Spot(n, 1000, f"{n:03d}", 121.4 + n * 0.01, 29.4) for n in range(10)]

    found = divide(rows, Limits(50, 5000))

    assert [len(part) for part in found.parts] == [5, 5]


def test_a_union_larger_than_an_area_and_too_few_areas_are_named() -> None:
    large = divide([Spot(1, 6200, "a", 121.4, 29.4), Spot(2, 20, "b", 121.5, 29.4)], Limits(50, 5000))
    few = divide([Spot(n, 10, "a", 121.4, 29.4) for n in range(60)], Limits(50, 5000), count=1)

    assert [(problem.code, dict(problem.values)["members"]) for problem in large.problems] == [
        ("union_too_large", 6200)
    ]
    assert [problem.code for problem in few.problems] == ["too_few_areas"]


def test_a_village_is_cut_only_when_it_must_be() -> None:
    rows = [Spot(n, 10, "a" if n < 22 else "b", 121.4 if n < 22 else 121.5, 29.4) for n in range(46)]

    found = divide(rows, Limits(25, 5000))

    assert [len(part) for part in found.parts] == [22, 24]


def test_hands_are_blamed_for_what_they_did() -> None:
    part = [Spot(n, 10) for n in range(6)]

    assert overfull([part], Limits(5, 5000), by_hand=frozenset({3}))[0].code == "by_hand"


def test_a_union_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        divide([Spot(1), Spot(1)], Limits())


def test_areas_keep_their_number_where_most_unions_stay() -> None:
    assert renumbered([[4, 5, 6], [1, 2], [9]], [[1, 2, 3], [4, 5]]) == [1, 0, None]
