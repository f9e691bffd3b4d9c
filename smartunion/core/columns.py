"""Reading very many rows at once, as columns: COPY on PostgreSQL, a bare cursor on SQLite.

Five to ten times as fast as iterating over a queryset, because neither model instances nor Python rows are made. Values come
as the database keeps them: sealed ones stay sealed (`KeyRing.open_many`), missing ones are null.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from django.db import connection
from django.db.models import QuerySet

#: Rows of a batch on SQLite; bytes of one on PostgreSQL.
_ROWS, _BYTES = 20_000, 4 << 20


def batches(rows: "QuerySet[Any, tuple[Any, ...]]", schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of a `values_list()`, in its order, as batches of the schema.

    schema: one field a column: string, int32, int64, float64, bool, date32, or binary for sealed values. Nothing for no rows.
    """
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":
        yield from _copied(sql, params, schema)
    else:
        yield from _fetched(sql, params, schema)


def write(rows: "QuerySet[Any, tuple[Any, ...]]", schema: pa.Schema, target: Path) -> int:
    """Write the rows of a `values_list()` as a Parquet file; returns how many."""
    return write_batches(batches(rows, schema), schema, target)


def write_batches(found: Iterator[pa.RecordBatch], schema: pa.Schema, target: Path) -> int:
    """Write batches as a Parquet file, which is there without rows too; returns how many."""
    count = 0
    with pq.ParquetWriter(
        target, schema, compression="none", use_dictionary=False, write_statistics=False
    ) as writer:
        for batch in found:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _copied(sql: str, params: Sequence[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    text = pa.schema([(f.name, pa.string() if pa.types.is_binary(f.type) else f.type) for f in schema])
    sealed = [at for at, field in enumerate(schema) if pa.types.is_binary(field.type)]
    with connection.cursor() as cursor:
        statement = f"COPY ({connection.ops.compose_sql(sql, params)}) TO STDOUT (FORMAT csv)"  # type: ignore[attr-defined]
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            pieces = _Pieces(iter(copy))
            if not pieces.peek():
                return
            read = pc.open_csv(
                pa.PythonFile(pieces, mode="r"),
                read_options=pc.ReadOptions(column_names=text.names, block_size=_BYTES, use_threads=False),
                parse_options=pc.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert_options=pc.ConvertOptions(
                    column_types=text, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
                    true_values=["t"], false_values=["f"],
                ),
            )  # fmt: skip
            for batch in read:
                yield _unhexed(batch, sealed, schema) if sealed else batch


def _unhexed(batch: pa.RecordBatch, sealed: Sequence[int], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(batch.columns)
    for at in sealed:
        values = columns[at].to_pylist()
        columns[at] = pa.array([v and bytes.fromhex(v[2:]) for v in values], pa.binary())
    return pa.record_batch(columns, schema=schema)


def _fetched(sql: str, params: Sequence[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_ROWS):
            yield pa.record_batch(
                [_array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)],
                schema=schema,
            )  # fmt: skip


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """SQLite keeps days as text and truth as numbers."""
    if pa.types.is_date(kind):
        return pa.array(
            [v if v is None or isinstance(v, date) else date.fromisoformat(v) for v in values], kind
        )
    if pa.types.is_boolean(kind):
        return pa.array([None if v is None else bool(v) for v in values], kind)
    return pa.array(values, kind)


class _Pieces(io.RawIOBase):
    """What a COPY sends, as a file to read."""

    def __init__(self, pieces: Iterator[Any]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """What comes next; b"" at the end."""
        if not self._rest:
            self._rest = b"".join(islice(self._pieces, 5000))
        return self._rest

    def read(self, size: int = -1) -> bytes:
        parts, missing = [], size if size >= 0 else 1 << 62
        while missing > 0 and self.peek():
            part, self._rest = self._rest[:missing], self._rest[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
