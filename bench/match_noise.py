"""How good the lists stay with other seeds and with more errors in the departments' files.

    python bench/match_noise.py [--size county] [--seeds 5] [--noise 0 0.5 1 1.5 2]

For each noise (0: clean files, 1: the usual errors) the place is invented anew with every seed, its extracts are
matched, and the lists are scored by the truth. Prints mean and lowest F1 of all lists, the list that is lowest, and the
lowest precision of links and persons.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smartunion.site.demo.extracts.make import pieces
from smartunion.site.demo.extracts.write import write
from smartunion.site.demo.world import SIZES, build
from smartunion.systems.organising.matching import run
from smartunion.systems.organising.matching.scoring import Score, mean_f1, score_lists


def runs(size: str, seeds: int, noise: float) -> Iterator[list[Score]]:
    """The scores of every list, seed by seed."""
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory(prefix="match-noise-") as scratch:
            data, out = Path(scratch, "data"), Path(scratch, "lists")
            write(pieces(build(size, seed, None), noise), data, "parquet")
            run(data, out)
            yield score_lists(out, data / "truth")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="county")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.5, 1.0, 1.5, 2.0])
    options = parser.parse_args()
    print(f"{options.size}, seeds 1 to {options.seeds}")
    print(
        f"{'noise':>5}{'mean F1':>9}{'lowest':>8}{'lowest list':>24}{'links prec.':>13}{'persons prec.':>15}"
    )
    for noise in options.noise:
        scored = list(runs(options.size, options.seeds, noise))
        means = [mean_f1(scores) for scores in scored]
        worst = min((score for scores in scored for score in scores), key=lambda score: score.f1)
        precise = {
            name: min(s.precision for scores in scored for s in scores if s.name == name)
            for name in ("links", "persons")
        }
        print(
            f"{noise:>5.1f}{sum(means) / len(means):>9.4f}{min(means):>8.4f}{f'{worst.name} {worst.f1:.4f}':>24}"
            f"{precise['links']:>13.4f}{precise['persons']:>15.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
