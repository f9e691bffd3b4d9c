"""One change for many members: picked, said, carried out one by one in the background, taken back as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs import batches
from smartunion.core.jobs.context import JobContext
from smartunion.core.listing.columns import Cell
from smartunion.core.reading import get_visible
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import ending_posts, memberships, mending
from smartunion.ground.registry.flows.access import membership_for, union_for
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Membership, MembershipBatch, MembershipBatchLine
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MemberChange, MembershipState

CHANGE, UNDO = "registry.change_many", "registry.unchange_many"
EDIT = "members.edit"
MOST = 20_000
#: How a membership ends or goes on with each change.
TYPES = {
    MemberChange.RETAIN: ChangeType.RETAINED, MemberChange.RESTORE: ChangeType.RESTORED,
    MemberChange.MOVE: ChangeType.TRANSFERRED_OUT, MemberChange.END: ChangeType.LEFT,
}  # fmt: skip


@dataclass(frozen=True)
class Saying:
    """The change, its reason and the day it holds from; the union they move to."""

    change: MemberChange
    on: date
    reason: ChangeReason = ChangeReason.NONE
    union_id: int | None = None


def reasons_for(change: MemberChange) -> list[ChangeReason]:
    """The reasons a change of many may have, in the order of the form: nobody dies or is expelled in a list, and how somebody
    who owes dues was talked to is said of her alone."""
    sensible = rules.REASONS[TYPES[change]] - {ChangeReason.DECEASED, ChangeReason.DUES_UNPAID}
    return [reason for reason in ChangeReason if reason in sensible]


@transaction.atomic
def pick(*, actor: Actor, membership_ids: Sequence[int], at: datetime) -> MembershipBatch:
    """Keep what was picked in a list until the change is chosen. Raises NotAllowed, InvalidInput."""
    actor.check_can(EDIT)
    ids = list(dict.fromkeys(membership_ids))
    if not ids or len(ids) > MOST:
        raise InvalidInput(
            _("Between 1 and %(most)s members can be changed at once.") % {"most": f"{MOST:,}"},
            remedy=_("Tick the rows first, or narrow the list with a filter."), field="pick",
        )  # fmt: skip
    mine = Membership.objects.filter(actor.within(EDIT, "union_path")).annotate(path=F("union_path"))
    path = batches.common_path_of(mine, ids)
    if path is None:
        raise InvalidInput(_("None of the members picked is in your hands."), field="pick")
    return MembershipBatch.objects.create(
        path=path, picked=ids, user_id=actor.user_id or 0, actor_name=actor.name, created_at=at
    )


@transaction.atomic
def begin(*, actor: Actor, batch_id: int, saying: Saying, at: datetime) -> MembershipBatch:
    """Say the change; the work begins in the background.

    Raises NotVisible, NotAllowed; InvalidInput naming reason, union or on; StaleState (said already).
    """
    batch = get_visible(MembershipBatch.objects.filter(user_id=actor.user_id or -1), batch_id)
    actor.check_can(EDIT)
    _check(actor, saying, at)
    title = _("%(change)s: %(count)s members") % {
        "change": saying.change.label,
        "count": f"{len(batch.picked):,}",
    }
    batches.begin(
        batch, actor=actor, kind=CHANGE, title=title, at=at, change=saying.change, reason=saying.reason, on=saying.on,
        union_id=_union_of(saying),
    )  # fmt: skip
    audit.record(
        actor, "registry.membership_batch_begun", batch, at=at,
        data={"change": saying.change, "reason": saying.reason, "on": saying.on.isoformat(), "union": batch.union_id,
              "members": len(batch.picked)},
    )  # fmt: skip
    return batch


@transaction.atomic
def pick_and_begin(
    *, actor: Actor, membership_ids: Sequence[int], saying: Saying, at: datetime
) -> tuple[MembershipBatch, bool]:
    """`pick` and `begin` in one, for callers who know both; a refused change leaves no draft. Raises as they do.

    True: it is new; False: the same was said a moment ago and is under way.
    """
    picked = pick(actor=actor, membership_ids=membership_ids, at=at)
    said = {"change": saying.change, "reason": saying.reason, "on": saying.on, "union_id": _union_of(saying)}
    same = batches.under_way(picked, said)
    if same is not None:
        picked.delete()
        return same, False
    return begin(actor=actor, batch_id=picked.pk, saying=saying, at=at), True


def _union_of(saying: Saying) -> int | None:
    return saying.union_id if saying.change == MemberChange.MOVE else None


def _check(actor: Actor, saying: Saying, at: datetime) -> None:
    check_not_future(saying.on, clock.local_date(at), field="on")
    rules.check_reason(TYPES[saying.change], saying.reason)
    if saying.reason not in reasons_for(saying.change):
        raise InvalidInput(
            _("The reason “%(reason)s” does not fit “%(change)s”.")
            % {"reason": saying.reason.label, "change": saying.change.label},
            remedy=_("Choose one of the list."), field="reason",
        )  # fmt: skip
    if saying.change == MemberChange.MOVE:
        if saying.union_id is None:
            raise InvalidInput(_("Say to which union they move."), field="union")
        union_for(actor, saying.union_id, EDIT)


def change_job(context: JobContext) -> None:
    """Change the memberships one by one, with the rights of whoever said it."""
    batch = MembershipBatch.objects.get(pk=context.payload["batch"])

    def change(membership_id: int) -> list[Cell]:
        return _named(
            change_one(batch=batch, membership_id=membership_id, actor=context.owner(), at=clock.now())
        )

    batches.decide(
        context, batch, change, named=lambda pk: _named_by(context.owner(), pk),
        already=set(batch.lines.values_list("membership_id", flat=True)), telling=_telling(context, batch),
        label=str(MemberChange(batch.change).label),
    )  # fmt: skip


@transaction.atomic
def change_one(*, batch: MembershipBatch, membership_id: int, actor: Actor, at: datetime) -> Membership:
    """The change for one member, as if it had been entered on her page. Returns her spell before.

    Raises NotVisible, NotAllowed, InvalidInput, StaleState.
    """
    spell = membership_for(actor, membership_id, EDIT)
    reason, on = ChangeReason(batch.reason), batch.on
    assert on is not None
    after: Membership | None = None
    match MemberChange(batch.change):
        case MemberChange.RETAIN:
            after = memberships.retain(actor=actor, membership_id=spell.pk, reason=reason, on=on, at=at)
        case MemberChange.RESTORE:
            if spell.state != MembershipState.RETAINED:
                raise InvalidInput(_("Only a retained membership can be restored."))
            after = memberships.activate(actor=actor, membership_id=spell.pk, reason=reason, on=on, at=at)
        case MemberChange.MOVE:
            after = memberships.move(
                actor=actor, membership_id=spell.pk, union_id=batch.union_id or 0, reason=reason, on=on, at=at
            )
        case MemberChange.END:
            memberships.end(
                actor=actor, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=reason, on=on, at=at
            )
    MembershipBatchLine.objects.create(batch=batch, membership=spell, after=after)
    return spell


@transaction.atomic
def undo(*, actor: Actor, batch_id: int, at: datetime) -> MembershipBatch:
    """Take the whole batch back in the background; what changed since stays and is listed.

    Raises NotVisible, NotAllowed, StaleState (running, or taken back).
    """
    batch = get_visible(MembershipBatch.objects.visible_to(actor), batch_id)
    actor.check_can(EDIT)
    title = _("Taking back: %(count)s members") % {"count": f"{batch.done:,}"}
    batches.take_back(batch, actor=actor, kind=UNDO, title=title, at=at)
    audit.record(actor, "registry.membership_batch_undone", batch, at=at)
    return batch


def undo_job(context: JobContext) -> None:
    """Bring the memberships back one by one."""
    batch = MembershipBatch.objects.get(pk=context.payload["batch"])
    lines = batch.lines.all()

    def put_back(line_id: int) -> list[Cell]:
        line = lines.select_related("membership__person", "membership__union", "after").get(pk=line_id)
        undo_one(line=line, actor=context.owner(), at=clock.now())
        return _named(line.membership)

    def named(line_id: int) -> list[Cell]:
        return _named(lines.select_related("membership__person", "membership__union").get(pk=line_id).membership)  # fmt: skip

    batches.undo(
        context, batch, list(lines.order_by("pk").values_list("pk", flat=True)), put_back, named=named,
        telling=_telling(context, batch, _("Taken back"), _("Left as it is")),
    )  # fmt: skip


@transaction.atomic
def undo_one(*, line: MembershipBatchLine, actor: Actor, at: datetime) -> None:
    """The opposite change from the same day on, so that the membership runs as if nothing had been, and her posts with it; an
    end is as it never was.

    Raises NotVisible, NotAllowed, InvalidInput, StaleState (it has changed since).
    """
    if MembershipBatchLine.objects.filter(pk=line.pk, is_undone=False).update(is_undone=True) != 1:
        return
    before, after = line.membership, line.after
    if after is None:
        mending.take_back_end(
            actor=actor, membership_id=before.pk, at=at, reason=_("A change for many members was taken back.")
        )
        return
    on = after.started_on
    match after.state, before.held_as:
        case MembershipState.RETAINED, MembershipState.ACTIVE:
            memberships.activate(actor=actor, membership_id=after.pk, on=on, at=at)
        case MembershipState.ACTIVE, MembershipState.RETAINED:
            was = mending.why_retained(before)
            # Retained in times when this was a reason: it is none any more, and she goes back to where she was.
            reason = ChangeReason.NONE if was in rules.UNCHANGED_BY else was
            memberships.retain(actor=actor, membership_id=after.pk, reason=reason, on=on, at=at)
        case _:
            memberships.move(
                actor=actor, membership_id=after.pk, union_id=before.union_id, reason=ChangeReason.NONE, on=on, at=at
            )  # fmt: skip
    ending_posts.bring_back(before, actor=actor, at=at)


def _named_by(actor: Actor, membership_id: int) -> list[Cell]:
    spell = (
        Membership.objects.visible_to(actor)
        .select_related("person", "union")
        .filter(pk=membership_id)
        .first()
    )
    return _named(spell) if spell else [membership_id, "", ""]


def _named(spell: Membership) -> list[Cell]:
    return [spell.pk, spell.person.name, spell.union.name]


def _telling(context: JobContext, batch: MembershipBatch, done: str = "", left: str = "") -> batches.Telling:
    return batches.Telling(
        [_("Membership"), _("Name"), _("Union"), _("Outcome"), _("Why not")], context.job.title, Actor(source="job"), done,
        left, (_("To the change"), f"/desk/members/together/{batch.pk}/"), "member_batches",
    )  # fmt: skip
