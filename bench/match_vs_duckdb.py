"""How much longer matching takes than a bare scan and exact-key hash joins of the same files.

    python bench/match_vs_duckdb.py DATA_DIR [DATA_DIR …] [--repeat 3] [--threads 2] [--memory 6GB]

The baseline is the least anybody could do with DuckDB: read every column of the six files into tables and join them on
their codes and ID numbers as they stand, keeping the pairs. It links fewer people and employers, and wrongly; it is
there as a measure of the machine. Every run is a fresh process. Wall time is compared as well as processor time, which
does not change when others use the machine too.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLES = ("market", "unions", "union_units", "members", "social", "tax")
JOINS = {
    "own_employer": "SELECT u.union_id, e.entity_id FROM unions u JOIN market e ON u.unit_code = e.uscc WHERE e.uscc <> ''",
    "listed_employer": "SELECT u.union_id, e.entity_id FROM union_units u JOIN market e ON u.unit_code = e.uscc WHERE e.uscc <> ''",
    "insured_at": "SELECT s.sid, e.entity_id FROM social s JOIN market e ON s.unit_code = e.uscc WHERE e.uscc <> ''",
    "taxpayer": "SELECT t.tax_code, e.entity_id FROM tax t JOIN market e ON t.tax_code = e.uscc WHERE e.uscc <> ''",
    "person": "SELECT m.member_id, s.sid FROM members m JOIN social s ON m.id_no = s.id_no WHERE m.id_no <> ''",
}


def baseline(data_dir: Path, threads: int, memory: str) -> None:
    """Scan and join."""
    import duckdb

    database = duckdb.connect()
    database.execute(f"SET threads = {threads}; SET memory_limit = '{memory}'")
    database.execute("SET checkpoint_threshold = '1TB'; SET preserve_insertion_order = false")
    for name in TABLES:
        parquet = data_dir / f"{name}.parquet"
        source = (
            f"'{parquet}'" if parquet.exists() else f"read_csv('{data_dir / name}.csv', all_varchar = true)"
        )
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")
    for name, sql in JOINS.items():
        database.execute(f"CREATE TABLE {name} AS {sql}")


def matching(data_dir: Path, threads: int, memory: str) -> None:
    """The whole pipeline, lists written."""
    sys.path.insert(0, str(ROOT))
    from smartunion.systems.organising.matching import Options, run

    with tempfile.TemporaryDirectory() as out:
        run(data_dir, out, options=Options(memory=memory, threads=threads))


def measure(work: str, data_dir: Path, options: argparse.Namespace) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in GB of one run in a process of its own."""
    command = [sys.executable, __file__, str(data_dir), "--only", work, "--threads", str(options.threads)]
    command += ["--memory", options.memory]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(shown[0]), float(shown[1]), float(shown[2])


def run_once(work: str, data_dir: Path, options: argparse.Namespace) -> None:
    """What the child process does: work, then print its own cost."""
    started = time.perf_counter()
    {"baseline": baseline, "matching": matching}[work](data_dir, options.threads, options.memory)
    wall = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_048_576)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dirs", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="5GB")
    parser.add_argument("--only", choices=("baseline", "matching"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        run_once(options.only, options.data_dirs[0], options)
        return
    print(f"{'data':<24}{'work':<10}{'wall s':>9}{'cpu s':>9}{'GB':>7}{'wall x':>9}{'cpu x':>8}")
    for data_dir in options.data_dirs:
        best = {}
        for work in ("baseline", "matching"):
            runs = [measure(work, data_dir, options) for _ in range(options.repeat)]
            wall, cpu, memory = (min(column) for column in zip(*runs, strict=True))
            best[work] = wall, cpu
            ratios = f"{wall / best['baseline'][0]:>9.2f}{cpu / best['baseline'][1]:>8.2f}"
            print(f"{data_dir.name:<24}{work:<10}{wall:>9.2f}{cpu:>9.2f}{memory:>7.2f}{ratios}", flush=True)


if __name__ == "__main__":
    main()
