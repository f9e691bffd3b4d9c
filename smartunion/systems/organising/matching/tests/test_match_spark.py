"""Spark runs the same steps and gives the same lists; left out where pyspark is not installed."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from smartunion.systems.organising.matching import LISTS, Options, run
from smartunion.systems.organising.matching.tests.noisy_world import Maker, write

pytest.importorskip("pyspark")
pytest.importorskip("sqlglot")


def test_spark_gives_the_lists_of_duckdb(tmp_path: Path) -> None:
    write(Maker(1, 60, 1.0).make(), tmp_path / "data")
    options = Options(memory="1GB", threads=2)
    for engine in ("duckdb", "spark"):
        run(tmp_path / "data", tmp_path / engine, engine, options=options)

    for name in LISTS:
        ours, theirs = (
            pq.read_table(tmp_path / engine / f"{name}.parquet") for engine in ("duckdb", "spark")
        )
        assert ours.schema.names == theirs.schema.names, name
        assert ours.schema.types == theirs.schema.types, name
        assert ours.to_pylist() == theirs.to_pylist(), name
