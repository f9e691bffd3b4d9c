"""One decision on many corrections: picked, shown beforehand, done in the background, taken back exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput
from smartunion.core.jobs import batches
from smartunion.core.reading import get_visible
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act, Answer, State

DECIDE, UNDO = "stewardship.correct_many", "stewardship.uncorrect_many"
MOST = 20_000
#: Corrections whose outcome is tried out for the preview.
SHOWN = 50
#: Acts on many; "answered" does what each union said.
ACTS = (Act.TAKE, Act.KEEP, Act.ASK, Act.ANSWER)


@dataclass(frozen=True)
class Outcome:
    """What the act would do to one: done, or why not."""

    item: Discrepancy
    why_not: str


def in_words(act: Act) -> str:
    """An act on many as a reader knows it."""
    return _("As the unions answered") if act == Act.ANSWER else str(act.label)


def act_in_words(batch: CorrectionBatch) -> str:
    """What is done with all of them; "" while it is not said."""
    return in_words(Act(batch.act)) if batch.act else ""


@transaction.atomic
def pick(*, actor: Actor, ids: Sequence[int], at: datetime) -> CorrectionBatch:
    """Keep what was picked until the act is chosen. Raises InvalidInput."""
    wanted = sorted(set(ids))
    path = batches.common_path_of(Discrepancy.objects.visible_to(actor), wanted)
    if path is None or len(wanted) > MOST:
        raise InvalidInput(
            _("Between 1 and %(most)s corrections can be decided at once.") % {"most": MOST},
            remedy=_("Tick the rows first, or narrow the list with a filter."), field="pick",
        )  # fmt: skip
    return CorrectionBatch.objects.create(
        path=path,
        picked=wanted,
        user_id=actor.user_id or 0,
        actor_name=actor.name[:80],
        created_at=at,
    )


def preview(*, actor: Actor, batch: CorrectionBatch, act: Act, at: datetime) -> list[Outcome]:
    """What the act would do to the first of them: the real thing, rolled back. For who picked them."""
    rows = Discrepancy.objects.visible_to(actor).select_related("employer", "person")
    found = []
    for item in rows.filter(pk__in=batch.picked[:SHOWN]).order_by("pk"):
        why = ""
        try:
            with transaction.atomic():
                decide_one(actor=actor, batch=batch, act=act, item_id=item.pk, reason=_("preview"), at=at)
                transaction.set_rollback(True)
        except DomainError as refusal:
            why = str(refusal)
        found.append(Outcome(item, why))
    return found


@transaction.atomic
def begin(*, actor: Actor, batch_id: int, act: Act, reason: str, at: datetime) -> CorrectionBatch:
    """Say what is done with all of them; it is done in the background.

    Raises NotVisible, InvalidInput naming act or reason, StaleState.
    """
    batch = get_visible(CorrectionBatch.objects.filter(user_id=actor.user_id or -1), batch_id)
    if act not in ACTS:
        raise InvalidInput(_("Choose what is to be done."), field="act")
    kept = correcting.checked(reason)
    title = f"{in_words(act)}（{len(batch.picked)}）"
    batches.begin(batch, actor=actor, kind=DECIDE, title=title, at=at, act=act, reason=kept)
    audit.record(
        actor,
        "stewardship.corrections_begun",
        batch,
        at=at,
        data={"act": act.value, "rows": len(batch.picked)},
    )
    return batch


@transaction.atomic
def pick_and_begin(
    *, actor: Actor, ids: Sequence[int], act: Act, reason: str, at: datetime
) -> CorrectionBatch:
    """Both in one, for who knows already what is to be done. Raises what they raise; then nothing was kept.

    The same said a moment ago and still under way is the answer to saying it again.
    """
    picked = pick(actor=actor, ids=ids, at=at)
    same = batches.under_way(picked, {"act": act, "reason": correcting.checked(reason)})
    if same is not None:
        picked.delete()
        return same
    return begin(actor=actor, batch_id=picked.pk, act=act, reason=reason, at=at)


@transaction.atomic
def undo(*, actor: Actor, batch_id: int, at: datetime) -> CorrectionBatch:
    """Take a whole batch back in the background. Raises NotVisible, StaleState."""
    batch = get_visible(CorrectionBatch.objects.visible_to(actor), batch_id)
    title = _("Taking back: %(count)s corrections") % {"count": batch.done}
    batches.take_back(batch, actor=actor, kind=UNDO, title=title, at=at)
    audit.record(actor, "stewardship.corrections_undone", batch, at=at)
    return batch


def decide_one(
    *, actor: Actor, batch: CorrectionBatch, act: Act, item_id: int, reason: str, at: datetime
) -> Decision:
    """The batch's act for one correction. Raises what the single act raises; InvalidInput when nobody answered."""
    if act == Act.TAKE:
        return correcting.take(actor=actor, item_id=item_id, reason=reason, at=at, batch=batch)
    if act == Act.KEEP:
        return correcting.keep(actor=actor, item_id=item_id, reason=reason, at=at, batch=batch)
    if act == Act.ASK:
        return asking.ask(actor=actor, item_id=item_id, note=reason, at=at, batch=batch)
    item = get_visible(Discrepancy.objects.visible_to(actor), item_id)
    if item.state != State.ANSWERED:
        raise InvalidInput(_("The union has not answered yet."))
    if item.answer == Answer.THEIRS:
        return correcting.take(actor=actor, item_id=item_id, reason=reason, at=at, batch=batch)
    if item.answer == Answer.OURS:
        return correcting.keep(actor=actor, item_id=item_id, reason=reason, at=at, batch=batch)
    return correcting.write(
        actor=actor, item_id=item_id, value=item.answer_value, reason=reason, at=at, batch=batch
    )
