"""Records: the cells of a row parsed, with every problem in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from smartunion.core.tables.cells import CellType, Row, address
from smartunion.core.tables.columns import Column
from smartunion.core.tables.parsers import NOTHING, Context, Parsed
from smartunion.core.tables.problems import Issue, Problem, Severity, sentences
from smartunion.core.tables.vocabulary import Kind

#: Texts of a column whose reading is remembered: employers, days and names repeat from row to row, and parsers are pure.
_REMEMBERED: Final = 10_000
_MISSING: Final = Parsed(None, (Issue("missing"),))


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


class RecordReader:
    """Parses the rows of one block of a table."""

    def __init__(self, block: Sequence[Column], number: int, kind: Kind | None, context: Context) -> None:
        self._number, self._kind, self._context = number, kind, context
        self._block = block
        self._width = max((column.index for column in block), default=-1) + 1
        self._indexes = [column.index for column in block]
        self._fields = [(column.key, column.index) for column in block if column.field]
        self._places = {column.key: column for column in block if column.field}
        said = sorted((column.key, column.index) for column in block if column.field)
        self._said = [(f"\0{key}", index) for key, index in said]
        self._looked_at = [column for column in block if not column.field or column.zero_width]
        self._known: dict[int, dict[tuple[str, CellType], Parsed]] = {
            column.index: {} for column in block if not column.field or column.field.parser_for is None
        }

    def read(self, row: Row) -> Record:
        """The record in a row."""
        missing = self._width - len(row.texts)
        if missing > 0:
            row.texts += [""] * missing
            row.types += [CellType.BLANK] * missing
        texts, types = row.texts, row.types
        values: dict[str, object] = {}
        problems: list[Problem] = []
        for column in self._block:
            index = column.index
            value, issues = self._read_cell(column, texts[index], types[index], texts)
            if value is not None and column.field is not None:
                values[column.field.key] = value
            if row.unsaved and index in row.unsaved:
                issues = (Issue("formula_unsaved"),)
            for issue in issues:
                problems.append(place(row.number, column, issue))
        if self._kind is not None:
            for check in self._kind.checks:
                for key, issue in check(values, self._context):
                    if key in self._places:
                        problems.append(place(row.number, self._places[key], issue))
        return Record(row.number, self._number, [texts[index] for index in self._indexes], values, problems)

    def gist(self, row: Row) -> str:
        """All that a row says of the fields, as written: rows of one gist read alike. "" where nothing but reading tells.

        Columns that hold no field are left out; a row in which one of them is found damaged has no gist.
        """
        texts, types = row.texts, row.types
        if row.unsaved or len(texts) < self._width:
            return ""
        for column in self._looked_at:
            if (
                texts[column.index]
                and self._read_cell(column, texts[column.index], types[column.index], texts).issues
            ):
                return ""
        return "".join([key + types[index] + texts[index] for key, index in self._said if texts[index]])

    def text(self, key: str, row: Row) -> str:
        """What stands in the column of a field, as written; "" without one."""
        column = self._places.get(key)
        return row.text(column.index) if column else ""

    def value(self, key: str, row: Row) -> object:
        """The value of one field of a row that is wide enough; None without one."""
        column = self._places.get(key)
        if column is None:
            return None
        return self._read_cell(column, row.texts[column.index], row.types[column.index], row.texts).value

    def _read_cell(self, column: Column, text: str, kind: CellType, texts: Sequence[str]) -> Parsed:
        """The value of a cell and what is wrong with it."""
        known = self._known.get(column.index)
        if known is None:
            return self._parse(column, text, kind, texts)
        found = known.get((text, kind))
        if found is None:
            found = self._parse(column, text, kind, texts)
            if len(known) < _REMEMBERED:
                known[text, kind] = found
        return found

    def _parse(self, column: Column, text: str, kind: CellType, texts: Sequence[str]) -> Parsed:
        spec = column.field
        if not text:
            return _MISSING if spec is not None and spec.required and self._kind else NOTHING
        if column.zero_width and _is_shortened(text, column.zero_width):
            return Parsed(None, (Issue("lost_leading_zeros"),))
        if spec is None or self._kind is None:
            return Parsed(None, column.watch(text, kind, self._context).issues) if column.watch else NOTHING
        parser = spec.parser
        if spec.parser_for is not None:
            parser = spec.parser_for({key: texts[index] for key, index in self._fields})
        found = parser(text, kind, self._context)
        return _MISSING if found.value is None and spec.required and not found.issues else found


def place(row: int, column: Column, issue: Issue) -> Problem:
    """An issue in its place, with its sentences."""
    message, remedy = sentences(issue)
    severity, spec = issue.severity, column.field
    if severity is Severity.REFUSED and spec is not None and (spec.identifier or spec.required):
        severity = Severity.RECORD
    cell = address(row, column.index)
    return Problem(row, cell, column.label, column.key, issue.code, severity, message, remedy)


def _is_shortened(text: str, width: int) -> bool:
    return width - 4 <= len(text) < width and text.isdigit() and text.isascii()
