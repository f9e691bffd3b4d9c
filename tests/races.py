"""Many hands at once, with real threads; on PostgreSQL, since SQLite lets one writer work at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from smartunion.core.errors import DomainError

HANDS = 8
#: Marks of tests with many hands.
ON_POSTGRES = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def at_once(work: Callable[[int], Any], hands: int = HANDS) -> list[Any]:
    """Run the work in so many threads that start together; refusals are returned instead of raised."""
    ready = Barrier(hands)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            ready.wait(20)
            return work(number)
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))
