"""Several reads of one and the same moment, whatever others write meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def one_moment(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Inside it all reads see one moment; inside of a transaction that has begun they see what that one sees.

    PostgreSQL otherwise shows each statement what is written by then, SQLite's transactions see one moment anyway.
    """
    database = connections[using]
    is_outermost = not database.in_atomic_block
    with transaction.atomic(using=using):
        if is_outermost and database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
