"""A history as Parquet files, one per list, for those who want to look at it without a database."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from smartunion.site.demo.history.events import History


def write_history(history: History, folder: Path) -> dict[str, int]:
    """Write foundings, firm_visits, service_visits, drives and matters; returns rows by file."""
    folder.mkdir(parents=True, exist_ok=True)
    lists: dict[str, Sequence[Any]] = {
        "foundings": history.foundings,
        "firm_visits": history.firm_visits,
        "service_visits": history.service_visits,
        "drives": history.drives,
        "matters": history.matters,
    }
    for name, rows in lists.items():
        pl.DataFrame([asdict(row) for row in rows], infer_schema_length=None).write_parquet(
            folder / f"{name}.parquet"
        )
    return {name: len(rows) for name, rows in lists.items()}
