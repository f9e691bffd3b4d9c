"""Write the extracts of a whole city, or of a share or multiple of it, for the matching benches.

    python bench/match_city.py OUT_DIR [--share 1] [--format parquet|csv|csv-gb18030] [--month 202610] [--seed 1]

share: 0.1 makes a tenth of every table of the demo's city, 3 three times as many rows; places, names and errors are the
city's. A month later (--month 202611) about one row in a hundred has changed. The whole takes two minutes and 4 GB.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smartunion.site.demo.extracts.make import pieces
from smartunion.site.demo.extracts.write import FORMATS, write
from smartunion.site.demo.world import BASE_MONTH, SIZES, build
from smartunion.site.demo.world.evolve import later, months_between


def main() -> None:
    """Entry."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    parser.add_argument("--month", type=int, default=BASE_MONTH)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
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
