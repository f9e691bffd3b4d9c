"""A lease kept while the work lasts: a step of a city takes longer than a lease and reports nothing meanwhile."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, connection

from smartunion.core import clock
from smartunion.core.jobs.context import LEASE
from smartunion.core.jobs.models import Job, JobState

log = logging.getLogger(__name__)
BEAT: Final = timedelta(minutes=1)


@contextmanager
def held(job: Job) -> Iterator[None]:
    """Renew the job's lease every minute from a thread of its own, so that it lapses only when the process dies.

    Nothing is renewed once another worker has the job: its attempts are counted.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(job, over), name=f"lease-{job.pk}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(job: Job, over: threading.Event) -> None:
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    while not over.wait(BEAT.total_seconds()):
        try:
            mine.update(lease_until=clock.now() + LEASE)
        except DatabaseError:
            # SQLite busy with a long write, a server gone for a moment: the next beat tries again.
            log.warning("job.lease_not_renewed id=%s", job.pk)
        finally:
            connection.close()
