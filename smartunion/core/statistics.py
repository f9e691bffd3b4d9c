"""What SQLite's planner knows of the tables: it counts nothing by itself, so an index made after the rows were
looked at last is taken to hold ten rows for every value. PostgreSQL keeps its own count.
"""

from datetime import timedelta

from django.db import connection

from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind

#: Rows written in one piece of work after which the planner is worth telling.
MANY = 10_000


def refresh() -> int:
    """Count every table anew and return how many there are; table by table, so that nobody waits for all of them.

    A whole city takes eight seconds.
    """
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
    return len(tables)


def _refresh(context: JobContext) -> None:
    context.finish({"tables": refresh()})


REFRESH = JobKind("core.statistics", _refresh, every=timedelta(days=1))
