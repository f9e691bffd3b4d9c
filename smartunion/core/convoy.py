"""Requests that arrive together are worked off together: group commit, by whichever of them came first.

There is no thread of its own: who finds nobody at work leads, takes everybody who waits by then (first come, first
served), works them off in one go and wakes them; who arrives meanwhile waits for the next. So a lone request loses
nothing, and two hundred at once share their transactions.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import connection

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class _Place(Generic[Ask, Answer]):
    """One request in the queue: what it asks, and what came of it. woken: it has its answer, or has to lead."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.woken = threading.Event()
        self.answer: Answer | BaseException | None = None


class Convoy(Generic[Ask, Answer]):
    """The queue of one kind of work in this process.

    work: does a batch and returns an answer or the refusal for each, in the same order, after it has committed.
    """

    def __init__(
        self, work: Callable[[Sequence[Ask]], Sequence[Answer | Exception]], *, most: int = 64
    ) -> None:
        self._work, self._most = work, most
        self._lock = threading.Lock()
        self._waiting: deque[_Place[Ask, Answer]] = deque()
        self._is_led = False

    def ask(self, ask: Ask) -> Answer:
        """The answer to one request; a refusal is raised. Waits for the batch it travels with.

        Inside a transaction of the caller's it is worked off alone: nobody may be told what can still be rolled back.
        """
        if connection.in_atomic_block:
            return _told(self._work([ask])[0])
        place: _Place[Ask, Answer] = _Place(ask)
        with self._lock:
            self._waiting.append(place)
            leads, self._is_led = not self._is_led, True
        if not leads:
            _let_go()
            place.woken.wait()
        if place.answer is None:
            self._lead()
        assert place.answer is not None
        return _told(place.answer)

    def _lead(self) -> None:
        """Work off the first who wait, oneself among them, and hand on to the next."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        answers: Sequence[Answer | BaseException] = ()
        try:
            answers = self._work([place.ask for place in batch])
            if len(answers) != len(batch):
                raise RuntimeError(f"{len(batch)} asked, {len(answers)} answered")
        except BaseException as error:
            answers = [error] * len(batch)
            raise
        finally:
            for place, answer in zip(batch, answers, strict=True):
                place.answer = answer
                place.woken.set()
            with self._lock:
                self._is_led = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].woken.set()  # has no answer yet: leads


def _let_go() -> None:
    """Who waits keeps no connection of a pool: when all are with those who wait, whoever leads gets none."""
    if getattr(connection, "pool", None) is not None:
        connection.close()


def _told(answer: Answer | BaseException) -> Answer:
    if isinstance(answer, BaseException):
        raise answer
    return answer
