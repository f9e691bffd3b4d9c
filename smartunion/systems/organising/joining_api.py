"""Joining, the member card and joining codes over the API; the same flows as the pages."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from ninja import Field, Router, Schema

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.accounts.flows import codes, limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.web import origin_of
from smartunion.ground.registry.rules import IdType, Sex
from smartunion.systems.organising import posters
from smartunion.systems.organising.flows import drives
from smartunion.systems.organising.flows.helping import note_help
from smartunion.systems.organising.flows.joining import JoinForm, Outcome, join, open_drive
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.queries import cards
from smartunion.systems.organising.queries.drives import drives_for, progress

router = Router(tags=["joining"])
_JOINS_PER_PHONE = Limit(20, timedelta(hours=1))
_CHECKS = Limit(30, timedelta(minutes=10))


class CodeOut(Schema):
    """What a joining code stands for."""

    code: str
    title: str
    union: str
    employer: str
    ends_on: date | None


class PhoneIn(Schema):
    """Where the code by text message goes."""

    mobile: str = Field(max_length=40)


class PhoneOut(Schema):
    """wait_s: seconds until another may be asked for; minutes: how long this one is valid; shown: demo cities only."""

    wait_s: int
    minutes: int
    shown: str = ""


class ApplicationIn(Schema):
    """An application. client_id: made by the phone, repeating it joins once; agreed: "membership", "identity_number"."""

    code: str = Field("", max_length=12, description="Joining code; empty: the employer decides.")
    client_id: UUID
    name: str = Field(max_length=60)
    id_type: IdType = IdType.RESIDENT
    id_number: str = Field(max_length=40)
    birth_date: date | None = None
    sex: Sex | None = Field(None, description="Where the number does not tell it: passports and passes.")
    mobile: str = Field(max_length=40)
    phone_code: str = Field(max_length=20)
    employer_name: str = Field("", max_length=120)
    employer_id: RowId | None = None
    agreed: list[str] = []
    takes_phone: bool = False
    link: str = Field("", max_length=40, description="Token of a link made out to her, in place of a code.")


class ApplicationOut(Schema):
    """What came of it; union is empty where its name is for the member alone."""

    outcome: Outcome
    union: str
    reference: str


class CardOut(Schema):
    """The present code of the member card."""

    link: str
    number: str
    seconds_left: int
    union: str
    state: str


class CheckIn(Schema):
    """A scanned token or a typed number."""

    token: str = Field("", max_length=80)
    number: str = Field("", max_length=40)


class SeenOut(Schema):
    """What a station learns."""

    name: str
    union: str
    state: str
    since: date
    is_member: bool


class DriveIn(Schema):
    """A joining code to be issued."""

    union_id: RowId
    title: str = Field(max_length=80)
    starts_on: date
    ends_on: date | None = None
    employer_id: RowId | None = None
    audience: str = Field("", max_length=20)
    target: int = Field(0, ge=0, le=10_000_000)


class DriveOut(Schema):
    """A joining code with its numbers, each a sum over the ledger."""

    id: int
    code: str
    title: str
    union: str
    link: str
    starts_on: date
    ends_on: date | None
    is_closed: bool
    joined: int
    pooled: int
    waiting: int
    target: int | None


class DriveCloseIn(Schema):
    """Why a code is closed."""

    reason: str = Field(max_length=200)


@router.get("/codes/{code}", response=CodeOut, auth=None, summary="What a joining code stands for")
def code(request: ActorRequest, code: str) -> dict[str, Any]:
    """410 when the code is closed or not yet valid."""
    drive = open_drive(code, clock.today())
    employer = drive.employer.name if drive.employer is not None else ""
    return {
        "code": drive.code,
        "title": drive.title,
        "union": drive.union.name,
        "employer": employer,
        "ends_on": drive.ends_on,
    }


@router.post("/phone-codes", response=PhoneOut, auth=None, summary="Send a code to the phone")
def phone_code(request: ActorRequest, body: PhoneIn) -> dict[str, Any]:
    """Known and unknown phones are answered alike."""
    sent = codes.send(mobile=body.mobile, purpose="join", at=clock.now(), origin=origin_of(request))
    return {"wait_s": sent.wait_s, "minutes": sent.minutes, "shown": sent.shown}


@router.post("/applications", response=ApplicationOut, auth=None, summary="Join")
def apply(request: ActorRequest, body: ApplicationIn) -> dict[str, Any]:
    """Takes an application in; the phone code is used up by it, the same client_id may be sent again with a new one."""
    at = clock.now()
    mobile = codes.checked_mobile(body.mobile)
    limits.take(limits.key_of("join-phone", mobile), _JOINS_PER_PHONE, at=at)
    codes.check(mobile=mobile, purpose="join", code=body.phone_code, at=at, origin=origin_of(request))
    form = JoinForm(
        name=body.name, id_number=body.id_number, mobile=mobile, client_id=body.client_id, id_type=body.id_type,
        birth_date=body.birth_date, sex=body.sex or "", employer_name=body.employer_name, employer_id=body.employer_id,
        agreed=frozenset(body.agreed), takes_phone=body.takes_phone, link=body.link,
    )  # fmt: skip
    answer = join(code=body.code, form=form, at=at)
    note_help(actor=request.actor, answer=answer, client_id=body.client_id, at=at)
    hers = answer.user is not None and answer.person is not None and answer.user.person_id == answer.person.pk
    may_tell = hers or answer.outcome not in {Outcome.HERE, Outcome.ELSEWHERE, Outcome.PLATFORM}
    return {
        "outcome": answer.outcome,
        "union": answer.union.name if answer.union is not None and may_tell else "",
        "reference": answer.case.reference if answer.case is not None else "",
    }


@router.get("/card", response=CardOut, summary="My card")
def card(request: ActorRequest) -> dict[str, Any]:
    """The code to show; ask again when seconds_left have passed."""
    membership = cards.own_membership(request.actor.person_id)
    if membership is None:
        raise NotVisible
    shown = cards.shown(membership, clock.now())
    link = f"{settings.PUBLIC_URL}/c/{shown.token}/"
    return {
        "link": link, "number": shown.number, "seconds_left": shown.seconds_left, "union": membership.union.name,
        "state": membership.state,
    }  # fmt: skip


@router.post("/card-checks", response=SeenOut, summary="Check a card")
def check_card(request: ActorRequest, body: CheckIn) -> dict[str, Any]:
    """For stations; each check is written where the member sees it."""
    if not request.actor.can("card.verify"):
        raise NotVisible
    at = clock.now()
    limits.take(limits.key_of("card-check", str(request.actor.user_id)), _CHECKS, at=at)
    seen = cards.verify(actor=request.actor, at=at, token=body.token, number=body.number)
    limits.give_back(limits.key_of("card-check", str(request.actor.user_id)))
    return {
        "name": seen.name,
        "union": seen.union,
        "state": seen.state_key,
        "since": seen.since,
        "is_member": seen.is_member,
    }


@router.get("/drives", response=list[DriveOut], summary="Joining codes")
def drive_list(request: ActorRequest, cursor: RowId | None = None) -> list[dict[str, Any]]:
    """Codes of unions in reach, newest first, 50 a page; cursor: smallest id seen."""
    if not request.actor.can("drives.manage"):
        raise NotVisible
    rows = drives_for(request.actor).order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return [_out(row) for row in rows[:50]]


@router.post("/drives", response=DriveOut, summary="Issue a joining code")
def new_drive(request: ActorRequest, body: DriveIn) -> dict[str, Any]:
    """Issues a code for a union or a campaign."""
    row = drives.create_drive(actor=request.actor, data=drives.NewDrive(**body.dict()), at=clock.now())
    return _out(row)


@router.post("/drives/{int:drive_id}/close", response=DriveOut, summary="Close a joining code")
def close(request: ActorRequest, drive_id: int, body: DriveCloseIn) -> dict[str, Any]:
    """Whoever scans it afterwards is told where to go instead."""
    drives.close_drive(actor=request.actor, drive_id=drive_id, reason=body.reason, at=clock.now())
    return _out(get_visible(drives_for(request.actor), drive_id))


def _out(row: JoiningDrive) -> dict[str, Any]:
    numbers = progress(row, today=clock.today(), days=1)
    return {
        "id": row.pk, "code": row.code, "title": row.title, "union": row.union.name,
        "link": posters.link_of(row, settings.PUBLIC_URL), "starts_on": row.starts_on, "ends_on": row.ends_on,
        "is_closed": row.closed_at is not None, "joined": numbers.joined, "pooled": numbers.pooled,
        "waiting": numbers.waiting, "target": numbers.own.target.quantity if numbers.own is not None else None,
    }  # fmt: skip
