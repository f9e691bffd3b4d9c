"""Enqueue, cancel, claim, finish."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, system
from smartunion.core.errors import Refusal
from smartunion.core.jobs.context import LEASE
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.jobs.registry import KINDS, JobKind

#: Work that ends the program each time, such as a file no memory holds, would stop everybody's work for ever.
MOST_ATTEMPTS = 10


class NotToBeStopped(Refusal):
    """The work carries out what has been decided; half of it would be worse than all or nothing."""

    code = "not_to_be_stopped"
    status = 409


def enqueue(
    *, actor: Actor, kind: str, title: str, payload: dict[str, Any], at: datetime,
    queue_key: str = "", delay: timedelta = timedelta(),
) -> Job:  # fmt: skip
    """Put a job in the queue, in the caller's transaction. Raises KeyError for an unknown kind."""
    KINDS[kind]
    return Job.objects.create(
        kind=kind, title=title[:120], payload=payload, user_id=actor.user_id, queue_key=queue_key,
        created_at=at, run_after=at + delay,
    )  # fmt: skip


def enqueue_round(kind: JobKind, *, at: datetime, delay: timedelta = timedelta()) -> Job:
    """The next run of periodic work: nobody's, and never beside another of its kind."""
    return enqueue(
        actor=system(), kind=kind.key, title=kind.key, payload={}, at=at, queue_key=kind.key, delay=delay
    )


def may_stop(job: Job) -> bool:
    """Whether its owner may stop this kind of work."""
    kind = KINDS.get(job.kind)
    return kind is None or kind.may_stop


@transaction.atomic
def cancel(*, actor: Actor, job_id: int, at: datetime) -> bool:
    """Stop a job: at once when it still waits, at its next progress report when it runs. False when it had ended.

    Raises NotToBeStopped for work that carries out a decision.
    """
    mine = Job.objects.filter(pk=job_id, user_id=actor.user_id)
    job = mine.first()
    if job is None or job.finished_at is not None:
        return False
    if not may_stop(job):
        raise NotToBeStopped(
            _("“%(title)s” carries out what has been decided, so it is not stopped half way.") % {"title": job.title},
            remedy=_("Wait until it has ended; then see whether the decision can be taken back."),
        )  # fmt: skip
    if mine.filter(state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=at):
        _tell_ended(job)
        return True
    return bool(mine.filter(state=JobState.RUNNING).update(cancel_requested=True))


def _tell_ended(job: Job) -> None:
    kind = KINDS.get(job.kind)
    if kind is not None and kind.ended is not None:
        job.refresh_from_db()
        kind.ended(job)


def claim_next(*, at: datetime) -> Job | None:
    """Take the oldest job that may run, or one whose worker died; None when there is none.

    Compare-and-set on (state, attempts): of two workers exactly one wins. One whose workers died again and again is
    given up.
    """
    same_key = Job.objects.filter(
        queue_key=OuterRef("queue_key"), state=JobState.RUNNING, lease_until__gt=at
    ).exclude(queue_key="")
    ready = Q(state=JobState.WAITING, run_after__lte=at) | Q(state=JobState.RUNNING, lease_until__lte=at)
    for job in Job.objects.filter(ready).exclude(Exists(same_key)).order_by("run_after", "id")[:5]:
        if job.state == JobState.RUNNING and job.attempts >= MOST_ATTEMPTS:
            settle(job=job, state=JobState.FAILED, at=at, error=_given_up())
            continue
        taken = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts).update(
            state=JobState.RUNNING, started_at=at, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


def _given_up() -> str:
    return _(
        "The program ended %(number)s times while it did this, so it is not tried again. What it had done stays. %(remedy)s"
    ) % {
        "number": MOST_ATTEMPTS,
        "remedy": _("Ask those who look after the system to look at its log."),
    }


def settle(
    *, job: Job, state: JobState, at: datetime, error: str = "", retry_in: timedelta | None = None
) -> None:
    """Write the end of one attempt; `retry_in` puts the job back in the queue instead. Its kind is told of an end that
    is not the work's own."""
    values: dict[str, Any] = {"state": state, "finished_at": at, "lease_until": None, "error": error[:4000]}
    if retry_in is not None:
        values |= {"state": JobState.WAITING, "finished_at": None, "run_after": at + retry_in}
    with transaction.atomic():
        running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
        if running.update(**values) and values["finished_at"] is not None:
            job.lines.all().delete()
            if values["state"] != JobState.DONE:
                _tell_ended(job)
