"""Where the steps run: DuckDB on one machine, Spark on a cluster. Both understand the same step files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from smartunion.systems.organising.matching.engines.base import Engine, EngineMissing, Row, Value

__all__ = ["ENGINES", "Engine", "EngineMissing", "Row", "Value", "open_engine"]

ENGINES: Final = ("duckdb", "spark")


def open_engine(name: str, *, scratch: Path, memory: str, threads: int | None) -> Engine:
    """Start an engine. scratch: folder for what does not fit into memory. Raises EngineMissing."""
    if name == "duckdb":
        from smartunion.systems.organising.matching.engines.duck import DuckEngine

        return DuckEngine(scratch=scratch, memory=memory, threads=threads)
    if name == "spark":
        from smartunion.systems.organising.matching.engines.spark import SparkEngine

        return SparkEngine(scratch=scratch, memory=memory, threads=threads)
    raise EngineMissing(f"There is no engine called {name!r}. Choose one of: {', '.join(ENGINES)}.")
