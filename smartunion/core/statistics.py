"""What planners know of the tables. SQLite's counts nothing by itself, so an index made after the rows were looked at
last is taken to hold ten rows for every value; PostgreSQL counts by itself, but late where much was written: the first to
ask after millions of rows were loaded is answered as if the tables were empty.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind

#: Rows written in one piece of work after which the planner is worth telling.
MANY = 10_000


def refresh(using: str = DEFAULT_DB_ALIAS) -> int:
    """Count every table of a database anew and return how many there are; table by table, so that nobody waits for all of them.

    A whole city takes eight seconds on either database. PostgreSQL looks at samples, and notes which pages everybody may
    see: until then it looks up every row an index alone could answer for. Inside a transaction it only counts.
    """
    database = connections[using]
    notes = database.vendor == "postgresql" and not database.in_atomic_block
    with database.cursor() as cursor:
        tables = database.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f"{'VACUUM (ANALYZE)' if notes else 'ANALYZE'} {database.ops.quote_name(table)}")
    return len(tables)


#: What PostgreSQL must not do to leave only walking an index; it does so all the same where there is none.
_WHOLE = ("enable_seqscan", "enable_bitmapscan", "enable_sort", "jit")


@contextmanager
def by_index() -> Iterator[None]:
    """Inside it, and until the transaction around it ends, PostgreSQL finds rows by index, in its order, where it can.

    For a few thousand keys it would rather read a table of a million rows whole, and of a batch it has not counted yet
    gather and sort everything to give the first few thousand; and that for every few thousand again. Outside of a
    transaction it opens one.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {name} = off" for name in _WHOLE))
        yield


def _refresh(context: JobContext) -> None:
    context.finish({"tables": refresh()})


REFRESH = JobKind("core.statistics", _refresh, every=timedelta(days=1))
