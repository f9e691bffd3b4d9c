"""What a sheet is made of once read: rows of texts with the type each cell had in the file, and addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from smartunion.core.codes.folding import strip_invisible


class CellType(StrEnum):
    """The type a cell had in the file; text files know TEXT and BLANK only."""

    BLANK = "_"
    TEXT = "t"
    NUMBER = "n"
    DATE = "d"
    TIME = "h"
    BOOLEAN = "b"
    ERROR = "e"


@dataclass(slots=True)
class Row:
    """One row: number counts from 1 as spreadsheet programs do; texts and types run in parallel from column A.

    Texts are as written, without blanks and invisible characters at both ends. Numbers are their exact decimal
    digits, dates ISO 8601. formulas: columns whose value is the result of a formula, saved with the file;
    unsaved: formula columns without a saved result; both from 0.
    """

    number: int
    texts: list[str]
    types: list[CellType]
    formulas: tuple[int, ...] = ()
    unsaved: tuple[int, ...] = ()
    hidden: bool = False

    def text(self, column: int) -> str:
        """The text in a column counted from 0; '' beyond the end."""
        return self.texts[column] if column < len(self.texts) else ""

    def type(self, column: int) -> CellType:
        """The type of a column counted from 0; BLANK beyond the end."""
        return self.types[column] if column < len(self.types) else CellType.BLANK

    def filled(self) -> list[int]:
        """The columns that hold something, from 0."""
        return [column for column, text in enumerate(self.texts) if text]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows count from 1, columns from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def range(self) -> str:
        """As spreadsheet programs write it: A1:C2."""
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


@dataclass(slots=True)
class Sheet:
    """One sheet of a workbook, read as often as rows() is called."""

    name: str
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The rows in order; rows without any cell may be left out, so numbers can jump."""
        raise NotImplementedError


_LETTERS: Final[dict[int, str]] = {}


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    found = _LETTERS.get(column)
    if found is None:
        rest, found = column + 1, ""
        while rest:
            rest, digit = divmod(rest - 1, 26)
            found = chr(65 + digit) + found
        _LETTERS[column] = found
    return found


def column_index(letters: str) -> int:
    """The column, from 0, that letters name."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """The address of a cell, as spreadsheet programs show it; row from 1, column from 0."""
    return f"{column_letters(column)}{row}"


def tidy_cell(text: str) -> str:
    """A text without invisible characters and without blanks at both ends; nothing else changes."""
    return text.strip() if text.isprintable() else strip_invisible(text).strip()


def number_text(raw: str) -> str:
    """The digits of a number written as 12, 12.50, 1.2E+17: positional, no exponent, no rounding noise.

    Whole numbers keep every digit the file has. Fractions have 15 significant digits, as spreadsheet programs show
    them, so that the 0.28570000000000001 they write comes back as 0.2857. What is no number comes back unchanged.
    """
    if raw.isdigit() and raw.isascii():
        return raw
    try:
        value = Decimal(raw)
        if not value.is_finite() or abs(value.adjusted()) > 400:
            return raw
        if value != value.to_integral_value():
            value = Decimal(f"{float(raw):.15g}")
        elif "E" in raw.upper():
            value = Decimal(repr(float(raw)))
    except (ArithmeticError, ValueError):
        return raw
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
