"""Spark, for a province: the same step files, put into Spark's SQL by sqlglot. Needs pyspark and sqlglot."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.engines.base import EngineMissing, Row
from smartunion.systems.organising.matching.sqltext import literal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {"VARCHAR": "string", "BIGINT": "bigint", "DOUBLE": "double"}

#: Unicode blanks, as DuckDB takes them off.
_BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def _session(memory: str, threads: int | None) -> SparkSession:
    try:
        import sqlglot  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing(
            f"The engine spark needs pyspark and sqlglot, and {error.name} is not installed. Install both with "
            "`pip install pyspark sqlglot` (Java 17 or newer is needed as well), or use --engine duckdb."
        ) from error
    builder = SparkSession.builder.appName("smartunion match")
    settings = {
        "spark.driver.memory": memory.lower().replace("gb", "g").replace("mb", "m"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.shuffle.partitions": "32",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    # On a cluster the master comes from spark-submit or SPARK_REMOTE; alone it is this machine.
    session = (
        builder.getOrCreate() if _has_master() else builder.master(f"local[{threads or '*'}]").getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _has_master() -> bool:
    from pyspark import SparkConf

    return SparkConf().get("spark.master") is not None


class SparkEngine:
    """One Spark session. Each step's result is written to scratch as Parquet, so that nothing is computed twice."""

    name = "spark"
    row_id = "MONOTONICALLY_INCREASING_ID()"
    at_once = 1

    def __init__(self, *, scratch: Path, memory: str, threads: int | None) -> None:
        self._spark = _session(memory, threads)
        self._scratch = scratch / "steps"
        self._scratch.mkdir(parents=True, exist_ok=True)

    def expect_little(self) -> None:
        """See Engine. Spark's own planning is a small part of starting a step."""

    def number_of(self, text: str) -> str:
        """See Engine."""
        return f"XXHASH64({text})"

    def holds_only(self, text: str, characters: frozenset[str]) -> str:
        """See Engine. Java tries the ranges of a class one after the other; TRANSLATE looks each character up."""
        return f"({text} <> '' AND {_without(text, characters)} = '')"

    def others_in(self, text: str, characters: frozenset[str]) -> str:
        """See Engine."""
        return f"STRING_SPLIT({_without(text, characters)}, '')"

    def open_parquet(self, relation: str, path: Path) -> tuple[str, ...]:
        """See Engine."""
        return self._open(relation, path, lambda: self._spark.read.parquet(str(path)))

    def open_csv(self, relation: str, path: Path, separator: str) -> tuple[str, ...]:
        """See Engine."""
        reader = self._spark.read.options(header=True, sep=separator, quote='"', escape='"', multiLine=True)
        return self._open(relation, path, lambda: reader.csv(str(path)))

    def _open(self, relation: str, path: Path, read: Callable[[], DataFrame]) -> tuple[str, ...]:
        from pyspark.errors import PySparkException

        try:
            frame: DataFrame = read()
        except PySparkException as error:
            raise MatchInputError(
                f"{path.name} cannot be read: {str(error).splitlines()[0]} "
                "Save the table again as Parquet or as CSV in UTF-8 or GB18030."
            ) from error
        names = [name.strip().strip("\ufeff").lower() for name in frame.columns]
        frame.toDF(*names).createOrReplaceTempView(relation)
        return tuple(names)

    def view(self, relation: str, sql: str) -> None:
        """See Engine."""
        self._query(sql).createOrReplaceTempView(relation)

    def create(self, relation: str, sql: str) -> int:
        """See Engine."""
        self._keep(relation, self._query(sql))
        return int(self._spark.table(relation).count())

    def put(self, relation: str, columns: Mapping[str, str], rows: Sequence[Row]) -> int:
        """See Engine."""
        schema = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in columns.items())
        self._keep(relation, self._spark.createDataFrame([tuple(row) for row in rows], schema))
        return len(rows)

    def rows(self, sql: str) -> list[Row]:
        """See Engine."""
        return [tuple(row) for row in self._query(sql).collect()]

    def count_keys(self, sql: str, key: str) -> tuple[int, int, int]:
        """See Engine."""
        counted = self.rows(f"SELECT COUNT(*), COUNT({key}), COUNT(DISTINCT {key}) FROM ({sql}) AS rows_in")[
            0
        ]
        return int(counted[0] or 0), int(counted[1] or 0), int(counted[2] or 0)

    def sample(self, relation: str, limit: int) -> tuple[list[Row], tuple[str, ...]]:
        """See Engine."""
        frame = self._spark.table(relation)
        return [tuple(row) for row in frame.limit(limit).collect()], tuple(frame.columns)

    def drop(self, relation: str) -> None:
        """See Engine."""
        self._spark.catalog.dropTempView(relation)
        shutil.rmtree(self._scratch / relation, ignore_errors=True)

    def write(self, sql: str, path: Path) -> int:
        """See Engine."""
        folder = path.with_suffix(".spark")
        self._query(sql).coalesce(1).write.mode("overwrite").parquet(str(folder))
        part = next(folder.glob("part-*.parquet"))
        part.replace(path)
        shutil.rmtree(folder)
        return int(self._spark.read.parquet(str(path)).count())

    def shown(self, sql: str) -> str:
        """See Engine."""
        return _in_spark(sql, pretty=True)

    def close(self) -> None:
        """See Engine."""
        self._spark.stop()

    def _query(self, sql: str) -> DataFrame:
        return self._spark.sql(_in_spark(sql))

    def _keep(self, relation: str, frame: DataFrame) -> None:
        path = str(self._scratch / relation)
        frame.write.mode("overwrite").parquet(path)
        self._spark.read.parquet(path).createOrReplaceTempView(relation)


def _without(text: str, characters: frozenset[str]) -> str:
    return f"TRANSLATE({text}, {literal(''.join(sorted(characters)))}, '')"


def _in_spark(sql: str, *, pretty: bool = False) -> str:
    """DuckDB's SQL in Spark's words. TRIM takes every kind of blank off in DuckDB but only U+0020 in Spark."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="duckdb")
    for trim in tree.find_all(exp.Trim):
        if trim.args.get("expression") is None:
            trim.set("expression", exp.Literal.string(_BLANKS))
            trim.set("position", "BOTH")
    return str(tree.sql(dialect="spark", pretty=pretty))
