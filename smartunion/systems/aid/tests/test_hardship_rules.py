"""Who is in difficulty: the worked table of docs/rules/hardship.md, the thresholds, and what holds for any household."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.aid.rules.hardship import (
    Assessment,
    Category,
    Exclusion,
    Household,
    Standards,
    assess,
)

PAGE = Path(__file__).parents[4] / "docs" / "rules" / "hardship.md"
STANDARDS = Standards(Decimal(1000))
YUAN = st.decimals(0, 500_000, places=2)
ORDER = {Category.DEEP: 3, Category.RELATIVE: 2, Category.ACCIDENT: 1, Category.NONE: 0}

households = st.builds(
    Household, people=st.integers(1, 12), income_yuan=YUAN, rigid_yuan=YUAN, loss_yuan=YUAN, is_struck=st.booleans(),
    is_migrant=st.booleans(), labour_months=st.integers(0, 40), lives_in_city=st.booleans(),
    exclusions=st.frozensets(st.sampled_from([one.value for one in Exclusion])),
)  # fmt: skip
standards = st.builds(Standards, minimum_yuan=st.decimals(1, 3000, places=2))


def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return table[2:]


def household(row: list[str]) -> Household:
    people, income, rigid, loss, struck, migrant, months, city, excluded, *_rest = row
    return Household(
        int(people), Decimal(income), Decimal(rigid), Decimal(loss), struck == "yes", migrant == "yes", int(months),
        city == "yes", frozenset({excluded} if excluded else ()),
    )  # fmt: skip


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join(row[:4]))
def test_the_worked_table_holds(row: list[str]) -> None:
    found = assess(household(row), STANDARDS)

    assert (str(found.per_head_yuan), found.category) == (row[9], Category(row[10]))


def test_the_table_has_every_category() -> None:
    assert {row[10] for row in rows()} == set(Category.values)


def test_every_line_prints_its_numbers() -> None:
    found = assess(Household(3, Decimal(60000), Decimal(30000)), STANDARDS)

    assert [line.formula for line in found.lines] == [
        "(60,000.00 − 30,000.00) ÷ 12 ÷ 3 = 833.33",
        "833.33 < 1,000.00",
        "833.33 < 2,000.00 (2 × 1,000.00)",
        "0.00 > 60,000.00 × 80% = 48,000.00",
    ]
    assert [line.holds for line in found.lines] == [None, True, True, False]


@pytest.mark.parametrize("people", [0, -1, 21])
def test_a_household_of_nobody_is_refused(people: int) -> None:
    with pytest.raises(ValueError, match="people"):
        assess(Household(people, Decimal(1)), STANDARDS)


def test_without_a_standard_nothing_is_assessed() -> None:
    with pytest.raises(ValueError, match="not set"):
        assess(Household(1, Decimal(1)), Standards(Decimal(0)))


@given(households, standards, YUAN)
def test_more_rigid_expense_never_moves_a_family_out(one: Household, held: Standards, more: Decimal) -> None:
    before = assess(one, held)
    after = assess(replace(one, rigid_yuan=one.rigid_yuan + more), held)

    assert ORDER[after.category] >= ORDER[before.category]


@given(households, standards, YUAN)
def test_a_greater_loss_never_moves_a_family_out(one: Household, held: Standards, more: Decimal) -> None:
    assert (
        ORDER[assess(replace(one, loss_yuan=one.loss_yuan + more), held).category]
        >= ORDER[assess(one, held).category]
    )


@given(st.integers(1, 12), standards, YUAN)
def test_the_thresholds_are_exact(people: int, held: Standards, rigid: Decimal) -> None:
    year = held.minimum_yuan * 12 * people
    cent = Decimal("0.01")

    def category(left: Decimal) -> Category:
        return assess(Household(people, left + rigid, rigid), held).category

    assert category(year - cent) is Category.DEEP
    assert category(year) is Category.RELATIVE
    assert category(2 * year - cent) is Category.RELATIVE
    assert category(2 * year) is Category.NONE


@given(households, standards)
def test_the_category_is_one_whose_line_holds_and_an_excluded_family_has_none(
    one: Household, held: Standards
) -> None:
    found: Assessment = assess(one, held)

    shown = {line.label for line in found.lines if line.holds}
    if found.category in (Category.DEEP, Category.RELATIVE):
        assert str(found.category.label) in shown
    if found.exclusions:
        assert found.category is Category.NONE
    assert found.lines[0].holds is None
