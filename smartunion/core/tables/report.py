"""What is understood of a file, said before anything is imported: as plain data, JSON and text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smartunion.core.errors import joined_sentences
from smartunion.core.tables.cells import Merge, Sheet, address, column_letters
from smartunion.core.tables.leftouts import RowKind
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.problems import Problem
from smartunion.core.tables.reading import Column, LeftOut, Record, Table, read_table
from smartunion.core.tables.text import TextSheet
from smartunion.core.tables.vocabulary import UNKNOWN, Vocabulary
from smartunion.core.tables.workbook import Workbook, open_workbook

MOST_WARNINGS: Final = 1000
_MOST_RUNS: Final = 6


@dataclass(frozen=True, slots=True)
class Warned:
    """A remark on a cell: its address, a stable code, whole sentences."""

    cell: str
    code: str
    message: str


class Remark(NamedTuple):
    """Something noticed beside the records: in which sheet, at which cell ("" for the sheet as a whole), in sentences."""

    sheet: str
    cell: str
    message: str


@dataclass(slots=True)
class SheetReport:
    """What is understood of one sheet. first, last: label → text as written; records: how many there are."""

    name: str
    kind: str = UNKNOWN
    kind_label: Promise | str = ""
    confidence: float = 0.0
    header_rows: list[int] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    records: int = 0
    refused: int = 0
    first: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The form of the contract."""
        return {
            "name": self.name,
            "kind": self.kind,
            "header_rows": self.header_rows,
            "columns": [
                {"label": c.label, "field": c.key or None, "confidence": round(c.confidence, 2)}
                for c in self.columns
            ],
            "records": self.records,
            "first": self.first,
            "last": self.last,
            "warnings": [{"cell": w.cell, "code": w.code, "message": w.message} for w in self.warnings],
        }


@dataclass(slots=True)
class FileReport:
    """What is understood of a file."""

    name: str
    form: str
    encoding: str | None
    separator: str | None
    sheets: list[SheetReport]

    def as_json(self) -> dict[str, Any]:
        """The form of the contract."""
        return {
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "encoding": self.encoding,
            "separator": self.separator,
        }


def inspect_file(
    path: Path,
    kinds: Vocabulary,
    *,
    today: date,
    name: str = "",
    limits: Limits = DEFAULT,
    most_warnings: int = MOST_WARNINGS,
) -> FileReport:
    """Read a whole file and say what is understood of it. Raises subclasses of TableRefused.

    name: what the file was called by whoever sent it. most_warnings: of each code in each sheet.
    """
    title = name or path.name
    with open_workbook(path, limits, name=Path(title).stem) as book:
        sheets = [_report_sheet(sheet, book, kinds, title, today, most_warnings) for sheet in book.sheets]
        return FileReport(title, book.kind.value, book.encoding, book.separator or None, sheets)


def _report_sheet(
    sheet: Sheet, book: Workbook, kinds: Vocabulary, title: str, today: date, most: int
) -> SheetReport:
    table = read_table(sheet, kinds, title=title)
    report = SheetReport(sheet.name, header_rows=list(table.header.rows), columns=table.columns)
    if table.kind is not None:
        report.kind, report.kind_label, report.confidence = table.kind.key, table.kind.label, table.confidence
    left_out, found = LeftOut(), _Collector(most)
    per_block: Counter[int] = Counter()
    context = Context(today, book.is_1904)
    last: Record | None = None
    for record in table.records(context, left_out):
        if last is None:
            report.first = _as_text(table.blocks[record.block], record)
        last = record
        report.records += 1
        per_block[record.block] += 1
        report.refused += record.is_refused
        found.add_problems(record.problems)
    if last is not None:
        report.last = _as_text(table.blocks[last.block], last)
    _about(found, table, left_out, per_block)
    report.warnings = found.warnings()
    return report


def _about(found: "_Collector", table: Table, left_out: LeftOut, per_block: Counter[int]) -> None:
    found.add(_about_sheet(table, per_block))
    found.add(_about_rows(left_out))
    found.add(_about_cells(left_out))


def remarks(table: Table, left_out: LeftOut, per_block: Counter[int], *, most: int) -> list[Remark]:
    """What is to be said of a sheet beside its records, once all of them were read; of each code the first `most`.

    left_out: filled by reading; per_block: records of each of the tables that stand side by side.
    """
    found = _Collector(most)
    _about(found, table, left_out, per_block)
    return [Remark(table.sheet.name, one.cell, one.message) for one in found.warnings()]


def unread_sheets(book: Workbook, tables: Sequence[Table], chosen: Sequence[Table]) -> list[Remark]:
    """The sheets of a workbook that were not read: hidden ones, and those whose table was not chosen."""
    found = []
    for sheet in book.sheets:
        if sheet.hidden:
            said = _("This sheet is hidden and was not read. If it belongs to the list, show it.")
            found.append(Remark(sheet.name, "", said))
    for table in tables:
        if table.columns and not any(table is one for one in chosen):
            said = _(
                "This sheet was not read: it does not look like the same kind of list. If it is, give its columns the "
                "same labels."
            )
            found.append(Remark(table.sheet.name, "", said))
    return found


def _as_text(block: Sequence[Column], record: Record) -> dict[str, str]:
    """Label → text; a column without label goes by its letters, a repeated label gets a number."""
    texts: dict[str, str] = {}
    for column, text in zip(block, record.texts, strict=True):
        label, count = column.label or column_letters(column.index), 1
        key = label
        while key in texts:
            count += 1
            key = f"{label} ({count})"
        texts[key] = text
    return texts


class _Collector:
    """Gathers warnings, at most so many of each code; says how many more there were."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: Counter[str] = Counter()
        self._about: list[Warned] = []
        self._cells: list[Warned] = []

    def add(self, warned: Iterable[Warned]) -> None:
        """Remarks on the sheet as a whole; they come first."""
        self._about += [w for w in warned if self._counted(w.code)]

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Problems of a record."""
        for problem in problems:
            if self._counted(problem.code):
                message = joined_sentences(problem.message, problem.remedy)
                self._cells.append(Warned(problem.cell, problem.code, message))

    def warnings(self) -> list[Warned]:
        """Everything gathered."""
        more = [
            Warned(
                "",
                "more",
                _("%(count)s more cells have the remark %(code)s.") % {"count": n - self._most, "code": c},
            )
            for c, n in self._seen.items()
            if n > self._most
        ]
        return [*self._about, *self._cells, *more]

    def _counted(self, code: str) -> bool:
        self._seen[code] += 1
        return self._seen[code] <= self._most


def _about_sheet(table: Table, per_block: Counter[int]) -> Iterable[Warned]:
    """Remarks on the sheet and its header."""
    sheet = table.sheet
    if sheet.hidden:
        yield Warned("A1", "hidden_sheet", _("This sheet is hidden in the workbook."))
    if not table.header.rows and table.columns:
        top = address(1, table.columns[0].index)
        yield Warned(
            top, "no_header", _("No header row was found; columns were told by their contents alone.")
        )
    yield from _about_labels(table)
    if len(table.blocks) > 1:
        counts = "、".join(str(per_block[number]) for number in range(len(table.blocks)))
        first = table.blocks[1][0]
        message = _(
            "%(count)s tables stand side by side; they were read one below the other (records: %(counts)s)."
        )
        place = address(table.header.rows[-1] if table.header.rows else 1, first.index)
        yield Warned(place, "side_by_side", message % {"count": len(table.blocks), "counts": counts})
    for merge in sheet.merges:
        if merge.top in table.header.rows and merge.top <= table.header.last_row and _groups(merge, table):
            message = _("The merged header cells %(range)s were joined with the labels they cover.")
            yield Warned(address(merge.top, merge.left), "merged_header", message % {"range": merge.range})
    if isinstance(sheet, TextSheet):
        yield from _about_text(sheet)


def _groups(merge: Merge, table: Table) -> bool:
    return len(table.header.rows) > 1 and merge.bottom <= table.header.last_row


def _about_labels(table: Table) -> Iterable[Warned]:
    row = table.header.last_row or 1
    for block in table.blocks:
        seen: dict[str, str] = {}
        for column in block:
            place = address(row, column.index)
            if not column.label and table.header.rows:
                message = _("Column %(column)s has no label but holds values below.")
                yield Warned(place, "unlabelled_column", message % {"column": column_letters(column.index)})
            elif column.label in seen and column.label:
                message = _("The label of this column stands in %(cell)s already.")
                yield Warned(place, "duplicate_label", message % {"cell": seen[column.label]})
            seen.setdefault(column.label, place)


def _about_text(sheet: TextSheet) -> Iterable[Warned]:
    if sheet.mixed:
        yield _mixed_encodings(sheet)
    for row in sheet.broken_quotes:
        message = _(
            "A quotation mark is opened in row %(row)s and never closed; the line was read as it stands."
        )
        yield Warned(address(row, 0), "unclosed_quote", message % {"row": row})
    for row in sheet.undecodable:
        message = _("Row %(row)s holds bytes that do not belong to the encoding of the file.")
        yield Warned(address(row, 0), "unreadable_characters", message % {"row": row})
    if sheet.zeroed:
        message = _(
            "From row %(row)s on the file holds zero bytes where text should be: it was probably not copied to its end. "
            "Count the rows, and copy or export it again."
        )
        yield Warned(address(sheet.zeroed[0], 0), "zero_bytes", message % {"row": sheet.zeroed[0]})


def _mixed_encodings(sheet: TextSheet) -> Warned:
    """Which rows are in which encoding; of many runs the first."""
    said = []
    for run in sheet.mixed[:_MOST_RUNS]:
        rows = str(run.first) if run.first == run.last else f"{run.first}–{run.last}"
        said.append(f"{rows} {'+'.join(run.encodings).upper()}")
    if len(sheet.mixed) > _MOST_RUNS:
        said.append("…")
    message = _(
        "The file is written in several encodings, each row was read in its own (rows %(rows)s). Look whether the "
        "names are right; saved as XLSX or UTF-8 it is in one."
    )
    return Warned(address(sheet.mixed[0].first, 0), "mixed_encodings", message % {"rows": "、".join(said)})


def row_sentences() -> dict[RowKind, str]:
    """What is said of a row that is no record, with %(row)s for its number."""
    return {
        RowKind.TOTAL: _("Row %(row)s is a total and was not counted as a record."),
        RowKind.FOOTNOTE: _("Row %(row)s is a note and was not counted as a record."),
        RowKind.COMMENT: _("Row %(row)s is a comment and was not counted as a record."),
        RowKind.REPEATED_HEADER: _("Row %(row)s repeats the header and was not counted as a record."),
        RowKind.EXAMPLE: _(
            "Row %(row)s looks like an example to show the form and was not counted as a record."
        ),
        RowKind.NUMBERING: _("Row %(row)s numbers the columns and was not counted as a record."),
        RowKind.SECOND_TABLE: _(
            "Row %(row)s begins another table with other columns; it and what stands below was not read. Put it on a "
            "sheet of its own."
        ),
        RowKind.SECTION: _("Row %(row)s is a heading between records and was not counted as a record."),
        RowKind.HINT: _("Row %(row)s explains the columns and was not counted as a record."),
    }


def _about_rows(left_out: LeftOut) -> Iterable[Warned]:
    """Remarks on rows that were left out."""
    sentences = row_sentences()
    for row, column, kind in left_out.rows:
        yield Warned(address(row, column), kind.value, sentences[kind] % {"row": row})
    blank = left_out.counts[RowKind.BLANK]
    if blank:
        message = _("%(count)s blank rows were left out, the first of them row %(row)s.")
        yield Warned(
            address(left_out.first_blank, 0),
            "blank_rows",
            message % {"count": blank, "row": left_out.first_blank},
        )
    if left_out.hidden:
        message = _("%(count)s rows are hidden (by a filter, perhaps) and were read like the others.")
        yield Warned(address(left_out.hidden[0], 0), "hidden_rows", message % {"count": len(left_out.hidden)})


def _about_cells(left_out: LeftOut) -> Iterable[Warned]:
    """Remarks on merged cells and formulas."""
    for merge in left_out.filled:
        message = _("The cells %(range)s are merged; each of their rows was given the value of the first.")
        yield Warned(address(merge.top, merge.left), "merged_filled", message % {"range": merge.range})
    for merge in left_out.across:
        message = _(
            "The cells %(range)s are merged sideways; the value was read as that of the first column."
        )
        yield Warned(address(merge.top, merge.left), "merged_across", message % {"range": merge.range})
    for row, column in left_out.stray:
        yield Warned(
            address(row, column), "stray_cell", _("This cell stands under no column label and was not read.")
        )
    for column, first, last in left_out.formulas:
        cells = (
            address(first, column) if first == last else f"{address(first, column)}:{address(last, column)}"
        )
        message = _("%(cells)s holds formulas; the results saved with the file were read.")
        yield Warned(address(first, column), "formula", message % {"cells": cells})
