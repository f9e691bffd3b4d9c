"""How alike two records are: the worked tables of docs/rules/duplicates.md, and what must hold for all."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.stewardship.rules.alike import (
    POINTS,
    WORDS,
    Alike,
    Human,
    components,
    level_of,
    people,
)
from smartunion.systems.stewardship.rules.words import Level

PAGE = Path(__file__).parents[4] / "docs" / "rules" / "duplicates.md"
BORN = date(1990, 3, 7)


def human(pk: int = 1, **values: object) -> Human:
    """王海燕 with a number and a phone."""
    plain = {
        "name": "王海燕", "sound": "wanghaiyan why", "born_on": BORN, "sex": "f", "id_key": "a1", "phone_key": "p1",
        "unions": frozenset({1}),
    }  # fmt: skip
    return Human(pk, **{**plain, **values})  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("other", "points", "level"),
    [
        (human(2, id_key=""), 4 + 3 + 3 + 1 + 1, Level.SURE),
        (human(2, id_key="", name="王海艳"), 4 + 3 + 2 + 1 + 1, Level.SURE),
        (human(2, id_key="", phone_key="p2"), 3 + 3 + 1 + 1 - 1, Level.LIKELY),
        (human(2, id_key="a2"), 4 + 3 + 3 + 1 - 9, None),
        (
            human(2, id_key="", name="王大明", sound="wangdaming wdm", born_on=date(1962, 1, 1), sex="m"),
            None,
            None,
        ),
        (human(2, id_key="", phone_key="p2", born_on=None, unions=frozenset({2})), 3 + 1 - 1, None),
    ],
    ids=["same, one without number", "name misspelt", "new phone", "two numbers", "family phone", "namesake"],
)
def test_people(other: Human, points: int | None, level: Level | None) -> None:
    found = people(human(), other)

    assert found.level == level
    assert points is None or found.points == points
    assert people(other, human()) == found


def test_the_page_has_the_points_the_program_has() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([+−]\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {key: int(points.replace("−", "-")) for key, points in rows} == dict(POINTS)
    assert WORDS.keys() == POINTS.keys()


def test_levels() -> None:
    assert [level_of(points) for points in (4, 5, 6, 7, 8, 9, 20)] == [
        None, Level.POSSIBLE, Level.POSSIBLE, Level.LIKELY, Level.LIKELY, Level.SURE, Level.SURE,
    ]  # fmt: skip
    assert Alike(4, ()).level is None


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(5, 15)).filter(
            lambda pair: pair[0] != pair[1]
        )
    )
)
def test_groups_hold_each_record_once_and_are_never_too_large(pairs: list[tuple[int, int, int]]) -> None:
    groups = components(pairs, most=4)

    records = [record for group in groups for record in group]
    assert len(records) == len(set(records))
    assert all(2 <= len(group) <= 4 and group == sorted(group) for group in groups)
    assert components(list(reversed(pairs)), most=4) == groups
