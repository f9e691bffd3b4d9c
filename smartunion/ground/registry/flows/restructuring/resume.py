"""A merger, split or its undoing whose job gave up after failed attempts: carried on where it stood."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.ground.registry import messages
from smartunion.ground.registry.flows.restructuring.decide import CARRY
from smartunion.ground.registry.models import Restructuring
from smartunion.ground.registry.rules import RestructuringState

UNDO = "registry.undo_restructuring"
#: State → the work that brings it on.
WORK = {
    RestructuringState.PLANNED: CARRY, RestructuringState.RUNNING: CARRY, RestructuringState.UNDOING: UNDO,
}  # fmt: skip


def is_given_up(what: Restructuring) -> bool:
    """Whether it is neither done nor undone and nothing works on it any more."""
    if what.state not in WORK:
        return False
    return not Job.objects.filter(pk=what.job_id or 0, finished_at=None).exists()


@transaction.atomic
def carry_on(*, actor: Actor, restructuring_id: int, at: datetime) -> Restructuring:
    """Let the work go on where it stood; a second click changes nothing.

    The actor needs registry.edit in the union it began from. Raises NotVisible, NotAllowed; StaleState when it is done.
    """
    rows = Restructuring.objects.visible_to(actor).select_related("source", "employer", "target", "into")
    what = get_visible(rows, restructuring_id)
    actor.check_can("registry.edit", path=what.path)
    if what.state not in WORK:
        raise StaleState(
            _("It has ended: %(state)s.") % {"state": what.get_state_display()},
            remedy=_("Reload the page to see what was done."),
        )
    if not is_given_up(what):
        return what
    kind = WORK[RestructuringState(what.state)]
    job = enqueue(
        actor=actor, kind=kind, title=_("Carried on: %(name)s") % {"name": what.name}, payload={"id": what.pk}, at=at,
        queue_key=what.queue_key,
    )  # fmt: skip
    same = Restructuring.objects.filter(pk=what.pk, state=what.state, job_id=what.job_id)
    if same.update(job_id=job.pk) != 1:
        raise StaleState
    subject = what.employer or what.source
    assert subject is not None
    audit.record(
        actor, "registry.restructuring_carried_on", subject, at=at,
        data={"restructuring": what.pk, "kind": what.kind, "people": what.people},
    )  # fmt: skip
    what.job_id = job.pk
    return what


def tell_stopped(job: Job) -> None:
    """Tell who decided, or carried it on, that the work gave up before its end."""
    what = Restructuring.objects.filter(job_id=job.pk).select_related("source", "employer").first()
    if what is not None and what.state in WORK and job.user_id is not None:
        messages.tell_restructuring_stopped(what, job.user_id, job.pk, job.finished_at or job.created_at)
