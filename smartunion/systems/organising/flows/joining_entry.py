"""What an application to join leaves behind: consents, membership, case, messages; several people's at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.together import together
from smartunion.core.web.sessions import SessionStore
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import ledger
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.ground.registry.rules import IdType, MembershipState
from smartunion.systems.organising import consents, joining_rules
from smartunion.systems.organising.flows import joining_news
from smartunion.systems.organising.flows.joining_place import Place, Workplace
from smartunion.systems.organising.joining_rules import Way, Why
from smartunion.systems.organising.models import JoiningDrive

SERVICE = "join"
#: Where the session keeps what came of it.
RESULT = "join_result"


class Outcome(StrEnum):
    """What came of an application."""

    JOINED = "joined"
    ASKED = "asked"
    POOLED = "pooled"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    TRANSFER = "transfer"
    PLATFORM = "platform"


@dataclass(frozen=True)
class JoinForm:
    """What the form says; the phone has been proven by a code.

    employer_id counts only when its name is employer_name; takes_phone: "this number is mine now";
    wants_transfer: she was offered the transfer and wants it; link: the token of one made out to her, "" without.
    """

    name: str
    id_number: str
    mobile: str
    client_id: UUID
    id_type: str = IdType.RESIDENT
    birth_date: date | None = None
    sex: str = ""
    employer_name: str = ""
    employer_id: int | None = None
    region_code: str = ""
    agreed: frozenset[str] = field(default_factory=frozenset)
    takes_phone: bool = False
    wants_transfer: bool = False
    link: str = ""

    @property
    def workplace(self) -> Workplace:
        """Where she says she works."""
        return Workplace(self.employer_name, self.employer_id, self.region_code)


@dataclass(frozen=True)
class Joined:
    """The answer to an application.

    union: concerned; for a member elsewhere, hers, and target the one she could transfer to; user: who may sign in;
    session: in which she is signed in already, still to be brought to her browser.
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
    session: SessionStore | None = None

    @property
    def is_hers(self) -> bool:
        """Whether the account is the person's own."""
        return self.user is not None and self.person is not None and self.user.person_id == self.person.pk

    @property
    def may_tell(self) -> bool:
        """The name of the union a member already belongs to is for the member: her phone must be the one on record."""
        return self.outcome not in {Outcome.HERE, Outcome.ELSEWHERE, Outcome.PLATFORM} or self.is_hers

    def told(self, *, for_other: bool) -> dict[str, object]:
        """What the next page shows, as the session keeps it. for_other: she is signed in as somebody else."""
        return {
            "outcome": self.outcome.value,
            "union": self.union.name if self.union is not None and self.may_tell else "",
            "target": self.target.name if self.target is not None else "",
            "target_id": self.target.pk if self.target is not None else None,
            "reference": self.case.reference if self.case is not None else "",
            "case_id": self.case.pk if self.case is not None else None,
            "name": self.person.name if self.person is not None else "",
            "employer": self.employer_name,
            "reasons": [why.value for why in self.reasons],
            "for_other": for_other,
        }


@dataclass(frozen=True)
class Entry:
    """Somebody whose application is accepted as it is, and where it goes."""

    drive: JoiningDrive | None
    form: JoinForm
    actor: Actor
    person: Person
    user: User
    place: Place

    @property
    def way(self) -> Way:
        """The way it takes."""
        return self.place.decision.way

    @property
    def outcome(self) -> Outcome:
        """What comes of it."""
        return {Way.ADMIT: Outcome.JOINED, Way.ASK: Outcome.ASKED, Way.POOL: Outcome.POOLED}[self.way]

    @property
    def drive_id(self) -> int | None:
        """The drive it counts towards."""
        return self.drive.pk if self.drive is not None else None


def source_of(drive: JoiningDrive | None) -> str:
    """Where a record came from, as records say it."""
    return drive.source if drive is not None else "join"


def enter(entries: Sequence[Entry], at: datetime) -> list[Joined]:
    """Write them, with as many statements as for one; the answers in their order. One refusal refuses all."""
    with together():
        consents.give(
            given=[
                gift
                for one in entries
                for gift in consents.gifts(
                    actor=one.actor, person=one.person, agreed=one.form.agreed, drive=one.drive
                )
            ],
            at=at,
        )
        starts = [_start(one, local_date(at)) for one in entries if one.way is not Way.ASK]
        if starts:
            registry.memberships.start_many(starts=starts, at=at)
        cases = _file(entries, at)
        for union in {
            one.place.target.pk: one.place.target for one in entries if one.way is Way.ADMIT
        }.values():
            joining_news.tell_new_member(union, at)
        for one, case in zip(entries, cases, strict=True):
            if one.way is Way.POOL:
                _note_pool(one, case, at)
    return [_joined(one, case) for one, case in zip(entries, cases, strict=True)]


def _joined(one: Entry, case: CaseFile) -> Joined:
    place = one.place
    return Joined(
        one.outcome, place.target, case, one.person, place.employer_name, place.decision.reasons, one.user
    )


def _start(one: Entry, on: date) -> registry.memberships.Start:
    place = one.place
    data = registry.NewMembership(
        person_id=one.person.pk, union_id=place.target.pk, on=on,
        state=MembershipState.ACTIVE if one.way is Way.ADMIT else MembershipState.PREPARATORY,
        employer_id=place.employer.pk if place.employer is not None else None, employer_name=place.employer_name,
        source=source_of(one.drive), drive_id=one.drive_id,
    )  # fmt: skip
    return registry.memberships.Start(one.actor, data)


def _file(entries: Sequence[Entry], at: datetime) -> list[CaseFile]:
    """The cases of the joins: decided with the join, or sent to the union that has to look first."""
    notes = {
        Way.ADMIT: _("All conditions are met; taken in at once."),
        Way.POOL: _("The employer has no union yet; the place is kept."),
    }
    at_once = [one for one in entries if one.way in notes]
    decided = [casework.Decided(_filing(one), one.actor, notes[one.way]) for one in at_once]
    cases = {
        id(one): case
        for one, case in zip(at_once, casework.file_decided(decided=decided, at=at), strict=True)
    }
    for one in entries:
        if one.way is Way.ASK:
            cases[id(one)], _is_new = casework.file_case(filing=_filing(one), actor=one.actor, at=at)
    return [cases[id(one)] for one in entries]


def _filing(one: Entry) -> casework.Filing:
    """The case of a join; ID and phone stay with the person's record and are not written a second time."""
    place, reasons = one.place, one.place.decision.reasons
    answers: dict[str, object] = {
        "name": one.person.name,
        "employer": {"name": place.employer_name},
        "id_type": one.form.id_type,
    }
    if place.employer is not None:
        answers["employer"] = {"name": place.employer.name, "id": place.employer.pk}
    if reasons:
        words = [
            joining_rules.in_words(why, union=place.target.name, employer=place.employer_name)
            for why in reasons
        ]
        answers["reasons"] = " ".join(words)
    return casework.Filing(
        SERVICE, answers, one.form.client_id, person=one.person, employer=place.employer, union=place.target,
        contact=casework.Contact(one.person.name), drive_id=one.drive_id,
        context={"outcome": one.outcome.value, "reasons": " ".join(reasons)},
        subject=_("Joining: %(name)s, %(employer)s") % {"name": one.person.name, "employer": place.employer_name},
    )  # fmt: skip


def _note_pool(one: Entry, case: CaseFile, at: datetime) -> None:
    place = one.place
    ledger.record(
        actor=one.actor, kind="organising.pool_joined", key=f"pool_joined:{case.pk}", happened_on=local_date(at), at=at,
        path=place.target.path, subject=case, person_id=one.person.pk, drive_id=one.drive_id,
    )  # fmt: skip
    joining_news.tell_organiser(one.actor, place.employer, place.employer_name, place.target, at)
