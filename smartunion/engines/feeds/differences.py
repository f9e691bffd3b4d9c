"""Where a department's extract says something else than the registry: told to whoever works on it (from apps.py).

A comparison finds the differences, another room keeps them as work; they meet here and know nothing of one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record that differs. kind: "employer" or "person"; ours, theirs: as they would be stored.

    rule, confidence: how the record and the row were matched, and how sure (0–1); row: which row of the extract.
    """

    kind: str
    record_id: int
    field: str
    ours: str
    theirs: str
    table: str
    row: str
    rule: str
    confidence: float


@dataclass(frozen=True)
class Comparison:
    """One comparison of a subtree. number: grows from one to the next; snapshots: table → (snapshot id, month drawn)."""

    path: str
    number: int
    snapshots: dict[str, tuple[int, date]]
    at: datetime
    counts: dict[str, int] = field(default_factory=dict)


class Receiver(Protocol):
    """Who works on differences."""

    def take_in(self, comparison: Comparison, differences: Sequence[Difference]) -> None:
        """Some of the differences; called in the comparison's transaction, each difference once."""

    def pass_over(self, comparison: Comparison, kind: str, table: str, records: Sequence[int]) -> None:
        """The extract of this table does not speak of these records: what was told of them before stands."""

    def end(self, comparison: Comparison) -> None:
        """All have been told: what was open and was not among them is no difference any more."""


RECEIVERS: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Add one who works on differences."""
    RECEIVERS.append(receiver)


def tell(comparison: Comparison, differences: Sequence[Difference]) -> None:
    """Tell some differences; each once in a comparison."""
    if differences:
        for receiver in RECEIVERS:
            receiver.take_in(comparison, differences)


def pass_over(comparison: Comparison, kind: str, table: str, records: Sequence[int]) -> None:
    """Say of which records an extract of some months alone does not speak; before the end, in any order."""
    if records:
        for receiver in RECEIVERS:
            receiver.pass_over(comparison, kind, table, records)


def end(comparison: Comparison) -> None:
    """Say that the comparison has told everything."""
    for receiver in RECEIVERS:
        receiver.end(comparison)
