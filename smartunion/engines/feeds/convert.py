"""A department's file as a standard table: columns found by label, rows streamed into Parquet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.intake import keeping
from smartunion.core.files.models import StoredFile
from smartunion.core.tables.reading import LeftOut, Table, read_table
from smartunion.core.tables.vocabulary import vocabulary
from smartunion.core.tables.workbook import Workbook, open_workbook
from smartunion.engines.feeds.quality import report as quality_report
from smartunion.engines.feeds.standard import Column, StandardTable

BATCH = 50_000
SURE = 0.75
_NUMBERS = {"count", "year", "month"}
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


@dataclass
class Converted:
    """A finished conversion; `store` keeps the Parquet file sealed."""

    rows: int
    mapping: dict[str, str | None]
    report: dict[str, Any]
    left_out: dict[str, int]
    parquet: Path

    def store(self, *, actor: Actor, name: str, at: datetime) -> StoredFile:
        """Keep the table as a sealed file."""
        media = "application/vnd.apache.parquet"
        kept = keeping(actor=actor, name=name, media_type=media, purpose="snapshot", at=at)
        with kept as (stored, out), self.parquet.open("rb") as source:
            while chunk := source.read(1 << 20):
                out.write(chunk)
        return stored


def propose(path: Path, name: str, table: StandardTable, given: Mapping[str, str | None]) -> Proposal:
    """Understand the file's columns. Raises InvalidInput when it is no table."""
    if _is_parquet(path):
        have = pl.scan_parquet(path).collect_schema().names()
        mapping = {label: given.get(label, label if _has(table, label) else None) for label in have}
        return Proposal(mapping, dict.fromkeys(have, 1.0), _missing(table, mapping))
    with _opened(path, name) as book:
        found = _best_sheet(book, name, table, given)
        mapping = {column.label: column.key or None for column in found.columns if column.label}
        sure = {column.label: column.confidence for column in found.columns if column.label}
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
        left_out: dict[str, int] = {}
        if _is_parquet(self.path):
            mapping = self._from_parquet(target)
        else:
            mapping = self._from_sheet(target, left_out, tick)
        frame = pl.read_parquet(target)
        return Converted(frame.height, mapping, quality_report(frame, self.table), left_out, target)

    def _from_parquet(self, target: Path) -> dict[str, str | None]:
        proposal = propose(self.path, self.name, self.table, self.given)
        labels = {key: label for label, key in proposal.mapping.items() if key}
        columns = []
        for column in self.table.columns:
            kind = pl.Int64 if column.kind in _NUMBERS else pl.String
            source = pl.col(labels[column.key]) if column.key in labels else pl.lit(None)
            columns.append(source.cast(kind, strict=False).alias(column.key))
        pl.scan_parquet(self.path).select(columns).sink_parquet(target, compression="zstd")
        return proposal.mapping

    def _from_sheet(self, target: Path, left_out: dict[str, int], tick: Tick) -> dict[str, str | None]:
        with _opened(self.path, self.name) as book:
            table = _best_sheet(book, self.name, self.table, self.given)
            kept = LeftOut()
            done = 0
            with pq.ParquetWriter(target, self.schema, compression="zstd") as writer:
                for batch in self._batches(table, kept):
                    writer.write_batch(batch)
                    done += batch.num_rows
                    tick(done, 0)
            left_out.update({kind.name.lower(): number for kind, number in kept.counts.items()})
            return {column.label: column.key or None for column in table.columns if column.label}

    def _batches(self, table: Table, left_out: LeftOut) -> Iterator[pa.RecordBatch]:
        places = [{column.key: column.index for column in block if column.key} for block in table.blocks]
        rows: list[list[str]] = []
        keys = [column.key for column in self.table.columns]
        for block, row in table.raw_records(left_out):
            place = places[block]
            rows.append([row.text(place[key]) if key in place else "" for key in keys])
            if len(rows) >= BATCH:
                yield self._batch(rows)
                rows = []
        if rows:
            yield self._batch(rows)

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        arrays = [
            _array(values, column)
            for values, column in zip(zip(*rows, strict=True), self.table.columns, strict=True)
        ]
        return pa.record_batch(arrays, schema=self.schema)


def _array(values: tuple[str, ...], column: Column) -> pa.Array:
    if column.kind not in _NUMBERS:
        return pa.array([value or None for value in values], type=pa.string())
    return pa.array([_number(value, column.kind) for value in values], type=pa.int64())


def _number(text: str, kind: str) -> int | None:
    """202610 from "202610", "2026-10", "2026/10/01", "2026年10月"; 2019 from "2019-03-05"; 63 from "63.0"."""
    parts = [part for part in "".join(ch if ch.isdigit() else " " for ch in text).split() if part]
    if not parts:
        return None
    if kind == "count":
        return int(parts[0])
    if len(parts[0]) >= 6:
        return int(parts[0][:6] if kind == "month" else parts[0][:4])
    if kind == "year":
        return int(parts[0]) if len(parts[0]) == 4 else None
    return int(parts[0]) * 100 + int(parts[1]) if len(parts) > 1 and len(parts[0]) == 4 else None


def _best_sheet(book: Workbook, name: str, table: StandardTable, given: Mapping[str, str | None]) -> Table:
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
    return max(found, key=lambda made: sum(column.confidence for column in made.columns if column.key))


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
