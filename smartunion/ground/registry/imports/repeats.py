"""Which row of a file brought which person first, kept on disk: the keys of a whole city would fill the memory."""

import os
import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

#: SQLite's smallest build limit for parameters of one statement is 999.
_KEYS_AT_ONCE = 900


class Marks(NamedTuple):
    """What a row leaves in the file, and what an earlier row that means the same person would have left."""

    left: Sequence[bytes]
    looked_for: Sequence[bytes]
    number: int


class Repeats:
    """Remembers marks of rows for the length of one reading.

    The temporary database has no name and is gone when it is closed; keys go in as hashes under a key that only this
    object holds.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._db = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -64000",
            "CREATE TABLE seen (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID", "BEGIN",
        ):  # fmt: skip
            self._db.execute(statement)

    def meet(self, rows: Sequence[Marks]) -> list[int | None]:
        """Of each row, in order, the first row that left one of the marks it looks for; None when none did.

        A row that meets none leaves its own marks; where an earlier row left the same mark, that one stands.
        """
        known = self._numbers({mark for row in rows for mark in row.looked_for})
        fresh: dict[bytes, int] = {}
        found: list[int | None] = []
        for left, looked_for, number in rows:
            met = [known[mark] for mark in looked_for if mark in known]
            found.append(min(met) if met else None)
            for mark in () if met else left:
                if mark not in known:
                    known[mark] = fresh[mark] = number
        # Of a mark nobody looked for now, an earlier row's number stands in the table: it stays.
        self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(fresh.items()))
        return found

    def _numbers(self, keys: set[bytes]) -> dict[bytes, int]:
        wanted = sorted(keys)
        found: dict[bytes, int] = {}
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            places = ", ".join("?" * len(some))
            statement = f"SELECT key, number FROM seen WHERE key IN ({places})"  # noqa: S608  question marks alone
            found.update(self._db.execute(statement, some).fetchall())
        return found

    def mark(self, text: str) -> bytes:
        """What a row leaves or looks for, told by a text; of this file alone."""
        return blake2b(text.encode(), digest_size=16, key=self._key).digest()

    def close(self) -> None:
        """Throw everything away."""
        self._db.close()
