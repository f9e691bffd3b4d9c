"""What the steps need from a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

Value = str | int | float | bool | None
Row = tuple[Value, ...]


class EngineMissing(RuntimeError):
    """The engine asked for is not installed; the message says how to install it."""


class Engine(Protocol):
    """What the pipeline needs from a database. Relations live until dropped or the engine is closed.

    Several threads may use it, so long as none writes what another reads or writes.
    """

    name: str
    row_id: str  # SQL that numbers the rows of a relation, in any order
    at_once: int  # so many threads may ask at the same time

    def expect_little(self) -> None:
        """The tables hold so few rows that to plan a statement well takes longer than to run it."""

    def number_of(self, text: str) -> str:
        """SQL for a 63-bit number that stands for a text: equal texts, equal numbers."""

    def holds_only(self, text: str, characters: frozenset[str]) -> str:
        """SQL for whether a text is not empty and made of these characters alone; NULL for NULL. They may be thousands."""

    def others_in(self, text: str, characters: frozenset[str]) -> str:
        """SQL for the list of a text's characters that are not among these."""

    def open_parquet(self, relation: str, path: Path) -> tuple[str, ...]:
        """Make a Parquet file readable under a name; returns its columns. Raises MatchInputError."""

    def open_csv(self, relation: str, path: Path, separator: str) -> tuple[str, ...]:
        """Make a UTF-8 CSV file readable, every column as text; returns its columns. Raises MatchInputError."""

    def view(self, relation: str, sql: str) -> None:
        """Define a relation that is computed each time it is read."""

    def create(self, relation: str, sql: str) -> int:
        """Compute a relation and keep it; returns its number of rows."""

    def put(self, relation: str, columns: Mapping[str, str], rows: Sequence[Row]) -> int:
        """Keep rows made in Python (small) under a name. columns: name to VARCHAR, BIGINT or DOUBLE."""

    def rows(self, sql: str) -> list[Row]:
        """The result of a query whose answer is small."""

    def count_keys(self, sql: str, key: str) -> tuple[int, int, int]:
        """Rows of a query, rows with a key, and different keys."""

    def sample(self, relation: str, limit: int) -> tuple[list[Row], tuple[str, ...]]:
        """A few rows of a relation and its columns."""

    def drop(self, relation: str) -> None:
        """Forget a relation and free its memory; no error when it does not exist."""

    def write(self, sql: str, path: Path) -> int:
        """Write the result of a query as one Parquet file; returns its number of rows."""

    def shown(self, sql: str) -> str:
        """The SQL as this engine is given it."""

    def close(self) -> None:
        """Free everything."""
