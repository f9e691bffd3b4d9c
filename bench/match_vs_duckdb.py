"""How much longer matching takes than a bare scan and exact-key hash joins of the same files.

    python bench/match_vs_duckdb.py DATA_DIR [DATA_DIR …] [--next NEXT_MONTH_DIR] [--csv CSV_DIR] [--repeat 3]
                                    [--threads 2] [--memory 5GB]

The baseline is the least anybody could do with DuckDB: read every column of the six files into tables and join them on
their codes and ID numbers as they stand, keeping the pairs. It links fewer people and employers, and wrongly; it is
there as a measure of the machine. Every run is a fresh process. Wall time is compared as well as processor time, which
does not change when others use the machine too.

--csv: the first DATA_DIR's tables as CSV, compared with the Parquet run. --next: the first DATA_DIR a month later: a run
with the state kept from the first month, beside a full run of the same files and beside what reading and digesting the
rows alone costs; the lists of both runs are compared row by row. Where DATA_DIR has truth/, the lists are scored.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import clocks

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
TABLES = ("market", "unions", "union_units", "members", "social", "tax")
JOINS = {
    "own_employer": "SELECT u.union_id, e.entity_id FROM unions u JOIN market e ON u.unit_code = e.uscc WHERE e.uscc <> ''",
    "listed_employer": "SELECT u.union_id, e.entity_id FROM union_units u JOIN market e ON u.unit_code = e.uscc WHERE e.uscc <> ''",
    "insured_at": "SELECT s.sid, e.entity_id FROM social s JOIN market e ON s.unit_code = e.uscc WHERE e.uscc <> ''",
    "taxpayer": "SELECT t.tax_code, e.entity_id FROM tax t JOIN market e ON t.tax_code = e.uscc WHERE e.uscc <> ''",
    "person": "SELECT m.member_id, s.sid FROM members m JOIN social s ON m.id_no = s.id_no WHERE m.id_no <> ''",
}


@dataclass(frozen=True)
class Cost:
    """Wall seconds, processor seconds, peak memory in GB."""

    wall: float
    cpu: float
    memory: float


def baseline(options: argparse.Namespace) -> None:
    """Scan and join."""
    database = _database(options)
    for name in TABLES:
        database.execute(
            f"CREATE TABLE {name} AS SELECT * FROM {_source(options.data_dirs[0], name)}"
        ).fetchall()
    for name, sql in JOINS.items():
        database.execute(f"CREATE TABLE {name} AS {sql}").fetchall()


def floor(options: argparse.Namespace) -> None:
    """The least a run on changes can do: read and digest the columns matching needs, nothing compared, nothing kept."""
    from smartunion.systems.organising.matching.contract import TABLES as SPECS

    database = _database(options)
    for name in TABLES:
        columns = ", ".join(SPECS[name].needed)
        source = _source(options.data_dirs[0], name)
        database.execute(f"SELECT BIT_XOR(HASH({columns})) FROM {source}").fetchall()


def matching(options: argparse.Namespace) -> None:
    """The whole pipeline, lists written."""
    from smartunion.systems.organising.matching import Options, run

    tuned = Options(memory=options.memory, threads=options.threads)
    run(options.data_dirs[0], options.out, options=tuned, state_dir=options.state)


WORKS = {"baseline": baseline, "matching": matching, "floor": floor}


def _database(options: argparse.Namespace):  # type: ignore[no-untyped-def]
    import duckdb

    database = duckdb.connect()
    database.execute(f"SET threads = {options.threads}; SET memory_limit = '{options.memory}'").fetchall()
    database.execute("SET checkpoint_threshold = '1TB'; SET preserve_insertion_order = false").fetchall()
    return database


def _source(folder: Path, name: str) -> str:
    parquet = folder / f"{name}.parquet"
    return f"'{parquet}'" if parquet.exists() else f"read_csv('{folder / name}.csv', all_varchar = true)"


def measure(work: str, data_dir: Path, options: argparse.Namespace, out: Path, **more: Path) -> Cost:
    """The cheapest of several runs, each in a process of its own."""
    command = [sys.executable, __file__, str(data_dir), "--only", work, "--out", str(out)]
    command += ["--threads", str(options.threads), "--memory", options.memory]
    for name, path in more.items():
        command += [f"--{name}", str(path)]
    runs = []
    for _ in range(1 if "state" in more else options.repeat):
        shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        runs.append(Cost(*map(float, shown[-3:])))
    return Cost(*(min(values) for values in zip(*((r.wall, r.cpu, r.memory) for r in runs), strict=True)))


def run_once(options: argparse.Namespace) -> None:
    """What the child process does: work, then print its own cost."""
    started = time.perf_counter()
    WORKS[options.only](options)
    wall = time.perf_counter() - started
    print(wall, clocks.now().own, clocks.peak_mb() / 1024)


def show(data: str, work: str, cost: Cost, beside: Cost | None = None) -> Cost:
    """One line of the table."""
    beside = beside or cost
    ratios = f"{cost.wall / beside.wall:>9.2f}{cost.cpu / beside.cpu:>8.2f}"
    print(f"{data:<24}{work:<26}{cost.wall:>9.2f}{cost.cpu:>9.2f}{cost.memory:>7.2f}{ratios}", flush=True)
    return cost


def same_lists(one: Path, other: Path) -> str:
    """Whether two folders hold the same lists, rows in the same order."""
    import pyarrow.parquet as pq

    from smartunion.systems.organising.matching import LISTS

    differ = [
        name
        for name in LISTS
        if not pq.read_table(one / f"{name}.parquet").equals(pq.read_table(other / f"{name}.parquet"))
    ]
    return f"lists that differ: {', '.join(differ)}" if differ else f"all {len(LISTS)} lists identical"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dirs", type=Path, nargs="+")
    parser.add_argument("--next", type=Path)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="5GB")
    for name in ("out", "state"):
        parser.add_argument(f"--{name}", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=WORKS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        run_once(options)
        return
    with tempfile.TemporaryDirectory(prefix="match-bench-") as scratch:
        compare(options, Path(scratch))


def compare(options: argparse.Namespace, scratch: Path) -> None:
    """Every line of the table; each is compared with the line its ratio names."""
    from smartunion.systems.organising.matching import score_lists
    from smartunion.systems.organising.matching.scoring import table_of

    print(f"{'data':<24}{'work':<26}{'wall s':>9}{'cpu s':>9}{'GB':>7}{'wall x':>9}{'cpu x':>8}")
    first = options.data_dirs[0]
    for data_dir in options.data_dirs:
        bare = show(data_dir.name, "baseline", measure("baseline", data_dir, options, scratch))
        out = scratch / f"out-{data_dir.name}"
        full = show(data_dir.name, "matching / baseline", measure("matching", data_dir, options, out), bare)
        if data_dir == first and options.csv:
            cost = measure("matching", options.csv, options, scratch / "csv")
            show(options.csv.name, "CSV / Parquet", cost, full)
            print(f"{'':<24}{same_lists(out, scratch / 'csv')}")
        if (data_dir / "truth").is_dir():
            print(table_of(score_lists(out, data_dir / "truth")))
    if options.next:
        state, out, again = scratch / "state", scratch / "changes", scratch / "full"
        show(
            first.name,
            "matching, state written",
            measure("matching", first, options, scratch / "first", state=state),
        )
        full = show(options.next.name, "matching, full", measure("matching", options.next, options, again))
        least = measure("floor", options.next, options, scratch)
        show(options.next.name, "read and digest / full", least, full)
        cost = measure("matching", options.next, options, out, state=state)
        show(options.next.name, "matching, changes / full", cost, full)
        print(f"{'':<24}{same_lists(out, again)}")
        shutil.rmtree(state)


if __name__ == "__main__":
    main()
