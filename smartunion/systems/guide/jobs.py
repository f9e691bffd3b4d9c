"""Periodic work of the guide."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.systems.guide.flows.forgetting import forget_old


def _run(context: JobContext) -> None:
    context.finish({"questions": forget_old(actor=system(), at=clock.now())})


FORGET = JobKind("guide.forget", _run, every=timedelta(days=1))
