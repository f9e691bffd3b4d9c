"""Compares written lists with the truth, where somebody knows it: precision, recall and F1 of each list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smartunion.systems.organising.matching.contract import LISTS, ListSpec

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Score:
    """How a list compares with its truth. hits: rows in both."""

    name: str
    found: int
    true: int
    hits: int

    @property
    def precision(self) -> float:
        """Share of the list that is right; 1 for an empty list."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the truth that was found; 1 when there is nothing to find."""
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0-1."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score_lists(out_dir: Path, truth_dir: Path) -> list[Score]:
    """One score for each list that has a truth file `<list>.parquet`, in the order of the contract."""
    import duckdb  # only here, so that looking names up does not load it

    with duckdb.connect() as database:
        return [
            _score(database, spec, out_dir / f"{name}.parquet", truth_dir / f"{name}.parquet")
            for name, spec in LISTS.items()
            if spec.scored and (truth_dir / f"{name}.parquet").exists()
        ]


def _score(database: duckdb.DuckDBPyConnection, spec: ListSpec, ours: Path, truth: Path) -> Score:
    keys = ", ".join(f"CAST({key} AS VARCHAR) AS {key}" for key in spec.keys)
    for name, path in (("ours", ours), ("truth", truth)):
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT {keys} FROM read_parquet(?)", [str(path)]
        )
    counted = database.execute(
        "SELECT (SELECT COUNT(*) FROM ours), (SELECT COUNT(*) FROM truth), "
        f"(SELECT COUNT(*) FROM ours JOIN truth USING ({', '.join(spec.keys)}))"
    ).fetchone()
    found, true, hits = counted or (0, 0, 0)
    return Score(spec.name, int(found), int(true), int(hits))


def mean_f1(scores: list[Score]) -> float:
    """The plain mean of the lists' F1; 0 when there is no list."""
    return sum(score.f1 for score in scores) / len(scores) if scores else 0.0


def table_of(scores: list[Score]) -> str:
    """The scores as a table of plain text."""
    lines = [f"{'list':<16}{'found':>10}{'true':>10}{'hits':>10}{'precision':>11}{'recall':>9}{'F1':>9}"]
    lines += [
        f"{s.name:<16}{s.found:>10,}{s.true:>10,}{s.hits:>10,}{s.precision:>11.4f}{s.recall:>9.4f}{s.f1:>9.4f}"
        for s in scores
    ]
    lines.append(f"{'mean':<16}{'':>50}{mean_f1(scores):>9.4f}".rstrip())
    return "\n".join(lines)
