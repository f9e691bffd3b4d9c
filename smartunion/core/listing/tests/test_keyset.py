"""Paging by last values: walking page by page equals the whole ordering, on both databases."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartunion.core.jobs.models import Job
from smartunion.core.listing import files, keyset
from smartunion.core.listing.keyset import BadCursor, Key, keys_for, read_cursor, write_cursor
from smartunion.core.tests.lives import examples

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)
PATHS = ("title", "done", "finished_at", "user_id", "started_at", "state")
rows = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["", "a", "王", "王小", "阿丽"]),
            "done": st.integers(0, 2),
            "finished_at": st.none() | st.integers(0, 2).map(lambda day: START + timedelta(days=day)),
            "started_at": st.none() | st.just(START),
            "user_id": st.none() | st.integers(1, 2),
            "state": st.sampled_from(["waiting", "done"]),
        }
    ),
    max_size=14,
)
orders = st.lists(st.sampled_from(PATHS), max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names))
)


def store(given_rows: list[dict[str, Any]]) -> None:
    """Exactly these jobs."""
    Job.objects.all().delete()
    Job.objects.bulk_create(
        Job(kind="k", run_after=START, created_at=START, **values) for values in given_rows
    )


def expected(order: tuple[str, ...]) -> list[int]:
    """Keys in the order a person would put them: by value, none last, the key at the end."""

    def compare(a: Job, b: Job) -> int:
        for name in (*order, "-pk" if order and order[-1].startswith("-") else "pk"):
            left, right = getattr(a, name.lstrip("-")), getattr(b, name.lstrip("-"))
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            smaller = left.encode() < right.encode() if isinstance(left, str) else left < right
            return (-1 if smaller else 1) * (-1 if name.startswith("-") else 1)
        return 0

    return [job.pk for job in sorted(Job.objects.all(), key=cmp_to_key(compare))]


def walk(order: tuple[str, ...], size: int) -> list[list[int]]:
    """All pages, forwards."""
    keys = keys_for(Job.objects.all(), order)
    pages, after = [], None
    while True:
        part = keyset.fetch(Job.objects.all(), keys, size, after=after)
        pages.append([job.pk for job in part.rows])
        if part.next is None:
            return pages
        after = part.next


@given(rows, orders, st.integers(1, 5))
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_walk_equals_the_whole_ordering(
    given_rows: list[dict[str, Any]], order: tuple[str, ...], size: int
) -> None:
    store(given_rows)

    pages = walk(order, size)

    flat = [pk for page in pages for pk in page]
    whole = [job.pk for job in keyset.ordered(Job.objects.all(), keys_for(Job.objects.all(), order))]
    assert flat == whole
    by_title = any(name.lstrip("-") == "title" for name in order)
    if not by_title:  # databases may sort Chinese by their own collation; all other columns have one order
        assert flat == expected(order)
    assert all(len(page) == size for page in pages[:-1])


@given(rows, orders, st.integers(1, 5))
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_holds_the_whole_ordering_however_few_rows_it_begins_with(
    given_rows: list[dict[str, Any]], order: tuple[str, ...], first: int
) -> None:
    store(given_rows)
    keys = keys_for(Job.objects.all(), order)

    with patch.object(files, "FIRST", first):
        written = [job.pk for job in files.walk(Job.objects.all(), keys)]

    assert written == [job.pk for job in keyset.ordered(Job.objects.all(), keys)]


@pytest.mark.django_db(transaction=True)
def test_a_file_shows_one_moment_and_begins_before_all_rows_are_looked_at() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite reads a file with one statement")
    store([{"title": f"{number:02}", "state": "waiting"} for number in range(9)])
    keys = keys_for(Job.objects.all(), ("title",))

    with patch.object(files, "FIRST", 3), CaptureQueriesContext(connection) as asked:
        written = files.walk(Job.objects.all(), keys)
        titles = [next(written).title]
        begun = [query["sql"] for query in asked.captured_queries if "core_job" in query["sql"]]
        writer = threading.Thread(target=_rename_all)
        writer.start()
        writer.join()
        titles += [job.title for job in written]

    assert len(begun) == 1
    assert begun[0].endswith("LIMIT 4")
    assert titles == [f"{number:02}" for number in range(9)]
    assert set(Job.objects.values_list("title", flat=True)) == {"later"}


def _rename_all() -> None:
    Job.objects.update(title="later")
    connection.close()


@given(rows, orders, st.integers(1, 4))
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_walking_back_shows_the_same_pages(
    given_rows: list[dict[str, Any]], order: tuple[str, ...], size: int
) -> None:
    store(given_rows)
    keys = keys_for(Job.objects.all(), order)
    first = keyset.fetch(Job.objects.all(), keys, size)
    if first.next is None:
        return
    second = keyset.fetch(Job.objects.all(), keys, size, after=first.next)

    back = keyset.fetch(Job.objects.all(), keys, size, before=second.previous)

    assert [job.pk for job in back.rows] == [job.pk for job in first.rows]
    assert back.previous is None
    assert back.next == first.next


def test_rows_added_meanwhile_are_neither_lost_nor_doubled() -> None:
    store([{"done": number} for number in range(6)])
    keys = keys_for(Job.objects.all(), ("-done",))
    first = keyset.fetch(Job.objects.all(), keys, 3)
    Job.objects.create(kind="k", run_after=START, created_at=START, done=9)

    second = keyset.fetch(Job.objects.all(), keys, 3, after=first.next)

    assert [job.done for job in first.rows + second.rows] == [5, 4, 3, 2, 1, 0]


def test_order_by_a_related_and_by_an_annotated_column() -> None:
    store([{"done": 2}, {"done": 1}, {"done": 1}])
    doubled = Job.objects.annotate(twice=F("done") * 2)

    related = keys_for(doubled, ("result_file__name", "twice"))
    pages = keyset.fetch(doubled, related, 2)
    rest = keyset.fetch(doubled, related, 2, after=pages.next)

    assert [job.done for job in pages.rows + rest.rows] == [1, 1, 2]
    assert [key.nullable for key in related] == [True, True, False]


def test_keys_end_with_the_primary_key_and_know_what_can_be_empty() -> None:
    keys = keys_for(Job.objects.all(), ("-finished_at", "title"))

    assert keys == (Key("finished_at", True, True), Key("title", False, False), Key("pk", False, False))
    assert keys_for(Job.objects.all(), ("-id",)) == (Key("id", True, False),)


@pytest.mark.parametrize("name", ["nothing_here", "result_file__nothing"])
def test_columns_without_an_order_are_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        keys_for(Job.objects.all(), (name,))


def test_plain_ordering_names_no_nulls_so_that_indexes_serve() -> None:
    sql = str(keyset.ordered(Job.objects.all(), keys_for(Job.objects.all(), ("-id",))).query)

    assert "NULLS" not in sql


values = st.tuples(
    st.none() | st.text(max_size=20), st.none() | st.integers(-(2**60), 2**60), st.booleans(), st.dates(),
    st.datetimes(timezones=st.just(UTC)), st.uuids(), st.decimals(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@given(values)
@settings(deadline=None)
def test_cursor_round_trip(given_values: tuple[Any, ...]) -> None:
    word = write_cursor(given_values, "some.list:name")

    back = read_cursor(word, "some.list:name", len(given_values))

    assert back == given_values
    assert [type(value) for value in back] == [type(value) for value in given_values]


@given(st.text(max_size=60))
@settings(deadline=None)
def test_made_up_cursor_is_refused(word: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(word, "some.list:name", 1)


def test_cursor_of_another_list_or_length_is_refused_and_shows_no_name() -> None:
    word = write_cursor(("王小明", 5), "some.list:name")

    with pytest.raises(BadCursor):
        read_cursor(word, "other.list:name", 2)
    with pytest.raises(BadCursor):
        read_cursor(word, "some.list:name", 3)
    assert "王" not in word
    assert read_cursor(word, "some.list:name", 2) == ("王小明", 5)


def test_cursor_keeps_exact_kinds() -> None:
    given_values = (date(2026, 1, 2), Decimal("1.10"), UUID(int=7))

    assert read_cursor(write_cursor(given_values, "s"), "s", 3) == given_values
