"""Words that may not stand in a vacancy, wishes that fit, and the life of a vacancy."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartunion
from smartunion.systems.vacancies.rules import MOVES, Fits, Offered, VacancyState, first_free, fits
from smartunion.systems.vacancies.wording import warnings_of

PAGE = Path(smartunion.__file__).parents[1] / "docs" / "rules" / "vacancies.md"
ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<keys>[^|]+) \|$", re.M)


def rows() -> list[tuple[str, list[str]]]:
    found = [(m["words"].strip(), m["keys"].strip()) for m in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
    return [
        (words, [] if keys == "—" else keys.split(", "))
        for words, keys in found
        if "words" not in words and "--" not in words
    ]


@pytest.mark.parametrize(("words", "keys"), rows())
def test_the_worked_table_holds(words: str, keys: list[str]) -> None:
    assert [one.ground.key for one in warnings_of(words)] == keys


def test_the_table_has_its_rows() -> None:
    assert len(rows()) >= 24


OFFERED = Offered("注塑工 晨光文具 两班倒", "factory", "1/2/3/", Decimal(6500), "month")


@pytest.mark.parametrize(
    ("wish", "is_so"),
    [
        (Fits("", "", "", None), True),
        (Fits("注塑 文具", "factory", "1/2/", Decimal(6500)), True),
        (Fits("注塑 木工", "", "", None), False),
        (Fits("", "office", "", None), False),
        (Fits("", "", "1/4/", None), False),
        (Fits("", "", "", Decimal("6500.01")), False),
    ],
)
def test_a_wish_is_met_when_everything_agrees(wish: Fits, is_so: bool) -> None:
    assert fits(wish, OFFERED) is is_so


def test_pay_by_the_day_is_not_compared_with_a_month() -> None:
    assert fits(Fits("", "", "", Decimal(9000)), Offered("", "factory", "", Decimal(300), "day"))


def test_the_next_number_is_one_more_than_the_highest() -> None:
    assert (first_free([]), first_free([3, 1])) == (1, 4)


@given(st.lists(st.sampled_from(VacancyState), max_size=12))
def test_what_is_over_stays_over_and_nothing_is_posted_unchecked(wanted: list[VacancyState]) -> None:
    state, seen = VacancyState.PROPOSED, [VacancyState.PROPOSED]
    for to in wanted:
        if to in MOVES[state]:
            state = to
            seen.append(to)

    if VacancyState.POSTED in seen:
        assert VacancyState.READY in seen[: seen.index(VacancyState.POSTED)]
    assert (
        all(not MOVES[one] for one in seen[:-1] if one in {VacancyState.ENDED, VacancyState.REFUSED})
        or len(seen) == 1
    )
    assert not {VacancyState.ENDED, VacancyState.REFUSED} & set(seen[:-1])
