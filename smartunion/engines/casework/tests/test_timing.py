"""Steps timed anew under another limit, holds included; exact days."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.clock import SHANGHAI
from smartunion.engines.casework.timing import Spell, Told, is_late, spells


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)  # 2 March 2026 is a Monday


@pytest.mark.parametrize(
    ("ended", "days", "late"),
    [
        (9, 5, False),
        (10, 5, True),
        (14, 10, False),
        (16, 10, False),
        (17, 10, True),
        (7, 4, True),
        (7, 5, False),
    ],
)
def test_the_last_day_counts_and_the_day_after_is_late(ended: int, days: int, late: bool) -> None:
    assert is_late(Spell("a", at(2), [], at(ended, 23)), days, working=True, now=at(30), calendar={}) is late


def test_a_hold_keeps_the_days_that_were_left() -> None:
    held = Spell("a", at(2), [(at(4), at(16))], at(19))  # two of five days used; three left from the 16th

    assert not is_late(held, 5, working=True, now=at(30), calendar={})
    assert is_late(held, 4, working=True, now=at(30), calendar={})


def test_a_day_off_by_decree_moves_the_last_day() -> None:
    spell = Spell("a", at(2), [], at(10))

    assert is_late(spell, 5, working=True, now=at(30), calendar={})
    assert not is_late(spell, 5, working=True, now=at(30), calendar={date(2026, 3, 5): False})


def test_a_history_becomes_stays_at_steps() -> None:
    told = [
        Told("submit", at(2), ("draft", ""), ("open", "check")),
        Told("note", at(3), ("open", "check"), ("open", "check")),
        Told("hold", at(4), ("open", "check"), ("held", "check")),
        Told("resume", at(5), ("held", "check"), ("open", "check")),
        Told("return", at(6), ("open", "check"), ("supplement", "check")),
        Told("resubmit", at(9), ("supplement", "check"), ("open", "check")),
        Told("approve", at(10), ("open", "check"), ("approved", "")),
    ]

    first, second = spells(told)

    assert (first.begun, first.holds, first.ended) == (at(2), [(at(4), at(5))], at(6))
    assert (second.begun, second.holds, second.ended) == (at(9), [], at(10))


@given(st.integers(2, 20), st.integers(0, 9), st.integers(1, 15), st.integers(0, 15), st.booleans())
def test_more_days_never_make_a_step_late(
    begun: int, lasted: int, days: int, more: int, working: bool
) -> None:
    spell = Spell("a", at(begun), [], at(begun + lasted))

    late = is_late(spell, days, working=working, now=at(31), calendar={})
    later = is_late(spell, days + more, working=working, now=at(31), calendar={})

    assert late or not later
