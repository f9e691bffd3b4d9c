"""People carried from one union to another as they are: dated, counted, told. For flows only; no permissions here."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from smartunion.core.actor import Actor
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import spells
from smartunion.ground.registry.flows.spells import Begin, End
from smartunion.ground.registry.journal import Journal, values_of
from smartunion.ground.registry.models import Employer, Membership, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState

_CHANGED = ("state", "ended_on", "end_type", "reason", "updated_at")


def carry_people(
    *, actor: Actor, people: Sequence[Membership], to: TradeUnion, reason: ChangeReason, on: date, at: datetime,
    journal: Journal | None = None, employer: Employer | None = None,
) -> int:  # fmt: skip
    """Give running memberships of one union and one state to another union, and tell everybody. Returns how many.

    employer: where they work from that day on, when that changes too; the union may then be the same.
    """
    old, state = people[0].union, MembershipState(people[0].state)
    before = [values_of(spell, _CHANGED) for spell in people]
    rows = spells.swap_many(
        actor=actor, spells=people, end=End(ChangeType.TRANSFERRED_OUT, reason, on), union=to,
        new=Begin(state, ChangeType.TRANSFERRED_IN, on), at=at, employer_id=employer.pk if employer else None,
        journal=journal,
    )  # fmt: skip
    if journal is not None:
        journal.note(people, before, rows)
    for row in rows:
        if employer is not None:
            messages.tell_employer_changed(row, employer.name, at)
        if row.union_id != old.pk:
            messages.tell_moved(row, old.name, at)
    return len(rows)


def bring_home(*, actor: Actor, employer_ids: Collection[int], to: TradeUnion, on: date, at: datetime) -> int:
    """Carry the people of employers that have a union of their own now out of the joint unions; chairs are told.

    Members become members, retained ones stay retained. Returns how many.
    """
    running = Membership.objects.filter(
        employer_id__in=employer_ids,
        ended_on=None,
        union__kind__in=rules.JOINT_KINDS,
        state__in=[MembershipState.ACTIVE, MembershipState.RETAINED],
    ).exclude(union=to)
    by_place: dict[tuple[int, str], list[Membership]] = {}
    for spell in running.select_related("union").order_by("pk"):
        by_place.setdefault((spell.union_id, spell.state), []).append(spell)
    gone: dict[TradeUnion, int] = {}
    for people in by_place.values():
        carried = carry_people(
            actor=actor, people=people, to=to, reason=ChangeReason.UNION_FOUNDED, on=on, at=at
        )
        gone[people[0].union] = gone.get(people[0].union, 0) + carried
    for old, number in gone.items():
        messages.tell_people_moved(old, to, number, on, at)
    return sum(gone.values())
