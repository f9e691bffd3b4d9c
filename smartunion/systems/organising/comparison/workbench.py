"""DuckDB for the comparison's own sums over the private folder: flat in memory, spilling there."""

from pathlib import Path

import duckdb

from smartunion.systems.organising.matching.sqltext import literal

_MEMORY = "1GB"


def workbench(folder: Path) -> duckdb.DuckDBPyConnection:
    """An empty database that spills into a private folder, since plain personal data must not leave it."""
    db = duckdb.connect()
    db.execute(f"SET memory_limit = {literal(_MEMORY)}")
    db.execute(f"SET temp_directory = {literal(str(folder / 'spilt'))}")
    db.execute("SET enable_progress_bar = false")
    db.execute("SET preserve_insertion_order = false")
    return db
