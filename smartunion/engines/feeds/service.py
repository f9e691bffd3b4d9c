"""The front door of feeds: which snapshots hold, and their tables as plain files for a comparison."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from smartunion.core.files.intake import private_folder, stream
from smartunion.engines.feeds import differences
from smartunion.engines.feeds.following import follow
from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind

__all__ = [
    "differences",
    "drawn",
    "follow",
    "latest",
    "lineage_of",
    "month_of",
    "months",
    "opened",
    "text",
    "write_snapshot",
    "write_table",
    "write_tables",
]


def latest(path: str) -> dict[str, Snapshot]:
    """The newest ready snapshot of each table that covers the federation at `path`: its own or one from above.

    A federation's own snapshot wins over one of a federation above it of the same date.
    """
    found: dict[str, Snapshot] = {}
    ready = Snapshot.objects.filter(state=SnapshotState.READY, parquet__isnull=False).select_related(
        "parquet"
    )
    for snapshot in ready.order_by("as_of", "path", "pk"):
        if path.startswith(snapshot.path):
            found[snapshot.table] = snapshot
    return found


def write_tables(path: str, folder: Path) -> dict[str, int]:
    """Write each table as plain Parquet into a private folder; returns table → snapshot id."""
    written: dict[str, int] = {}
    for table, snapshot in latest(path).items():
        _write(snapshot, folder / f"{table}.parquet")
        written[table] = snapshot.pk
    return written


def write_table(path: str, table: str, target: Path) -> Snapshot | None:
    """Write one table as plain Parquet to a file in a private folder; None when no snapshot covers the federation."""
    snapshot = latest(path).get(table)
    if snapshot is not None:
        _write(snapshot, target)
    return snapshot


def write_snapshot(snapshot: Snapshot, target: Path) -> None:
    """Write one snapshot that is ready as plain Parquet to a file in a private folder."""
    _write(snapshot, target)


@contextmanager
def opened(snapshot: Snapshot, size: int) -> Iterator[Iterator[list[dict[str, Any]]]]:
    """The rows of a snapshot that is ready, at most `size` at a time, by the columns of its standard table."""
    with private_folder() as folder:
        target = folder / "extract.parquet"
        _write(snapshot, target)
        with pq.ParquetFile(target) as file:
            yield (batch.to_pylist() for batch in file.iter_batches(size))


def text(row: Mapping[str, Any], key: str) -> str:
    """What a row says in a column, without blanks around it; "" where it says nothing."""
    return str(row.get(key) or "").strip()


def _write(snapshot: Snapshot, target: Path) -> None:
    assert snapshot.parquet is not None, "latest() gives only those with a table"
    with target.open("wb") as out:
        for chunk in stream(snapshot.parquet):
            out.write(chunk)


def month_of(path: str) -> str:
    """Month of the social-insurance snapshot in force, as 2026-10; "" when there is none."""
    snapshot = latest(path).get(TableKind.SOCIAL)
    as_of: date | None = snapshot.as_of if snapshot else None
    return f"{as_of:%Y-%m}" if as_of else ""


def months(inputs: dict[str, int]) -> dict[str, str]:
    """Table → month of its snapshot, as 2026-10. inputs: table → snapshot id, as `write_tables` gives it."""
    rows = Snapshot.objects.filter(pk__in=list(inputs.values())).values_list("table", "as_of")
    return {table: f"{as_of:%Y-%m}" for table, as_of in rows}


def drawn(inputs: dict[str, int]) -> dict[str, tuple[int, date]]:
    """Table → (snapshot id, day it was drawn), as a comparison's differences name them."""
    rows = Snapshot.objects.filter(pk__in=list(inputs.values())).values_list("table", "pk", "as_of")
    return {table: (pk, as_of) for table, pk, as_of in rows}


def lineage_of(keys: Iterable[int]) -> dict[int, Snapshot]:
    """Snapshots by id with their source, for showing what a comparison was made from; retired ones too."""
    return {row.pk: row for row in Snapshot.objects.filter(pk__in=list(keys)).select_related("source")}
