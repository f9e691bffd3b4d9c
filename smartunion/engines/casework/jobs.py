"""Periodic work: reminders and old drafts, every hour."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.engines.casework.flows.reminding import drop_old_drafts, remind


def _run(context: JobContext) -> None:
    at = clock.now()
    looked_at = remind(actor=system(), at=at)
    dropped = drop_old_drafts(actor=system(), at=at)
    context.finish({"cases": looked_at, "drafts": dropped})


REMIND = JobKind("casework.remind", _run, every=timedelta(hours=1))
