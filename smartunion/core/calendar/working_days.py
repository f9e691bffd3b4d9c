"""Working-day arithmetic: the State Council's holidays and make-up days, with an editable table on top.

Source: 国务院办公厅 yearly holiday notices through the chinesecalendar library; years it does not know yet fall
back to Monday–Friday and the statutory fixed dates until an operator enters the notice.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

#: Fixed-date statutory holidays (全国年节及纪念日放假办法): used only beyond the library's years.
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def is_working_day(day: date, overrides: Mapping[date, bool]) -> bool:
    """Whether offices work on the day; `overrides` maps days to working or not and wins."""
    if day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED


def add_working_days(start: date, days: int, overrides: Mapping[date, bool]) -> date:
    """The day `days` working days after `start`; the start day itself does not count. days ≥ 0.

    add 0 gives the start day when it is a working day, else the next working day.
    """
    day = start
    if days == 0:
        while not is_working_day(day, overrides):
            day += timedelta(days=1)
        return day
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, overrides)
    return day


def working_days_between(start: date, end: date, overrides: Mapping[date, bool]) -> int:
    """Working days in (start, end]; negative when end lies before start."""
    if end < start:
        return -working_days_between(end, start, overrides)
    return sum(is_working_day(start + timedelta(days=n), overrides) for n in range(1, (end - start).days + 1))
