"""Joining by code: person, membership, consent, case and messages in one transaction; sending twice joins once."""

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.convoy import Convoy
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal, TooMany
from smartunion.core.together import together
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.accounts.flows import codes, limits, sessions
from smartunion.ground.accounts.flows.codes import WrongCode
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.phones import free_phone
from smartunion.ground.accounts.flows.users import new_workers, worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.origin import Origin
from smartunion.ground.accounts.queries import phones_with_account
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, Membership, Person
from smartunion.ground.registry.rules import ChangeType, MembershipState, UnionState
from smartunion.systems.organising import consents
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.flows.joining_entry import (
    RESULT,
    SERVICE,
    Entry,
    Joined,
    JoinForm,
    Outcome,
    enter,
    source_of,
)
from smartunion.systems.organising.flows.joining_place import Place, Workplace, employer_of, place_of
from smartunion.systems.organising.joining_rules import Way, Why
from smartunion.systems.organising.models import JoiningDrive

__all__ = [
    "CodeClosed",
    "JoinForm",
    "Joined",
    "Outcome",
    "PhoneDiffers",
    "PhoneTaken",
    "Visit",
    "is_unproven",
    "join",
    "join_all",
    "open_drive",
]
log = logging.getLogger(__name__)
#: What the code sent to her phone is for.
PURPOSE = "join"
_JOINS_PER_PHONE = Limit(20, timedelta(hours=1))


class CodeClosed(Refusal):
    """The code is not open (any more, or yet)."""

    code = "code_closed"
    status = 410


class PhoneDiffers(Refusal):
    """The registry knows somebody with this ID under another phone; what she is stays unsaid."""

    code = "phone_differs"


class PhoneTaken(Refusal):
    """The phone belongs to somebody else's record; whoever holds it may take it over."""

    code = "phone_taken"


@dataclass(frozen=True)
class Visit:
    """The browser she sends from. phone_code: what she got by text message, None when her phone is proven already.

    is_stranger: nobody is signed in there, so that she is when she is taken in.
    """

    origin: Origin
    phone_code: str | None
    is_stranger: bool


def join(*, code: str, form: JoinForm, at: datetime, visit: Visit | None = None) -> Joined:
    """Take an application in. Sending the same client_id again gives the same answer.

    Those that arrive together are written together (docs/decisions/0013). code: of the joining drive, "" when she came
    without one. visit: None when the caller has proven the phone and signs nobody in. Raises TooMany, WrongCode
    (`is_unproven`); NotVisible (no such code), CodeClosed; InvalidInput naming name, resident_id, birth_date, mobile,
    employer or a consent; NameDiffers, PhoneDiffers, PhoneTaken. Then nothing is stored.
    """
    return _CONVOY.ask(Sending(code, form, at, get_language() or settings.LANGUAGE_CODE, visit))


def is_unproven(refusal: DomainError) -> bool:
    """Whether she was refused before her phone was proven."""
    return isinstance(refusal, (WrongCode, TooMany))


@dataclass(frozen=True)
class Sending:
    """An application on its way. language: in which she is answered."""

    code: str
    form: JoinForm
    at: datetime
    language: str
    visit: Visit | None = None


class _Application(NamedTuple):
    """An application with its drive read."""

    drive: JoiningDrive | None
    form: JoinForm
    visit: Visit | None = None


def join_all(batch: Sequence[Sending]) -> list[Joined | Exception]:
    """`join` for those who wait: an answer or the refusal of each, in their order."""
    answers: dict[int, Joined | Exception] = {}
    for language in dict.fromkeys(one.language for one in batch):
        with override(language):
            answers |= _answers({number: one for number, one in enumerate(batch) if one.language == language})
    return [answers[number] for number in range(len(batch))]


def _answers(batch: Mapping[int, Sending]) -> dict[int, Joined | Exception]:
    """Newcomers in one transaction; everybody else, and all of them when one spoils it, each in one of their own."""
    answers: dict[int, Joined | Exception] = dict(_unproven(batch))
    batch = {number: one for number, one in batch.items() if number not in answers}
    if len(batch) > 1:
        try:
            with transaction.atomic(), together():
                joined = _newcomers(_opened(batch), max(one.at for one in batch.values()))
        except Exception as error:  # noqa: BLE001  whoever spoiled it meets the same again alone
            log.warning("joining.batch_parted size=%s reason=%s", len(batch), type(error).__name__)
        else:
            answers |= joined
    for number, one in batch.items():
        if number not in answers:
            answers[number] = _alone(one)
    return answers


def _unproven(batch: Mapping[int, Sending]) -> dict[int, Exception]:
    """The refusals of those whose phone is not proven, or who have tried too often; kept before anybody joins."""
    refused: dict[int, Exception] = {}
    visits = {number: one.visit for number, one in batch.items() if one.visit is not None}
    if not visits:
        return refused
    at = max(batch[number].at for number in visits)
    try:
        with transaction.atomic(savepoint=False):
            keys = [limits.key_of("join-phone", batch[number].form.mobile) for number in visits]
            full = limits.take_many(keys, _JOINS_PER_PHONE, at=at)
            refused |= {number: no for number, no in zip(visits, full, strict=True) if no is not None}
            tries = {
                number: codes.Try(batch[number].form.mobile, visit.phone_code, visit.origin)
                for number, visit in visits.items()
                if visit.phone_code is not None and number not in refused
            }
            checked = codes.check_many(tries=[*tries.values()], purpose=PURPOSE, at=at, repeatable=True)
            refused |= {number: no for number, no in zip(tries, checked, strict=True) if no is not None}
    except Exception as error:  # noqa: BLE001  each is tried again alone and told what is wrong with hers
        if len(batch) == 1:
            return dict.fromkeys(batch, error)
        log.warning("joining.proofs_parted size=%s reason=%s", len(batch), type(error).__name__)
        return {key: no for number, one in batch.items() for key, no in _unproven({number: one}).items()}
    return refused


def _opened(batch: Mapping[int, Sending]) -> dict[int, _Application]:
    """The applications whose code is open, each code looked up once; the others are refused alone."""
    drives: dict[str, JoiningDrive | None] = {"": None}
    found: dict[int, _Application] = {}
    for number, one in batch.items():
        if one.form.link:  # a link is taken for its application alone
            continue
        with contextlib.suppress(DomainError):
            if one.code not in drives:
                drives[one.code] = open_drive(one.code, local_date(one.at))
            found[number] = _Application(drives[one.code], one.form, one.visit)
    return found


def _alone(one: Sending) -> Joined | Exception:
    for attempt in (1, 2):
        try:
            code = join_links.link_of(one.form.link).drive.code if one.form.link else one.code
            drive = open_drive(code, local_date(one.at)) if code else None
            return (
                _by_link(_Application(drive, one.form, one.visit), one.at)
                if one.form.link
                else _join(_Application(drive, one.form, one.visit), one.at)
            )
        except IntegrityError as error:  # the first try met a rival; the second sees what the rival wrote
            if attempt == 2:
                return error
        except Exception as refusal:  # noqa: BLE001  whatever it is, it is raised where she is answered
            return refusal
    raise AssertionError("unreachable")


_CONVOY = Convoy(join_all)


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


def _newcomers(batch: Mapping[int, _Application], at: datetime) -> dict[int, Joined]:
    """Enter those of whom nothing is known here, neither the sending nor ID number, phone or account.

    Who is left out is known, has something to be refused for, or bears a number another one of the batch bears.
    """
    on = local_date(at)
    checked: dict[int, dict[str, Any]] = {}
    for number, (drive, form, _visit) in batch.items():
        with contextlib.suppress(DomainError):
            consents.check(form.agreed)
            checked[number] = registry.people.checked_values(_data(drive, form), today=on)
    places: dict[tuple[int | None, Workplace], Place] = {}
    entered: dict[int, Place] = {}
    for number in _unknown(batch, checked):
        drive, form, _visit = batch[number]
        key = (drive.pk if drive is not None else None, form.workplace)
        with contextlib.suppress(DomainError):
            if key not in places:
                places[key] = place_of(drive, form.workplace, phone_differs=False, on=on)
            entered[number] = places[key]
    if not entered:
        return {}
    people = registry.people.enter_many(
        actor=_anybody(), at=at,
        entries=[registry.people.Entry(checked[number], source_of(batch[number].drive)) for number in entered],
    )  # fmt: skip
    users = new_workers(people=people, at=at)
    entries = [
        Entry(batch[number].drive, batch[number].form, _self_service(user), person, user, place)
        for (number, place), person, user in zip(entered.items(), people, users, strict=True)
    ]
    joined = dict(zip(entered, enter(entries, at), strict=True))
    return _signed_in(joined, {number: batch[number].visit for number in entered}, at)


def _signed_in(
    joined: Mapping[int, Joined], visits: Mapping[int, Visit | None], at: datetime
) -> dict[int, Joined]:
    """Those taken in, the strangers among them signed in where they sent from."""
    openings: dict[int, sessions.Opening] = {}
    for number, one in joined.items():
        visit = visits[number]
        if visit is not None and visit.is_stranger and one.user is not None:
            openings[number] = sessions.Opening(one.user, visit.origin, {RESULT: one.told(for_other=False)})
    if not openings:
        return dict(joined)
    made = sessions.open_many(openings=[*openings.values()], method="code", at=at)
    return dict(joined) | {
        number: replace(joined[number], session=session)
        for number, session in zip(openings, made, strict=True)
    }


def _unknown(batch: Mapping[int, _Application], checked: Mapping[int, dict[str, Any]]) -> list[int]:
    """Those nothing is known of; of several who bear one number the first. With an ID number they all have."""
    if not checked:
        return []
    marks: dict[int, tuple[UUID, str, str]] = {
        number: (batch[number].form.client_id, values.get("resident_id", ""), values.get("mobile", ""))
        for number, values in checked.items()
    }
    sent, ids, mobiles = zip(*marks.values(), strict=True)
    taken: set[UUID | str] = {"", *registry.known_among(ids, mobiles), *phones_with_account(mobiles)}
    taken |= set(CaseFile.objects.filter(client_id__in=sent).values_list("client_id", flat=True))
    found = []
    for number, mark in marks.items():
        if taken.isdisjoint(mark):
            found.append(number)
        taken.update(mark)
    return found


@transaction.atomic
def _by_link(application: _Application, at: datetime) -> Joined:
    """The same by a link made out to her: it is used with the application, and not at all when she is refused."""
    link = join_links.claim(application.form, at)
    if link.employer is not None:
        form = replace(application.form, employer_name=link.employer.name, employer_id=link.employer_id)
        application = application._replace(form=form)
    joined = _join(application, at)
    join_links.settle(link, joined)
    return joined


@transaction.atomic
def _join(application: _Application, at: datetime) -> Joined:
    drive, form, _visit = application
    consents.check(form.agreed)
    with together():
        new = _newcomers({0: application}, at)
    if new:
        return new[0]
    known = _stored(form)
    if known is not None:
        return _again(known, form, at)
    person, is_new = _person(drive, form, at)
    differs = _phones(_anybody(), person, form, at)
    user = worker_for_phone(mobile=form.mobile, at=at)
    actor = _self_service(user)
    if not is_new:
        waiting = _open_case(person)
        if waiting is not None:
            _note_platform(actor, drive, employer_of(drive, form.workplace), person, at)
            return Joined(Outcome.ASKED, waiting.union, waiting, person, user=user)
    expelled = not is_new and _was_expelled(person)
    place = place_of(drive, form.workplace, phone_differs=differs, was_expelled=expelled, on=local_date(at))
    running = None if is_new else _running(person)
    if running is not None and running.state != MembershipState.PREPARATORY:
        return _member_already(actor, drive, running, place, form, person, user, at)
    return enter([Entry(drive, form, actor, person, user, place)], at)[0]


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


def _anybody() -> Actor:
    """Who enters a person before she has an account: the phone is bound to it only then."""
    return replace(system(_("Joined by code")), source="job")


def _data(drive: JoiningDrive | None, form: JoinForm) -> registry.PersonData:
    if not form.id_number.strip():
        raise InvalidInput(_("Please enter the number of your ID."), field="resident_id")
    details = {"is_new_form": True, "trade": drive.audience} if drive is not None and drive.audience else {}
    return registry.PersonData(
        name=form.name, resident_id=form.id_number, id_type=form.id_type, mobile=form.mobile,
        birth_date=form.birth_date, sex=form.sex, details=details,
    )  # fmt: skip


def _person(drive: JoiningDrive | None, form: JoinForm, at: datetime) -> tuple[Person, bool]:
    """The person, and whether she is new to the registry. Raises RecordedDeceased before anybody is asked to decide."""
    found = registry.find_or_create_person(
        actor=_anybody(), data=_data(drive, form), at=at, source=source_of(drive)
    )
    if not found.is_new:
        registry.check_alive(found.person.pk)
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
                    "If you still have that number, sign in with it. If not, press “My number has changed” below: your "
                    "union confirms it is you, and this number is yours."
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


def _was_expelled(person: Person) -> bool:
    last = Membership.objects.filter(person=person).order_by("-pk").values_list("end_type", flat=True).first()
    return last == ChangeType.EXPELLED


def _open_case(person: Person) -> CaseFile | None:
    running = CaseFile.objects.filter(state__in=RUNNING).select_related("union")
    return running.filter(person=person, service_key=SERVICE).first()


def _member_already(
    actor: Actor, drive: JoiningDrive | None, running: Membership, place: Place, form: JoinForm, person: Person,
    user: User, at: datetime,
) -> Joined:  # fmt: skip
    """A member here is shown her card; a member elsewhere is offered the transfer, or gets it asked for.

    Who works for several platforms is a member once: another platform's code adds the work and asks for nothing.
    """
    same = _stored(form)
    if same is not None:  # the twin of a double tap was a moment faster
        return _again(same, form, at)
    employer, target = place.employer, place.target
    is_here = running.union_id == target.pk or place.decision.way is Way.POOL
    is_platform = _note_platform(actor, drive, employer, person, at)
    if is_platform and employer is not None and not (form.wants_transfer and not is_here):
        other = None if is_here else target
        return Joined(Outcome.PLATFORM, running.union, None, person, employer.name, user=user, target=other)
    if is_here:
        return Joined(Outcome.HERE, running.union, None, person, user=user)
    if not form.wants_transfer:
        return Joined(Outcome.ELSEWHERE, running.union, None, person, user=user, target=target)
    herself = actor.acting_as(person_id=person.pk, grants=())
    registry.transfers.ask(
        actor=herself, person_id=person.pk, to_union_id=target.pk, at=at,
        to_employer_id=employer.pk if employer is not None else None, reason=_("Scanned the code of the new union."),
    )  # fmt: skip
    return Joined(Outcome.TRANSFER, target, None, person, user=user)


def _note_platform(
    actor: Actor, drive: JoiningDrive | None, employer: Employer | None, person: Person, at: datetime
) -> bool:
    """Add her work for the platform of the code. Returns whether it is one."""
    row = registry.platform_work.note(
        actor=actor, person=person, employer=employer, on=local_date(at), at=at, source=source_of(drive)
    )
    return row is not None


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
