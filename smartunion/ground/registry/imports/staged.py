"""One record of a file as it will be applied: what it would do and what is wrong with it; plain values."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from smartunion.core.tables.cells import Row
from smartunion.core.tables.noticing import LeftOut
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.problems import Problem, Severity
from smartunion.core.tables.reading import Record, Table
from smartunion.core.tables.report import Remark, remarks

#: Remarks of one kind kept of a sheet; of more, how many.
MOST_REMARKS = 20


class RowOutcome(StrEnum):
    """What applying a record does."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass
class Staged:
    """One record. values: JSON-able, ready to store; changes: field keys; texts: as written.

    problems: {"field", "label", "code", "message", "remedy", "severity"} in the order of the columns.
    ahead: what its stager has worked out while preparing it; not stored.
    """

    sheet: str
    number: int
    texts: list[str]
    values: dict[str, Any]
    outcome: RowOutcome = RowOutcome.CREATE
    problems: list[dict[str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    target_id: int | None = None
    ahead: Any = None

    def refuse(self, field_key: str, code: str, message: str, remedy: str = "") -> None:
        """Refuse the record for a reason found while comparing it with the registry."""
        self.outcome = RowOutcome.REFUSE
        self.note(field_key, code, message, remedy, severity="record")

    def note(
        self, field_key: str, code: str, message: str, remedy: str = "", *, severity: str = "refused"
    ) -> None:
        """Say what was found about one item. severity: as in core.tables.problems; refused leaves the item out."""
        self.problems.append(
            {"field": field_key, "label": "", "code": code, "message": message, "remedy": remedy, "severity": severity}
        )  # fmt: skip

    @property
    def is_refused(self) -> bool:
        """Whether it will not be applied."""
        return self.outcome == RowOutcome.REFUSE

    @property
    def reason(self) -> str | None:
        """Code of the first problem that refuses it; None when nothing does."""
        return next((one["code"] for one in self.problems if one["severity"] == Severity.RECORD), None)


class Part(NamedTuple):
    """Staged rows to be applied in one transaction, in the order of the file, and when they were read.

    keys: of the ImportParts they come from, in order; effective: how many of their rows create or change.
    """

    keys: Sequence[int]
    effective: int
    rows: Sequence[Any]
    at: datetime


class Decided(NamedTuple):
    """Rows of a file with their outcomes, in the order in which they are applied, and how many more change nothing."""

    rows: Sequence[Staged]
    unchanged: int = 0


class Noticed(NamedTuple):
    """Comes after the rows of a sheet, from whatever process read them."""

    remarks: list[Remark]


class Source:
    """A sheet of the file: its rows, and what reads them. number: its place among the sheets that are read.

    titles: what stands above its table; file: the name of its file.
    """

    def __init__(self, table: Table, context: Context, number: int = 0, *, file: str = "") -> None:
        self._table, self.number, self.name = table, number, table.sheet.name
        self.titles, self.file = table.header.titles, file
        self.readers = table.readers(context)
        self._left_out, self._per_block = LeftOut(), Counter[int]()

    def rows(self) -> Iterator[tuple[int, Row]]:
        """(block, row) of every record."""
        for block, row in self._table.raw_records(self._left_out):
            self._per_block[block] += 1
            yield block, row

    def noticed(self) -> "Noticed":
        """What is to be said of the sheet beside its rows, once they were read."""
        return Noticed(remarks(self._table, self._left_out, self._per_block, most=MOST_REMARKS))

    def staged(self, block: int, row: Row) -> Staged:
        """A row as read, refused when its reading refused it."""
        return from_record(self.readers[block].read(row), self.name)


def from_record(record: Record, sheet: str) -> Staged:
    """A record as read, refused when its reading refused it."""
    staged = Staged(sheet, record.row, record.texts, dict(record.values))
    staged.problems = [_problem(problem) for problem in record.problems if problem.severity != Severity.NOTE]
    if record.is_refused:
        staged.outcome = RowOutcome.REFUSE
    return staged


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "field": problem.field, "label": problem.column, "code": problem.code, "message": str(problem.message),
        "remedy": str(problem.remedy), "severity": problem.severity.value,
    }  # fmt: skip


def dumped(values: dict[str, Any] | list[Any]) -> str:
    """Values as JSON; days in ISO form."""
    return _dump(values)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


#: One encoder for all rows: json.dumps builds a new one at each call.
_dump = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def day(text: str | None) -> date | None:
    """A stored day."""
    return date.fromisoformat(text) if text else None


def same_row(number: int) -> tuple[str, str]:
    """Message and remedy for a record that repeats an earlier one."""
    return (
        _("This row repeats row %(number)s of the file.") % {"number": number},
        _("Keep one of the two rows and import again."),
    )
