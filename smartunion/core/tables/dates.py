"""Dates as people write them: 2024/03/05, 20240305, 2024.3.5, 2024年3月5日, serial numbers, two-digit years."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from smartunion.core.codes.folding import fold_dashes, fold_width, without_blanks, words
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.formats import serial_date
from smartunion.core.tables.problems import Issue, Severity

_USUAL: Final = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})$")
_TIME: Final = re.compile(r"[T ]?\s*\d{1,2}[:时]\d{1,2}([:分]\d{1,2}(\.\d+)?秒?)?(Z|\+\d\d:?\d\d)?$|[T ]00$")
_YMD: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?$")
_YM: Final = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?(?:份)?|(\d{2}))$")
_Y: Final = re.compile(r"(\d{4})年?$")
_SHORT: Final = re.compile(r"(\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_ENGLISH: Final = re.compile(r"(\d{1,2})[- ./]?([A-Za-z]{3})[a-z]*[- ./,]*(\d{2}|\d{4})$")
_MONTHS: Final = {
    name: number for number, name in enumerate(words("jan feb mar apr may jun jul aug sep oct nov dec"), 1)
}
_NUMERALS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)(?=[月日号]|$)")

_FIRST_SERIAL, _LAST_SERIAL = 7_306, 73_415  # 1920-01-01 … 2100-12-31


@dataclass(frozen=True, slots=True)
class DateReading:
    """day: None when there is no usable date. issue: why not, or what was assumed."""

    day: date | None
    issue: Issue | None = None


def read_date(text: str, kind: CellType, *, today: date, is_1904: bool = False) -> DateReading:
    """Read one date.

    today: decides the century of two-digit years (never more than a year ahead). Either day and month are certain, or
    the date is not used. Issues: impossible_date, unreadable_date, ambiguous_date; in doubt: two_digit_year,
    date_serial, day_missing, unlikely_date.
    """
    plain = _USUAL.match(text)
    reading = _certain(*plain.groups()) if plain else _read(_plain(text), kind, today, is_1904)
    if reading.day and reading.issue is None and not 1900 <= reading.day.year <= today.year + 30:
        return DateReading(reading.day, Issue("unlikely_date", Severity.DOUBT))
    return reading


def _plain(text: str) -> str:
    folded = fold_dashes(fold_width(text)).strip().replace("。", ".").replace("、", ".").replace("\\", "/")
    folded = re.sub(r"(?<=\d)\s+(?=\d{1,2}[:时])", "T", folded)
    plain = _TIME.sub("", folded) if ":" in folded or "时" in folded or folded.endswith("T00") else folded
    plain = without_blanks(plain) if not re.search(r"[A-Za-z]", plain) else plain
    if "年" in plain or "月" in plain:
        plain = plain.translate(_NUMERALS)
        plain = _TENS.sub(lambda found: str(int(found[1] or 1) * 10 + int(found[2] or 0)), plain)
    return plain.strip()


def _read(text: str, kind: CellType, today: date, is_1904: bool) -> DateReading:
    if kind is CellType.NUMBER:
        return _read_figure(text, today, is_1904)
    for pattern in (_YMD, _COMPACT):
        if found := pattern.match(text):
            return _certain(found[1], found[2], found[3])
    if found := _YM.match(text):
        month = found[2] or found[3]
        if found[3] and not (1900 <= int(found[1]) <= 2100 and 1 <= int(month) <= 12):
            return DateReading(None, Issue("unreadable_date"))
        return _first_of(found[1], month)
    if found := _Y.match(text):
        return _first_of(found[1], "1") if 1900 <= int(found[1]) <= 2100 else DateReading(None, _unreadable())
    if found := _YEAR_LAST.match(text):
        return _day_or_month_first(int(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT.match(text):
        return _two_digit_year(found, "年" in text, today)
    if found := _ENGLISH.match(text):
        return _english(found, today)
    if text.isdecimal() and len(text) == 5 and text.isascii():
        return _read_figure(text, today, is_1904)
    return DateReading(None, _unreadable())


def _unreadable() -> Issue:
    return Issue("unreadable_date")


def _certain(year: str, month: str, day: str) -> DateReading:
    found = _date(int(year), int(month), int(day))
    return DateReading(found, None if found else Issue("impossible_date"))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _first_of(year: str, month: str) -> DateReading:
    found = _date(int(year), int(month), 1)
    issue = Issue("day_missing", Severity.DOUBT) if found else Issue("impossible_date")
    return DateReading(found, issue)


def _read_figure(text: str, today: date, is_1904: bool) -> DateReading:
    """A date in a number cell: 20240305, 202403, 2024, or the serial number a date is stored as."""
    if text.isdecimal() and len(text) == 8:
        return _certain(text[:4], text[4:6], text[6:])
    if text.isdecimal() and len(text) in (4, 6):
        return _read(text, CellType.TEXT, today, is_1904)
    if re.match(r"(19|20)\d\d\.\d{1,2}$", text):
        # The figure 2024.1 may have been 2024.10: the trailing zero of a number is not kept.
        ambiguous = text.endswith(".1")
        return DateReading(None, Issue("ambiguous_date")) if ambiguous else _first_of(*text.split("."))
    whole = text.partition(".")[0]
    if whole.isdecimal() and len(whole) < 7 and _FIRST_SERIAL <= int(whole) <= _LAST_SERIAL:
        found = serial_date(int(whole), is_1904=is_1904)
        return DateReading(found, Issue("date_serial", Severity.DOUBT, {"date": found}))
    return DateReading(None, _unreadable())


def _day_or_month_first(first: int, second: int, year: int) -> DateReading:
    readings = {_date(year, first, second), _date(year, second, first)} - {None}
    if not readings:
        return DateReading(None, Issue("impossible_date"))
    return DateReading(readings.pop()) if len(readings) == 1 else DateReading(None, Issue("ambiguous_date"))


def _century(year: int, today: date) -> int:
    return year + (2000 if year <= today.year % 100 + 1 else 1900)


def _two_digit_year(found: "re.Match[str]", named: bool, today: date) -> DateReading:
    """24.3.5, 98年3月5日: the year comes first in Chinese; without 年 it must not be able to be a day or month."""
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) < 2 and not named:
        return DateReading(None, Issue("ambiguous_date"))
    if not named and first <= 31 and len(found[3]) == 2:
        return DateReading(None, Issue("ambiguous_date"))
    year = _century(first, today)
    day = _date(year, second, third)
    if day is None:
        return DateReading(None, Issue("impossible_date"))
    return DateReading(day, Issue("two_digit_year", Severity.DOUBT, {"year": year}))


def _english(found: "re.Match[str]", today: date) -> DateReading:
    month = _MONTHS.get(found[2].lower())
    if month is None:
        return DateReading(None, _unreadable())
    short = len(found[3]) == 2
    year = _century(int(found[3]), today) if short else int(found[3])
    day = _date(year, month, int(found[1]))
    if day is None:
        return DateReading(None, Issue("impossible_date"))
    return DateReading(day, Issue("two_digit_year", Severity.DOUBT, {"year": year}) if short else None)
