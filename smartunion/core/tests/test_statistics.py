"""SQLite is told how its tables are filled."""

import pytest
from django.db import connection

from smartunion.core import statistics

pytestmark = pytest.mark.django_db


def test_sqlite_learns_what_an_index_holds_and_postgresql_is_left_alone() -> None:
    if connection.vendor != "sqlite":
        assert statistics.refresh() == 0
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a INTEGER)")
        cursor.execute("CREATE INDEX t_a ON t (a)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [(number // 5,) for number in range(50)])
        assert statistics.refresh() > 50
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 't_a'")
        assert cursor.fetchone() == ("50 5",)
