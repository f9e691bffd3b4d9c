"""Memberships put right: a day that was entered wrongly, an ending that never was.

What held before stays in the person's corrections, with the reason; she is told. Source: Personal Information
Protection Law art. 46.
"""

from datetime import date, datetime
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import kinds, messages, rules
from smartunion.ground.registry.flows import ending_posts, platform_work, spells, tallies, workplace
from smartunion.ground.registry.flows.access import membership_for
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.flows.unions.checks import check_not_future, check_stood
from smartunion.ground.registry.flows.unions.close import Fate, settle
from smartunion.ground.registry.models import Correction, Membership
from smartunion.ground.registry.queries.closings import members_work_on
from smartunion.ground.registry.rules import GONE, ChangeReason, ChangeType, MembershipState

Day = Literal["started_on", "ended_on"]


@transaction.atomic
def correct_day(
    *, actor: Actor, membership_id: int, field: Day, on: date, reason: str, at: datetime
) -> Membership:
    """Put the first day of a spell right, or the last day of a membership that ended for good.

    A spell that ran until that very day is followed by this one and ends on the right day too; its union must be in
    the actor's hands as well. Facts are counted on the right day. Raises NotVisible, NotAllowed; InvalidInput naming
    field, on or reason; StaleState.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    why = checked_reason(reason)
    check_not_future(on, local_date(at), field="on")
    before = getattr(spell, field)
    if field == "ended_on" and spell.end_type not in GONE:
        raise InvalidInput(
            _("This membership goes on, here or in the spell that follows."),
            remedy=_("Correct the first day of the spell that follows."), field="field",
        )  # fmt: skip
    if on == before:
        raise InvalidInput(_("This is the day the record has."), field="on")
    if field == "started_on":
        if spell.union.kind in rules.ADMITTING:
            check_stood(spell.union, on, field="on")
        _move_start(actor, spell, on, at)
    else:
        _move_end(spell, on, at)
    _count_on(actor, spell, field, on, why, at)
    spell.refresh_from_db()
    _note(actor, spell, field, before, on, why, at)
    return spell


def _move_start(actor: Actor, spell: Membership, on: date, at: datetime) -> None:
    if spell.ended_on is not None and on > spell.ended_on:
        raise _beyond(spell.ended_on)
    earlier = Membership.objects.filter(
        Q(started_on__lt=spell.started_on) | Q(pk__lt=spell.pk), person=spell.person_id
    )
    last = earlier.exclude(ended_on=None).order_by("-ended_on", "-started_on", "-pk").first()
    if last is not None and last.ended_on == spell.started_on and last.end_type not in GONE:
        actor.check_can("members.edit", path=last.union_path)
        if on < last.started_on:
            raise _before(last.started_on)
        _write(last, "ended_on", on, at)
    elif last is not None and last.ended_on is not None and on < last.ended_on:
        raise _before(last.ended_on)
    _write(spell, "started_on", on, at)


def _move_end(spell: Membership, on: date, at: datetime) -> None:
    if on < spell.started_on:
        raise _before(spell.started_on)
    closed_on = spell.union.closed_on
    if closed_on is not None and on > closed_on:
        raise InvalidInput(
            _("%(union)s closed on %(day)s.") % {"union": spell.union.name, "day": closed_on.isoformat()},
            remedy=_("Enter that day or an earlier one."), field="on",
        )  # fmt: skip
    later = Membership.objects.filter(person=spell.person_id, started_on__gte=spell.started_on).exclude(
        pk=spell.pk
    )
    following = later.order_by("started_on", "pk").first()
    if following is not None and on > following.started_on:
        raise _beyond(following.started_on)
    if spell.reason == ChangeReason.DECEASED and spell.ended_on is not None:
        platform_work.run_on_after_death(spell.person_id, spell.ended_on)
        platform_work.end_with_death(spell.person_id, on)
    _write(spell, "ended_on", on, at)


def _write(spell: Membership, field: str, on: date, at: datetime) -> None:
    """Compare-and-set on the day that was read."""
    same = Membership.objects.filter(pk=spell.pk, **{field: getattr(spell, field)})
    if same.update(**{field: on}, updated_at=at) != 1:
        raise StaleState
    if field == "ended_on":
        ending_posts.move_day(spell, on)


def _count_on(actor: Actor, spell: Membership, field: Day, on: date, why: str, at: datetime) -> None:
    """The fact of the beginning, or of the end, moves to the right day: taken back, and recorded under a new key."""
    told = Fact.objects.filter(
        subject_type="registry.membership", subject_id=spell.pk, reverses=None, reversed_by=None
    )
    is_end = field == "ended_on"
    found = told.filter(kind__in=[kinds.MEMBER_LEFT] if is_end else [*spells.FACT_OF_START.values()]).first()
    if found is None:
        return
    ledger.reverse(found, actor=actor, at=at, reason=why)
    ledger.record(
        actor=actor, kind=found.kind, key=spells.next_key(found.kind, spell.pk), happened_on=on, at=at, path=found.path,
        subject=spell, quantity=found.quantity, person_id=found.person_id, drive_id=found.drive_id, attrs=found.attrs,
    )  # fmt: skip


def _note(
    actor: Actor, spell: Membership, field: str, before: date, on: date, why: str, at: datetime
) -> None:
    Correction.objects.create(
        person_id=spell.person_id, field=field, before=before.isoformat(), after=on.isoformat(), reason=why,
        corrected_at=at, user_id=actor.user_id,
    )  # fmt: skip
    audit.record(
        actor, "registry.membership_corrected", spell, at=at, owner_person_id=spell.person_id, reason=why,
        data={"day": field, "from": before.isoformat(), "to": on.isoformat(), "union": spell.union_id},
    )  # fmt: skip
    if spell.reason != ChangeReason.DECEASED:
        messages.tell_days_corrected(spell, before, on, why, at)


@transaction.atomic
def take_back_end(*, actor: Actor, membership_id: int, reason: str, at: datetime) -> Membership:
    """Let a membership that was ended by mistake run on as if it had never ended; what was counted is taken back.

    Posts that ended with it run on too, unless somebody was by-elected into their place or their union has closed.
    A member whose employer has closed since works from today for the one her union covers, if that is just one.
    Where a death was the mistake, her work for platforms runs on, and if her union has closed since, she is kept where
    its members were, at the union above. Raises NotVisible, NotAllowed; InvalidInput naming reason or union (it has
    closed); AlreadyMember when she has joined anew; StaleState when it runs, or went on in another spell.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    why = checked_reason(reason)
    if spell.end_type not in GONE or spell.person.erased_at is not None:
        raise StaleState(
            _("This membership has not been ended for good."),
            remedy=_("Open the person’s page anew: it shows what holds now."),
        )
    died = spell.reason == ChangeReason.DECEASED
    if spell.union.state == rules.UnionState.CLOSED and not died:
        raise InvalidInput(
            _("%(union)s is closed.") % {"union": spell.union.name},
            remedy=_("Let the person join the union that follows it."), field="union",
        )  # fmt: skip
    later = Membership.objects.filter(person=spell.person_id, started_on__gte=spell.ended_on).exclude(
        pk=spell.pk
    )
    following = later.filter(pk__gt=spell.pk).select_related("union").order_by("-pk").first()
    if following is not None:
        raise spells.already_member(actor, following)
    if died and spell.ended_on is not None:
        platform_work.run_on_after_death(spell.person_id, spell.ended_on)
    _run_on(spell, at)
    ending_posts.bring_back(spell, actor=actor, at=at)
    for fact in Fact.objects.filter(
        subject_type="registry.membership", subject_id=spell.pk, kind=kinds.MEMBER_LEFT, reverses=None, reversed_by=None
    ):  # fmt: skip
        ledger.reverse(fact, actor=actor, at=at, reason=why)
    audit.record(
        actor, "registry.membership_end_taken_back", spell, at=at, owner_person_id=spell.person_id, reason=why,
        data={"type": spell.end_type, "union": spell.union_id},
    )  # fmt: skip
    spell.refresh_from_db()
    messages.tell_end_taken_back(spell, why, at)
    if spell.union.state == rules.UnionState.CLOSED:
        return _kept_above(spell, at)
    return _at_present_employer(actor, spell, at)


def _kept_above(spell: Membership, at: datetime) -> Membership:
    """Carried as the members of the closed union were on its last day, to the next union above that stands."""
    above = spell.union.parent
    while above is not None and above.state == rules.UnionState.CLOSED:
        above = above.parent
    is_without_work = spell.employer is not None and spell.employer.state == rules.EmployerState.CLOSED
    works_on = members_work_on(spell.union) and not is_without_work
    settle(
        union_id=spell.union_id, members=Fate.MOVED if works_on else Fate.RETAINED_ABOVE, to=above.pk if above else None, at=at,
        on=spell.union.closed_on or local_date(at),
    )  # fmt: skip
    return Membership.objects.select_related("person", "union").get(person=spell.person_id, ended_on=None)


def _at_present_employer(actor: Actor, spell: Membership, at: datetime) -> Membership:
    employer, _name = workplace.employer_after(spell, spell.union)
    if spell.state != MembershipState.ACTIVE or employer is None or employer.pk == spell.employer_id:
        return spell
    return workplace.change_employer(
        actor=actor, membership_id=spell.pk, employer_id=employer.pk, on=local_date(at), at=at
    )


def why_retained(spell: Membership) -> ChangeReason:
    """Why a retained membership that has ended was retained: the spell before it says so."""
    before = Membership.objects.filter(
        person=spell.person_id, ended_on__lte=spell.started_on, end_type=ChangeType.RETAINED
    ).order_by("-pk")
    return ChangeReason(before.values_list("reason", flat=True).first() or "")


def _run_on(spell: Membership, at: datetime) -> None:
    """The row as it was, with its reason if it was retained."""
    kept = why_retained(spell) if spell.held_as == MembershipState.RETAINED else ChangeReason.NONE
    ended = Membership.objects.filter(pk=spell.pk, ended_on=spell.ended_on, end_type=spell.end_type)
    try:
        with transaction.atomic():
            moved = ended.update(state=spell.held_as, ended_on=None, end_type="", reason=kept, updated_at=at)
    except IntegrityError:  # she joined elsewhere in this very moment
        raise StaleState from None
    if moved != 1:
        raise StaleState
    tallies.add_one(spell.union, tallies.of_state(spell.held_as))


def _before(day: date) -> InvalidInput:
    return InvalidInput(
        _("This day lies before %(day)s, when the membership before began or ended.")
        % {"day": day.isoformat()},
        remedy=_("Correct that day first, or enter a later one."), field="on",
    )  # fmt: skip


def _beyond(day: date) -> InvalidInput:
    return InvalidInput(
        _("This day lies after %(day)s, when the membership ended or went on elsewhere.")
        % {"day": day.isoformat()},
        remedy=_("Enter that day or an earlier one."), field="on",
    )  # fmt: skip
