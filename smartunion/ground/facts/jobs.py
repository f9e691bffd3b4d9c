"""The room's background job."""

from datetime import timedelta

from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.facts.flows.tallies import fold


def _fold_all(context: JobContext) -> None:
    done = 0
    while folded := fold():
        done += folded
        context.progress(done, done)


FOLD = JobKind("facts.fold", _fold_all, every=timedelta(minutes=1))
