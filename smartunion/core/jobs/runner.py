"""The worker: takes jobs one after another, retries with a growing pause, keeps periodic jobs waiting."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connection

from smartunion.core import clock
from smartunion.core.errors import DomainError
from smartunion.core.jobs import flows
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.jobs.holding import held
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.jobs.registry import KINDS

log = logging.getLogger(__name__)


def run_one() -> bool:
    """Run the next job; False when there was none."""
    job = flows.claim_next(at=clock.now())
    if job is None:
        return False
    kind = KINDS.get(job.kind)
    if kind is None:
        flows.settle(job=job, state=JobState.FAILED, at=clock.now(), error=f"no handler for {job.kind}")
        return True
    try:
        with held(job):
            kind.handler(JobContext(job))
    except Cancelled:
        flows.settle(job=job, state=JobState.CANCELLED, at=clock.now())
    except DomainError as refusal:
        flows.settle(job=job, state=JobState.FAILED, at=clock.now(), error=str(refusal))
    except Exception as error:
        log.exception("job.failed kind=%s id=%s attempt=%s", job.kind, job.pk, job.attempts)
        again = job.attempts <= kind.retries
        flows.settle(
            job=job, state=JobState.FAILED, at=clock.now(), error=f"{type(error).__name__}: {error}",
            retry_in=timedelta(seconds=5 * 3**job.attempts) if again else None,
        )  # fmt: skip
    else:
        flows.settle(job=job, state=JobState.DONE, at=clock.now())
    return True


#: How long the rows of finished periodic runs are kept; one every few seconds would fill the table.
PERIODIC_KEPT = timedelta(days=1)


def keep_periodic() -> None:
    """Each periodic kind has exactly one waiting or running row; yesterday's finished ones go."""
    for kind in KINDS.values():
        if kind.every is None:
            continue
        busy = Job.objects.filter(kind=kind.key, state__in=[JobState.WAITING, JobState.RUNNING]).exists()
        if not busy:
            old = Job.objects.filter(kind=kind.key, state=JobState.DONE, user_id=None)
            old.filter(finished_at__lt=clock.now() - PERIODIC_KEPT).delete()
            ran = Job.objects.filter(kind=kind.key).exists()
            flows.enqueue_round(kind, at=clock.now(), delay=kind.every if ran else timedelta())


def run_forever(should_stop: Callable[[], bool], idle_s: float = 0.5) -> None:
    """Work until told to stop."""
    next_beat = 0.0
    while not should_stop():
        close_old_connections()
        if time.monotonic() >= next_beat:
            keep_periodic()
            next_beat = time.monotonic() + 10
        if not run_one():
            time.sleep(idle_s)
    connection.close()


def drain() -> int:
    """Run everything that is due now; for commands, tests and the demo. Returns how many ran."""
    count = 0
    while run_one():
        count += 1
    return count
