"""Records: the cells of a row parsed, with every problem in its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartunion.core.tables.cells import CellType, Row, address
from smartunion.core.tables.columns import Column
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.problems import Issue, Problem, Severity, sentences
from smartunion.core.tables.vocabulary import Kind


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

    def read(self, row: Row) -> Record:
        """The record in a row."""
        missing = self._width - len(row.texts)
        if missing > 0:
            row.texts += [""] * missing
            row.types += [CellType.BLANK] * missing
        texts, types = row.texts, row.types
        raw = {key: texts[index] for key, index in self._fields}
        values: dict[str, object] = {}
        problems: list[Problem] = []
        for column in self._block:
            issues = self._read_cell(column, texts[column.index], types[column.index], raw, values)
            if row.unsaved and column.index in row.unsaved:
                issues = (Issue("formula_unsaved"),)
            for issue in issues:
                problems.append(place(row.number, column, issue))
        if self._kind is not None:
            for check in self._kind.checks:
                for key, issue in check(values, self._context):
                    if key in self._places:
                        problems.append(place(row.number, self._places[key], issue))
        return Record(row.number, self._number, [texts[index] for index in self._indexes], values, problems)

    def _read_cell(
        self, column: Column, text: str, kind: CellType, raw: dict[str, str], values: dict[str, object]
    ) -> Sequence[Issue]:
        """Put the value of a cell into values; returns what is wrong with it."""
        spec = column.field
        if not text:
            return (Issue("missing"),) if spec is not None and spec.required and self._kind else ()
        if column.zero_width and _is_shortened(text, column.zero_width):
            return (Issue("lost_leading_zeros"),)
        if spec is None or self._kind is None:
            return column.watch(text, kind, self._context).issues if column.watch is not None else ()
        parser = spec.parser if spec.parser_for is None else spec.parser_for(raw)
        value, issues = parser(text, kind, self._context)
        if value is not None:
            values[spec.key] = value
        elif spec.required and not issues:
            return (Issue("missing"),)
        return issues


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
