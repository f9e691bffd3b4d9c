"""What a running job may call: progress, cancel, result."""

from datetime import timedelta
from typing import Any

from smartunion.core import clock
from smartunion.core.errors import DomainError
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs.models import Job, JobState

LEASE = timedelta(minutes=3)


class Cancelled(DomainError):
    """The owner asked to stop."""

    code = "cancelled"


class JobContext:
    """Handed to the handler; `payload` holds what was enqueued."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.payload: dict[str, Any] = job.payload

    def progress(self, done: int, total: int, step: str = "") -> None:
        """Store how far the work is, renew the lease, and raise Cancelled when the owner asked to stop.

        Call it between transactions: inside one, nobody sees the bar move.
        """
        values: dict[str, Any] = {"done": done, "total": total, "lease_until": clock.now() + LEASE}
        if step:
            values["step"] = step[:120]
        alive = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts)
        if alive.update(**values) != 1:
            raise Cancelled
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled

    def finish(self, result: dict[str, Any], file: StoredFile | None = None) -> None:
        """Keep what the owner sees when the job is done."""
        Job.objects.filter(pk=self.job.pk).update(result=result, result_file=file)
