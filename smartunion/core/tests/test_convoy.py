"""Requests that arrive together are worked off together, first come first served, each with its own answer."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from smartunion.core.convoy import Convoy
from smartunion.core.errors import DomainError

#: Nothing here may wait for ever.
SOON = 10.0


class Slow:
    """Work that waits at the door until it is let go, and keeps what it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = threading.Event()
        self.door = threading.Event()

    def __call__(self, asks: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(asks))
        self.begun.set()
        assert self.door.wait(SOON)
        return [DomainError(f"no {ask}") if ask % 10 == 7 else ask * 2 for ask in asks]


def waiting(convoy: Convoy[int, int], number: int) -> None:
    """Until so many stand in the queue."""
    for _ in range(int(SOON * 200)):
        if len(convoy._waiting) == number:
            return
        threading.Event().wait(0.005)
    raise AssertionError(f"{len(convoy._waiting)} wait, not {number}")


def test_a_lone_request_is_worked_off_at_once() -> None:
    work = Slow()
    work.door.set()

    assert Convoy(work).ask(3) == 6
    assert work.batches == [[3]]


def test_who_arrives_meanwhile_travels_together_in_the_order_of_arrival() -> None:
    work = Slow()
    convoy = Convoy(work, most=4)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(convoy.ask, 1)
        assert work.begun.wait(SOON)
        others = []
        for number in range(2, 8):
            others.append(pool.submit(convoy.ask, number))
            waiting(convoy, number - 1)
        work.door.set()

        assert first.result(SOON) == 2
        assert [one.result(SOON) for one in others[:-1]] == [4, 6, 8, 10, 12]
        with pytest.raises(DomainError, match="no 7"):
            others[-1].result(SOON)

    assert work.batches == [[1], [2, 3, 4, 5], [6, 7]]
    assert convoy.ask(9) == 18


def test_work_that_breaks_tells_everybody_of_its_batch_and_the_queue_goes_on() -> None:
    broken = threading.Event()

    def work(asks: Sequence[int]) -> list[int | Exception]:
        if not broken.is_set():
            broken.set()
            raise RuntimeError("the disk is full")
        return list(asks)

    convoy: Convoy[int, int] = Convoy(work)

    with pytest.raises(RuntimeError, match="the disk is full"):
        convoy.ask(1)
    assert convoy.ask(2) == 2


@pytest.mark.django_db
def test_inside_a_transaction_nobody_elses_request_is_taken_along() -> None:
    work = Slow()
    convoy = Convoy(work)
    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(convoy.ask, 1)
        assert work.begun.wait(SOON)
        follower = pool.submit(convoy.ask, 2)
        waiting(convoy, 1)
        work.door.set()
        with transaction.atomic():
            assert convoy.ask(3) == 6
        assert (leader.result(SOON), follower.result(SOON)) == (2, 4)

    assert [3] in work.batches
