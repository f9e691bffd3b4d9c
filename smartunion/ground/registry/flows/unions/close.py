"""Closing a union, with everything that hangs on it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, Refusal, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.ground.facts import ledger
from smartunion.ground.registry import consequences, kinds, messages, rules
from smartunion.ground.registry.flows import spells, tallies
from smartunion.ground.registry.flows.access import union_to_change
from smartunion.ground.registry.flows.ending_certificates import end_with_union
from smartunion.ground.registry.flows.spells import Begin, End
from smartunion.ground.registry.flows.term_ends import cut_short
from smartunion.ground.registry.flows.territories import hand_back_territory
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.flows.unions.closing_days import check_nothing_later
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import (
    EmployerLink,
    Membership,
    Officer,
    Restructuring,
    Term,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.queries.closings import members_work_on
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState

_AT_ONCE = 1_000
SETTLE = "registry.settle_close"
#: Somebody who began to join before the closing may commit after it; nobody takes longer than this.
SETTLE_AFTER = timedelta(minutes=2)


class Fate(StrEnum):
    """What becomes of the members: of a closed union, and of one merged into another."""

    RETAINED_ABOVE = "retained_above"
    MOVED = "moved"


class HasChildren(Refusal):
    """Unions stand below it."""

    code = "has_children"


class UnderRestructuring(Refusal):
    """A merger or split of the union has been decided and is not done yet."""

    code = "under_restructuring"


@transaction.atomic
def close_union(
    *, actor: Actor, union_id: int, version: int, on: date, reason: str, at: datetime, with_employer: bool = False
) -> TradeUnion:  # fmt: skip
    """Close a union on a day, with its consequences, all in one transaction.

    Employer links end; officers leave; certificates end; requests to transfer into it are refused; what other rooms keep
    about it goes to its successor (`consequences`). Its members keep their membership, retained at the union above; those
    of a branch or group are members of the union it is part of, unless their employer ends (with_employer). People
    waiting in its pool, and retained ones, go there as they are. A union that takes the members over: flows.restructuring.
    Raises NotVisible, NotAllowed; InvalidInput naming on, members or reason; HasChildren;
    UnderRestructuring; StaleState. Source: Trade Union Law art. 13; 会员会籍管理办法 2016.
    """
    union = union_to_change(actor, union_id)
    check_day(actor, union, on, local_date(at))
    check_not_restructured(union)
    _check_no_children(union)
    _check_somebody_keeps_members(union)
    stood = union.state == rules.UnionState.ACTIVE
    moved = TradeUnion.objects.filter(pk=union.pk, version=version).exclude(state=rules.UnionState.CLOSED).update(
        state=rules.UnionState.CLOSED, closed_on=on, version=F("version") + 1, updated_at=at
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    if stood and union.kind in rules.COUNTED_KINDS:
        tallies.add_one(union, tallies.Counts(unions=-1))
    _end_links(union, on)
    end_with_union(union, on=on, reason=reason, at=at, journal=Journal())
    _end_offices(union, on)
    _refuse_arrivals(union, at)
    above = union.parent
    fate = Fate.MOVED if members_work_on(union) and not with_employer else Fate.RETAINED_ABOVE
    why = ChangeReason.EMPLOYER_CLOSED if with_employer else ChangeReason.UNION_CLOSED
    count = _carry_all(actor, union, above, fate, why, on, at)
    followed = (
        consequences.carry_all(Journal(), consequences.Succession(union=union, successor=above, on=on, at=at))
        if above is not None
        else {}
    )
    hand_back_territory(union)
    enqueue(
        actor=actor, kind=SETTLE, title=str(_("Closing %(name)s") % {"name": union.name}), at=at, delay=SETTLE_AFTER,
        payload={"union_id": union.pk, "members": fate, "to": above.pk if above else None, "on": on.isoformat(), "why": why},
    )  # fmt: skip
    if stood and union.kind not in rules.PART_KINDS:
        ledger.record(
            actor=actor, kind=kinds.UNION_CLOSED, key=f"union_closed:{union.pk}", path=union.path, subject=union,
            happened_on=on, at=at, attrs={"kind": union.kind},
        )  # fmt: skip
    audit.record(
        actor, "registry.union_closed", union, at=at, reason=reason,
        data={"on": on.isoformat(), "members": fate, "to": above.pk if above else None, "people": count, **followed},
    )  # fmt: skip
    union.refresh_from_db()
    return union


def check_day(actor: Actor, union: TradeUnion, on: date, today: date) -> None:
    """Whether a union can end on a day: not to come, not before it was founded, and nothing is on record after it.

    Raises InvalidInput naming on.
    """
    checks.check_not_future(on, today, field="on")
    checks.check_stood(union, on, field="on")
    check_nothing_later(actor, union, on, today=today)


def check_is_open(union: TradeUnion) -> None:
    """Whether the union can still be closed. Raises StaleState."""
    if union.state == rules.UnionState.CLOSED:
        raise StaleState(
            _("%(union)s is closed.") % {"union": union.name},
            remedy=_("Open its page: it shows since when and who keeps its members."),
        )


def check_not_restructured(union: TradeUnion) -> None:
    """Whether no merger or split from or into the union is under way. Raises UnderRestructuring."""
    what = Restructuring.objects.open_of(union).first()
    if what is not None:
        raise UnderRestructuring(
            _("A decision about %(name)s is being carried out (%(kind)s).")
            % {"name": what.name, "kind": what.get_kind_display()},
            remedy=_(
                "Open it under “Mergers and splits”: wait until it is done, carry it on, or take it back."
            ),
        )


def _check_no_children(union: TradeUnion) -> None:
    standing = union.children.exclude(state=rules.UnionState.CLOSED).order_by("pk")
    names = list(standing.values_list("name", flat=True)[:3])
    if names:
        raise HasChildren(
            _("%(number)s unions stand below it, such as %(names)s.")
            % {"number": standing.count(), "names": "、".join(names)},
            remedy=_("Move or close them first."),
        )


def _check_somebody_keeps_members(union: TradeUnion) -> None:
    if union.parent is None and Membership.objects.filter(union=union, ended_on=None).exists():
        raise InvalidInput(_("There is no union above that could keep its members."), field="members")


def _end_links(union: TradeUnion, on: date) -> None:
    running = EmployerLink.objects.filter(union=union, valid_to=None)
    late = running.filter(valid_from__gt=on).update(valid_to=F("valid_from"))
    number = late + running.filter(valid_from__lte=on).update(valid_to=on)
    tallies.add_one(union, tallies.Counts(employers=-number))


def _end_offices(union: TradeUnion, on: date) -> None:
    Officer.objects.filter(term__union=union, left_on=None).update(
        left_on=on, end_reason=rules.PostEnd.UNION_CLOSED
    )
    cut_short(Term.objects.filter(union=union), on, Journal())


def _refuse_arrivals(union: TradeUnion, at: datetime) -> None:
    arriving = Transfer.objects.open().filter(to_union=union).select_related("membership__union", "to_union")
    for transfer in arriving:
        transfer.note = str(_("The union has closed."))
        Transfer.objects.filter(pk=transfer.pk).update(
            state=TransferState.REFUSED, decided_at=at, note=transfer.note
        )
        messages.tell_transfer(transfer, messages.TRANSFER_REFUSED, at)


@transaction.atomic
def settle(
    *, union_id: int, members: Fate, to: int | None, on: date, at: datetime, why: ChangeReason = ChangeReason.UNION_CLOSED
) -> int:  # fmt: skip
    """Bring along whoever joined while the union was being closed. Returns how many."""
    union = TradeUnion.objects.select_related("parent").get(pk=union_id, state=rules.UnionState.CLOSED)
    target = TradeUnion.objects.get(pk=to) if to is not None else None
    return _carry_all(system(), union, target, members, why, on, at)


def _carry_all(
    actor: Actor, union: TradeUnion, target: TradeUnion | None, fate: Fate, why: ChangeReason, on: date, at: datetime
) -> int:  # fmt: skip
    """Everybody in the union: members and retained ones to the target, people in its pool to the union above.

    why: members are retained: their employer ended, or the union alone.
    """
    return sum(
        _carry(
            actor,
            union,
            union.parent if state == MembershipState.PREPARATORY else target,
            state,
            fate,
            why,
            on,
            at,
        )
        for state in (MembershipState.ACTIVE, MembershipState.RETAINED, MembershipState.PREPARATORY)
    )


def _carry(
    actor: Actor, union: TradeUnion, target: TradeUnion | None, state: MembershipState, fate: Fate, why: ChangeReason,
    on: date, at: datetime,
) -> int:  # fmt: skip
    """Give the people of one state to the target, a thousand at a time. Returns how many."""
    if state == MembershipState.ACTIVE and fate == Fate.RETAINED_ABOVE:
        end = End(ChangeType.RETAINED, why, on)
        new = Begin(MembershipState.RETAINED, ChangeType.RETAINED, on, why)
    else:
        end = End(ChangeType.TRANSFERRED_OUT, ChangeReason.UNION_CLOSED, on)
        new = Begin(state, ChangeType.TRANSFERRED_IN, on)
    count = 0
    for chunk in _people(union, state):
        if target is None:
            raise StaleState  # somebody joined between the check and now
        rows = spells.swap_many(actor=actor, spells=chunk, end=end, union=target, new=new, at=at)
        messages.tell_closed(rows, union.name, at)
        count += len(rows)
    return count


def _people(union: TradeUnion, state: MembershipState) -> Iterator[list[Membership]]:
    while chunk := list(
        Membership.objects.filter(union=union, state=state, ended_on=None).order_by("pk")[:_AT_ONCE]
    ):
        yield chunk
