"""A department's file as a standard table: columns found by label, rows streamed into Parquet."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.actor import Actor
from smartunion.core.codes.folding import fold_width
from smartunion.core.errors import InvalidInput
from smartunion.core.files.intake import keeping
from smartunion.core.files.models import StoredFile
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import csv_bytes
from smartunion.core.tables.leftouts import RowKind
from smartunion.core.tables.noticing import LeftOut
from smartunion.core.tables.reading import Table, read_table
from smartunion.core.tables.report import Remark, remarks, row_sentences, unread_sheets
from smartunion.core.tables.vocabulary import vocabulary
from smartunion.core.tables.workbook import Workbook, open_workbook
from smartunion.engines.feeds.quality import report as quality_report
from smartunion.engines.feeds.standard import Column, StandardTable

BATCH = 50_000
SURE = 0.75
#: Lines shown on the page; the file holds them all.
SHOWN = 20
#: More digits are no count of anything, and fit no column.
MOST_DIGITS = 12
#: What stands for "nothing" where a number belongs.
EMPTY = " \u3000-—–/\\无"
_NUMBERS = {"count", "year", "month", "money"}
_MONEY = re.compile(r"[¥￥]?(-?)(\d+(?:\.\d+)?)(元|圆|千元|万元)?")
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Proposal:
    """What each column seems to be. mapping: label → field key or None; sure: label → 0–1; missing: needed fields."""

    mapping: dict[str, str | None]
    sure: dict[str, float]
    missing: list[str]
    samples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_certain(self) -> bool:
        """Nothing needed is missing and no used column is doubtful."""
        return not self.missing and all(
            self.sure[label] >= SURE for label, key in self.mapping.items() if key
        )

    def as_dict(self) -> dict[str, Any]:
        """For the page that asks."""
        return {"mapping": self.mapping, "sure": self.sure, "missing": self.missing}


class Told(LeftOut):
    """What of a file was not taken: rows that are no records, and values of numbers and months that cannot be read.

    Every one is a line of a table in a private folder; first: the first of them, for the page. Memory stays flat.
    noticed: what is said of the file beside.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.lines = path, 0
        self.unread: Counter[str] = Counter()
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._sentences = row_sentences()
        self.first: list[list[str]] = []
        self.noticed: list[Remark] = []

    def add(self, row: int, column: int, kind: RowKind) -> None:
        """A row that is no record."""
        super().add(row, column, kind)
        self._tell([str(row), "", "", self._sentences[kind] % {"row": row}])

    def unreadable(self, row: int, column: Column, value: str) -> None:
        """A value that was left empty, because it is none of its kind."""
        self.unread[column.key] += 1
        said = _(
            "“%(column)s” needs a number or month such as 202610; the value was left out, the row was taken."
        )
        self._tell([str(row), str(column.label), value[:200], said % {"column": column.label}])

    def _tell(self, line: list[str]) -> None:
        self._writer.writerow(line)
        self.lines += 1
        if len(self.first) < SHOWN:
            self.first.append(line)

    def close(self) -> None:
        """Everything has been told."""
        self._file.close()


@dataclass
class Converted:
    """A finished conversion; `store` keeps the Parquet file sealed, `store_told` the list of what was not taken."""

    rows: int
    mapping: dict[str, str | None]
    report: dict[str, Any]
    left_out: dict[str, int]
    parquet: Path
    told: Path | None = None

    def store(self, *, actor: Actor, name: str, at: datetime) -> StoredFile:
        """Keep the table as a sealed file."""
        media = "application/vnd.apache.parquet"
        kept = keeping(actor=actor, name=name, media_type=media, purpose="snapshot", at=at)
        with kept as (stored, out), self.parquet.open("rb") as source:
            while chunk := source.read(1 << 20):
                out.write(chunk)
        return stored

    def store_told(self, *, actor: Actor, name: str, at: datetime) -> StoredFile | None:
        """Keep the list of what was not taken as a sealed CSV; None when everything was."""
        if self.told is None:
            return None
        heads = [_("Row in the file"), _("Column"), pgettext("feed", "Value"), _("Why it was not taken")]
        with (
            keeping(
                actor=actor, name=name, media_type="text/csv; charset=utf-8", purpose="snapshot", at=at
            ) as (
                stored,
                out,
            ),
            self.told.open(encoding="utf-8", newline="") as lines,
        ):
            records: Iterator[list[Cell]] = ([*line] for line in csv.reader(lines))
            for piece in csv_bytes(heads, records):
                out.write(piece)
        return stored


def propose(path: Path, name: str, table: StandardTable, given: Mapping[str, str | None]) -> Proposal:
    """Understand the file's columns. Raises InvalidInput when it is no table."""
    if _is_parquet(path):
        have = pl.scan_parquet(path).collect_schema().names()
        mapping = {label: given.get(label, label if _has(table, label) else None) for label in have}
        return Proposal(mapping, dict.fromkeys(have, 1.0), _missing(table, mapping))
    with _opened(path, name) as book:
        found, _unread = _best_sheet(book, name, table, given)
        mapping = found.mapping()
        if not mapping:
            raise InvalidInput(
                _("The columns of this file have no labels, so nobody can say which is which."),
                remedy=_("Write a label above every column, or ask the department for a file with labels."),
            )
        sure = {
            column.label: column.confidence
            for column in found.columns
            if column.label and (column.key or None) == mapping[column.label]
        }
        return Proposal(mapping, sure, _missing(table, mapping))


class Converter:
    """Streams one file into a Parquet file with the standard columns; identifiers stay as written."""

    def __init__(self, path: Path, name: str, table: StandardTable, given: Mapping[str, str | None]) -> None:
        self.path, self.name, self.table, self.given = path, name, table, dict(given)
        self.schema = pa.schema(
            [(column.key, pa.int64() if column.kind in _NUMBERS else pa.string()) for column in table.columns]
        )

    def run(self, target: Path, tick: Tick) -> Converted:
        """Read everything into a Parquet file at `target`. Raises InvalidInput; tick gets (rows done, 0)."""
        told = Told(target.with_name("told.csv"))
        try:
            mapping = (
                self._from_parquet(target, told)
                if _is_parquet(self.path)
                else self._from_sheet(target, told, tick)
            )
        finally:
            told.close()
        frame = pl.read_parquet(target)
        report = quality_report(frame, self.table, told.unread) | {
            "told": told.first,
            "told_lines": told.lines,
            "noticed": told.noticed,
        }
        left_out = {kind.name.lower(): number for kind, number in told.counts.items()}
        return Converted(frame.height, mapping, report, left_out, target, told.path if told.lines else None)

    def _from_parquet(self, target: Path, told: Told) -> dict[str, str | None]:
        proposal = propose(self.path, self.name, self.table, self.given)
        labels = {key: label for label, key in proposal.mapping.items() if key}
        columns, lost = [], []
        for column in self.table.columns:
            kind = pl.Int64 if column.kind in _NUMBERS else pl.String
            source = pl.col(labels[column.key]) if column.key in labels else pl.lit(None)
            if column.kind == "money":
                source = (
                    source.cast(pl.Float64, strict=False) * 100 * _units(labels.get(column.key, ""))
                ).round()
            taken = source.cast(kind, strict=False)
            columns.append(taken.alias(column.key))
            if column.key in labels and column.kind in _NUMBERS:
                lost.append((source.is_not_null() & taken.is_null()).sum().alias(column.key))
        rows = pl.scan_parquet(self.path)
        rows.select(columns).sink_parquet(target, compression="zstd")
        if lost:
            told.unread.update(rows.select(lost).collect().row(0, named=True))
        return proposal.mapping

    def _from_sheet(self, target: Path, told: Told, tick: Tick) -> dict[str, str | None]:
        with _opened(self.path, self.name) as book:
            table, told.noticed = _best_sheet(book, self.name, self.table, self.given)
            done = 0
            with pq.ParquetWriter(target, self.schema, compression="zstd") as writer:
                for batch in self._batches(table, told):
                    writer.write_batch(batch)
                    done += batch.num_rows
                    tick(done, 0)
            return table.mapping()

    def _batches(self, table: Table, told: Told) -> Iterator[pa.RecordBatch]:
        places = [{column.key: column.index for column in block if column.key} for block in table.blocks]
        units = [
            {column.key: _units(column.label) for column in block if column.key} for block in table.blocks
        ]
        money = {column.key for column in self.table.columns if column.kind == "money"}
        rows: list[list[str]] = []
        numbers: list[int] = []
        keys = [column.key for column in self.table.columns]
        per_block = Counter[int]()
        for block, row in table.raw_records(told):
            place = places[block]
            per_block[block] += 1
            record = [row.text(place[key]) if key in place else "" for key in keys]
            if money:
                record = [
                    _in_yuan(text, units[block].get(key, 1)) if key in money else text
                    for key, text in zip(keys, record, strict=True)
                ]
            rows.append(record)
            numbers.append(row.number)
            if len(rows) >= BATCH:
                yield self._batch(rows, numbers, told)
                rows, numbers = [], []
        if rows:
            yield self._batch(rows, numbers, told)
        told.rows.clear()  # lines of their own
        told.noticed += remarks(table, told, per_block, most=SHOWN)

    def _batch(self, rows: list[list[str]], numbers: list[int], told: Told) -> pa.RecordBatch:
        arrays = [
            _array(values, column, numbers, told)
            for values, column in zip(zip(*rows, strict=True), self.table.columns, strict=True)
        ]
        return pa.record_batch(arrays, schema=self.schema)


def _array(values: tuple[str, ...], column: Column, rows: list[int], told: Told) -> pa.Array:
    if column.kind not in _NUMBERS:
        return pa.array([value or None for value in values], type=pa.string())
    read = [_number(value, column.kind) for value in values]
    for value, number, row in zip(values, read, rows, strict=True):
        if number is None and value.strip(EMPTY):
            told.unreadable(row, column, value)
    return pa.array(read, type=pa.int64())


def _units(label: str) -> int:
    """How many yuan one unit of a column is, as its label says it: 应缴金额（万元）."""
    return 10_000 if "万元" in label else 1000 if "千元" in label else 1


def _in_yuan(text: str, units: int) -> str:
    """An amount in yuan, where its column counts in thousands or ten thousands; what is no amount stays as it is."""
    amount = _amount(text) if units > 1 else None
    return text if amount is None else f"{amount * units:f}"


def _amount(text: str) -> Decimal | None:
    """Yuan from "1,234.50", "￥1234.5元", "-20", "1.2万元"; None where it is no amount of money."""
    found = _MONEY.fullmatch("".join(fold_width(text).replace(",", "").split()))
    if not found or len(found[2].partition(".")[0]) > MOST_DIGITS:
        return None
    return Decimal(f"{found[1]}{found[2]}") * _units(found[3] or "")


def _fen(text: str) -> int | None:
    """An amount of money in fen, half a fen rounded away from nought; None where it is none."""
    amount = _amount(text)
    return None if amount is None else int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _number(text: str, kind: str) -> int | None:
    """202610 from "202610", "2026-10", "2026/10/01", "2026年10月"; 2019 from "2019-03-05"; 63 from "63.0"; fen of money."""
    if kind == "money":
        return _fen(text)
    parts = [part for part in "".join(ch if ch.isdecimal() else " " for ch in text).split() if part]
    if not parts:
        return None
    if kind == "count":
        return int(parts[0]) if len(parts[0]) <= MOST_DIGITS else None
    if len(parts[0]) >= 6:
        return int(parts[0][:6] if kind == "month" else parts[0][:4])
    if kind == "year":
        return int(parts[0]) if len(parts[0]) == 4 else None
    return int(parts[0]) * 100 + int(parts[1]) if len(parts) > 1 and len(parts[0]) == 4 else None


def _best_sheet(
    book: Workbook, name: str, table: StandardTable, given: Mapping[str, str | None]
) -> tuple[Table, list[Remark]]:
    """The sheet that holds the table, and what is said of the others."""
    kind = vocabulary[table.key]
    tables = [
        read_table(sheet, vocabulary, title=name, only=kind, given=given)
        for sheet in book.sheets
        if not sheet.hidden
    ]
    found = [made for made in tables if made.columns]
    if not found:
        raise InvalidInput(
            _("No table was found in this file."), remedy=_("Check that the first rows name the columns.")
        )
    best = max(found, key=lambda made: sum(column.confidence for column in made.columns if column.key))
    return best, unread_sheets(book, found, [best])


def _opened(path: Path, name: str) -> Workbook:
    return open_workbook(path, name=Path(name).stem)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _has(table: StandardTable, key: str) -> bool:
    return any(column.key == key for column in table.columns)


def _missing(table: StandardTable, mapping: Mapping[str, str | None]) -> list[str]:
    used = {key for key in mapping.values() if key}
    return [column.key for column in table.columns if column.required and column.key not in used]
