"""Pure work of a long run in a second process, so that it has a core of its own while this one talks to the database."""

import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Any, NoReturn, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Item = TypeVar("Item")
#: Items that travel together; fewer cost more in sending, more would let the reader wait.
_AT_ONCE = 500
#: Parts made and not yet taken: whoever takes four at once would otherwise stop the other process while working on them.
_AHEAD = 8


def is_possible() -> bool:
    """Whether a second process can begin where this one stands, and has a core to run on."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def may_read() -> bool:
    """Whether a second process sees what this one has committed: not what SQLite keeps in this one's memory."""
    return is_possible() and not any(_is_in_memory(connection) for connection in connections.all())


def worked_out(
    make: Callable[[], Iterator[Item]], *, reads: bool = False, at_once: int = _AT_ONCE, ahead: int = _AHEAD
) -> Generator[Item, None, None]:
    """The items of `make()`, in order, made by a forked process a little ahead of who takes them.

    reads: it may ask the database, over connections of its own, and sees what was committed; otherwise it is refused.
    at_once: items that travel together; ahead: such parts that may wait to be taken. Items are picklable. What it raises is
    raised here, after the items before it. Whoever stops early closes the iterator; the process ends then.
    """
    if not (may_read() if reads else is_possible()):
        yield from make()
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_send_all, args=(make, here, there, reads, at_once, ahead), daemon=True)
    worker.start()
    there.close()
    try:
        while part := _received(here, worker):
            items, error = part
            yield from items
            if error is not None:
                raise error
            if not items:
                return
    finally:
        here.close()
        worker.kill()
        worker.join()


def _received(here: Connection, worker: Any) -> tuple[list[Any], Exception | None]:
    try:
        received: tuple[list[Any], Exception | None] = pickle.loads(here.recv_bytes())  # noqa: S301  our own process wrote it
    except EOFError:
        worker.join()
        raise RuntimeError(f"The process that worked beside this one ended with {worker.exitcode}.") from None
    return received


def _send_all(
    make: Callable[[], Iterator[Item]],
    here: Connection,
    there: Connection,
    reads: bool,
    at_once: int,
    ahead: int,
) -> None:
    """In the new process: parts of the items, then an empty one or the error; never returns to what was forked."""
    here.close()
    kept = _take_own_databases() if reads else _let_go_of_databases()
    parts: Queue[bytes] = Queue(ahead)
    sender = Thread(target=_send, args=(parts, there), daemon=True)
    sender.start()
    try:
        items = iter(make())
        done = False
        while not done:
            part: list[Item] = []
            error: Exception | None = None
            try:
                part.extend(islice(items, at_once))
            except Exception as raised:  # noqa: BLE001  it is raised again where the items are taken
                error = raised
            parts.put(pickle.dumps((part, error), pickle.HIGHEST_PROTOCOL))
            done = not part or error is not None
        parts.put(b"")
        sender.join()
    finally:
        os._exit(
            0 if kept is not None else 1
        )  # closing what was forked would close it for the other process too


def _send(parts: "Queue[bytes]", there: Connection) -> None:
    """A thread: parts go out while the next are made, until an empty text; who no longer takes them ends the process."""
    try:
        while part := parts.get():
            there.send_bytes(part)
    except OSError:
        os._exit(1)


def _let_go_of_databases() -> list[Any]:
    """Makes every connection refuse work here; returns what must live on unclosed, since the other process uses it."""
    kept = []
    for connection in connections.all(initialized_only=True):
        kept.append(connection.connection)
        connection.connection = None
        connection.ensure_connection = _refuse  # type: ignore[method-assign]
    return kept


def _take_own_databases() -> list[Any]:
    """New connections in place of those that were forked, which are returned to be kept unclosed."""
    kept: list[Any] = list(connections.all())
    for connection in kept:
        options = {
            name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"
        }
        own = {**connection.settings_dict, "OPTIONS": options}
        connections[connection.alias] = type(connection)(own, connection.alias)
    return kept


def _is_in_memory(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]


def _refuse() -> NoReturn:
    raise RuntimeError("What is worked out apart must not ask the database.")
