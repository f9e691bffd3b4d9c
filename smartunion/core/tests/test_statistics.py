"""The database is told how its tables are filled."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_walking_by_index_opens_no_transaction_inside_the_callers() -> None:
    with CaptureQueriesContext(connection) as asked, statistics.by_index():
        pass

    assert not [one["sql"] for one in asked if "SAVEPOINT" in one["sql"]]


@pytest.mark.django_db(transaction=True)
def test_walking_by_index_holds_no_longer_than_its_block_where_no_transaction_is() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL is told")

    def may_sort() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_sort")
            return str(cursor.fetchone()[0])

    with statistics.by_index():
        inside = may_sort()

    assert (inside, may_sort()) == ("off", "on")


@pytest.mark.django_db(transaction=True)
def test_postgresql_notes_what_an_index_alone_may_answer_for() -> None:
    # Asked is whether the table was vacuumed, not which pages came out visible: a reader beside it may hold those back.
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's indexes always answer alone")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE loaded AS SELECT * FROM generate_series(1, 1000)")
        try:
            statistics.refresh()
            cursor.execute(
                "SELECT pg_stat_get_vacuum_count('loaded'::regclass), pg_stat_get_analyze_count('loaded'::regclass)"
            )
            counted = cursor.fetchone()
            statistics.refresh()
            cursor.execute("SELECT pg_stat_get_vacuum_count('loaded'::regclass)")
            again = cursor.fetchone()
        finally:
            cursor.execute("DROP TABLE loaded")

    assert counted[0] == 1
    assert counted[1] >= 1
    assert again[0] == 2
