"""A sheet understood: its header, its columns mapped to fields, and its records one after another."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from smartunion.core.codes.folding import fold_width
from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, address
from smartunion.core.tables.headers import Header, HeaderColumn, blocks_of, find_header, given_header
from smartunion.core.tables.labels import bare_label
from smartunion.core.tables.leftouts import RowKind, RowSorter, rows_merged_wide
from smartunion.core.tables.mapping import Match, Understanding, hints_of, understand_columns
from smartunion.core.tables.parsers import Context, Parser
from smartunion.core.tables.problems import Issue, Problem, Severity, sentences
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary

_HEAD_ROWS: Final = 400
_SAMPLE: Final = 200
_UNSURE_KEPT: Final = 500
_MOST_NOTES: Final = 1000
_DATE_LABEL: Final = re.compile(r"(?:日期|时间|年月日|年月|日)$")
_CODE_LABEL: Final = re.compile(r"(?:编号|代码|编码|证号|账号|工号|卡号|号码|学号|号|code|no|id)$")


@dataclass(slots=True)
class Column:
    """One column of a block. field: None when it is not used.

    zero_width: of identifiers written with leading zeros, how many digits they have; 0 when they have none.
    watch: parser whose findings are reported though the column is not used.
    """

    index: int
    label: str
    group: str
    field: FieldSpec | None
    confidence: float
    zero_width: int = 0
    watch: Parser | None = None

    @property
    def key(self) -> str:
        """The key of its field, or ''."""
        return self.field.key if self.field else ""


@dataclass(slots=True)
class Record:
    """One record. row: number from 1. texts: as written, in the order of the block's columns.

    values: parsed, by field key; a field without usable value is absent. problems: in the order of the columns.
    """

    row: int
    block: int
    texts: list[str]
    values: dict[str, object]
    problems: list[Problem]

    @property
    def is_refused(self) -> bool:
        """Whether the record must not be imported: a required or identifying field is missing or unusable."""
        return any(problem.severity is Severity.RECORD for problem in self.problems)


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


class Table:
    """One sheet, understood."""

    def __init__(
        self, sheet: Sheet, header: Header, blocks: list[list[Column]], kind: Kind | None, confidence: float
    ) -> None:
        self.sheet, self.header, self.blocks = sheet, header, blocks
        self.kind, self.confidence = kind, confidence
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
        for number, row in self.raw_records(left_out):
            yield self._record(number, row, context)

    def _block_rows(self, block: Sequence[Column], left_out: LeftOut, *, first: bool) -> Iterator[Row]:
        columns = [HeaderColumn(c.index, c.label, c.group) for c in block]
        worded = frozenset(c.index for c in block if c.field and (c.field.identifier or c.field.detect))
        vital = frozenset(
            c.index for c in block if self.kind and c.field and (c.field.identifier or c.field.required)
        )
        sorter = RowSorter(columns, rows_merged_wide(self._below, columns), worded, vital)
        filler = _Filler(self._below, left_out)
        known = {column.index for column in self.columns}
        watcher = _Watcher(self.header.last_row, known, left_out if first else LeftOut())
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
        for row in unsure:  # sentences that stand alone after the last record
            left_out.add(row.number, _first_column(row, block), RowKind.FOOTNOTE)

    def _record(self, number: int, row: Row, context: Context) -> Record:
        block = self.blocks[number]
        raw = {column.key: row.text(column.index) for column in block if column.field}
        values: dict[str, object] = {}
        problems: list[Problem] = []
        for column in block:
            self._read_cell(row, column, raw, values, problems, context)
        if self.kind:
            self._check_record(row, block, values, problems, context)
        return Record(row.number, number, [row.text(column.index) for column in block], values, problems)

    def _read_cell(
        self,
        row: Row,
        column: Column,
        raw: Mapping[str, str],
        values: dict[str, object],
        problems: list[Problem],
        context: Context,
    ) -> None:
        text, kind, spec = row.text(column.index), row.type(column.index), column.field
        if column.index in row.unsaved:
            self._add(row.number, column, problems, (Issue("formula_unsaved"),))
        if not text:
            if spec and spec.required and self.kind:
                self._add(row.number, column, problems, (Issue("missing"),))
            return
        if column.zero_width and kind is not CellType.BLANK and _is_shortened(text, column.zero_width):
            self._add(row.number, column, problems, (Issue("lost_leading_zeros"),))
            return
        if spec is None or self.kind is None:
            if column.watch is not None:
                found = column.watch(text, kind, context).issues
                self._add(row.number, column, problems, found)
            return
        parser = spec.parser_for(raw) if spec.parser_for else spec.parser
        value, issues = parser(text, kind, context)
        if value is not None:
            values[spec.key] = value
        elif spec.required and not issues:
            issues = (Issue("missing"),)
        if issues:
            self._add(row.number, column, problems, issues)

    def _add(self, row: int, column: Column, problems: list[Problem], issues: Sequence[Issue]) -> None:
        for issue in issues:
            problems.append(self.problem(row, column, issue))

    def _check_record(
        self,
        row: Row,
        block: Sequence[Column],
        values: dict[str, object],
        problems: list[Problem],
        context: Context,
    ) -> None:
        assert self.kind is not None
        places = {column.key: column for column in block if column.field}
        for check in self.kind.checks:
            for key, issue in check(values, context):
                if key in places:
                    problems.append(self.problem(row.number, places[key], issue))

    def problem(self, row: int, column: Column, issue: Issue) -> Problem:
        """An issue in its place, with its sentences."""
        message, remedy = sentences(issue)
        severity, spec = issue.severity, column.field
        if severity is Severity.REFUSED and spec is not None and (spec.identifier or spec.required):
            severity = Severity.RECORD
        cell = address(row, column.index)
        return Problem(row, cell, column.label, column.key, issue.code, severity, message, remedy)


def _first_column(row: Row, block: Sequence[Column]) -> int:
    return next((column.index for column in block if row.text(column.index)), block[0].index if block else 0)


def _is_shortened(text: str, width: int) -> bool:
    return text.isdigit() and text.isascii() and width - 4 <= len(text) < width


class _Watcher:
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


class _Filler:
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
            [_column(match, samples.get(match.column.column, []), is_known) for match in found.matches]
        )
    if first is None:
        return Table(sheet, header, [], None, 0.0)
    return Table(sheet, header, blocks, first.kind, first.confidence)


_Cells = list[tuple[str, CellType]]


def _samples(
    block: Sequence[HeaderColumn], head: Sequence[Row], header: Header, merges: Sequence[Merge]
) -> dict[int, _Cells]:
    """Cells of the first records, by column; empty ones left out."""
    below = [merge for merge in merges if merge.top > header.last_row]
    sorter = RowSorter(block, rows_merged_wide(below, block))
    found: dict[int, _Cells] = {column.column: [] for column in block}
    for row in head:
        if row.number <= header.last_row or sorter.sort(row) is not RowKind.RECORD:
            continue
        for column, cells in found.items():
            text = row.text(column)
            if len(cells) < _SAMPLE and not parsers.is_empty(text):
                cells.append((text, row.types[column]))
    return found


def _column(match: Match, cells: _Cells, is_known: bool) -> Column:
    column, spec = match.column, match.spec
    made = Column(column.column, column.label, column.group, spec, match.confidence)
    if _writes_zeros(made, cells):
        made.zero_width = _usual_width(cells)
    if spec is None or not is_known:
        made.watch = _watch(column.label, [text for text, _ in cells])
    return made


def _writes_zeros(column: Column, cells: _Cells) -> bool:
    """Whether the column holds identifiers of one length some of which begin with zeros."""
    if (
        column.field is not None
        and not _CODE_LABEL.search(bare_label(column.label))
        and not column.field.identifier
    ):
        return False
    if column.field is None and not _CODE_LABEL.search(bare_label(column.label)):
        return False
    width = _usual_width(cells)
    return width >= 4 and any(
        text.startswith("0") and len(text) == width and text.isdigit() for text, _ in cells
    )


def _usual_width(cells: _Cells) -> int:
    widths = Counter(len(text) for text, _ in cells if text.isdigit())
    if not widths:
        return 0
    width, times = widths.most_common(1)[0]
    return width if times * 2 >= sum(widths.values()) else 0


def _watch(label: str, texts: Sequence[str]) -> Parser | None:
    """What to look for in a column that is not used: damaged identifiers, wrong check digits, impossible dates."""
    bare = bare_label(label)
    if texts:
        for detect, parser in (
            (detectors.is_uscc, parsers.uscc),
            (detectors.is_resident_id, parsers.resident_id),
        ):
            if sum(map(detect, texts)) * 10 >= len(texts) * 6:
                return parser
        if sum(map(detectors.is_date, texts)) * 10 >= len(texts) * 6 or _DATE_LABEL.search(bare):
            return _impossible_dates
    return _damage_only


def _impossible_dates(text: str, kind: CellType, context: Context) -> parsers.Parsed:
    issues = parsers.day(text, kind, context).issues
    return parsers.Parsed(None, tuple(issue for issue in issues if issue.code == "impossible_date"))


_SCIENTIFIC: Final = re.compile(r"[1-9](?:\.\d+)?E\+?(?:1\d|[2-9]\d)$", re.IGNORECASE)


def _damage_only(text: str, kind: CellType, _context: Context) -> parsers.Parsed:
    """Digits lost by a spreadsheet program, which no column of any meaning can survive."""
    if kind is CellType.NUMBER and len(text.partition(".")[0].lstrip("-")) > 15:
        return parsers.Parsed(None, (Issue("damaged_number"),))
    if kind is CellType.TEXT and "+" in text and _SCIENTIFIC.match(fold_width(text)):
        return parsers.Parsed(None, (Issue("scientific_notation"),))
    return parsers.NOTHING
