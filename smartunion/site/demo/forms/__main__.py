"""python -m smartunion.site.demo.forms --size town --out DIR."""

import argparse
import sys

from smartunion.site.demo.forms.cli import add_arguments, handle


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m smartunion.site.demo.forms", description=__doc__)
    add_arguments(parser)
    return handle(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
