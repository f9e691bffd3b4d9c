"""A second process works ahead and hands over what it made, and what went wrong, in order."""

import os
import time
from collections.abc import Iterator

import pytest
from django.db import transaction

from smartunion.core import apart, clock
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs.models import Job

pytestmark = pytest.mark.skipif(
    not apart.is_possible(), reason="a second process needs Linux and a second core"
)


def test_items_arrive_in_order_from_another_process() -> None:
    found = list(apart.worked_out(lambda: ((number, os.getpid()) for number in range(1234))))

    assert [number for number, _ in found] == list(range(1234))
    assert {pid for _, pid in found} != {os.getpid()}
    assert list(apart.worked_out(lambda: iter(()))) == []


def test_a_refusal_is_raised_after_what_came_before_it() -> None:
    def make() -> Iterator[int]:
        yield from range(700)
        raise InvalidInput("Row 701 is no row.", field="row")

    taken = []
    with pytest.raises(InvalidInput, match="701") as refusal:
        taken.extend(_noting(taken, apart.worked_out(make)))

    assert taken == list(range(700))
    assert refusal.value.field == "row"


def _noting(into: list[int], items: Iterator[int]) -> Iterator[int]:
    for item in items:
        into.append(item)
    yield from ()


def test_a_process_that_dies_is_an_error_not_an_end() -> None:
    def make() -> Iterator[int]:
        yield from range(500)
        os._exit(7)

    with pytest.raises(RuntimeError, match="ended with 7"):
        list(apart.worked_out(make))


def test_who_stops_early_leaves_no_process_behind() -> None:
    items = apart.worked_out(lambda: ((os.getpid(), number) for number in range(10_000_000)))
    pid, _number = next(items)
    items.close()

    until = time.monotonic() + 5
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.django_db
def test_the_database_is_refused_there_and_unharmed_here() -> None:
    def make() -> Iterator[int]:
        yield Job.objects.count()

    with pytest.raises(RuntimeError, match="must not ask the database"):
        list(apart.worked_out(make))

    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_over_connections_of_its_own_it_reads_what_was_committed_here() -> None:
    if not apart.may_read():
        pytest.skip("this database lives in the memory of one process")
    for at in range(3):
        Job.objects.create(kind="core.nothing", title=str(at), created_at=clock.now(), run_after=clock.now())

    def make() -> Iterator[tuple[int, int]]:
        yield Job.objects.count(), os.getpid()

    [(count, pid)] = apart.worked_out(make, reads=True)

    assert (count, pid != os.getpid()) == (3, True)
    with transaction.atomic():
        Job.objects.all().delete()
        assert Job.objects.count() == 0  # the connection here is untouched
