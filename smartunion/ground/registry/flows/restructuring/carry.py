"""Carrying out what was decided: people in portions, each in a transaction of its own, then everything else at once.

Every row is dated and followed by another; nothing is overwritten but what the journal can put back. Begun again
after a break, it goes on where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from smartunion.ground.registry.flows.restructuring import of_employers, of_unions
from smartunion.ground.registry.flows.restructuring.shared import Progress
from smartunion.ground.registry.models import Restructuring
from smartunion.ground.registry.rules import RestructuringState


def carry_out(*, restructuring_id: int, at: datetime, progress: Progress) -> Restructuring:
    """Carry out what was decided; progress is called between the portions. Safe to run twice."""
    waiting = [RestructuringState.PLANNED, RestructuringState.RUNNING]
    started = Restructuring.objects.filter(pk=restructuring_id, state__in=waiting)
    if started.update(state=RestructuringState.RUNNING) != 1:
        return Restructuring.objects.get(pk=restructuring_id)
    what = Restructuring.objects.select_related("source__parent", "target", "employer", "into").get(
        pk=restructuring_id
    )
    if what.is_of_employer:
        return _through(
            what, at, progress, _Work(of_employers.waiting, of_employers.carry_portion, of_employers.finish)
        )
    return _through(what, at, progress, _Work(of_unions.waiting, of_unions.carry_portion, of_unions.finish))


@dataclass(frozen=True)
class _Work:
    """One kind of restructuring: who has to be carried yet, one portion of them, and all the rest at once."""

    waiting: "Callable[[Restructuring], QuerySet[Any, Any]]"
    carry_portion: Callable[[Restructuring, datetime], int]
    finish: Callable[[Restructuring, datetime], None]


def _through(what: Restructuring, at: datetime, progress: Progress, work: _Work) -> Restructuring:
    total = what.people + work.waiting(what).count()
    while carried := work.carry_portion(what, at):
        what.people += carried
        progress(what.people, max(total, what.people))
    work.finish(what, at)
    return what
