"""Working days and deadlines."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.calendar.working_days import add_working_days, is_working_day, working_days_between
from smartunion.core.clock import SHANGHAI

DAY = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_national_day_and_make_up_sunday_of_2024() -> None:
    assert not is_working_day(date(2024, 10, 1), {})
    assert is_working_day(date(2024, 9, 29), {})
    assert add_working_days(date(2024, 9, 30), 1, {}) == date(2024, 10, 8)


def test_a_stored_day_wins() -> None:
    assert not is_working_day(date(2024, 9, 30), {date(2024, 9, 30): False})


def test_years_the_library_does_not_know_fall_back_to_weekdays() -> None:
    assert not is_working_day(date(2035, 10, 1), {})
    assert is_working_day(date(2035, 10, 8), {})


@given(DAY, st.integers(1, 40))
def test_adding_working_days_counts_back(start: date, days: int) -> None:
    end = add_working_days(start, days, {})

    assert is_working_day(end, {})
    assert working_days_between(start, end, {}) == days


def test_a_term_ends_with_its_last_day(db) -> None:
    from smartunion.core.calendar.deadlines import Term, due_at

    filed = datetime(2024, 9, 27, 16, 30, tzinfo=SHANGHAI)

    assert due_at(filed, Term(3, working=True)) == datetime(2024, 10, 9, tzinfo=SHANGHAI)
    assert due_at(filed, Term(15, working=False)) == datetime(2024, 10, 13, tzinfo=SHANGHAI)
