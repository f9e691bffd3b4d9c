"""What the XLS library does not tell: formula cells, the extent of each sheet, passwords."""

import struct
from dataclasses import dataclass, field
from typing import Final

from smartunion.core.tables.refusals import DamagedFile

_BOF: Final = 0x0809
_EOF: Final = 0x000A
_FILEPASS: Final = 0x002F
_BOUNDSHEET: Final = 0x0085
_FORMULA: Final = 0x0006
_CELLS: Final = frozenset({0x0006, 0x00BD, 0x00BE, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6})
_ROW: Final = 0x0208


@dataclass(slots=True)
class SheetFacts:
    """formulas: columns with a formula by row (rows from 1, columns from 0). Extent of the filled cells."""

    formulas: dict[int, list[int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    first_row: int = 1 << 20
    first_column: int = 1 << 20
    last_row: int = 0
    last_column: int = 0

    @property
    def cells(self) -> int:
        """How many cells the rectangle around all filled cells has."""
        if not self.last_row:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


@dataclass(slots=True)
class BookFacts:
    """Sheets in the order of the workbook, by name; is_encrypted: a password protects the contents."""

    is_encrypted: bool = False
    sheets: dict[str, SheetFacts] = field(default_factory=dict)


def read_facts(stream: bytes) -> BookFacts:
    """Walk the records of a Workbook stream. Raises DamagedFile when they do not follow one another."""
    facts = BookFacts()
    places: list[tuple[str, int]] = []
    for kind, start, length in _records(stream, 0):
        if kind == _FILEPASS:
            facts.is_encrypted = True
            return facts
        if kind == _BOUNDSHEET and length >= 8:
            places.append((_sheet_name(stream, start), struct.unpack_from("<I", stream, start)[0]))
    for name, place in places:
        facts.sheets[name] = _sheet_facts(stream, place)
    return facts


def _records(stream: bytes, start: int) -> "list[tuple[int, int, int]]":
    """(kind, place of the data, length) of the records of one substream, up to its end."""
    found: list[tuple[int, int, int]] = []
    place, depth = start, 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
        if place + 4 + length > len(stream):
            raise DamagedFile
        found.append((kind, place + 4, length))
        if depth <= 0:
            break
        place += 4 + length
    return found


def _sheet_name(stream: bytes, start: int) -> str:
    count, wide = stream[start + 6], stream[start + 7] & 1
    raw = stream[start + 8 : start + 8 + count * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", errors="replace")


def _sheet_facts(stream: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, place, length in _records(stream, start):
        if kind in _CELLS and length >= 6:
            row, column = struct.unpack_from("<HH", stream, place)
            if kind == _FORMULA:
                facts.formulas.setdefault(row + 1, []).append(column)
            last = column
            if kind in (0x00BD, 0x00BE):  # several cells in one record: its last column ends it
                last = struct.unpack_from("<H", stream, place + length - 2)[0]
            facts.first_row, facts.last_row = min(facts.first_row, row + 1), max(facts.last_row, row + 1)
            facts.first_column, facts.last_column = (
                min(facts.first_column, column),
                max(facts.last_column, last),
            )
        elif kind == _ROW and length >= 16 and stream[place + 12] & 0x20:
            facts.hidden_rows.add(struct.unpack_from("<H", stream, place)[0] + 1)
    return facts
