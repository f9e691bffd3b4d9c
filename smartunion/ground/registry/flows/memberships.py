"""The life of a membership: started, retained, restored, moved, ended. Source: domain rules 5.5."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import platform_work, spells
from smartunion.ground.registry.flows.access import employer_in_business, membership_for, union_for
from smartunion.ground.registry.flows.spells import AlreadyMember, Begin, End
from smartunion.ground.registry.flows.unions.checks import check_not_future, check_stood
from smartunion.ground.registry.flows.workplace import employer_after
from smartunion.ground.registry.models import Employer, Membership, Person, TradeUnion, Transfer
from smartunion.ground.registry.policies import DUES_UNPAID_DAYS, MINIMUM_AGE, OF_AGE
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState

__all__ = [
    "AlreadyMember",
    "NewMembership",
    "Start",
    "activate",
    "check_alive",
    "end",
    "move",
    "retain",
    "start",
    "start_many",
]


@dataclass(frozen=True)
class NewMembership:
    """A membership to be started.

    on: the day the union approved it (never the day of the application). state: ACTIVE in a union that takes members,
    PREPARATORY in the holding pool of a leading union. confirmed_by: rules.ConfirmedBy; source: "case:12", "desk" …
    drive_id: joining drive it counts towards.
    """

    person_id: int
    union_id: int
    on: date
    state: MembershipState = MembershipState.ACTIVE
    employer_id: int | None = None
    employer_name: str = ""
    confirmed_by: str = rules.ConfirmedBy.SELF
    source: str = ""
    drive_id: int | None = None


def check_alive(person_id: int) -> None:
    """Whether nobody entered that this person has died. Raises RecordedDeceased."""
    spells.check_alive(Membership.objects.filter(person=person_id, reason=ChangeReason.DECEASED))


class Start(NamedTuple):
    """A membership to be started, and who starts it."""

    actor: Actor
    data: NewMembership


def start(*, actor: Actor, data: NewMembership, at: datetime) -> Membership:
    """Make somebody a member from the day of approval, or let her wait in a holding pool.

    A waiting place she has somewhere ends with it. The actor needs members.edit in the union; person_id must come
    from find_or_create_person or a record the actor sees.
    Raises NotVisible, NotAllowed; InvalidInput naming union, on, employer or birth_date; AlreadyMember; RecordedDeceased.
    """
    return start_many(starts=[Start(actor, data)], at=at)[0]


@transaction.atomic
def start_many(*, starts: Sequence[Start], at: datetime) -> list[Membership]:
    """`start` for several people, with as many statements as for one; in their order. One refusal refuses all."""
    asked = _Asked(starts)
    begins: list[tuple[int, spells.Beginning]] = []
    rows: dict[int, Membership] = {}
    for number, (actor, data) in enumerate(starts):
        union, person = asked.union(actor, data.union_id), asked.person(data.person_id)
        spells.check_alive(asked.spells[person.pk])
        _check_may_take(union, data.state, data.on)
        _check_day(person, data.on, union, at, asked.spells[person.pk])
        employer = asked.employer(data.employer_id)
        new = Begin(
            state=data.state, start_type=ChangeType.JOINED, on=data.on, employer_id=employer.pk if employer else None,
            employer_name=squeeze(data.employer_name) or (employer.name if employer else ""),
            confirmed_by=data.confirmed_by, source=data.source, drive_id=data.drive_id,
        )  # fmt: skip
        running = next((spell for spell in asked.spells[person.pk] if spell.ended_on is None), None)
        if running is None:
            begins.append((number, spells.Beginning(actor, person, union, new)))
        else:
            rows[number] = _from_waiting(actor, running, union, new, at)
    begun = spells.begin_many(beginnings=[one for _number, one in begins], at=at)
    rows |= dict(zip((number for number, _one in begins), begun, strict=True))
    for number, (actor, data) in enumerate(starts):
        _note_start(actor, data, rows[number], asked, at)
    return [rows[number] for number in range(len(starts))]


class _Asked:
    """What several starts speak of, each thing read once."""

    def __init__(self, starts: Sequence[Start]) -> None:
        ids = {data.person_id for _actor, data in starts}
        self._people = {person.pk: person for person in _living(ids)}
        self._unions: dict[int, TradeUnion] = {}
        self._employers: dict[int | None, Employer | None] = {None: None}
        self.spells: dict[int, list[Membership]] = {pk: [] for pk in ids}
        first = min((data.on for _actor, data in starts), default=None)
        telling = Q(ended_on=None) | Q(ended_on__gt=first) | Q(reason=ChangeReason.DECEASED)
        late = Membership.objects.filter(telling, person_id__in=ids)
        for spell in late.select_related("union", "person"):
            self.spells[spell.person_id].append(spell)

    def union(self, actor: Actor, union_id: int) -> TradeUnion:
        held = self._unions.get(union_id)
        if held is None or not actor.can("members.edit", path=held.path):
            held = self._unions[union_id] = union_for(actor, union_id, "members.edit")
        return held

    def person(self, person_id: int) -> Person:
        if person_id not in self._people:
            raise NotVisible
        return self._people[person_id]

    def employer(self, employer_id: int | None) -> Employer | None:
        if employer_id not in self._employers:
            self._employers[employer_id] = _employer(employer_id)
        return self._employers[employer_id]


def _from_waiting(
    actor: Actor, running: Membership, union: TradeUnion, new: Begin, at: datetime
) -> Membership:
    """Who waits in a holding pool leaves it for the new place; everybody else is a member already."""
    stays = new.state == MembershipState.PREPARATORY and running.union_id == union.pk
    if running.state != MembershipState.PREPARATORY or stays:
        raise spells.already_member(actor, running)
    is_admitted = new.state == MembershipState.ACTIVE
    leaving = End(
        ChangeType.ADMITTED if is_admitted else ChangeType.TRANSFERRED_OUT,
        ChangeReason.NONE, max(new.on, running.started_on),
    )  # fmt: skip
    return spells.swap(actor=actor, spell=running, end=leaving, union=union, new=new, at=at)


def _note_start(actor: Actor, data: NewMembership, row: Membership, asked: _Asked, at: datetime) -> None:
    audit.record(
        actor, "registry.membership_started", row, at=at, owner_person_id=data.person_id,
        data={"union": row.union_id, "state": data.state, "on": data.on.isoformat(), "source": data.source,
              "confirmed_by": data.confirmed_by},
    )  # fmt: skip
    platform_work.note(
        actor=actor, person=asked.person(data.person_id), employer=asked.employer(data.employer_id), on=data.on, at=at,
        source=data.source,
    )  # fmt: skip
    messages.tell_started(row, at)


@transaction.atomic
def retain(*, actor: Actor, membership_id: int, reason: ChangeReason, on: date, at: datetime) -> Membership:
    """Keep a membership without dues and vote, for somebody out of work, retired or in the army.

    Raises NotVisible, NotAllowed; InvalidInput naming reason, end_type or on; StaleState.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    row = _continue(actor, spell, ChangeType.RETAINED, reason, on, at, MembershipState.RETAINED, spell.union)
    audit.record(
        actor, "registry.membership_retained", row, at=at, owner_person_id=row.person_id,
        data={"on": on.isoformat(), "reason": reason},
    )  # fmt: skip
    messages.tell_retained(row, reason, at)
    return row


@transaction.atomic
def activate(
    *, actor: Actor, membership_id: int, on: date, at: datetime, union_id: int | None = None,
    employer_id: int | None = None, reason: ChangeReason = ChangeReason.NONE,
) -> Membership:  # fmt: skip
    """Make a waiting person a member, or restore a retained membership; in another union when union_id says so.

    Without employer_id she works where she did; if that one is out of business, see `workplace.employer_after`.
    Raises NotVisible, NotAllowed; InvalidInput naming union, end_type, reason or on; StaleState.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    union = spell.union if union_id is None else union_for(actor, union_id, "members.edit")
    was_waiting = spell.state == MembershipState.PREPARATORY
    if spell.state == MembershipState.ACTIVE:  # who is a member moves by `move` or a transfer
        rules.check_ending(MembershipState.ACTIVE, ChangeType.RESTORED, reason)
    if was_waiting:
        change = ChangeType.ADMITTED
        later = Membership.objects.filter(person=spell.person, ended_on__gt=on)
        _check_day(spell.person, on, union, at, later)
    else:
        change = ChangeType.RESTORED if union.pk == spell.union_id else ChangeType.TRANSFERRED_OUT
    row = _continue(actor, spell, change, reason, on, at, MembershipState.ACTIVE, union, employer_id)
    audit.record(
        actor, "registry.membership_activated", row, at=at, owner_person_id=row.person_id,
        data={"from": spell.pk, "union": union.pk, "on": on.isoformat()},
    )  # fmt: skip
    if was_waiting:
        messages.tell_started(row, at)
    else:
        messages.tell_restored(row, at)
    return row


@transaction.atomic
def move(
    *, actor: Actor, membership_id: int, union_id: int, on: date, reason: ChangeReason, at: datetime,
    employer_id: int | None = None,
) -> Membership:  # fmt: skip
    """Move a member to another union of the actor's own reach in one step (splits, own union founded).

    Between unions of different hands use a transfer. Raises as `activate` does.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    union = union_for(actor, union_id, "members.edit")
    if union.pk == spell.union_id:
        raise InvalidInput(_("This person is a member of this union already."), field="union")
    state = MembershipState(spell.state)
    row = _continue(actor, spell, ChangeType.TRANSFERRED_OUT, reason, on, at, state, union, employer_id)
    audit.record(
        actor, "registry.membership_moved", row, at=at, owner_person_id=row.person_id,
        data={"from": spell.pk, "from_union": spell.union_id, "union": union.pk, "on": on.isoformat()},
    )  # fmt: skip
    messages.tell_moved(row, spell.union.name, at)
    return row


@transaction.atomic
def end(
    *, actor: Actor, membership_id: int, end_type: ChangeType, reason: ChangeReason, on: date, at: datetime,
    note: str = "",
) -> Membership:  # fmt: skip
    """End a membership for good: left, or expelled. The member herself may leave; leaving is free.

    Open transfers of hers are withdrawn; with her death her work for platforms ends too. note: of an expulsion, the
    decision it rests on; of dues not paid, what was tried before. Raises NotVisible, NotAllowed;
    InvalidInput naming end_type, reason, on or note; StaleState.
    """
    spell = _leaving(actor, membership_id, end_type, reason)
    check_not_future(on, clock.local_date(at), field="on")
    if end_type not in {ChangeType.LEFT, ChangeType.EXPELLED}:
        raise InvalidInput(_("A membership ends by leaving or by expulsion."), field="end_type")
    rules.check_ending(MembershipState(spell.state), end_type, reason)
    if end_type == ChangeType.EXPELLED and not squeeze(note):
        raise InvalidInput(
            _("Say which decision this expulsion rests on."),
            remedy=_("Enter the resolution of the union with its day or number; nobody is expelled without one."), field="note",
        )  # fmt: skip
    if reason == ChangeReason.DUES_UNPAID:
        _check_dues_unpaid(spell, on, note)
    spells.finish(actor=actor, spell=spell, end=End(end_type, reason, on), at=at)
    Transfer.objects.open().filter(person_id=spell.person_id).update(
        state=TransferState.WITHDRAWN, decided_at=at, note=str(_("The membership ended."))
    )
    audit.record(
        actor, "registry.membership_ended", spell, at=at, owner_person_id=spell.person_id, reason=squeeze(note)[:200],
        data={"type": end_type, "reason": reason, "on": on.isoformat()},
    )  # fmt: skip
    if reason == ChangeReason.DECEASED:
        platform_work.end_with_death(spell.person_id, on)
    else:
        messages.tell_ended(spell, end_type, reason, on, at)
    spell.refresh_from_db()
    return spell


def _check_dues_unpaid(spell: Membership, on: date, note: str) -> None:
    """A member who owes dues, long enough, and was talked to. Raises InvalidInput naming reason, on or note.

    Source: charter of the trade unions; domain rules 5.5 (retained members pay no dues, preparatory ones are no members yet).
    """
    if spell.state != MembershipState.ACTIVE:
        raise InvalidInput(
            _("Retained and preparatory members pay no dues, so a membership does not end for it."),
            remedy=_("Choose the reason that concerns her."), field="reason",
        )  # fmt: skip
    days: int = policies.value(DUES_UNPAID_DAYS, path=spell.union_path, on=on)
    hers = Membership.objects.filter(person_id=spell.person_id, held_as=MembershipState.ACTIVE)
    since = hers.order_by("started_on").values_list("started_on", flat=True).first() or spell.started_on
    if (on - since).days < days:
        raise InvalidInput(
            _("She has been a member since %(day)s; dues have to be unpaid for more than %(days)s days.")
            % {"day": since.isoformat(), "days": days},
            remedy=_("Wait until then, or enter that she leaves of her own wish."), field="on",
        )  # fmt: skip
    if not squeeze(note):
        raise InvalidInput(
            _("Say how she was reminded and talked to before."),
            remedy=_("Enter the days and who spoke with her; without it nobody is taken out for dues."), field="note",
        )  # fmt: skip


def _leaving(actor: Actor, membership_id: int, end_type: ChangeType, reason: ChangeReason) -> Membership:
    own = Membership.objects.filter(pk=membership_id, person_id=actor.person_id or -1)
    spell = own.select_related("person", "union").first()
    if spell is not None and end_type == ChangeType.LEFT and reason == ChangeReason.OWN_WISH:
        return spell
    return membership_for(actor, membership_id, "members.edit")


def _continue(
    actor: Actor, spell: Membership, change: ChangeType, reason: ChangeReason, on: date, at: datetime,
    state: MembershipState, union: TradeUnion, employer_id: int | None = None,
) -> Membership:  # fmt: skip
    """Check the step and write both rows; the employer stays unless another is given or a member's has closed."""
    if spell.state == MembershipState.ENDED:
        raise StaleState(
            _("This membership has ended, or goes on in another spell since."),
            remedy=_("Open the person’s page anew: it shows what holds now."),
        )
    check_not_future(on, clock.local_date(at), field="on")
    rules.check_ending(MembershipState(spell.state), change, reason)
    _check_may_take(union, state, on)
    employer, employer_name = spell.employer, spell.employer_name
    given = _employer(employer_id)
    if given is not None:
        employer, employer_name = given, given.name
    elif state == MembershipState.ACTIVE:
        employer, employer_name = employer_after(spell, union)
    starts = {ChangeType.TRANSFERRED_OUT: ChangeType.TRANSFERRED_IN, ChangeType.ADMITTED: ChangeType.JOINED}
    new = Begin(
        state=state, start_type=starts.get(change, change), on=on,
        reason=_why_retained(spell, change, reason) if state == MembershipState.RETAINED else ChangeReason.NONE,
        employer_id=employer.pk if employer else None, employer_name=employer_name,
        confirmed_by=spell.confirmed_by, source=f"membership:{spell.pk}",
    )  # fmt: skip
    return spells.swap(actor=actor, spell=spell, end=End(change, reason, on), union=union, new=new, at=at)


def _why_retained(spell: Membership, change: ChangeType, reason: ChangeReason) -> ChangeReason:
    """Who is retained already and goes to another union stays retained for the reason she was."""
    return ChangeReason(spell.reason) if change == ChangeType.TRANSFERRED_OUT else reason


def _living(person_ids: Iterable[int]) -> "QuerySet[Person]":
    """The people without their sealed values: nothing here needs them opened."""
    return Person.objects.filter(pk__in=person_ids, erased_at=None).only(
        "name", "pinyin", "birth_date", "version"
    )


def _employer(employer_id: int | None) -> Employer | None:
    return None if employer_id is None else employer_in_business(employer_id)


def _check_may_take(union: TradeUnion, state: MembershipState, on: date) -> None:
    if union.state == rules.UnionState.CLOSED:
        raise InvalidInput(
            _("%(union)s is closed.") % {"union": union.name},
            remedy=_("Choose a union that stands."),
            field="union",
        )
    if state == MembershipState.ACTIVE:
        if union.state != rules.UnionState.ACTIVE:
            raise InvalidInput(
                _("%(union)s is still a preparatory group.") % {"union": union.name},
                remedy=_("Members can be taken in once the higher union has approved its election."), field="union",
            )  # fmt: skip
        if union.kind not in rules.ADMITTING:
            raise InvalidInput(
                _("%(union)s leads unions and has no members of its own.") % {"union": union.name},
                remedy=_("Choose a grassroots union, or put the person into the holding pool."), field="union",
            )  # fmt: skip
    if state == MembershipState.PREPARATORY and union.kind not in rules.LEADING:
        raise InvalidInput(
            _("Only a leading union keeps a holding pool."),
            remedy=_("Take the person in as a member of %(union)s.") % {"union": union.name}, field="union",
        )  # fmt: skip
    if union.kind in rules.ADMITTING:  # a holding pool may be older than the federation as it stands now
        check_stood(union, on, field="on")


def _check_day(
    person: Person, on: date, union: TradeUnion, at: datetime, others: Iterable[Membership]
) -> None:
    """Not in the future, not inside an earlier spell (others: hers that ended after the day), old enough."""
    check_not_future(on, clock.local_date(at), field="on")
    if any(spell.ended_on is not None and spell.ended_on > on for spell in others):
        raise InvalidInput(
            _("This person was a member elsewhere on %(day)s.") % {"day": on.isoformat()},
            remedy=_("Enter a day on which the earlier membership had ended."), field="on",
        )  # fmt: skip
    born = person.birth_date
    if born is None or _birthday(born, OF_AGE) <= on:
        return
    youngest = policies.value(MINIMUM_AGE, path=union.path, on=on)
    if _birthday(born, youngest) > on:
        raise InvalidInput(
            _("Members are at least %(age)s years old.") % {"age": youngest},
            remedy=_("Check the birth date; the age limit follows from the law on employment."), field="birth_date",
        )  # fmt: skip


def _birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # born on 29 February
        return date(born.year + age, 3, 1)
