"""Periodic work: reminders and old drafts every hour, second looks drawn from the day before."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.engines.casework.flows.exchange import deliver_due
from smartunion.engines.casework.flows.forgetting import forget_closed
from smartunion.engines.casework.flows.reminding import drop_old_drafts, remind
from smartunion.engines.casework.flows.second_looks import draw_due


def _run(context: JobContext) -> None:
    at = clock.now()
    looked_at = remind(actor=system(), at=at)
    dropped = drop_old_drafts(actor=system(), at=at)
    emptied = forget_closed(actor=system(), at=at)
    context.finish({"cases": looked_at, "drafts": dropped, "emptied": emptied})


def _draw(context: JobContext) -> None:
    at = clock.now()
    context.finish({"drawn": draw_due(actor=system(), at=at)})


def _call(context: JobContext) -> None:
    context.finish({"calls": deliver_due(at=clock.now())})


CALL = JobKind("casework.call_partners", _call, every=timedelta(minutes=1))
DRAW = JobKind("casework.draw_second_looks", _draw, every=timedelta(hours=6))
REMIND = JobKind("casework.remind", _run, every=timedelta(hours=1))
