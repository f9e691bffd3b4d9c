"""The database is told how its tables are filled."""

import pytest
from django.db import connection

from smartunion.core import statistics

pytestmark = pytest.mark.django_db


def test_the_planner_learns_what_a_table_holds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a INTEGER)")
        cursor.execute("CREATE INDEX t_a ON t (a)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [(number // 5,) for number in range(50)])

        assert statistics.refresh() > 50

        if connection.vendor == "sqlite":
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 't_a'")
            assert cursor.fetchone() == ("50 5",)
        else:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 't'::regclass")
            assert cursor.fetchone() == (50,)
