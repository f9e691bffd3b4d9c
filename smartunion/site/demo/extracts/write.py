"""Writing extracts to a folder: Parquet, or CSV in UTF-8 or GB18030, and the truth beside them."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

FORMATS = ("parquet", "csv", "csv-gb18030")
_ROWS_AT_ONCE = 200_000


def write(pieces: Iterable[tuple[str, pl.DataFrame]], folder: Path, form: str = "parquet") -> dict[str, int]:
    """Write every table to folder and every list ("truth/…") to folder/truth; returns rows by name.

    form: one of FORMATS; the truth is always Parquet. Files of the same name are replaced.
    """
    if form not in FORMATS:
        raise ValueError(f"{form} is not one of {', '.join(FORMATS)}.")
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    for name, table in pieces:
        rows[name] = len(table)
        if form == "parquet" or name.startswith("truth/"):
            table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=3)
        elif form == "csv":
            table.write_csv(folder / f"{name}.csv")
        else:
            _write_gb18030(table, folder / f"{name}.csv")
        del table
    return rows


def _write_gb18030(table: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as file:
        for start in range(0, max(len(table), 1), _ROWS_AT_ONCE):
            part = table.slice(start, _ROWS_AT_ONCE).write_csv(include_header=start == 0)
            file.write(part.encode("gb18030"))
