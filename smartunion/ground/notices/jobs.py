"""The room's background job: the outbox."""

import time
from datetime import timedelta

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.flows import enqueue_round
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.notices.flows.delivery import deliver_due

#: How long the outbox keeps a worker at a time: a union that closes tells thousands, while somebody's import waits.
TURN = timedelta(seconds=10)


def _deliver_all(context: JobContext) -> None:
    """What is due, for one turn; what is left then goes on behind the work that waits by now."""
    done, until = 0, time.monotonic() + TURN.total_seconds()
    while sent := deliver_due(at=clock.now(), limit=50):
        done += sent
        context.progress(done, done)
        if time.monotonic() >= until:
            _go_on()
            break


def _go_on() -> None:
    if not Job.objects.filter(kind=DELIVER.key, state=JobState.WAITING).exists():
        enqueue_round(DELIVER, at=clock.now())


DELIVER = JobKind("notices.deliver", _deliver_all, every=timedelta(seconds=20))
