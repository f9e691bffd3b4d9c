"""The command line of the extracts; shared by `python -m` and the management command."""

import argparse
import sys
import time
from pathlib import Path
from typing import TextIO

from smartunion.site.demo.extracts.make import pieces
from smartunion.site.demo.extracts.write import FORMATS, write
from smartunion.site.demo.world import BASE_MONTH, SIZES, build
from smartunion.site.demo.world.evolve import later, months_between
from smartunion.site.demo.world.places import UnknownPlace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--size", choices=sorted(SIZES), default="county", help="how big the place is (default: county)"
    )
    parser.add_argument("--place", help="code of a county (6 digits) or town (9 digits) of Ningbo")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; created when absent")
    parser.add_argument("--format", choices=FORMATS, default="parquet", help="file format (default: parquet)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files (default: 1)")
    parser.add_argument(
        "--noise", type=float, default=1.0, help="0 for clean files, 1 for the usual errors (default)"
    )
    parser.add_argument("--month", type=int, default=BASE_MONTH,
                        help=f"month of the extract, from {BASE_MONTH}; each month about 1 %% changes")  # fmt: skip


def handle(options: argparse.Namespace, out: TextIO | None = None) -> int:
    """Make the world, derive the files, write them, say what was written. Returns the exit status."""
    stream = out or sys.stdout
    if not 0 <= options.noise <= 3:
        print("--noise must lie between 0 (clean) and 3 (three times the usual errors).", file=sys.stderr)
        return 2
    started = time.perf_counter()
    try:
        world = later(build(options.size, options.seed, options.place), months_between(options.month))
    except (UnknownPlace, ValueError) as error:
        print(str(error), file=sys.stderr)
        return 2
    rows = write(pieces(world, options.noise), options.out, options.format)
    for name, count in rows.items():
        print(f"{name:24}{count:>12,}", file=stream)
    print(
        f"{options.out}: {time.perf_counter() - started:.1f} s. All people and firms in it are invented.",
        file=stream,
    )
    return 0
