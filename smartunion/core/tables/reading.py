"""A sheet understood: its header, its columns mapped to fields, and its records one after another."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from smartunion.core.tables import parsers
from smartunion.core.tables.cells import CellType, Merge, Row, Sheet
from smartunion.core.tables.columns import Column, make_column
from smartunion.core.tables.headers import Header, HeaderColumn, blocks_of, find_header, given_header
from smartunion.core.tables.leftouts import RowKind, RowSorter, rows_merged_wide
from smartunion.core.tables.mapping import Understanding, hints_of, understand_columns
from smartunion.core.tables.noticing import Filler, LeftOut, Watcher
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.records import Record, RecordReader
from smartunion.core.tables.vocabulary import Kind, Vocabulary

__all__ = ["Column", "LeftOut", "Record", "Table", "read_table"]

_HEAD_ROWS: Final = 400
_SAMPLE: Final = 200
_UNSURE_KEPT: Final = 500


class Table:
    """One sheet, understood."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        blocks: list[list[Column]],
        kind: Kind | None,
        confidence: float,
        words: frozenset[str] = frozenset(),
    ) -> None:
        self.sheet, self.header, self.blocks = sheet, header, blocks
        self.kind, self.confidence = kind, confidence
        self._words = words
        self._below = [merge for merge in sheet.merges if merge.top > header.last_row]

    @property
    def columns(self) -> list[Column]:
        """All columns of all blocks, from left to right."""
        return [column for block in self.blocks for column in block]

    def mapping(self) -> dict[str, str | None]:
        """Label → field key or None, to show, keep and give back as `given`; of a repeated label, its used column."""
        found: dict[str, str | None] = {}
        for column in self.columns:
            if column.label:
                found[column.label] = found.get(column.label) or column.key or None
        return found

    def raw_records(self, left_out: LeftOut | None = None) -> Iterator[tuple[int, Row]]:
        """(block, row) of every record, merged cells filled downwards; left_out collects all other rows."""
        kept = left_out if left_out is not None else LeftOut()
        for number, block in enumerate(self.blocks):
            for row in self._block_rows(block, kept, first=number == 0):
                yield number, row

    def records(self, context: Context, left_out: LeftOut | None = None) -> Iterator[Record]:
        """Every record parsed. Constant memory; safe to stop at any time and to call again."""
        readers = self.readers(context)
        for number, row in self.raw_records(left_out):
            yield readers[number].read(row)

    def readers(self, context: Context) -> list[RecordReader]:
        """What reads the rows of each block."""
        return [RecordReader(block, number, self.kind, context) for number, block in enumerate(self.blocks)]

    def _block_rows(self, block: Sequence[Column], left_out: LeftOut, *, first: bool) -> Iterator[Row]:
        columns = [HeaderColumn(c.index, c.label, c.group) for c in block]
        worded = frozenset(c.index for c in block if c.field and (c.field.identifier or c.field.detect))
        vital = frozenset(
            c.index for c in block if self.kind and c.field and (c.field.identifier or c.field.required)
        )
        sorter = RowSorter(columns, rows_merged_wide(self._below, columns), worded, vital, self._words)
        filler = Filler(self._below, left_out)
        known = {column.index for column in self.columns}
        watcher = Watcher(self.header.last_row, known, left_out if first else LeftOut())
        unsure: list[Row] = []
        for row in self.sheet.rows():
            if row.number <= self.header.last_row:
                continue
            kind = sorter.sort(row)
            if kind is not RowKind.BLANK or (len(self.blocks) > 1 and row.filled()):
                watcher.see(row)
            if kind is RowKind.BLANK:
                watcher.see_record(row)
            elif kind is RowKind.RECORD or (kind is RowKind.UNSURE and len(unsure) >= _UNSURE_KEPT):
                yield from unsure
                unsure.clear()
                watcher.see_record(row)
                yield filler.fill(row)
            elif kind is RowKind.UNSURE:
                unsure.append(filler.fill(row))
            else:
                left_out.add(row.number, _first_column(row, block), kind)
                if kind is RowKind.SECOND_TABLE:
                    break
        for row in unsure:  # sentences that stand alone after the last record
            left_out.add(row.number, _first_column(row, block), RowKind.FOOTNOTE)


def _first_column(row: Row, block: Sequence[Column]) -> int:
    return next((column.index for column in block if row.text(column.index)), block[0].index if block else 0)


def read_table(
    sheet: Sheet,
    kinds: Vocabulary,
    *,
    title: str = "",
    only: Kind | None = None,
    given: Mapping[str, str | None] | None = None,
    header_rows: Sequence[int] | None = None,
) -> Table:
    """Understand a sheet: find its header, map its columns, recognise its kind.

    title: name of the file, which may tell the kind. only: the kind a person has chosen. given: field keys a person
    has confirmed, by label as written (None: do not use the column). header_rows: the rows a person has named.
    """
    head = list(islice(sheet.rows(), _HEAD_ROWS))
    if header_rows is None:
        header = find_header(head, sheet.merges, kinds.knows_label)
    else:
        header = given_header(head, sheet.merges, header_rows)
    hints = hints_of([title, sheet.name, *header.titles])
    blocks: list[list[Column]] = []
    first: Understanding | None = None
    for block in blocks_of(header.columns):
        samples = _samples(block, head, header, sheet.merges)
        chosen = only if first is None else first.kind
        texts = {column: [text for text, _ in cells] for column, cells in samples.items()}
        found = understand_columns(block, texts, kinds, hints=hints, only=chosen, given=given)
        first = first or found
        is_known = first.kind is not None
        blocks.append(
            [
                make_column(match, samples.get(match.column.column, []), is_known=is_known)
                for match in found.matches
            ]
        )
    if first is None:
        return Table(sheet, header, [], None, 0.0)
    return Table(sheet, header, blocks, first.kind, first.confidence, kinds.words)


def _samples(
    block: Sequence[HeaderColumn], head: Sequence[Row], header: Header, merges: Sequence[Merge]
) -> dict[int, list[tuple[str, CellType]]]:
    """Cells of the first records, by column; empty ones left out."""
    below = [merge for merge in merges if merge.top > header.last_row]
    sorter = RowSorter(block, rows_merged_wide(below, block))
    found: dict[int, list[tuple[str, CellType]]] = {column.column: [] for column in block}
    for row in head:
        if row.number <= header.last_row or sorter.sort(row) is not RowKind.RECORD:
            continue
        for column, cells in found.items():
            text = row.text(column)
            if len(cells) < _SAMPLE and not parsers.is_empty(text):
                cells.append((text, row.types[column]))
    return found
