"""Background work on corrections: one decision on many, and taking it back."""

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs import batches
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.registry import JobKind
from smartunion.core.listing.columns import Cell
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.systems.stewardship.flows import correcting, correction_batches
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act


def decide(context: JobContext) -> None:
    """Decide one by one, as the person who said it."""
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    actor, act = _actor(context, batch), Act(batch.act)
    named, decisions = partial(_named, actor), Decision.objects.filter(batch=batch)

    def decide_one(item_id: int) -> list[Cell]:
        correction_batches.decide_one(
            actor=actor, batch=batch, act=act, item_id=item_id, reason=batch.reason, at=clock.now()
        )
        return named(item_id)

    batches.decide(
        context, batch, batch.ids, decide_one, named=named, already=set(decisions.values_list("item_id", flat=True)),
        count=decisions.count, telling=_telling(context, batch), label=str(act.label),
    )  # fmt: skip


def _named(actor: Actor, item_id: int) -> list[Cell]:
    rows = Discrepancy.objects.visible_to(actor).select_related("employer", "person")
    item = rows.filter(pk=item_id).first()
    return [item_id, item.record_name, item.field_label] if item else [item_id, "", ""]


def undo(context: JobContext) -> None:
    """Put back what the batch did, the last first."""
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    actor, decisions = _actor(context, batch), Decision.objects.filter(batch=batch)
    rows = decisions.exclude(act=Act.ASK).order_by("-pk")
    items = dict(rows.values_list("pk", "item_id"))
    already = set(rows.exclude(undone_at=None).values_list("pk", flat=True))  # the file tells of them too

    def put_back(decision_id: int) -> list[Cell]:
        if decision_id not in already:
            correcting.undo(actor=actor, decision_id=decision_id, at=clock.now())
        return _named(actor, items[decision_id])

    batches.undo(
        context, batch, list(items), put_back, named=lambda decision_id: _named(actor, items[decision_id]),
        count=decisions.exclude(undone_at=None).count,
        telling=_telling(context, batch, _("Put back"), _("Left as they are")),
    )  # fmt: skip


def _telling(context: JobContext, batch: CorrectionBatch, done: str = "", left: str = "") -> batches.Telling:
    return batches.Telling(
        [_("Number"), _("Record"), _("Field"), _("Outcome"), _("Why it was left out")],
        context.job.title, Actor(source="job"), done, left,
        (_("To the decision"), f"/desk/stewardship/corrections/batches/{batch.pk}/"),
    )  # fmt: skip


def _actor(context: JobContext, batch: CorrectionBatch) -> Actor:
    user = User.objects.get(pk=context.job.user_id or batch.user_id)
    return actor_of(user, on=clock.today(), source="job")


def tidy(context: JobContext) -> None:
    """Forget picks of yesterday that nobody decided about."""
    before = clock.now() - timedelta(days=1)
    context.finish({"forgotten": batches.forget_drafts(CorrectionBatch, before=before)})


def job_ended(job: Job) -> None:
    """The job was stopped or given up: the batch stands still with what was done."""
    batch = CorrectionBatch.objects.filter(job=job).first()
    if batch is not None:
        decisions = Decision.objects.filter(batch=batch)
        batches.stopped(batch, done=decisions.count(), undone=decisions.exclude(undone_at=None).count())


JOBS = (
    JobKind(correction_batches.DECIDE, decide, retries=1, ended=job_ended),
    JobKind(correction_batches.UNDO, undo, retries=1, ended=job_ended),
    JobKind("stewardship.tidy_corrections", tidy, every=timedelta(days=1)),
)
