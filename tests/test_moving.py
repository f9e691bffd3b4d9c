"""An installation moves from SQLite to PostgreSQL whole, or not at all."""

import inspect
import os
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from smartunion.core import clock, moving
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.site.env import database

pytestmark = pytest.mark.django_db
NAME = f"smartunion_move_{os.getpid()}"


@pytest.fixture
def target(monkeypatch):
    """The address of an empty PostgreSQL database that goes away afterwards."""
    if connection.vendor != "sqlite":
        pytest.skip("moves away from SQLite")
    server = os.environ.get(
        "SMARTUNION_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
    ).rpartition("/")[0]
    try:
        admin = psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers")
    admin.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
    # Test cases refuse every database they did not know when they began; this one comes into being in the middle.
    kept = inspect.getclosurevars(BaseDatabaseWrapper.ensure_connection).nonlocals
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", kept["real_ensure_connection"])
    yield f"{server}/{NAME}"
    admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    admin.close()


@pytest.fixture
def person() -> Person:
    make.federation()
    at = clock.now()
    return Person.objects.create(
        name="王小明", resident_id=make.resident_id(7), mobile="13800138000", created_at=at, updated_at=at
    )


def _ask(address: str, statement: str) -> list[tuple]:
    with psycopg.connect(address) as there:
        return there.execute(statement).fetchall()


def test_every_table_arrives_unchanged_and_new_rows_get_new_keys(target, person) -> None:
    moved = {row.table: row.rows for row in moving.move(database(target, Path()))}

    assert set(moved) == {model._meta.db_table for model in moving.tables()}
    assert (moved["registry_person"], moved["registry_tradeunion"]) == (1, TradeUnion.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, mobile, mobile_index FROM registry_person")
        here = [(pk, name, bytes(sealed), bytes(index)) for pk, name, sealed, index in cursor.fetchall()]
    assert _ask(target, "SELECT id, name, mobile, mobile_index FROM registry_person") == here
    [(sequence,)] = _ask(target, "SELECT nextval(pg_get_serial_sequence('registry_person', 'id'))")
    assert sequence == person.pk + 1


def test_a_database_that_is_not_empty_is_refused_and_left_alone(target, person) -> None:
    with psycopg.connect(target) as there:
        there.execute("CREATE TABLE somebodys (n int)")

    with pytest.raises(CommandError):
        call_command("move_to_postgresql", target)

    assert _ask(target, "SELECT relname FROM pg_stat_user_tables") == [("somebodys",)]


def test_a_failure_leaves_the_target_empty(target, person, monkeypatch) -> None:
    arrived = moving._arrived

    def losing(model):
        found = arrived(model)
        return moving.Moved(found.table, found.rows - 1, found.digest) if model is Person else found

    monkeypatch.setattr(moving, "_arrived", losing)

    with pytest.raises(moving.CannotMove):
        list(moving.move(database(target, Path())))

    assert _ask(target, "SELECT relname FROM pg_stat_user_tables") == []
