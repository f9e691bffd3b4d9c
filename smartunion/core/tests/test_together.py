"""Records written together: one statement for each table at the end, nothing of what was given up."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.audit.record import digest
from smartunion.core.together import Shelf, together

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def note(event: str) -> None:
    audit.record(system("夜班"), event, at=AT, data={"名": 1})


def test_lines_wait_for_the_end_and_are_whole() -> None:
    with together():
        note("a")
        note("b")
        assert AuditEvent.objects.count() == 0
        with together():
            note("c")
        assert AuditEvent.objects.count() == 0

    rows = list(AuditEvent.objects.order_by("pk"))
    assert [(row.event, row.actor_name, row.data) for row in rows] == [
        ("a", "夜班", {"名": 1}),
        ("b", "夜班", {"名": 1}),
        ("c", "夜班", {"名": 1}),
    ]
    assert all(row.digest == digest(row) for row in rows)


def test_what_was_given_up_leaves_nothing() -> None:
    def gives_up() -> None:
        with transaction.atomic(), together():
            note("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gives_up()

    note("b")
    assert [row.event for row in AuditEvent.objects.all()] == ["b"]


def test_each_shelf_is_written_once() -> None:
    written: list[list[str]] = []
    shelf: Shelf[str] = Shelf(lambda rows: written.append(list(rows)))

    assert not shelf.keep("outside")
    with CaptureQueriesContext(connection) as made, together():
        assert shelf.keep("one")
        assert shelf.keep("two")

    assert written == [["one", "two"]]
    assert [one["sql"] for one in made if "INSERT" in one["sql"]] == []
