"""The two rows of every change of membership: the running spell ends, the next begins. For flows only.

No permissions are checked here; each public flow does that. Tallies and facts are written with the rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, Refusal, StaleState
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import kinds
from smartunion.ground.registry.flows import ending_posts, tallies
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Membership, Person, TradeUnion, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState

FACT_OF_START = {
    ChangeType.JOINED: kinds.MEMBER_JOINED,
    ChangeType.TRANSFERRED_IN: kinds.MEMBER_TRANSFERRED,
    ChangeType.RETAINED: kinds.MEMBER_RETAINED,
    ChangeType.RESTORED: kinds.MEMBER_RESTORED,
}


class AlreadyMember(Refusal):
    """She has a current membership; details: membership_id and, when the actor may know it, union_id and union_name."""

    code = "already_member"


class RecordedDeceased(Refusal):
    """Her last membership ended with her death; nobody joins under her number."""

    code = "recorded_deceased"


@dataclass(frozen=True)
class Begin:
    """The row that begins: its state, how it began, and where it came from. reason: why it is retained."""

    state: MembershipState
    start_type: ChangeType
    on: date
    reason: ChangeReason = ChangeReason.NONE
    employer_id: int | None = None
    employer_name: str = ""
    confirmed_by: str = ""
    source: str = ""
    drive_id: int | None = None


@dataclass(frozen=True)
class End:
    """How the running row ends."""

    end_type: ChangeType
    reason: ChangeReason
    on: date


class Beginning(NamedTuple):
    """Whose row begins in which union, and who lets it begin."""

    actor: Actor
    person: Person
    union: TradeUnion
    new: Begin


def begin(*, actor: Actor, person: Person, union: TradeUnion, new: Begin, at: datetime) -> Membership:
    """Write the row, its count and its fact. Raises AlreadyMember when a current one exists."""
    return begin_many(beginnings=[Beginning(actor, person, union, new)], at=at)[0]


def begin_many(*, beginnings: Sequence[Beginning], at: datetime) -> list[Membership]:
    """`begin` for several people at once; in their order. Raises AlreadyMember when one of them has a current row."""
    rows = [_row(one.person.pk, one.person.pinyin, one.union, one.new, at) for one in beginnings]
    try:
        with transaction.atomic():
            Membership.objects.bulk_create(rows)
    except IntegrityError:
        actors = {one.person.pk: one.actor for one in beginnings}
        running = Membership.objects.filter(person__in=actors, ended_on=None).select_related("union").first()
        if running is None:
            raise
        raise already_member(actors[running.person_id], running) from None
    counts: dict[int, tallies.Counts] = {}
    for row in rows:
        counts[row.union_id] = counts.get(row.union_id, tallies.Counts()) + tallies.of_state(row.state)
    tallies.add(counts, {row.union_id: row.union_path for row in rows})
    for row, one in zip(rows, beginnings, strict=True):
        for fact in _facts_of_start([row], one.new):
            ledger.record(
                actor=one.actor, kind=fact.kind, key=fact.key, happened_on=fact.happened_on, at=at, path=fact.path,
                subject=row, person_id=fact.person_id, drive_id=fact.drive_id,
            )  # fmt: skip
    return rows


def finish(*, actor: Actor, spell: Membership, end: End, at: datetime, to: TradeUnion | None = None) -> None:
    """End a running row, and the posts that rest on it: compare-and-set on its state. to: the union it goes on in.

    Raises InvalidInput naming on; StaleState.
    """
    if end.on < spell.started_on:
        raise InvalidInput(
            _("This membership began only on %(day)s.") % {"day": spell.started_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    running = Membership.objects.filter(
        pk=spell.pk, state=spell.state, union_id=spell.union_id, ended_on=None
    )
    moved = running.update(
        state=MembershipState.ENDED, ended_on=end.on, end_type=end.end_type, reason=end.reason, updated_at=at
    )
    if moved != 1:
        raise StaleState
    tallies.add_one(spell.union, tallies.of_state(spell.state, -1))
    spell.ended_on = end.on
    ending_posts.end_with_memberships([spell], end.end_type, end.reason, on=end.on, actor=actor, at=at, to=to)
    if end.end_type in {ChangeType.LEFT, ChangeType.EXPELLED} and spell.state != MembershipState.PREPARATORY:
        ledger.record(
            actor=actor, kind=kinds.MEMBER_LEFT, key=next_key(kinds.MEMBER_LEFT, spell.pk), path=spell.union.path, subject=spell,
            happened_on=end.on, at=at, person_id=spell.person_id,
            attrs={"type": end.end_type.value, "reason": end.reason.value},
        )  # fmt: skip


def swap(
    *, actor: Actor, spell: Membership, end: End, union: TradeUnion, new: Begin, at: datetime
) -> Membership:
    """End the running row and begin the next in one step; an open transfer follows to the new row."""
    finish(actor=actor, spell=spell, end=end, at=at, to=union)
    row = begin(actor=actor, person=spell.person, union=union, new=new, at=at)
    _transfers_follow({spell.pk: row}, at, Journal())
    return row


def swap_many(
    *, actor: Actor, spells: Sequence[Membership], end: End, union: TradeUnion, new: Begin, at: datetime,
    employer_id: int | None = None, journal: Journal | None = None,
) -> list[Membership]:  # fmt: skip
    """`swap` for many rows of one union at once; the employer of each row is kept, unless they all get another.

    Who stays in her union under another employer has moved nowhere: no fact is written, and her posts go on. journal:
    keeps the posts that end. Who is retained and goes over stays retained for the reason she was.

    Rows that began after end.on (entered ahead of the closing) end the day they began. Raises StaleState when one of
    them changed since it was read.
    """
    moved_as = new.state == MembershipState.RETAINED and new.start_type == ChangeType.TRANSFERRED_IN
    why = {spell.pk: spell.reason for spell in spells if moved_as and spell.state == MembershipState.RETAINED}
    for spell in spells:
        spell.ended_on, spell.end_type, spell.reason = max(end.on, spell.started_on), end.end_type, end.reason
    running = Membership.objects.filter(pk__in=[spell.pk for spell in spells], ended_on=None)
    if running.count() != len(spells):
        raise StaleState
    counts: dict[int, tallies.Counts] = {}
    paths: dict[int, str] = {}
    for spell in spells:
        paths[spell.union_id] = spell.union_path
        counts[spell.union_id] = counts.get(spell.union_id, tallies.Counts()) + tallies.of_state(
            spell.state, -1
        )
        spell.state, spell.updated_at = MembershipState.ENDED, at
    Membership.objects.bulk_update(
        spells, ["state", "ended_on", "end_type", "reason", "updated_at"], batch_size=500
    )
    gone = [spell for spell in spells if spell.union_id != union.pk or new.state == MembershipState.RETAINED]
    if (
        end.reason != ChangeReason.UNION_CLOSED
    ):  # a union that is closed or merged ends its offices itself, all at once
        ending_posts.end_with_memberships(
            gone, end.end_type, end.reason, on=end.on, actor=actor, at=at, journal=journal, to=union
        )
    rows = [
        _row(
            spell.person_id, spell.name_key, union,
            replace(
                new, on=spell.ended_on or new.on, employer_id=employer_id or spell.employer_id,
                employer_name="" if employer_id else spell.employer_name,
                reason=ChangeReason(why.get(spell.pk, new.reason)),
            ),
            at,
        )
        for spell in spells
    ]  # fmt: skip
    Membership.objects.bulk_create(rows, batch_size=500)
    paths[union.pk] = union.path
    counts[union.pk] = counts.get(union.pk, tallies.Counts()) + tallies.of_state(new.state, len(rows))
    tallies.add(counts, paths)
    moved = [row for row, spell in zip(rows, spells, strict=True) if row.union_id != spell.union_id]
    went = rows if employer_id is None else moved
    ledger.record_many(_facts_of_start(went, new), actor=actor, at=at)
    _transfers_follow(dict(zip((spell.pk for spell in spells), rows, strict=True)), at, journal or Journal())
    return rows


def _transfers_follow(follow: Mapping[int, Membership], at: datetime, journal: Journal) -> None:
    """Open transfers go on from the new rows; one to a union she is a member of by now has nothing left to do."""
    for transfer in Transfer.objects.open().filter(membership_id__in=follow).order_by("pk"):
        row, here = follow[transfer.membership_id], Transfer.objects.filter(pk=transfer.pk)
        here.update(membership=row, from_path=row.union_path)
        if transfer.to_union_id == row.union_id and row.state == MembershipState.ACTIVE:
            note = str(_("She has become a member there in another way."))
            journal.update(here, state=TransferState.WITHDRAWN, decided_at=at, note=note)


def next_key(kind: str, spell_id: int) -> str:
    """The key of the next fact of a kind about a spell; the second and later ones follow facts that were taken back."""
    first = f"{kind.partition('.')[2]}:{spell_id}"
    told = Fact.objects.filter(
        subject_type="registry.membership", subject_id=spell_id, kind=kind, reverses=None
    )
    number = told.count()
    return f"{first}:{number + 1}" if number else first


def deceased_words() -> tuple[str, str]:
    """What somebody recorded as deceased is refused with, and what helps where that was a mistake."""
    return (
        _("The record of this ID number says that this person has died."),
        _(
            "Compare the number with the card. If the entry was a mistake, the union that made it takes the ending back; where "
            "that union has closed since, the union above it does. Whoever it is about can say so under “My record”."
        ),
    )


def check_alive(spells: Iterable[Membership]) -> None:
    """None of somebody's spells ended with her death. Raises RecordedDeceased."""
    ended = [spell for spell in spells if spell.state == MembershipState.ENDED]
    if any(spell.reason == ChangeReason.DECEASED for spell in ended):
        message, remedy = deceased_words()
        raise RecordedDeceased(message, remedy=remedy, field="resident_id")


def already_member(actor: Actor, running: Membership) -> AlreadyMember:
    """The refusal, naming the union only to the member herself and to who may see its members."""
    may_know = actor.person_id == running.person_id or actor.can("members.view", path=running.union_path)
    if may_know:
        message = _("This person is a member of %(union)s since %(day)s.") % {
            "union": running.union.name, "day": running.started_on.isoformat(),
        }  # fmt: skip
        details: dict[str, Any] = {"union_id": running.union_id, "union_name": running.union.name}
    else:
        message = _("This person is a member of another union already.")
        details = {}
    return AlreadyMember(
        message, remedy=_("Nobody is a member twice: ask for a transfer instead."),
        membership_id=running.pk, state=running.state, **details,
    )  # fmt: skip


def _row(person_id: int, name_key: str, union: TradeUnion, new: Begin, at: datetime) -> Membership:
    return Membership(
        person_id=person_id, union=union, union_path=union.path, name_key=name_key[:40], state=new.state,
        held_as=new.state, started_on=new.on, start_type=new.start_type, employer_id=new.employer_id,
        employer_name=new.employer_name[:120], reason=new.reason, confirmed_by=new.confirmed_by, source=new.source[:60],
        created_at=at, updated_at=at,
    )  # fmt: skip


def _facts_of_start(rows: Sequence[Membership], new: Begin) -> list[ledger.NewFact]:
    """One fact for each row that began; a waiting place is none, nor is a retained row that only moved."""
    kind = FACT_OF_START.get(new.start_type)
    has_begun_so = new.state == MembershipState.ACTIVE or new.start_type == ChangeType.RETAINED
    if kind is None or not has_begun_so:
        return []
    return [
        ledger.NewFact(
            kind=kind, key=f"{kind.partition('.')[2]}:{row.pk}", happened_on=row.started_on, path=row.union_path,
            subject_type="registry.membership", subject_id=row.pk, person_id=row.person_id, drive_id=new.drive_id,
        )
        for row in rows
    ]  # fmt: skip
