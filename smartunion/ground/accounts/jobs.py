"""The room's background job."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.accounts.flows.tidy import tidy


def _tidy(context: JobContext) -> None:
    context.finish(tidy(at=clock.now()))


TIDY = JobKind("accounts.tidy", _tidy, every=timedelta(hours=6))
