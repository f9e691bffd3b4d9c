"""What a running job may call: progress, cancel, result."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs.models import Job, JobState

#: From the key of an account to who it is today; the room of accounts says how.
Owner = Callable[[int], Actor]
_owners: list[Owner] = []

LEASE = timedelta(minutes=3)


def register_owner(ask: Owner) -> None:
    """Say how the owner of a job is found with the rights she has at the time of the work (called from apps.py)."""
    _owners[:] = [ask]


class Cancelled(DomainError):
    """The owner asked to stop."""

    code = "cancelled"


class JobContext:
    """Handed to the handler; `payload` holds what was enqueued."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.payload: dict[str, Any] = job.payload
        self._owner: Actor | None = None

    def owner(self) -> Actor:
        """Whoever began the work, with the rights she has now: asked anew after each report of progress.

        Rights lost while the work waited or runs are lost to it too.
        """
        if self._owner is None:
            self._owner = _owners[0](self.job.user_id or 0)
        return self._owner

    def progress(self, done: int, total: int, step: str = "") -> None:
        """Store how far the work is, renew the lease, and raise Cancelled when the owner asked to stop.

        Call it between transactions: inside one, nobody sees the bar move.
        """
        self._owner = None
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
