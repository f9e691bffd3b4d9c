"""The room's background job: the outbox."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.notices.flows.delivery import deliver_due


def _deliver_all(context: JobContext) -> None:
    done = 0
    while sent := deliver_due(at=clock.now(), limit=50):
        done += sent
        context.progress(done, done)


DELIVER = JobKind("notices.deliver", _deliver_all, every=timedelta(seconds=20))
