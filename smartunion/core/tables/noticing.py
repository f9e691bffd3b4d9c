"""What is noticed beside the records while a table is read: rows left out, merged cells, formulas, hidden rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from smartunion.core.tables.cells import CellType, Merge, Row
from smartunion.core.tables.leftouts import RowKind

_MOST_NOTES: Final = 1000


@dataclass(slots=True)
class LeftOut:
    """What was noticed beside the records while they were read; every list ends at 1,000 entries.

    rows: (row, column, what it is) of rows that are no records. counts: of all of them, blank rows included.
    filled: merged ranges whose value was copied down; across: ranges merged sideways, read as their first column.
    formulas: [column, first row, last row] of runs of formulas. hidden: rows a filter or a person has hidden.
    stray: (row, column) of cells of records that stand under no column.
    """

    rows: list[tuple[int, int, RowKind]] = field(default_factory=list)
    counts: Counter[RowKind] = field(default_factory=Counter)
    first_blank: int = 0
    filled: dict[Merge, None] = field(default_factory=dict)
    across: list[Merge] = field(default_factory=list)
    formulas: list[list[int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    stray: list[tuple[int, int]] = field(default_factory=list)

    def add(self, row: int, column: int, kind: RowKind) -> None:
        """Remember a row that is no record."""
        self.counts[kind] += 1
        if len(self.rows) < _MOST_NOTES:
            self.rows.append((row, column, kind))


class Watcher:
    """Notes blank rows between filled ones, hidden rows and runs of formulas as the rows go by."""

    def __init__(self, header_row: int, known: set[int], left_out: LeftOut) -> None:
        self._previous = header_row
        self._known, self._end = known, max(known, default=-1) + 1
        self._left_out = left_out
        self._runs: dict[int, list[int]] = {}

    def see(self, row: Row) -> None:
        """A row that holds something."""
        kept = self._left_out
        missing = row.number - self._previous - 1
        if missing > 0:
            kept.first_blank = kept.first_blank or self._previous + 1
            kept.counts[RowKind.BLANK] += missing
        self._previous = row.number
        if row.hidden and len(kept.hidden) < _MOST_NOTES:
            kept.hidden.append(row.number)
        for column in row.formulas:
            run = self._runs.get(column)
            if run is not None and run[2] == row.number - 1:
                run[2] = row.number
            elif len(kept.formulas) < _MOST_NOTES:
                run = self._runs[column] = [column, row.number, row.number]
                kept.formulas.append(run)

    def see_record(self, row: Row) -> None:
        """A row that is a record: cells under no column are noted."""
        if len(row.texts) <= self._end and len(self._known) == self._end:
            return
        for column in row.filled():
            if column not in self._known and len(self._left_out.stray) < _MOST_NOTES:
                self._left_out.stray.append((row.number, column))


class Filler:
    """Copies the value of a merged cell down to the rows it covers: one employer over the rows of its people.

    Cells merged sideways are not copied: their text belongs to the first column, or is a heading.
    """

    def __init__(self, merges: Sequence[Merge], left_out: LeftOut) -> None:
        self._coming = sorted(merges, key=lambda merge: merge.top, reverse=True)
        self._active: list[tuple[Merge, str, CellType]] = []
        self._left_out = left_out

    def fill(self, row: Row) -> Row:
        """The row with merged cells above copied into it; the row itself when there is nothing to copy."""
        if not self._coming and not self._active:
            return row
        self._active = [item for item in self._active if item[0].bottom >= row.number]
        while self._coming and self._coming[-1].top <= row.number:
            merge = self._coming.pop()
            if (
                merge.top == row.number
                and merge.right > merge.left
                and len(self._left_out.across) < _MOST_NOTES
            ):
                self._left_out.across.append(merge)
            if merge.top == row.number and merge.bottom > merge.top and row.text(merge.left):
                self._active.append((merge, row.texts[merge.left], row.types[merge.left]))
        for merge, text, kind in self._active:
            if merge.top < row.number and not row.text(merge.left):
                row = _with(row, merge.left, text, kind)
                if len(self._left_out.filled) < _MOST_NOTES:
                    self._left_out.filled[merge] = None
        return row


def _with(row: Row, column: int, text: str, kind: CellType) -> Row:
    gap = max(0, column + 1 - len(row.texts))
    texts, types = [*row.texts, *([""] * gap)], [*row.types, *([CellType.BLANK] * gap)]
    texts[column], types[column] = text, kind
    return Row(row.number, texts, types, row.formulas, row.unsaved, row.hidden)
