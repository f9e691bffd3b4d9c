"""A new database made at once has the shape that all migrations, one after the other, lead to."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

SERVER = os.environ.get("SMARTUNION_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/x").rpartition(
    "/"
)[0]
Shape = dict[str, list[Any]]


def _migrated(home: Path, *arguments: str, address: str = "") -> None:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SMARTUNION_HOME")
    }
    extra = {"DATABASE_URL": address} if address else {}
    subprocess.run(
        [sys.executable, "-m", "smartunion", "migrate", "-v0", *arguments],
        env={**kept, "SMARTUNION_HOME": str(home), **extra},
        check=True,
        capture_output=True,
    )


def _on_postgresql(address: str) -> Shape:
    with psycopg.connect(address) as at:
        return {
            "columns": at.execute(
                "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, "
                "is_nullable, column_default, collation_name, is_identity FROM information_schema.columns "
                "WHERE table_schema = 'public' ORDER BY 1, 2"
            ).fetchall(),
            "indexes": at.execute(
                "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
            ).fetchall(),
            "constraints": at.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
            ).fetchall(),
            "kept how": at.execute(
                "SELECT attrelid::regclass::text, attname, attstattarget, attstorage FROM pg_attribute "
                "JOIN pg_class ON pg_class.oid = attrelid "
                "WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND relkind = 'r' AND NOT attisdropped "
                "ORDER BY 1, 2"
            ).fetchall(),
            "tables": at.execute(
                "SELECT relname, reloptions, relhastriggers FROM pg_class "
                "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
            ).fetchall(),
            "migrations": at.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall(),
            "kinds": at.execute("SELECT app_label, model FROM django_content_type ORDER BY 1, 2").fetchall(),
        }


def _on_sqlite(file: Path) -> Shape:
    with closing(sqlite3.connect(file)) as at:
        tables = [
            row[0] for row in at.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        return {
            "columns": [
                (table, *sorted(row[1:6] for row in at.execute(f"PRAGMA table_info({table})")))
                for table in tables
            ],
            "keys": [
                (table, *sorted(row[2:7] for row in at.execute(f"PRAGMA foreign_key_list({table})")))
                for table in tables
            ],
            "indexes": at.execute(
                "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1, 2"
            ).fetchall(),
            "constraints": [
                (name, *sorted(part for part in _parts(sql) if part.startswith(('"', "CONSTRAINT"))))
                for name, sql in at.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY 1"
                )
            ],
            "migrations": at.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall(),
            "kinds": at.execute("SELECT app_label, model FROM django_content_type ORDER BY 1, 2").fetchall(),
        }


def _parts(sql: str) -> Iterator[str]:
    """Columns and constraints of a CREATE TABLE, in whatever order the table has them."""
    depth, part = 0, ""
    for sign in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip()


@pytest.fixture
def fresh() -> Iterator[list[str]]:
    """Addresses of two empty PostgreSQL databases that go away afterwards."""
    names = [f"smartunion_shape_{os.getpid()}_{number}" for number in range(2)]
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        yield [f"{SERVER}/{name}" for name in names]
        for name in names:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _same(found: Shape, wanted: Shape) -> None:
    for part, rows in wanted.items():
        assert len(rows) > 50
        assert found[part] == rows, part


@pytest.mark.heavy
def test_made_at_once_is_what_all_steps_lead_to_on_postgresql(tmp_path, request) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the leg on PostgreSQL shows it")
    at_once, by_steps = request.getfixturevalue("fresh")
    _migrated(tmp_path, address=at_once)
    _migrated(tmp_path, "--step-by-step", address=by_steps)

    _same(_on_postgresql(at_once), _on_postgresql(by_steps))


@pytest.mark.walk
def test_made_at_once_is_what_all_steps_lead_to_on_sqlite(tmp_path) -> None:
    _migrated(tmp_path / "at_once")
    _migrated(tmp_path / "by_steps", "--step-by-step")
    found, wanted = (
        _on_sqlite(next((tmp_path / name).glob("*.sqlite3"))) for name in ("at_once", "by_steps")
    )

    _same(found, wanted)
