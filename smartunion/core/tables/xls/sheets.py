"""The rows of one XLS sheet."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smartunion.core.tables import ole
from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, number_text, tidy_cell
from smartunion.core.tables.formats import PLAIN, shown_number
from smartunion.core.tables.refusals import DamagedFile
from smartunion.core.tables.xls.book import Book, read_book
from smartunion.core.tables.xls.records import walk

_ROW: Final = 0x0208
_MERGED: Final = 0x00E5
_LABELSST: Final = 0x00FD
_LABEL: Final = 0x0204
_RSTRING: Final = 0x00D6
_NUMBER: Final = 0x0203
_RK: Final = 0x027E
_MULRK: Final = 0x00BD
_FORMULA: Final = frozenset({0x0006, 0x0206, 0x0406})
_STRING: Final = 0x0207
_BOOLERR: Final = 0x0205
_CELLS: Final = frozenset({_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK, _BOOLERR, *_FORMULA})
_COLUMNS: Final = 256
_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}

_Value = tuple[str, CellType]
_BLANK: Final = ("", CellType.BLANK)


def open_xls(path: Path) -> tuple[list[Sheet], bool]:
    """The worksheets of an XLS file, and whether its calendar begins in 1904.

    Raises EncryptedFile, DamagedFile, UnsupportedTable.
    """
    container = ole.CompoundFile(path)
    book = read_book(container.stream("Workbook" if "Workbook" in container.names() else "Book"))
    sheets: list[Sheet] = []
    for listed in book.sheets:
        sheet = XlsSheet(listed.name, listed.hidden, book=book, place=listed.place)
        sheet.survey()
        sheets.append(sheet)
    return sheets, book.is_1904


@dataclass(slots=True)
class XlsSheet(Sheet):
    """One sheet. hidden_rows, in_order: found by survey(); some programs write rows in any order."""

    book: Book = field(kw_only=True)
    place: int = field(kw_only=True)
    hidden_rows: set[int] = field(default_factory=set)
    in_order: bool = True

    def survey(self) -> None:
        """Walk the records once for merged ranges, hidden rows and the order of the cells."""
        stream, last = self.book.stream, -1
        try:
            for kind, place, length in walk(stream, self.place):
                if kind in _CELLS:
                    row = struct.unpack_from("<H", stream, place)[0]
                    self.in_order &= row >= last
                    last = row
                elif kind == _ROW and length >= 16 and stream[place + 12] & 0x20:
                    self.hidden_rows.add(struct.unpack_from("<H", stream, place)[0] + 1)
                elif kind == _MERGED:
                    count = struct.unpack_from("<H", stream, place)[0]
                    for number in range(min(count, (length - 2) // 8)):
                        top, bottom, left, right = struct.unpack_from("<4H", stream, place + 2 + 8 * number)
                        self.merges.append(Merge(top + 1, left, bottom + 1, right))
        except struct.error as error:
            raise DamagedFile from error
        self.merges.sort(key=lambda merge: (merge.top, merge.left))

    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, in order."""
        try:
            rows = self._in_file_order()
            if self.in_order:
                yield from rows
            else:
                yield from sorted(_joined(rows).values(), key=lambda row: row.number)
        except (struct.error, IndexError) as error:
            raise DamagedFile from error

    def _in_file_order(self) -> Iterator[Row]:
        row = Row(0, [], [])
        for number, column, (text, kind), is_formula in self._cells():
            if number != row.number:
                if row.texts or row.formulas:
                    yield row
                row = Row(number, [], [], hidden=number in self.hidden_rows)
            if is_formula:
                row.formulas = (*row.formulas, column)
            if text:
                _place(row, column, text, kind)
        if row.texts or row.formulas:
            yield row

    def _cells(self) -> Iterator[tuple[int, int, _Value, bool]]:
        """(row from 1, column from 0, value, whether it is a formula)."""
        stream, book = self.book.stream, self.book
        waiting: tuple[int, int] | None = None  # a formula whose text follows in a record of its own
        for kind, place, length in walk(stream, self.place):
            if waiting is not None:
                if kind == _STRING:
                    yield (*waiting, (tidy_cell(book.text(place, place + length)), CellType.TEXT), True)
                    waiting = None
                    continue
                if kind in _CELLS:
                    yield (*waiting, _BLANK, True)
                    waiting = None
            if kind not in _CELLS:
                continue
            row, column, style = struct.unpack_from("<3H", stream, place)
            if column >= _COLUMNS:
                raise DamagedFile
            if kind == _MULRK:
                for offset in range((length - 6) // 6):
                    style, packed = struct.unpack_from("<HI", stream, place + 4 + 6 * offset)
                    yield row + 1, column + offset, self._number(_unpacked(packed), style), False
            elif kind in _FORMULA:
                value = self._result(place, style)
                if value is None:
                    waiting = (row + 1, column)
                else:
                    yield row + 1, column, value, True
            else:
                yield row + 1, column, self._single(kind, place, length, style), False

    def _single(self, kind: int, place: int, length: int, style: int) -> _Value:
        stream, book = self.book.stream, self.book
        if kind == _LABELSST:
            return book.shared[struct.unpack_from("<I", stream, place + 6)[0]], CellType.TEXT
        if kind in (_LABEL, _RSTRING):
            return tidy_cell(book.text(place + 6, place + length)), CellType.TEXT
        if kind == _NUMBER:
            return self._number(struct.unpack_from("<d", stream, place + 6)[0], style)
        if kind == _RK:
            return self._number(_unpacked(struct.unpack_from("<I", stream, place + 6)[0]), style)
        return _truth_or_error(stream[place + 6], is_error=bool(stream[place + 7]))

    def _result(self, place: int, style: int) -> _Value | None:
        """The saved result of a formula; None when its text follows."""
        raw = self.book.stream[place + 6 : place + 14]
        if raw[6:8] != b"\xff\xff":
            return self._number(struct.unpack("<d", raw)[0], style)
        if raw[0] == 0:
            return None
        return _BLANK if raw[0] == 3 else _truth_or_error(raw[2], is_error=raw[0] == 2)

    def _number(self, value: float, style: int) -> _Value:
        formats = self.book.formats
        shape = formats[style] if style < len(formats) else PLAIN
        return shown_number(value, number_text(repr(value)), shape, is_1904=self.book.is_1904)


def _unpacked(packed: int) -> float:
    """A number packed into 32 bits: 30 bits of a double or a whole number, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0])
    return value / 100 if packed & 1 else value


def _truth_or_error(value: int, *, is_error: bool) -> _Value:
    if is_error:
        return _ERRORS.get(value, "#N/A"), CellType.ERROR
    return ("TRUE" if value else "FALSE"), CellType.BOOLEAN


def _place(row: Row, column: int, text: str, kind: CellType) -> None:
    gap = column - len(row.texts)
    if gap >= 0:
        row.texts += [*([""] * gap), text]
        row.types += [*([CellType.BLANK] * gap), kind]
    else:
        row.texts[column], row.types[column] = text, kind


def _joined(rows: Iterator[Row]) -> dict[int, Row]:
    """Rows written in pieces, put together by number."""
    found: dict[int, Row] = {}
    for row in rows:
        known = found.setdefault(row.number, row)
        if known is not row:
            for column in row.filled():
                _place(known, column, row.texts[column], row.types[column])
            known.formulas += row.formulas
    return found
