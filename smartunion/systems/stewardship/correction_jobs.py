"""Background work on corrections: one decision on many, and taking it back."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.core.jobs.batches import BatchState, csv_result
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.systems.stewardship.flows import correcting
from smartunion.systems.stewardship.flows import correction_batches as batches
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act

_STEP = 20


def decide(context: JobContext) -> None:
    """Decide one by one, as the person who said it; a killed job goes on where it stopped.

    Refusals are counted and listed; cancelling keeps what was done, which can be taken back too.
    """
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    CorrectionBatch.objects.filter(pk=batch.pk, state=BatchState.WAITING).update(state=BatchState.RUNNING)
    actor, act = _actor(context, batch), Act(batch.act)
    done = set(Decision.objects.filter(batch=batch).values_list("item_id", flat=True))
    refused: list[list[Any]] = []
    try:
        for number, item_id in enumerate(batch.ids):
            if number % _STEP == 0:
                context.progress(number, len(batch.ids), str(act.label))
            if item_id in done:
                continue
            try:
                batches.decide_one(
                    actor=actor, batch=batch, act=act, item_id=item_id, reason=batch.reason, at=clock.now()
                )
            except DomainError as refusal:
                refused.append([item_id, *_told(actor, item_id), str(refusal)])
    except Cancelled:
        _end(context, batch, BatchState.STOPPED, refused)
        raise
    _end(context, batch, BatchState.DONE, refused)


def _told(actor: Actor, item_id: int) -> tuple[str, str]:
    rows = Discrepancy.objects.visible_to(actor).select_related("employer", "person")
    item = rows.filter(pk=item_id).first()
    return (item.record_name, item.field_label) if item else ("", "")


def _end(context: JobContext, batch: CorrectionBatch, state: BatchState, refused: list[list[Any]]) -> None:
    done = Decision.objects.filter(batch=batch).count()
    CorrectionBatch.objects.filter(pk=batch.pk).update(
        state=state, done=done, refused=len(refused), finished_at=clock.now()
    )
    _finish(context, batch, [[_("Done"), done], [_("Refused"), len(refused)]], refused)


def undo(context: JobContext) -> None:
    """Put back what the batch did, the last first; safe to run again."""
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    actor, refused = _actor(context, batch), []
    rows = Decision.objects.filter(batch=batch, undone_at=None).exclude(act=Act.ASK).order_by("-pk")
    ids = list(rows.values_list("pk", "item_id"))
    for number, (decision_id, item_id) in enumerate(ids):
        if number % _STEP == 0:
            context.progress(number, len(ids))
        try:
            correcting.undo(actor=actor, decision_id=decision_id, at=clock.now())
        except DomainError as refusal:
            refused.append([item_id, *_told(actor, item_id), str(refusal)])
    undone = Decision.objects.filter(batch=batch).exclude(undone_at=None).count()
    CorrectionBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.UNDONE, undone=undone, undone_at=clock.now()
    )
    _finish(context, batch, [[_("Put back"), undone], [_("Left as they are"), len(refused)]], refused)


def _finish(
    context: JobContext, batch: CorrectionBatch, summary: list[list[Any]], refused: list[list[Any]]
) -> None:
    file = None
    if refused:
        heads = [_("Number"), _("Record"), _("Field"), _("Why it was left out")]
        file = csv_result(
            heads, refused, actor=Actor(source="job"), name=_("left out"), purpose="job", at=clock.now()
        )
    page = f"/desk/stewardship/corrections/batches/{batch.pk}/"
    context.finish({"summary": summary, "next": [_("To the decision"), page]}, file)


def _actor(context: JobContext, batch: CorrectionBatch) -> Actor:
    user = User.objects.get(pk=context.job.user_id or batch.user_id)
    return actor_of(user, on=clock.today(), source="job")


def tidy(context: JobContext) -> None:
    """Forget picks of yesterday that nobody decided about."""
    context.finish({"forgotten": batches.forget_drafts(before=clock.now() - timedelta(days=1))})


JOBS = (
    JobKind(batches.DECIDE, decide, retries=1),
    JobKind(batches.UNDO, undo, retries=1),
    JobKind("stewardship.tidy_corrections", tidy, every=timedelta(days=1)),
)
