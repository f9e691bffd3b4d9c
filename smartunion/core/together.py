"""Records written together: what the flows of one transaction append to a table goes in with one statement at its end.

A join leaves seven audit lines, three facts and a notice behind; written one by one they are most of its statements.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import transaction

Row = TypeVar("Row")
_held: ContextVar["dict[Shelf[Any], list[Any]] | None"] = ContextVar("held", default=None)


class Shelf(Generic[Row]):
    """Where the rows of one append-only table wait for the end of `together`. write: puts all of them in."""

    def __init__(self, write: Callable[[Sequence[Row]], object]) -> None:
        self.write = write

    def keep(self, row: Row) -> bool:
        """Keep a row for the end. False outside of `together`: the caller writes it now."""
        held = _held.get()
        if held is None:
            return False
        held.setdefault(self, []).append(row)
        return True


@contextmanager
def together() -> Iterator[None]:
    """A transaction that writes audit lines, facts and notices of everything inside before it commits.

    Until then they cannot be read, and what is told of a key that is there already is noticed only then. Whatever is
    raised inside must leave it: after a refusal caught halfway, the lines of what was rolled back would still be written.
    Inside another one it is part of that.
    """
    if _held.get() is not None:
        yield
        return
    with transaction.atomic(savepoint=False):
        held: dict[Shelf[Any], list[Any]] = {}
        before = _held.set(held)
        try:
            yield
        finally:
            _held.reset(before)
        for shelf, rows in held.items():
            shelf.write(rows)
