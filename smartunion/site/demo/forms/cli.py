"""The command line of the forms; shared by `python -m` and a management command."""

import argparse
import sys
from pathlib import Path
from typing import TextIO

from smartunion.site.demo.forms.write import write_forms
from smartunion.site.demo.world import SIZES, build
from smartunion.site.demo.world.places import UnknownPlace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    sizes = [size for size in SIZES if size != "city"]
    parser.add_argument("--size", choices=sizes, default="town", help="how big the place is (default: town)")
    parser.add_argument("--place", help="code of a county (6 digits) or town (9 digits) of Ningbo")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; created when absent")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files (default: 1)")
    parser.add_argument(
        "--noise", type=float, default=1.0, help="0 for clean files, 1 for the usual slips (default)"
    )


def handle(options: argparse.Namespace, out: TextIO | None = None) -> int:
    """Make the world and write its forms. Returns the exit status."""
    stream = out or sys.stdout
    if not 0 <= options.noise <= 3:
        print("--noise must lie between 0 (clean) and 3 (three times the usual slips).", file=sys.stderr)
        return 2
    try:
        files = write_forms(build(options.size, options.seed, options.place), options.out, options.noise)
    except UnknownPlace as error:
        print(str(error), file=sys.stderr)
        return 2
    for file in files:
        print(f"{file.slips.rows:>7,}  {file.name}", file=stream)
    print(f"{options.out}: {len(files)} files. All people and firms in them are invented.", file=stream)
    return 0
