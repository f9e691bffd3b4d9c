"""The worked table of docs/rules/matching_verdicts.md holds; bounds behave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.tests.test_rules_pages import rows
from smartunion.systems.organising.verdict_rules import (
    Bar,
    Tally,
    bounds,
    rules_that_ask,
    rules_trusted,
    standings,
)

BAR = Bar(0.97, 0.9, 30)


@pytest.mark.parametrize("row", rows("matching_verdicts.md", "standings"))
def test_standings(row: list[str]) -> None:
    passed, right, wrong, *expected = row

    (found,) = standings([Tally("name", passed == "yes", int(right), int(wrong))], BAR)

    said = "yes" if found.is_auto else "no"
    assert [f"{100 * found.low:.1f}", f"{100 * found.high:.1f}", said, found.because.value] == expected


def test_a_perfect_rule_needs_54_verdicts_by_default() -> None:
    assert (BAR.needed, Bar(0.97, 0.9, 100).needed, Bar(1.0, 0.9, 30).needed) == (54, 100, 30)


def test_a_rule_that_must_ask_is_never_trusted_with_fewer_points() -> None:
    found = standings(
        [Tally("name", True, 20, 10), Tally("name", False, 60, 0), Tally("code", False, 60, 0)], BAR
    )

    assert rules_that_ask(found) == ("name",)
    assert rules_trusted(found) == ("code",)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_bounds_hold_the_share_and_narrow_with_more_verdicts(
    right: int, wrong: int, certainty: float
) -> None:
    total = right + wrong
    low, high = bounds(right, total, certainty)

    assert 0 <= low <= high <= 1
    if total:
        assert low - 1e-9 <= right / total <= high + 1e-9
        wider = bounds(right, total, min(0.9999, certainty + 0.0005))
        assert wider[0] <= low + 1e-9
        assert wider[1] >= high - 1e-9


@given(st.integers(0, 300), st.integers(0, 60))
def test_one_more_wrong_verdict_never_wins_a_rule_its_right(right: int, wrong: int) -> None:
    def asked(wrongs: int) -> bool:
        return standings([Tally("name", True, right, wrongs)], BAR)[0].is_auto

    if right + wrong >= BAR.needed and not asked(wrong):
        assert not asked(wrong + 1)
