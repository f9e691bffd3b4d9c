"""Joining by code: person, membership, consent, case and messages in one transaction; sending twice joins once."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.accounts.flows.phones import free_phone
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, Membership, Person, Region, TradeUnion
from smartunion.ground.registry.rules import (
    ADMITTING,
    LEADING,
    IdType,
    MembershipState,
    UnionState,
    fold_name,
)
from smartunion.systems.organising import consents, joining_rules
from smartunion.systems.organising.flows import joining_news
from smartunion.systems.organising.joining_rules import Cover, Decision, Situation, Way, Why
from smartunion.systems.organising.models import JoiningDrive

SERVICE = "join"


class Outcome(StrEnum):
    """What came of an application."""

    JOINED = "joined"
    ASKED = "asked"
    POOLED = "pooled"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    TRANSFER = "transfer"
    PLATFORM = "platform"


class CodeClosed(DomainError):
    """The code is not open (any more, or yet)."""

    code = "code_closed"
    status = 410


class PhoneDiffers(DomainError):
    """The registry knows somebody with this ID under another phone; what she is stays unsaid."""

    code = "phone_differs"


class PhoneTaken(DomainError):
    """The phone belongs to somebody else's record; whoever holds it may take it over."""

    code = "phone_taken"


@dataclass(frozen=True)
class JoinForm:
    """What the form says; the phone has been proven by a code.

    employer_id counts only when its name is employer_name; takes_phone: "this number is mine now";
    wants_transfer: she was offered the transfer and wants it.
    """

    name: str
    id_number: str
    mobile: str
    client_id: UUID
    id_type: str = IdType.RESIDENT
    birth_date: date | None = None
    employer_name: str = ""
    employer_id: int | None = None
    region_code: str = ""
    agreed: frozenset[str] = field(default_factory=frozenset)
    takes_phone: bool = False
    wants_transfer: bool = False


@dataclass(frozen=True)
class Joined:
    """The answer to an application.

    union: concerned; for a member elsewhere, hers, and target the one she could transfer to; user: who may sign in.
    PLATFORM: a member already, in whatever union, whose work for another platform has been added.
    """

    outcome: Outcome
    union: TradeUnion | None
    case: CaseFile | None = None
    person: Person | None = None
    employer_name: str = ""
    reasons: tuple[Why, ...] = ()
    user: User | None = None
    target: TradeUnion | None = None


def join(*, code: str, form: JoinForm, at: datetime) -> Joined:
    """Take an application in. Sending the same client_id again gives the same answer.

    code: of the joining drive, "" when she came without one. Raises NotVisible (no such code), CodeClosed;
    InvalidInput naming name, resident_id, birth_date, mobile, employer or a consent; NameDiffers, PhoneDiffers,
    PhoneTaken. Then nothing is stored.
    """
    drive = open_drive(code, local_date(at)) if code else None
    consents.check(form.agreed)
    for attempt in (1, 2):
        try:
            return _join(drive, form, at)
        except IntegrityError:
            if attempt == 2:  # the first try met a rival; the second sees what the rival wrote
                raise
    raise AssertionError("unreachable")


def open_drive(code: str, on: date) -> JoiningDrive:
    """The drive with this code, open on the day. Raises NotVisible, CodeClosed."""
    drive = (
        JoiningDrive.objects.filter(code=code.strip().upper())
        .select_related("union__parent", "employer")
        .first()
    )
    if drive is None:
        raise NotVisible(
            _("This joining code does not exist."),
            remedy=_(
                "Check the letters, or scan the code again. Without a code you can join by your employer's name."
            ),
        )
    if drive.closed_at is not None or (drive.ends_on is not None and on > drive.ends_on):
        raise CodeClosed(
            _("This joining code of %(union)s is no longer in use.") % {"union": drive.union.name},
            remedy=_("You can still join: choose your employer by name instead."),
        )
    if drive.union.state == UnionState.CLOSED:
        raise CodeClosed(
            _("%(union)s has closed.") % {"union": drive.union.name},
            remedy=_("You can still join: choose your employer by name instead."),
        )
    if on < drive.starts_on:
        raise CodeClosed(
            _("This code is valid from %(day)s.") % {"day": drive.starts_on.isoformat()},
            remedy=_("Please scan it again on that day."),
        )
    return drive


@transaction.atomic
def _join(drive: JoiningDrive | None, form: JoinForm, at: datetime) -> Joined:
    known = _stored(form)
    if known is not None:
        return _again(known, form, at)
    anybody = replace(system(_("Joined by code")), source="job")  # no account yet: the phone is bound below
    person, is_new = _person(anybody, drive, form, at)
    differs = _phones(anybody, person, form, at)
    user = worker_for_phone(mobile=form.mobile, at=at)
    actor = _self_service(user)
    if not is_new:
        waiting = _open_case(person)
        if waiting is not None:
            _note_platform(actor, drive, _employer(drive, form), person, at)
            return Joined(Outcome.ASKED, waiting.union, waiting, person, user=user)
    employer = _employer(drive, form)
    target, decision = _decide(drive, form, employer, differs, local_date(at))
    running = None if is_new else _running(person)
    if running is not None and running.state != MembershipState.PREPARATORY:
        return _member_already(actor, drive, running, target, decision, employer, form, person, user, at)
    return _enter(drive, form, actor, person, user, employer, target, decision, at)


def _stored(form: JoinForm) -> CaseFile | None:
    """The case this very sending made before."""
    cases = CaseFile.objects.select_related("union", "person", "employer")
    return cases.filter(client_id=form.client_id, service_key=SERVICE).first()


def _running(person: Person) -> Membership | None:
    return Membership.objects.filter(person=person, ended_on=None).select_related("union").first()


def _self_service(user: User) -> Actor:
    """The applicant with the installation's rights: every change names her account."""
    everything = system(_("Joined by code")).grants
    return Actor(
        user_id=user.pk, person_id=user.person_id, name=_("Joined by code"), grants=everything, source="web"
    )


def _person(actor: Actor, drive: JoiningDrive | None, form: JoinForm, at: datetime) -> tuple[Person, bool]:
    """The person, and whether she is new to the registry."""
    if not form.id_number.strip():
        raise InvalidInput(_("Please enter the number of your ID."), field="resident_id")
    details = {"is_new_form": True, "trade": drive.audience} if drive is not None and drive.audience else {}
    data = registry.PersonData(
        name=form.name, resident_id=form.id_number, id_type=form.id_type, mobile=form.mobile,
        birth_date=form.birth_date, details=details,
    )  # fmt: skip
    source = f"drive:{drive.code}" if drive is not None else "join"
    found = registry.find_or_create_person(actor=actor, data=data, at=at, source=source)
    return found.person, found.is_new


def _phones(actor: Actor, person: Person, form: JoinForm, at: datetime) -> bool:
    """Settle whose the phone is. Returns whether the registry knows another phone for her.

    Raises PhoneDiffers when she is a member under another phone (nothing about her may be shown), PhoneTaken when the
    phone is another person's and she has not said that it is hers now.
    """
    if person.mobile and person.mobile != form.mobile:
        if Membership.objects.filter(person=person, ended_on=None).exists():
            raise PhoneDiffers(
                _("This ID is registered here with another phone, ending in %(tail)s.")
                % {"tail": person.mobile[-2:]},
                remedy=_(
                    "If you still have that number, sign in with it. If not, any union or federation counter can enter "
                    "your new number after a look at your ID."
                ),
                field="mobile",
            )
        return True
    others = [other for other in registry.people_by_mobile(form.mobile) if other.pk != person.pk]
    if not others:
        return False
    if not form.takes_phone:
        raise PhoneTaken(
            _("This phone number is registered for somebody else (%(name)s).")
            % {"name": "、".join(f"{other.name[:1]}*" for other in others[:3])},
            remedy=_(
                "If the number is yours now, tick the box below and send again: it will be set free. If you share the "
                "phone in the family, use your own number or join at the counter."
            ),
            field="takes_phone",
        )
    for other in others:
        free_phone(actor=actor, person=other, at=at)
    return False


def _open_case(person: Person) -> CaseFile | None:
    running = CaseFile.objects.filter(state__in=RUNNING).select_related("union")
    return running.filter(person=person, service_key=SERVICE).first()


def _employer(drive: JoiningDrive | None, form: JoinForm) -> Employer | None:
    if drive is not None and drive.employer is not None:
        return drive.employer
    key = fold_name(form.employer_name)
    if form.employer_id is not None:
        chosen = Employer.objects.filter(pk=form.employer_id, name_key=key).select_related("region").first()
        if chosen is not None:
            return chosen
    same = list(Employer.objects.filter(name_key=key).select_related("region")[:2]) if key else []
    return same[0] if len(same) == 1 else None


def _decide(
    drive: JoiningDrive | None, form: JoinForm, employer: Employer | None, differs: bool, on: date
) -> tuple[TradeUnion, Decision]:
    """The union concerned and the way the application takes."""
    if employer is None and not form.employer_name.strip():
        raise InvalidInput(
            _("Please say where you work."), field="employer",
            remedy=_("Write part of the name and choose it; if it is not in the list, write the whole name."),
        )  # fmt: skip
    union = drive.union if drive is not None else None
    admits = union is not None and union.state == UnionState.ACTIVE and union.kind in ADMITTING
    covering = registry.union_for_employer(employer, on) if employer is not None else None
    situation = Situation(
        admits=admits, cover=_cover(employer, covering, union), phone_differs=differs,
        named=drive is not None and drive.employer_id is not None,
        needs_approval=bool(union and policies.value("organising.join_needs_approval", path=union.path, on=on)),
    )  # fmt: skip
    decision = joining_rules.decide(situation)
    if decision.way is Way.POOL:
        return _pool(union, employer, form), decision
    target = covering if decision.through_other or union is None else union
    assert target is not None
    return target, decision


def _cover(employer: Employer | None, covering: TradeUnion | None, union: TradeUnion | None) -> Cover:
    if employer is None:
        return Cover.UNKNOWN
    if covering is None:
        return Cover.NOBODY
    return Cover.HERE if union is not None and covering.pk == union.pk else Cover.ELSEWHERE


def _pool(union: TradeUnion | None, employer: Employer | None, form: JoinForm) -> TradeUnion:
    """The federation that keeps her place: of the code, of the employer's place, of the place given, or the topmost."""
    if union is not None and union.kind in LEADING:
        place = registry.federation_for(employer.region) if employer is not None else None
        return place if place is not None and place.path.startswith(union.path) else union
    if union is not None and union.parent is not None:
        return union.parent
    region = employer.region if employer is not None else Region.objects.filter(code=form.region_code).first()
    found = registry.federation_for(region) or (
        TradeUnion.objects.filter(kind__in=LEADING, state=UnionState.ACTIVE).order_by("depth", "pk").first()
    )
    if found is None:
        raise InvalidInput(
            _("No union is set up here yet."), remedy=_("Please tell the federation; nothing was stored.")
        )
    return found


def _member_already(
    actor: Actor, drive: JoiningDrive | None, running: Membership, target: TradeUnion, decision: Decision,
    employer: Employer | None, form: JoinForm, person: Person, user: User, at: datetime,
) -> Joined:  # fmt: skip
    """A member here is shown her card; a member elsewhere is offered the transfer, or gets it asked for.

    Who works for several platforms is a member once: another platform's code adds the work and asks for nothing.
    """
    same = _stored(form)
    if same is not None:  # the twin of a double tap was a moment faster
        return _again(same, form, at)
    is_here = running.union_id == target.pk or decision.way is Way.POOL
    is_platform = _note_platform(actor, drive, employer, person, at)
    if is_platform and employer is not None and not (form.wants_transfer and not is_here):
        other = None if is_here else target
        return Joined(Outcome.PLATFORM, running.union, None, person, employer.name, user=user, target=other)
    if is_here:
        return Joined(Outcome.HERE, running.union, None, person, user=user)
    if not form.wants_transfer:
        return Joined(Outcome.ELSEWHERE, running.union, None, person, user=user, target=target)
    herself = replace(actor, person_id=person.pk, grants=())
    registry.transfers.ask(
        actor=herself, person_id=person.pk, to_union_id=target.pk, at=at,
        to_employer_id=employer.pk if employer is not None else None, reason=_("Scanned the code of the new union."),
    )  # fmt: skip
    return Joined(Outcome.TRANSFER, target, None, person, user=user)


def _note_platform(
    actor: Actor, drive: JoiningDrive | None, employer: Employer | None, person: Person, at: datetime
) -> bool:
    """Add her work for the platform of the code. Returns whether it is one."""
    source = f"drive:{drive.code}" if drive is not None else "join"
    row = registry.platform_work.note(
        actor=actor, person=person, employer=employer, on=local_date(at), at=at, source=source
    )
    return row is not None


def _enter(
    drive: JoiningDrive | None, form: JoinForm, actor: Actor, person: Person, user: User, employer: Employer | None,
    target: TradeUnion, decision: Decision, at: datetime,
) -> Joined:  # fmt: skip
    employer_name = employer.name if employer is not None else form.employer_name.strip()[:120]
    outcome = {Way.ADMIT: Outcome.JOINED, Way.ASK: Outcome.ASKED, Way.POOL: Outcome.POOLED}[decision.way]
    consents.give(actor=actor, person=person, agreed=form.agreed, drive=drive, at=at)
    if decision.way is not Way.ASK:
        state = MembershipState.ACTIVE if decision.way is Way.ADMIT else MembershipState.PREPARATORY
        _start(drive, actor, person, employer, employer_name, target, state, at)
    case = _file(drive, form, actor, person, employer, employer_name, target, decision, outcome, at)
    if decision.way is Way.ADMIT:
        joining_news.tell_new_member(target, at)
    if decision.way is Way.POOL:
        _note_pool(drive, actor, case, person, employer, employer_name, target, at)
    return Joined(outcome, target, case, person, employer_name, decision.reasons, user)


def _start(
    drive: JoiningDrive | None, actor: Actor, person: Person, employer: Employer | None, employer_name: str,
    target: TradeUnion, state: MembershipState, at: datetime,
) -> Membership:  # fmt: skip
    data = registry.NewMembership(
        person_id=person.pk, union_id=target.pk, on=local_date(at), state=state,
        employer_id=employer.pk if employer is not None else None, employer_name=employer_name,
        source=f"drive:{drive.code}" if drive is not None else "join", drive_id=drive.pk if drive is not None else None,
    )  # fmt: skip
    return registry.memberships.start(actor=actor, data=data, at=at)


def _file(
    drive: JoiningDrive | None, form: JoinForm, actor: Actor, person: Person, employer: Employer | None,
    employer_name: str, target: TradeUnion, decision: Decision, outcome: Outcome, at: datetime,
) -> CaseFile:  # fmt: skip
    """The case of the join; ID and phone stay with the person's record and are not written a second time."""
    reasons = [
        joining_rules.in_words(why, union=target.name, employer=employer_name) for why in decision.reasons
    ]
    answers: dict[str, object] = {
        "name": person.name,
        "employer": {"name": employer_name},
        "id_type": form.id_type,
    }
    if employer is not None:
        answers["employer"] = {"name": employer.name, "id": employer.pk}
    if reasons:
        answers["reasons"] = " ".join(reasons)
    filing = casework.Filing(
        SERVICE, answers, form.client_id, person=person, employer=employer, union=target,
        contact=casework.Contact(person.name), drive_id=drive.pk if drive is not None else None,
        context={"outcome": outcome.value, "reasons": " ".join(decision.reasons)},
        subject=_("Joining: %(name)s, %(employer)s") % {"name": person.name, "employer": employer_name},
    )  # fmt: skip
    note = None if decision.way is Way.ASK else _notes()[decision.way]
    case, _is_new = casework.file_case(filing=filing, actor=actor, at=at, approve_note=note)
    return case


def _notes() -> dict[Way, str]:
    return {
        Way.ADMIT: _("All conditions are met; taken in at once."),
        Way.POOL: _("The employer has no union yet; the place is kept."),
    }


def _note_pool(
    drive: JoiningDrive | None, actor: Actor, case: CaseFile, person: Person, employer: Employer | None,
    employer_name: str, target: TradeUnion, at: datetime,
) -> None:  # fmt: skip
    ledger.record(
        actor=actor, kind="organising.pool_joined", key=f"pool_joined:{case.pk}", happened_on=local_date(at), at=at,
        path=target.path, subject=case, person_id=person.pk, drive_id=drive.pk if drive is not None else None,
    )  # fmt: skip
    joining_news.tell_organiser(actor, employer, employer_name, target, at)


def _again(case: CaseFile, form: JoinForm, at: datetime) -> Joined:
    """The stored answer to a repeated sending; the phone must be the same one."""
    user = worker_for_phone(mobile=form.mobile, at=at)
    if case.user_id != user.pk:
        raise NotVisible
    context = casework.CaseData.load(case.data).context
    outcome = Outcome(context.get("outcome", Outcome.ASKED))
    reasons = tuple(Why(why) for why in context.get("reasons", "").split())
    employer = case.employer.name if case.employer is not None else ""
    return Joined(outcome, case.union, case, case.person, employer, reasons, user)
