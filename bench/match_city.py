"""Write the extracts of a whole city, or of a share or multiple of it, for the matching benches.

    python bench/match_city.py OUT_DIR [--share 1] [--times 1] [--format parquet|csv|csv-gb18030] [--month 202610] [--seed 1]

share: 0.1 makes a tenth of every table of the demo's city; places, names and errors are the city's. A month later
(--month 202611) about one row in a hundred has changed. The whole takes two minutes and 4 GB. times: so many cities of
different seeds in one set of Parquet files, their numbers told apart, as a province would send them; firms of one name
are then more frequent than in any city, so that such files are for time and memory, not for F1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smartunion.site.demo.extracts.make import pieces
from smartunion.site.demo.extracts.write import FORMATS, write
from smartunion.site.demo.world import BASE_MONTH, SIZES, build
from smartunion.site.demo.world.evolve import later, months_between

#: What numbers the rows of a table, and so must differ between cities.
TEXTS, NUMBERS = ("union_id", "parent_id", "entity_id", "unit_no"), ("member_id", "sid")


def put_together(folders: Sequence[Path], out: Path) -> None:
    """Every table of several folders as one, truth included; numbers of the second city begin with B, or are larger."""
    import duckdb

    for first in sorted(folders[0].rglob("*.parquet")):
        name = first.relative_to(folders[0])
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        columns = [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{first}'").fetchall()]
        told = []
        for place, folder in enumerate(folders):
            sign = chr(ord("A") + place)
            kept = [
                f"CASE WHEN {c} <> '' THEN '{sign}' || {c} ELSE {c} END AS {c}" for c in columns if c in TEXTS
            ]
            kept += [f"{c} + {place * 10**10} AS {c}" for c in columns if c in NUMBERS]
            replaced = f" REPLACE ({', '.join(kept)})" if kept else ""
            told.append(f"SELECT *{replaced} FROM '{folder / name}'")
        written = duckdb.execute(
            f"COPY ({' UNION ALL '.join(told)}) TO '{out / name}' (FORMAT parquet)"
        ).fetchall()
        print(f"{name.with_suffix('').as_posix():24}{written[0][0]:>12,}")


def write_several(options: argparse.Namespace) -> None:
    """One city after the other, each in a process of its own that gives its memory back, and then all in one."""
    with tempfile.TemporaryDirectory(prefix="match-city-", dir=options.out.parent) as scratch:
        folders = [Path(scratch) / str(place) for place in range(options.times)]
        for place, folder in enumerate(folders):
            command = [sys.executable, __file__, str(folder), "--seed", str(options.seed + place)]
            command += ["--share", str(options.share), "--month", str(options.month)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        put_together(folders, options.out)


def main() -> None:
    """Entry."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    parser.add_argument("--month", type=int, default=BASE_MONTH)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.times > 1:
        if options.format != "parquet":
            parser.error("--times writes Parquet alone.")
        write_several(options)
        return
    city = SIZES["city"]
    counts = {
        name: round(value * options.share) for name, value in vars(city).items() if isinstance(value, int)
    }
    SIZES["city"] = replace(city, **counts)
    world = later(build("city", options.seed, None), months_between(options.month))
    for name, rows in write(pieces(world, 1.0), options.out, options.format).items():
        print(f"{name:24}{rows:>12,}")


if __name__ == "__main__":
    main()
