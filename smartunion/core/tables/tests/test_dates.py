from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.tables.cells import CellType
from smartunion.core.tables.dates import DateReading, read_date

TODAY = date(2026, 11, 21)
DAY = date(2024, 3, 5)


def reading(text: str, kind: CellType = CellType.TEXT, *, is_1904: bool = False) -> tuple[date | None, str]:
    """(day, issue code)."""
    found: DateReading = read_date(text, kind, today=TODAY, is_1904=is_1904)
    return found.day, found.issue.code if found.issue else ""


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-03-05",
            "2024/3/5",
            "2024.3.5",
            "2024.03.05",
            "20240305",
            "2024年3月5日",
            "2024年03月05日",
            "2024－03－05",
        ),
        *(
            "２０２４年３月５日",
            "2024 / 3 / 5",
            "2024-03-05 08:30:00",
            "2024/3/5 8:30",
            "20240305083000",
            "2024-03-05T00:00:00",
        ),
        *("2024年3月5号", "二〇二四年三月五日", "5-Mar-2024", "2024\\3\\5", "2024、3、5", "2024-3-5"),
    ],
)
def test_dates_are_read_however_they_are_written(text: str) -> None:
    assert reading(text) == (DAY, "")


@pytest.mark.parametrize(
    ("text", "day", "issue"),
    [
        ("2023-02-30", None, "impossible_date"),
        ("20231301", None, "impossible_date"),
        ("2023年4月31日", None, "impossible_date"),
        ("98.3.5", date(1998, 3, 5), "two_digit_year"),
        ("98年3月5日", date(1998, 3, 5), "two_digit_year"),
        ("24.3.5", DAY, "two_digit_year"),
        ("5-Mar-98", date(1998, 3, 5), "two_digit_year"),
        ("05/03/24", None, "ambiguous_date"),
        ("3/5/2024", None, "ambiguous_date"),
        ("13/5/2024", date(2024, 5, 13), ""),
        ("5/13/2024", date(2024, 5, 13), ""),
        ("5/5/2024", date(2024, 5, 5), ""),
        ("2024.3", date(2024, 3, 1), "day_missing"),
        ("2024年3月", date(2024, 3, 1), "day_missing"),
        ("202403", date(2024, 3, 1), "day_missing"),
        ("2024", date(2024, 1, 1), "day_missing"),
        ("45356", DAY, "date_serial"),
        ("1024-03-05", date(1024, 3, 5), "unlikely_date"),
        ("2924-03-05", date(2924, 3, 5), "unlikely_date"),
        ("去年春天", None, "unreadable_date"),
        ("123", None, "unreadable_date"),
        ("199013", None, "unreadable_date"),
    ],
)
def test_what_is_not_certain_is_said(text: str, day: date | None, issue: str) -> None:
    assert reading(text) == (day, issue)


@pytest.mark.parametrize(
    ("text", "day", "issue"),
    [
        ("20240305", DAY, ""),
        ("45356", DAY, "date_serial"),
        ("45356.5", DAY, "date_serial"),
        ("2024.3", date(2024, 3, 1), "day_missing"),
        ("2024.1", None, "ambiguous_date"),
        ("19901332", None, "impossible_date"),
        ("7", None, "unreadable_date"),
    ],
)
def test_figures_are_dates_only_where_they_can_be(text: str, day: date | None, issue: str) -> None:
    assert reading(text, CellType.NUMBER) == (day, issue)


def test_the_calendar_of_1904_is_followed() -> None:
    assert reading("43894", CellType.NUMBER, is_1904=True) == (DAY, "date_serial")


@given(
    st.dates(date(1900, 1, 1), date(2056, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日"]),
)
def test_every_day_survives_every_form(day: date, form: str) -> None:
    assert reading(day.strftime(form)) == (day, "")


@given(st.text(max_size=25))
def test_no_text_stops_the_reading(text: str) -> None:
    found = read_date(text, CellType.TEXT, today=TODAY)
    assert found.day is not None or found.issue is not None


@given(st.text("0123456789-/.年月日 ", max_size=12))
def test_no_row_of_digits_stops_the_reading(text: str) -> None:
    for kind in (CellType.TEXT, CellType.NUMBER):
        found = read_date(text, kind, today=TODAY)
        assert found.day is not None or found.issue is not None
