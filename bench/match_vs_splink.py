"""How matching compares with a well-tuned Splink 5 model on the same files: F1 of every list, seconds, memory.

    python bench/match_vs_splink.py DATA_DIR [DATA_DIR …] [--threads 2] [--memory 6GB] [--pairs 1e7] [--head 4]
                                    [--tail 5] [--repeat 1]

DATA_DIR needs a folder `truth`, as `demo_extracts` writes it. The model is in splink_rival.py. Both run in a process of
their own with the same threads and memory; of `--repeat` runs the quickest counts. Splink's thresholds are searched for
on the truth afterwards, outside the measured time, so that its F1 is the best its model can reach.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clocks

ROOT = Path(__file__).parents[1]
LISTS = ("links", "persons", "no_union_25", "no_union_100", "moved_members", "not_members", "closed_unions")
GRID = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def ours(data_dir: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Our pipeline, lists written."""
    sys.path.insert(0, str(ROOT))
    from smartunion.systems.organising.matching import Options, run
    from smartunion.systems.organising.matching.scoring import score_lists

    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        run(data_dir, out, options=Options(memory=options.memory, threads=options.threads))
        cost = _cost(started)
        scores = {score.name: score.f1 for score in score_lists(Path(out), data_dir / "truth")}
    return {**cost, "f1": scores, "detail": ""}


def splink(data_dir: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The rival: models, then lists in SQL at the best thresholds; the search for those is not counted."""
    import duckdb
    from splink_rival import Blocks, Thresholds, lists, predictions

    with tempfile.TemporaryDirectory() as scratch:
        database = duckdb.connect()
        database.execute(f"SET threads = {options.threads}; SET memory_limit = '{options.memory}'")
        database.execute(f"SET preserve_insertion_order = false; SET temp_directory = '{scratch}'")
        started = time.perf_counter()
        blocks = Blocks(options.head, options.tail)
        parts = predictions(database, data_dir, options.pairs, blocks)
        written = time.perf_counter()
        for name, sql in lists(database, Thresholds()).items():
            database.execute(f"COPY ({sql}) TO '{scratch}/{name}.parquet' (FORMAT parquet)")
        parts["lists"] = time.perf_counter() - written
        cost = _cost(started)
        best, scores = _search(database, data_dir / "truth")
    detail = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in parts.items())
    return {**cost, "f1": scores, "detail": f"{detail}; best thresholds {best}"}


def _search(database: Any, truth: Path) -> tuple[Any, dict[str, float]]:
    """One threshold after the other, twice round: the three that give the best mean F1 of the lists."""
    from splink_rival import Thresholds

    best, scores = Thresholds(), _score(database, truth, Thresholds())
    for field in ("links", "accounts", "persons", "links", "accounts"):
        for value in GRID:
            candidate = Thresholds(**{**best.__dict__, field: value})
            found = _score(database, truth, candidate)
            if sum(found.values()) > sum(scores.values()):
                best, scores = candidate, found
    return best, scores


def _score(database: Any, truth: Path, limits: Any) -> dict[str, float]:
    from splink_rival import lists

    scores = {}
    for name, sql in lists(database, limits).items():
        found, true, hits = database.execute(
            f"""WITH f AS MATERIALIZED (SELECT DISTINCT * FROM ({sql})), t AS (SELECT * FROM '{truth}/{name}.parquet')
                SELECT (SELECT count(*) FROM f), (SELECT count(*) FROM t), (SELECT count(*) FROM f NATURAL JOIN t)"""
        ).fetchall()[0]
        scores[name] = 2 * hits / (found + true) if found + true else 1.0
    return scores


def _cost(started: float) -> dict[str, float]:
    wall = time.perf_counter() - started
    return {"wall": wall, "cpu": clocks.now().own, "memory": clocks.peak_mb() / 1024}


def measure(work: str, data_dir: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The quickest of --repeat runs, each in a process of its own."""
    command = [sys.executable, __file__, str(data_dir), "--only", work, "--threads", str(options.threads)]
    command += ["--memory", options.memory, "--pairs", str(options.pairs)]
    command += ["--head", str(options.head), "--tail", str(options.tail)]
    runs = [
        json.loads(
            subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
        )
        for _ in range(options.repeat)
    ]
    return min(runs, key=lambda run: float(run["wall"]))


def table(name: str, mine: dict[str, Any], rival: dict[str, Any]) -> Iterator[str]:
    """The comparison as lines of text."""
    yield f"{name}: {'':<20}{'ours':>10}{'Splink 5':>10}{'ratio':>9}"
    for item in LISTS:
        one, other = mine["f1"].get(item, 0.0), rival["f1"].get(item, 0.0)
        said = "ahead" if one > other else "level" if one == other else "BEHIND"
        yield f"{name}: {'F1 ' + item:<20}{one:>10.4f}{other:>10.4f}{said:>9}"
    means = [sum(side["f1"].values()) / len(side["f1"]) for side in (mine, rival)]
    yield f"{name}: {'F1 mean':<20}{means[0]:>10.4f}{means[1]:>10.4f}"
    for label, key in (("seconds, wall", "wall"), ("seconds, cpu", "cpu"), ("memory, GB", "memory")):
        yield f"{name}: {label:<20}{mine[key]:>10.2f}{rival[key]:>10.2f}{rival[key] / mine[key]:>8.1f}x"
    yield f"{name}: Splink spent {rival['detail']}"


def main() -> None:
    """Print a table for each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dirs", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="6GB")
    parser.add_argument(
        "--pairs",
        type=float,
        default=1e7,
        help="pairs sampled for u; fewer are quicker and make its model worse, the more so the larger the files",
    )
    parser.add_argument(
        "--head", type=int, default=4, help="signs of a name that make a block; more for a city"
    )
    parser.add_argument(
        "--tail", type=int, default=5, help="length from which a name's end makes a block; more for a city"
    )
    parser.add_argument("--only", choices=("ours", "splink"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps({"ours": ours, "splink": splink}[options.only](options.data_dirs[0], options)))
        return
    for data_dir in options.data_dirs:
        results = [measure(work, data_dir, options) for work in ("ours", "splink")]
        print("\n".join(table(data_dir.name, *results)), flush=True)


if __name__ == "__main__":
    main()
