"""Background jobs: rows with a lease, so that a killed worker's job is picked up again."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor


class JobState(models.TextChoices):
    """Life of a job."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    """Reads of jobs."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own; everybody's for those who look after the installation."""
        if actor.can("jobs.view_all"):
            return self.all()
        return self.none() if actor.user_id is None else self.filter(user_id=actor.user_id)


class Job(models.Model):
    """One piece of long work: what to run, for whom, how far it is, what came out.

    `kind` names a registered handler; `payload` holds ids only; `step`/`done`/`total` feed the progress bar;
    `lease_until` passes when the worker died, and the job runs again (handlers are safe to run twice).
    """

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    user_id = models.BigIntegerField(null=True)
    queue_key = models.CharField(
        max_length=80, blank=True, help_text="Jobs with one key run one after another."
    )
    run_after = models.DateTimeField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_after", "id"], name="job_next"),
            models.Index(fields=["user_id", "-id"], name="job_mine"),
        ]

    @property
    def percent(self) -> int:
        """0–100 for the bar; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0


class JobLine(models.Model):
    """What became of one record of a job that does the same to many, written with it: begun again after a break, the job
    goes on behind it and its file still tells of all. Gone once the file is written.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField(help_text="Place of the record among those picked.")
    cells = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="job_line")]
