"""Pure work of a long run in a second process, so that it has a core of its own while this one talks to the database."""

import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, NoReturn, TypeVar

from django.db import connections

Item = TypeVar("Item")
#: Items that travel together; fewer cost more in sending, more would let the reader wait.
_AT_ONCE = 500


def is_possible() -> bool:
    """Whether a second process can begin where this one stands, and has a core to run on."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def worked_out(make: Callable[[], Iterator[Item]]) -> Generator[Item, None, None]:
    """The items of `make()`, in order, made by a forked process a little ahead of who takes them.

    It reads no database: a connection cannot be shared. Items are picklable. What it raises is raised here, after the items
    before it. Whoever stops early closes the iterator; the process ends then.
    """
    if not is_possible():
        yield from make()
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_send_all, args=(make, here, there), daemon=True)
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


def _send_all(make: Callable[[], Iterator[Item]], here: Connection, there: Connection) -> None:
    """In the new process: parts of the items, then an empty one or the error; never returns to what was forked."""
    here.close()
    kept = _let_go_of_databases()
    try:
        items = iter(make())
        done = False
        while not done:
            part: list[Item] = []
            error: Exception | None = None
            try:
                part.extend(islice(items, _AT_ONCE))
            except Exception as raised:  # noqa: BLE001  it is raised again where the items are taken
                error = raised
            there.send_bytes(pickle.dumps((part, error), pickle.HIGHEST_PROTOCOL))
            done = not part or error is not None
    finally:
        os._exit(
            0 if kept is not None else 1
        )  # closing what was forked would close it for the other process too


def _let_go_of_databases() -> list[Any]:
    """Makes every connection refuse work here; returns what must live on unclosed, since the other process uses it."""
    kept = []
    for connection in connections.all(initialized_only=True):
        kept.append(connection.connection)
        connection.connection = None
        connection.ensure_connection = _refuse  # type: ignore[method-assign]
    return kept


def _refuse() -> NoReturn:
    raise RuntimeError("What is worked out apart must not ask the database.")
