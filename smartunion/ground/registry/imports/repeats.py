"""Which row of a file brought which person first, in twelve bytes a mark: the people of a whole city fit into memory."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Marks(NamedTuple):
    """What a row leaves in the file, and what an earlier row that means the same person would have left."""

    left: Sequence[bytes]
    looked_for: Sequence[bytes]
    number: int


class _Run(NamedTuple):
    """Hashes of marks in order, and the row that left each; of equal hashes the earliest row stands first."""

    hashes: NDArray[np.int64]
    rows: NDArray[np.int32]


class Repeats:
    """Remembers marks of rows for the length of one reading.

    Marks are kept as hashes of 64 bits, under a key that only this object holds, in sorted runs that are merged as they
    grow, so that a batch is looked up in a few of them. That two of a city's seven million marks share a hash, and one row
    is refused for it, happens in one of half a million readings.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._runs: list[_Run] = []

    def meet(self, rows: Sequence[Marks]) -> list[int | None]:
        """Of each row, in order, the first row that left one of the marks it looks for; None when none did.

        A row that meets none leaves its own marks; where an earlier row left the same mark, that one stands.
        """
        known = self._rows_of(list({hash(mark) for row in rows for mark in row.looked_for}))
        fresh: dict[int, int] = {}
        found: list[int | None] = []
        for left, looked_for, number in rows:
            met = [known[key] for key in map(hash, looked_for) if key in known]
            found.append(min(met) if met else None)
            for key in () if met else map(hash, left):
                if key not in known:
                    known[key] = fresh[key] = number
        self._keep(fresh)
        return found

    def _rows_of(self, keys: Sequence[int]) -> dict[int, int]:
        """The earliest rows that left these hashes, of those that were left."""
        wanted = np.fromiter(keys, np.int64, len(keys))
        found: dict[int, int] = {}
        for run in reversed(self._runs):  # what an earlier run says replaces what a later one says
            at = np.searchsorted(run.hashes, wanted)
            at[at == len(run.hashes)] = 0
            hit = run.hashes[at] == wanted
            found.update(zip(wanted[hit].tolist(), run.rows[at[hit]].tolist(), strict=True))
        return found

    def _keep(self, fresh: dict[int, int]) -> None:
        """Of a mark nobody looked for, an earlier row may be known: it stands before this one."""
        if not fresh:
            return
        hashes = np.fromiter(fresh.keys(), np.int64, len(fresh))
        rows = np.fromiter(fresh.values(), np.int32, len(fresh))
        order = np.argsort(hashes)
        self._runs.append(_Run(hashes[order], rows[order]))
        while len(self._runs) > 1 and len(self._runs[-2].hashes) <= 2 * len(self._runs[-1].hashes):
            later, earlier = self._runs.pop(), self._runs.pop()
            self._runs.append(_merged(earlier, later))

    def mark(self, text: str) -> bytes:
        """What a row leaves or looks for, told by a text; of this file alone."""
        return blake2b(text.encode(), digest_size=16, key=self._key).digest()

    def close(self) -> None:
        """Throw everything away."""
        self._runs.clear()


def _merged(earlier: _Run, later: _Run) -> _Run:
    hashes = np.concatenate((earlier.hashes, later.hashes))
    order = np.argsort(hashes, kind="stable")  # two sorted runs one after the other: no more than a merge
    return _Run(hashes[order], np.concatenate((earlier.rows, later.rows))[order])
