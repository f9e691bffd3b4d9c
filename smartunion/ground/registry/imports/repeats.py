"""Which row of a file brought which person first, kept on disk: the keys of a whole city would fill the memory."""

import os
import sqlite3
from collections.abc import Sequence
from hashlib import blake2b


class Repeats:
    """Remembers marks of rows for the length of one reading.

    The temporary database has no name and is gone when it is closed; keys go in as hashes under a key that only this
    object holds.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._db = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -16000",
            "CREATE TABLE seen (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID", "BEGIN",
        ):  # fmt: skip
            self._db.execute(statement)

    def meet(self, left: Sequence[str], looked_for: Sequence[str], number: int) -> int | None:
        """The row that left one of the marks looked for before; None when none did, and then this row leaves its own."""
        hashed = [self._hash(mark) for mark in looked_for]
        places = ", ".join("?" * len(hashed))
        statement = f"SELECT min(number) FROM seen WHERE key IN ({places})"  # noqa: S608  question marks alone
        found = self._db.execute(statement, hashed).fetchone()[0]
        if found is not None:
            return int(found)
        self._db.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [(self._hash(mark), number) for mark in left]
        )
        return None

    def _hash(self, mark: str) -> bytes:
        return blake2b(mark.encode(), digest_size=16, key=self._key).digest()

    def close(self) -> None:
        """Throw everything away."""
        self._db.close()
