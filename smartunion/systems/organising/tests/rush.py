"""Many people at once in one test: real threads, each with its own connection, on both databases.

The test database of SQLite lives in memory and cannot be shared by threads as a file can; it is copied into a file.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")


@contextmanager
def shared_database(folder: Path) -> Iterator[Callable[[], None]]:
    """Make the present test database usable by threads; gives the function each thread calls first."""
    if connection.vendor != "sqlite":
        yield lambda: None
        return
    target = folder / "rush.sqlite3"
    with sqlite3.connect(target) as file:
        connection.ensure_connection()
        connection.connection.backup(file)
    settings = {**connection.settings_dict, "NAME": str(target)}
    own = connections["default"]

    def use() -> None:
        connections["default"] = type(own)(settings, "default")

    use()
    try:
        yield use
    finally:
        connections["default"].close()
        connections["default"] = own


def at_once(
    tasks: Sequence[Callable[[], T]], use: Callable[[], None], threads: int = 8
) -> list[T | Exception]:
    """Run the tasks on so many threads that start together; answers in the order of the tasks, refusals as they are."""
    answers: list[T | Exception] = [RuntimeError("not run")] * len(tasks)
    gate = threading.Barrier(min(threads, len(tasks)))

    def work(number: int) -> None:
        use()
        gate.wait()
        for at in range(number, len(tasks), gate.parties):
            try:
                answers[at] = tasks[at]()
            except Exception as error:  # noqa: BLE001  the test looks at it
                answers[at] = error
        connections.close_all()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(gate.parties)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers
