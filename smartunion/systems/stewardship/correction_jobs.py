"""Background work on corrections: one decision on many, and taking it back."""

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs import batches
from smartunion.core.jobs.context import JobContext
from smartunion.core.listing.columns import Cell
from smartunion.systems.stewardship.flows import correcting, correction_batches
from smartunion.systems.stewardship.models import CorrectionBatch, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act


def decide(context: JobContext) -> None:
    """Decide one by one, as the person who said it."""
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    act = Act(batch.act)

    def named(item_id: int) -> list[Cell]:
        return _named(context.owner(), item_id)

    def decide_one(item_id: int) -> list[Cell]:
        correction_batches.decide_one(
            actor=context.owner(), batch=batch, act=act, item_id=item_id, reason=batch.reason, at=clock.now()
        )
        return named(item_id)

    batches.decide(
        context, batch, decide_one, named=named, already=set(batch.decisions.values_list("item_id", flat=True)),
        telling=_telling(context, batch), label=str(act.label),
    )  # fmt: skip


def _named(actor: Actor, item_id: int) -> list[Cell]:
    rows = Discrepancy.objects.visible_to(actor).select_related("employer", "person")
    item = rows.filter(pk=item_id).first()
    return [item_id, item.record_name, item.field_label] if item else [item_id, "", ""]


def undo(context: JobContext) -> None:
    """Put back what the batch did, the last first."""
    batch = CorrectionBatch.objects.get(pk=context.payload["batch"])
    rows = batch.decisions.exclude(act=Act.ASK).order_by("-pk")
    items = dict(rows.values_list("pk", "item_id"))
    already = set(rows.exclude(undone_at=None).values_list("pk", flat=True))  # the file tells of them too

    def put_back(decision_id: int) -> list[Cell]:
        if decision_id not in already:
            correcting.undo(actor=context.owner(), decision_id=decision_id, at=clock.now())
        return _named(context.owner(), items[decision_id])

    batches.undo(
        context, batch, list(items), put_back, named=lambda decision_id: _named(context.owner(), items[decision_id]),
        telling=_telling(context, batch, _("Put back"), _("Left as they are")),
    )  # fmt: skip


def _telling(context: JobContext, batch: CorrectionBatch, done: str = "", left: str = "") -> batches.Telling:
    return batches.Telling(
        [_("Number"), _("Record"), _("Field"), _("Outcome"), _("Why it was left out")],
        context.job.title, Actor(source="job"), done, left,
        (_("To the decision"), f"/desk/stewardship/corrections/batches/{batch.pk}/"),
    )  # fmt: skip
