"""Lists as files, written while they are read: the first bytes leave at once and memory stays flat."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connections

from smartunion.core.actor import Actor
from smartunion.core.listing import keyset
from smartunion.core.listing.columns import Cell, Column
from smartunion.core.listing.keyset import Key, Rows
from smartunion.core.listing.walking import in_order, wide
from smartunion.core.snapshot import one_moment

CHUNK = 2000
#: Rows a file begins with where the database would look at all of them before it gave one.
FIRST = 200
#: Text a spreadsheet program would run as a formula.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠\t\r]")
#: Codes a spreadsheet program would turn into 3.3E+17 (an E among digits is a power of ten to it) or rob of their zeros.
_DIGITS = re.compile(r"^(0\d+|\d{12,}|\d+[Ee]\d+)$")


def csv_bytes(heads: list[str], records: Iterable[list[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF; text that would be run as a formula gets an apostrophe, long codes a trailing tab
    (spreadsheet programs then keep them as text; our own import removes both)."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([_guarded(head) for head in heads])
    yield b"\xef\xbb\xbf" + line.take()
    for number, record in enumerate(records, start=1):
        writer.writerow([_csv_cell(cell) for cell in record])
        if number % 200 == 0:
            yield line.take()
    yield line.take()


class _Line:
    """A file for csv.writer that hands over what was written."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)

    def take(self) -> bytes:
        """What was written since last time."""
        text, self.parts = "".join(self.parts), []
        return text.encode("utf-8")


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _guarded(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _guarded(text: str) -> str:
    text = text.replace("\x00", "")
    if _FORMULA.match(text):
        return f"'{text}"
    return f"{text}\t" if _DIGITS.match(text) else text


def records(rows: Iterable[Any], columns: list[Column], actor: Actor) -> Iterator[list[Cell]]:
    """Rows as typed cells."""
    makers = [column.maker(actor) for column in columns]
    for row in rows:
        yield [make(row) for make in makers]


def walk(queryset: Rows, keys: tuple[Key, ...]) -> Iterator[Any]:
    """Every row in order, from one consistent read that holds no more than CHUNK rows in memory.

    PostgreSQL needs a transaction for its cursor, or it would build the whole answer first, and may gather and sort all
    rows before a cursor gives the first: the FIRST are asked for as a page is, so that the file begins.
    SQLite reads as it goes and must not open a transaction, since ours take the write lock.
    """
    rows = keyset.ordered(in_order(wide(queryset), keys[0].path, size=CHUNK), keys)
    if connections[rows.db].vendor != "postgresql":
        # Few at a time, so that a walk on which few rows are found begins the file; what is fetched along is fetched for many.
        yield from rows.iterator(
            chunk_size=CHUNK if getattr(rows, "_prefetch_related_lookups", ()) else FIRST
        )
        return
    with one_moment(rows.db):
        first = keyset.fetch(wide(queryset), keys, FIRST)
        yield from first.rows
        if first.next is not None:
            yield from keyset.beyond(rows, keys, first.next).iterator(chunk_size=CHUNK)


def as_number(cell: Cell) -> int | float | Decimal | None:
    """The cell as a spreadsheet number; None when it is text or would lose digits."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None
    return cell if -(10**15) < cell < 10**15 else None
