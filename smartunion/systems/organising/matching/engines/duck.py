"""DuckDB, inside this process: the default engine, right for a city on one machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.engines.base import Row
from smartunion.systems.organising.matching.sqltext import character_class, literal

_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


def quoted(path: Path) -> str:
    """A path as an SQL text literal."""
    return literal(str(path))


# What begins and ends a statement, and many a small one, keeps a single core busy: a second statement beside it takes the other.
_AT_ONCE: Final = 2


class DuckEngine:
    """One DuckDB database without a file, a connection for each thread; spills into scratch when memory runs short."""

    name = "duckdb"
    row_id = "ROW_NUMBER() OVER ()"

    def __init__(self, *, scratch: Path, memory: str, threads: int | None) -> None:
        self.at_once = 1 if threads == 1 else _AT_ONCE
        self._database = duckdb.connect()
        self._mine = threading.local()
        self._little = False
        try:
            self._db.execute(f"SET memory_limit = {literal(memory)}")
        except duckdb.Error as error:
            raise MatchInputError(f"{memory!r} is no amount of memory. Write it as 4GB or 800MB.") from error
        self._db.execute(f"SET temp_directory = {quoted(scratch)}")
        self._db.execute("SET preserve_insertion_order = false")
        self._db.execute("SET enable_progress_bar = false")
        # Nothing is kept after the run, so packing tables tightly at every commit is time lost.
        self._db.execute("SET checkpoint_threshold = '1TB'")
        self._keep_freed_memory()
        if threads:
            self._db.execute(f"SET threads = {int(threads)}")

    @property
    def _db(self) -> duckdb.DuckDBPyConnection:
        """This thread's connection."""
        mine: duckdb.DuckDBPyConnection | None = getattr(self._mine, "db", None)
        if mine is None:
            mine = self._mine.db = self._database.cursor()
            if self._little:
                mine.execute("PRAGMA disable_optimizer")
        return mine

    def _keep_freed_memory(self) -> None:
        """Leave to the allocator when freed memory goes back to the system: at once costs a twentieth of a run."""
        for threshold in ("allocator_flush_threshold", "allocator_bulk_deallocation_flush_threshold"):
            self._db.execute(f"SET {threshold} = '1TB'")
        self._db.execute("SET allocator_background_threads = true")

    def execute(self, sql: str) -> None:
        """Run a statement that gives nothing back."""
        self._db.execute(sql).fetchall()

    def version(self) -> str:
        """The library's version; numbers of texts may differ between versions."""
        return str(duckdb.__version__)

    def columns(self, relation: str) -> tuple[str, ...]:
        """A relation's columns in order."""
        return tuple(str(row[0]) for row in self._db.execute(f"DESCRIBE {relation}").fetchall())

    def attach(self, path: Path, unfit: Exception) -> None:
        """Open a database file under the name `state`; raises unfit when it is none."""
        try:
            self._db.execute(f"ATTACH {quoted(path)} AS state").fetchall()
        except duckdb.Error as error:
            raise unfit from error

    def expect_little(self) -> None:
        """See Engine."""
        self._little = True
        self._mine = threading.local()

    def number_of(self, text: str) -> str:
        """See Engine."""
        return f"CAST(HASH({text}) >> 1 AS BIGINT)"

    def holds_only(self, text: str, characters: frozenset[str]) -> str:
        """See Engine."""
        return f"REGEXP_MATCHES({text}, {literal(f'^[{character_class(characters)}]+$')})"

    def others_in(self, text: str, characters: frozenset[str]) -> str:
        """See Engine."""
        return f"REGEXP_EXTRACT_ALL({text}, {literal(f'[^{character_class(characters)}]')}, 0)"

    def open_parquet(self, relation: str, path: Path) -> tuple[str, ...]:
        """See Engine."""
        return self._open(relation, path, f"read_parquet({quoted(path)})")

    def open_csv(self, relation: str, path: Path, separator: str) -> tuple[str, ...]:
        """See Engine. The file is read once, here."""
        source = (
            f"read_csv({quoted(path)}, header = true, all_varchar = true, delim = '{separator}', quote = '\"', "
            "escape = '\"', null_padding = true, strict_mode = false, auto_detect = false, columns = {columns})"
        )
        columns = _csv_columns(path, separator)
        listed = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
        return self._open(relation, path, source.format(columns="{" + listed + "}"), keep=True)

    def _open(self, relation: str, path: Path, source: str, *, keep: bool = False) -> tuple[str, ...]:
        kind = "TABLE" if keep else "VIEW"
        try:
            self._db.execute(f"CREATE OR REPLACE {kind} {relation} AS SELECT * FROM {source}")
        except duckdb.Error as error:
            raise MatchInputError(
                f"{path.name} cannot be read: {str(error).splitlines()[0]} "
                "Save the table again as Parquet or as CSV in UTF-8 or GB18030."
            ) from error
        return tuple(str(row[0]) for row in self._db.execute(f"DESCRIBE {relation}").fetchall())

    def view(self, relation: str, sql: str) -> None:
        """See Engine."""
        self.execute(f"CREATE OR REPLACE VIEW {relation} AS {sql}")

    def create(self, relation: str, sql: str) -> int:
        """See Engine."""
        made = self.rows(f"CREATE OR REPLACE TABLE {relation} AS {sql}")
        return int(made[0][0] or 0)

    def put(self, relation: str, columns: Mapping[str, str], rows: Sequence[Row]) -> int:
        """See Engine."""
        schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
        data = [[row[place] for row in rows] for place in range(len(schema))]
        table = pa.table(
            [pa.array(column, field.type) for column, field in zip(data, schema, strict=True)], schema
        )
        self._db.register("_put", table)
        self.execute(f"CREATE OR REPLACE TABLE {relation} AS SELECT * FROM _put")
        self._db.unregister("_put")
        return len(rows)

    def rows(self, sql: str) -> list[Row]:
        """See Engine."""
        return self._db.execute(sql).fetchall()

    def count_keys(self, sql: str, key: str) -> tuple[int, int, int]:
        """See Engine. Whole numbers are told apart soonest by sorting them, unless they are in order already.

        Texts are sorted by their hash; only where two are equal they are told apart by what they say.
        """
        numbered = (
            f"SELECT CASE WHEN TYPEOF({key}) = 'BIGINT' THEN TRY_CAST({key} AS BIGINT) "
            f"WHEN {key} IS NOT NULL THEN CAST(HASH({key}) >> 1 AS BIGINT) END AS key_no FROM ({sql}) AS rows_in"
        )
        found = self._db.execute(numbered).fetchnumpy()["key_no"]
        keys = np.ma.compressed(found) if isinstance(found, np.ma.MaskedArray) else found
        if not np.all(keys[1:] > keys[:-1]):
            keys.sort()
        repeated = int(np.count_nonzero(keys[1:] == keys[:-1]))
        if repeated:
            counted = self.rows(
                f"SELECT COUNT(*) - COUNT(DISTINCT {key}) FROM ({sql}) AS rows_in WHERE {key} IS NOT NULL"
            )
            repeated = int(counted[0][0] or 0)
        return len(found), len(keys), len(keys) - repeated

    def sample(self, relation: str, limit: int) -> tuple[list[Row], tuple[str, ...]]:
        """See Engine."""
        result = self._db.execute(f"SELECT * FROM {relation} LIMIT {int(limit)}")
        return result.fetchall(), tuple(column[0] for column in result.description or ())

    def drop(self, relation: str) -> None:
        """See Engine."""
        self.execute(f"DROP TABLE IF EXISTS {relation}")

    def write(self, sql: str, path: Path) -> int:
        """See Engine. Some lists are put in order first and worded afterwards, which sorts less: from here on order is kept."""
        self.execute("SET preserve_insertion_order = true")
        written = self.rows(f"COPY ({sql}) TO {quoted(path)} (FORMAT parquet, COMPRESSION snappy)")
        return int(written[0][0] or 0) if written else 0

    def shown(self, sql: str) -> str:
        """See Engine."""
        return sql

    def close(self) -> None:
        """See Engine."""
        self._db.close()
        self._database.close()


def _csv_columns(path: Path, separator: str) -> list[str]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream, delimiter=separator), [])
    names: list[str] = []
    for position, name in enumerate(header):
        plain = name.strip().strip("\ufeff").lower().replace("'", "")
        names.append(plain if plain and plain not in names else f"column_{position + 1}")
    return names
