"""Number formats: which cells are dates, and which numbers are shown with leading zeros."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

from smartunion.core.tables.cells import CellType


class Shown(IntEnum):
    """How a number format shows a number."""

    PLAIN = 0
    DATE = 1
    TIME = 2
    ZEROS = 3


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """width: of ZEROS only, the number of digits shown at least."""

    shown: Shown = Shown.PLAIN
    width: int = 0


PLAIN: Final = NumberFormat()
_DATE: Final = NumberFormat(Shown.DATE)
_TIME: Final = NumberFormat(Shown.TIME)

# Built-in formats have numbers only; 27–36 and 50–58 are those of Chinese editions (yyyy年m月, h时mm分 …).
BUILT_IN: Final = dict.fromkeys(
    [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58], _DATE
) | dict.fromkeys([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56], _TIME)
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
#: What "no format" is called: General, and G/通用格式 in Chinese editions.
_GENERAL: Final = re.compile(r"general|G/\S*", re.IGNORECASE)
_ZEROS: Final = re.compile(r"0{2,}$")
_FRACTION: Final = re.compile(r"(?<=[sS\]])\.0+")
_DAYS: Final = re.compile(r"[ydeg]|b{2}", re.IGNORECASE)
_HOURS: Final = re.compile(r"[hs]|\[m", re.IGNORECASE)
_MONTHS: Final = re.compile(r"m", re.IGNORECASE)

_LAST_SERIAL: Final = 2_958_465  # 9999-12-31


def number_format(code: str) -> NumberFormat:
    """What a format code such as yyyy"年"m"月" or 000000 does to a number."""
    bare = _GENERAL.sub("", _LITERAL.sub("", code.split(";")[0]))
    if _ZEROS.match(bare.strip()):
        return NumberFormat(Shown.ZEROS, len(bare.strip()))
    if re.search("[0#?]", _FRACTION.sub("", bare)):
        return PLAIN
    if _DAYS.search(bare):
        return _DATE
    if _HOURS.search(bare):
        return _TIME
    return _DATE if _MONTHS.search(bare) else PLAIN


def shown_number(value: float, text: str, shape: NumberFormat, *, is_1904: bool) -> tuple[str, CellType]:
    """A number as its format shows it: a date or time as ISO 8601, leading zeros, or its own digits (text)."""
    if shape.shown in (Shown.DATE, Shown.TIME):
        shown = serial_text(value, is_1904=is_1904)
        if shown is not None:
            return shown
    elif shape.shown is Shown.ZEROS and text.isdigit():
        return text.zfill(shape.width), CellType.NUMBER
    return text, CellType.NUMBER


def serial_text(serial: float, *, is_1904: bool) -> tuple[str, CellType] | None:
    """A date serial as ISO 8601 text and its type, or None when it lies outside the calendar.

    Below one day: a time. The calendar of 1900 counts a 29 February 1900 that never was: serial 60 has no date.
    """
    if not 0 <= serial <= _LAST_SERIAL:
        return None
    seconds = round(serial % 1 * 86_400)
    days = int(serial) + seconds // 86_400
    seconds %= 86_400
    time_text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if days == 0 and (seconds or not is_1904):
        return time_text, CellType.TIME
    day = serial_date(days, is_1904=is_1904)
    if day is None:
        return None
    return (f"{day.isoformat()} {time_text}" if seconds else day.isoformat()), CellType.DATE


def serial_date(days: int, *, is_1904: bool = False) -> date | None:
    """The date of a whole serial number, or None outside the calendar."""
    try:
        if is_1904:
            return date(1904, 1, 1) + timedelta(days=days)
        if days == 60 or days < 1:
            return None
        return date(1899, 12, 30 if days > 60 else 31) + timedelta(days=days)
    except OverflowError:
        return None


def iso_text(raw: str) -> str:
    """An ISO date cell (t="d") as other date cells read: no T, no midnight."""
    try:
        moment = datetime.fromisoformat(raw.removesuffix("Z"))
    except ValueError:
        return raw
    text = moment.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    return text.removesuffix(" 00:00:00")
