"""Links for one person, and those one has helped to join, over the API; the same flows as the pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import NotVisible
from smartunion.core.ids import RowId
from smartunion.core.web.guards import ActorRequest
from smartunion.systems.organising.api_common import StartedOut
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.helped_listing import helped
from smartunion.systems.organising.models import JoinLink, LinkState
from smartunion.systems.organising.queries.join_links import links_for

router = Router(tags=["joining"])
_PAGE = 50


class LinkForIn(Schema):
    """Whom a link is for."""

    name: str = Field(max_length=60)
    mobile: str = Field(max_length=20)


class LinksIn(Schema):
    """Links to be made by a joining code. days: empty for as long as the rule allows; sends: by text message too."""

    drive_id: RowId
    people: list[LinkForIn] = Field(max_length=50)
    employer_id: RowId | None = None
    days: int | None = Field(None, ge=1, le=90)
    sends: bool = False


class LinksTextIn(Schema):
    """Links for many people, sent by text message. days: empty for as long as the rule allows."""

    drive_id: RowId
    people: list[LinkForIn] = Field(max_length=join_links.MOST_TEXTED)
    employer_id: RowId | None = None
    days: int | None = Field(None, ge=1, le=90)


class JoinLinkOut(Schema):
    """A link as lists show it. reference: of the application that came of it."""

    id: int
    name: str
    union: str
    state: LinkState
    ends_on: date
    made_by: str
    reference: str


class JoinLinkMadeOut(Schema):
    """A link just made. url: told this once; was_sent: by text message, null when nobody asked for it."""

    id: int
    name: str
    ends_on: date
    url: str
    was_sent: bool | None


class JoinLinkOpenOut(Schema):
    """What a link stands for, as whoever holds it may know: the phone's ends tell her whether it is hers."""

    name: str
    mobile: str
    union: str
    employer: str
    ends_on: date


class HelpedOut(Schema):
    """Somebody one helped to join. outcome: joined, asked, pooled, refused or withdrawn."""

    id: int
    name: str
    outcome: str
    union: str
    employer: str
    sent_on: date
    reference: str


@router.get("/links/open/{token}", response=JoinLinkOpenOut, auth=None, summary="What a link stands for")
def opened(request: ActorRequest, token: str) -> dict[str, Any]:
    """410 when it was used, withdrawn or has run out."""
    row = join_links.opened(token, clock.today())
    employer = row.drive.employer or row.employer
    return {
        "name": row.name, "mobile": mask_phone(row.mobile), "union": row.drive.union.name,
        "employer": employer.name if employer is not None else "", "ends_on": row.ends_on,
    }  # fmt: skip


@router.get("/links", response=list[JoinLinkOut], summary="Links for one person")
def link_list(
    request: ActorRequest, state: LinkState | None = None, cursor: RowId | None = None
) -> list[dict[str, Any]]:
    """Those in reach, newest first, 50 a page; cursor: smallest id seen."""
    _check_may(request)
    rows = links_for(request.actor, clock.today()).order_by("-pk")
    if state is not None:
        rows = rows.filter(state=state)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return [_out(row) for row in rows[:_PAGE]]


@router.post("/links", response=list[JoinLinkMadeOut], summary="Make links")
def make(request: ActorRequest, body: LinksIn) -> list[dict[str, Any]]:
    """One for each person; who has one that was not used gets another in its place."""
    _check_may(request)
    made = join_links.make_links(
        actor=request.actor, drive_id=body.drive_id, people=_people(body.people), at=clock.now(),
        days=body.days, employer_id=body.employer_id, sends=body.sends,
    )  # fmt: skip
    return [_made(one) for one in made]


@router.post("/links/texts", response={202: StartedOut}, summary="Make links for many and text them")
def text_many(request: ActorRequest, body: LinksTextIn) -> Status[dict[str, Any]]:
    """In the background, with progress; its result file says who got the message and who not. The addresses are told to
    nobody else.
    """
    _check_may(request)
    job = join_links.text_many(
        actor=request.actor, drive_id=body.drive_id, people=_people(body.people), at=clock.now(), days=body.days,
        employer_id=body.employer_id,
    )  # fmt: skip
    return Status(202, {"job_id": job.pk})


def _people(given: Sequence[LinkForIn]) -> list[join_links.Named]:
    return join_links.people_of((number, one.name, one.mobile) for number, one in enumerate(given, 1))


@router.post("/links/{int:link_id}/renew", response=JoinLinkMadeOut, summary="Make a link anew")
def renew(request: ActorRequest, link_id: int) -> dict[str, Any]:
    """The old one ends."""
    _check_may(request)
    return _made(join_links.renew(actor=request.actor, link_id=link_id, at=clock.now()))


@router.post("/links/{int:link_id}/withdraw", response=JoinLinkOut, summary="Withdraw a link")
def withdraw(request: ActorRequest, link_id: int) -> dict[str, Any]:
    """Whoever opens it afterwards is told."""
    _check_may(request)
    join_links.withdraw(actor=request.actor, link_id=link_id, at=clock.now())
    return _out(links_for(request.actor, clock.today()).get(pk=link_id))


@router.get("/helped", response=list[HelpedOut], summary="Those I helped to join")
def helped_list(request: ActorRequest, cursor: RowId | None = None) -> list[dict[str, Any]]:
    """Applications the caller typed for others, newest first, 50 a page; cursor: smallest id seen."""
    if not request.actor.can("desk.enter"):
        raise NotVisible
    rows = helped(request.actor).order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return [_helped(row) for row in rows[:_PAGE]]


def _check_may(request: ActorRequest) -> None:
    if not (request.actor.can("drives.manage") or request.actor.can("organising.visit")):
        raise NotVisible


def _helped(row: Any) -> dict[str, Any]:
    case = row.case
    return {
        "id": row.pk, "name": case.person.name if case.person else "", "outcome": row.outcome,
        "union": case.union.name if case.union else "", "employer": case.employer.name if case.employer else "",
        "sent_on": row.on, "reference": case.reference,
    }  # fmt: skip


def _out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "union": row.drive.union.name, "state": row.state, "ends_on": row.ends_on,
        "made_by": row.made_by, "reference": row.case.reference if row.case is not None else "",
    }  # fmt: skip


def _made(one: join_links.Made) -> dict[str, Any]:
    link: JoinLink = one.link
    return {
        "id": link.pk, "name": link.name, "ends_on": link.ends_on, "url": one.url, "was_sent": one.was_sent,
    }  # fmt: skip
