"""`smartunion match DATA_DIR --out OUT_DIR`: plain argparse, so that it needs no database and no settings."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.engines import ENGINES, EngineMissing
from smartunion.systems.organising.matching.options import Options
from smartunion.systems.organising.matching.report import MatchReport
from smartunion.systems.organising.matching.running import run
from smartunion.systems.organising.matching.scoring import score_lists, table_of


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command, for any parser."""
    parser.add_argument("data_dir", metavar="DATA_DIR", type=Path, help="folder with market, unions, union_units, members, "
                        "social and tax, each .parquet or .csv")  # fmt: skip
    parser.add_argument(
        "--out", dest="out_dir", metavar="OUT_DIR", type=Path, required=True, help="folder for the lists"
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default="duckdb", help="where the steps run (default: duckdb)"
    )
    parser.add_argument(
        "--explain", action="store_true", help="also write every step with its SQL, counts and samples"
    )
    parser.add_argument(
        "--state", dest="state_dir", metavar="STATE_DIR", type=Path, default=None,
        help="folder that keeps what was found; the next run with it reads only what changed",
    )  # fmt: skip
    parser.add_argument(
        "--memory", default=Options().memory, help="memory the engine may use before it takes the disk"
    )
    parser.add_argument("--threads", type=int, default=None, help="processor cores to use (default: all)")


def handle(options: Namespace) -> int:
    """Run the command; 0 when the lists were written, 2 when the input was refused."""
    try:
        report = run(
            options.data_dir,
            options.out_dir,
            options.engine,
            explain=options.explain,
            options=Options(memory=options.memory, threads=options.threads),
            progress=_say,
            state_dir=options.state_dir,
        )
    except (MatchInputError, EngineMissing) as error:
        _say(str(error))
        return 2
    _print_lists(report)
    truth = Path(options.data_dir) / "truth"
    if truth.is_dir():
        print(table_of(score_lists(Path(options.out_dir), truth)))
    return 0


def _print_lists(report: MatchReport) -> None:
    for item in report.lists.values():
        print(f"{item.name:<20}{item.rows:>12,}  {item.zh}  {item.path}")
    for path in report.explained:
        print(f"{'':<34}{path}")
    print(f"{report.seconds:.1f} s ({report.engine})")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Entry of `python -m smartunion.systems.organising.matching`."""
    parser = ArgumentParser(
        prog="match", description="Match unions, employers, members and insured people on plain files."
    )
    add_arguments(parser)
    return handle(parser.parse_args(arguments))
