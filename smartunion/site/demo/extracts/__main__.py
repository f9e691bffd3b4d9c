"""python -m smartunion.site.demo.extracts --size county --out DIR."""

import argparse
import sys

from smartunion.site.demo.extracts.cli import add_arguments, handle


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m smartunion.site.demo.extracts", description=__doc__)
    add_arguments(parser)
    return handle(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
