"""Roll-up of facts over the tree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.paths import prefixes
from smartunion.ground.facts.rules import rolled_up

DAY = date(2026, 5, 3)


def test_a_path_lies_in_every_subtree_above_it() -> None:
    assert prefixes("1/18dd/1af0/") == ["", "1/", "1/18dd/", "1/18dd/1af0/"]
    assert prefixes("") == [""]


def test_a_path_without_its_last_slash_is_refused() -> None:
    with pytest.raises(ValueError, match="slash"):
        prefixes("1/18dd")


def test_sums_of_zero_are_left_out() -> None:
    rows = [("k", "1/2/4/", DAY, 1), ("k", "1/3/5/", DAY, -1)]

    assert rolled_up(rows) == {("k", "1/2/", DAY): 1, ("k", "1/3/", DAY): -1}


paths = st.lists(st.sampled_from("123"), min_size=1, max_size=4).map(lambda parts: "/".join(parts) + "/")
rows = st.tuples(st.just("k"), paths, st.dates(date(2026, 1, 1), date(2026, 1, 3)), st.integers(-3, 3))


@given(st.lists(rows, max_size=30), paths | st.just(""))
def test_a_floor_sums_everything_below_it_but_not_its_own(
    facts: list[tuple[str, str, date, int]], path: str
) -> None:
    sums = rolled_up(facts)

    below = sum(
        quantity for _kind, where, _day, quantity in facts if where.startswith(path) and where != path
    )
    assert sum(quantity for (_kind, where, _day), quantity in sums.items() if where == path) == below
