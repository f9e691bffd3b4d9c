"""Congresses over the API: prepared, held and counted as on their pages."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.papers import PDF_ANSWER, pdf
from smartunion.ground.registry.rules import Organ, Post
from smartunion.systems.organising import papers
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.flows import congresses as flows
from smartunion.systems.organising.models import Congress, Contest, ContestState
from smartunion.systems.organising.queries.congresses import attendance, officers, tally, women_needed

router = Router(tags=["congresses"])


class CongressOut(Schema):
    """A congress in a list."""

    id: int
    name: str
    federation: str
    kind: str
    state: str
    held_on: date | None
    letter_number: str


class CongressesOut(Page):
    """A page of congresses."""

    items: list[CongressOut]


class SeatOut(Schema):
    """Somebody elected."""

    organ: Organ
    post: Post
    name: str


class VoteLineOut(Schema):
    """A vote on the agenda."""

    id: int
    organ: Organ
    post: Post
    round: str
    seats: int
    state: str


class PaperOut(Schema):
    """A paper of a congress; pdf: its address, fetched with the same token."""

    what: Literal["letter", "report", "minutes"]
    pdf: str


class CongressPageOut(CongressOut):
    """A congress. needed: present for a vote; women_seats: seats the women's organ needs by policy; papers: those there are."""

    due: int
    here: int
    needed: int
    women_members: int
    women_seats: int
    votes: list[VoteLineOut]
    elected: list[SeatOut]
    papers: list[PaperOut]


class LinesIn(Schema):
    """Those due, one a line: name, union, 女 for women."""

    lines: str = Field(max_length=100_000)


class AttendanceIn(Schema):
    """Numbers on the list of those who came, or left."""

    numbers: list[RowId] = Field(max_length=1000)
    is_here: bool


class AttendanceOut(Schema):
    """Who is there now."""

    due: int
    here: int
    needed: int


class CongressOpenIn(Schema):
    """Day and place of the session."""

    held_on: date
    place: str = Field("", max_length=120)


class VoteIn(Schema):
    """A vote: organ, post, seats, candidates in the order of the paper."""

    organ: Organ
    post: Post = Post.MEMBER
    seats: int
    names: list[str] = Field(max_length=200)


class HandOutIn(Schema):
    """Papers handed out; present: members of the organ who are there, for chairs."""

    handed_out: int
    present: int | None = None


class BallotPaperIn(Schema):
    """One paper as read aloud; the same client_id counts once."""

    client_id: UUID
    marks: list[int] = Field([], max_length=200)
    is_spoiled: bool = False


class VoteAgainIn(Schema):
    """Candidates for the seats left open."""

    names: list[str] = Field(max_length=200)


class RecountIn(Schema):
    """Why the papers are counted again."""

    reason: str = Field(max_length=200)


class CongressCloseIn(Schema):
    """What else the minutes should name."""

    ceremony: str = Field("", max_length=500)


class CandidateOut(Schema):
    """A candidate with her votes."""

    number: int
    name: str
    votes: int
    standing: str


class VoteOut(VoteLineOut):
    """A vote with its tally as it stands. due, present, handed_out: frozen when the papers went out."""

    due: int | None
    present: int | None
    handed_out: int | None
    returned: int
    valid: int
    invalid: int
    needed: int | None
    void: str
    open_seats: int
    places: list[CandidateOut]


def _rows(request: HttpRequest) -> Any:
    return Congress.objects.visible_to(acting(request, "cases.view")).select_related("federation")


def _line(row: Congress) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "federation": row.federation.name, "kind": row.kind, "state": row.state,
        "held_on": row.held_on, "letter_number": row.letter_number,
    }  # fmt: skip


def _vote_line(row: Contest) -> dict[str, Any]:
    return {
        "id": row.pk, "organ": row.organ, "post": row.post, "round": row.round, "seats": row.seats, "state": row.state
    }  # fmt: skip


def _page(row: Congress) -> dict[str, Any]:
    now, women = attendance(row), women_needed(row)
    return _line(row) | {
        "due": now.due, "here": now.here, "needed": now.needed, "women_members": women.women, "women_seats": women.seats,
        "votes": [_vote_line(one) for one in row.contests.order_by("pk")],
        "elected": [{"organ": seat.organ, "post": seat.post, "name": seat.name} for seat in officers(row)],
        "papers": [
            {"what": what, "pdf": f"/api/v1/organising/congresses/{row.pk}/papers/{what}"} for what in papers.there_are(row)
        ],
    }  # fmt: skip


def _contest(request: HttpRequest, vote_id: int) -> Contest:
    visible = Contest.objects.filter(congress__in=Congress.objects.visible_to(acting(request, "cases.view")))
    return get_visible(visible.select_related("congress"), vote_id)


def _vote(row: Contest) -> dict[str, Any]:
    names = dict(row.candidates.values_list("number", "name"))
    found = {"due": row.due, "present": row.present, "handed_out": row.handed_out}
    if row.state == ContestState.DRAFT:
        places = [
            {"number": key, "name": name, "votes": 0, "standing": ""} for key, name in sorted(names.items())
        ]
        return _vote_line(row) | found | {
            "returned": 0, "valid": 0, "invalid": 0, "needed": None, "void": "", "open_seats": 0, "places": places,
        }  # fmt: skip
    said = tally(row)
    return _vote_line(row) | found | {
        "returned": said.returned, "valid": said.valid, "invalid": said.invalid, "needed": said.needed,
        "void": said.void_because, "open_seats": said.open_seats,
        "places": [
            {"number": one.candidate, "name": names[one.candidate], "votes": one.votes, "standing": one.standing.value}
            for one in said.places
        ],
    }  # fmt: skip


@router.get("/congresses", response=CongressesOut, summary="Congresses")
def congress_list(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """Of federations in reach, and those one helps to prepare."""
    found, more = page_of(_rows(request), cursor, limit)
    return {"items": [_line(row) for row in found], "next": more}


@router.get("/congresses/{int:congress_id}", response=CongressPageOut, summary="One congress")
def congress(request: HttpRequest, congress_id: int) -> dict[str, Any]:
    """Attendance, agenda, who is elected."""
    return _page(get_visible(_rows(request), congress_id))


@router.get(
    "/congresses/{int:congress_id}/papers/{what}",
    summary="A paper of a congress as PDF",
    openapi_extra=PDF_ANSWER,
)
def congress_paper(
    request: HttpRequest, congress_id: int, what: Literal["letter", "report", "minutes"]
) -> HttpResponse:  # fmt: skip
    """404 while there is none: report and minutes from the session on, the letter once the association stands."""
    row = get_visible(_rows(request).select_related("union"), congress_id)
    return pdf(papers.of_congress(row, what, at=clock.now()), f"{row.name}-{what}.pdf")


@router.post(
    "/congresses/{int:congress_id}/representatives", response=CongressPageOut, summary="Name those due"
)
def representatives(request: HttpRequest, congress_id: int, body: LinesIn) -> dict[str, Any]:
    """Replaces the list; until the congress is open."""
    flows.name_representatives(
        actor=acting(request), congress_id=congress_id, lines=body.lines, at=clock.now()
    )
    return congress(request, congress_id)


@router.post("/congresses/{int:congress_id}/open", response=CongressPageOut, summary="Begin the session")
def begin(request: HttpRequest, congress_id: int, body: CongressOpenIn) -> dict[str, Any]:
    """On its day, not before."""
    flows.open_congress(
        actor=acting(request), congress_id=congress_id, held_on=body.held_on, place=body.place, at=clock.now()
    )
    return congress(request, congress_id)


@router.post(
    "/congresses/{int:congress_id}/attendance", response=AttendanceOut, summary="Somebody came or left"
)
def came(request: HttpRequest, congress_id: int, body: AttendanceIn) -> dict[str, Any]:
    """Votes opened afterwards count who is there."""
    flows.set_here(
        actor=acting(request),
        congress_id=congress_id,
        numbers=body.numbers,
        here=body.is_here,
        at=clock.now(),
    )
    now = attendance(get_visible(_rows(request), congress_id))
    return {"due": now.due, "here": now.here, "needed": now.needed}


@router.post("/congresses/{int:congress_id}/votes", response=VoteOut, summary="Put a vote on the agenda")
def propose(request: HttpRequest, congress_id: int, body: VoteIn) -> dict[str, Any]:
    """Members of an organ first; chairs out of the members elected."""
    row = flows.propose(
        actor=acting(request), congress_id=congress_id, organ=body.organ, post=body.post, seats=body.seats,
        names="\n".join(body.names), at=clock.now(),
    )  # fmt: skip
    return _vote(row)


@router.post("/congresses/{int:congress_id}/close", response=CongressPageOut, summary="End the session")
def close(request: HttpRequest, congress_id: int, body: CongressCloseIn) -> dict[str, Any]:
    """422 while a vote is open or an organ is missing."""
    flows.close_congress(
        actor=acting(request), congress_id=congress_id, ceremony=body.ceremony, at=clock.now()
    )
    return congress(request, congress_id)


@router.get("/votes/{int:vote_id}", response=VoteOut, summary="One vote")
def vote(request: HttpRequest, vote_id: int) -> dict[str, Any]:
    """The tally as it stands."""
    return _vote(_contest(request, vote_id))


@router.post("/votes/{int:vote_id}/hand-out", response=VoteOut, summary="Hand the papers out")
def hand_out(request: HttpRequest, vote_id: int, body: HandOutIn) -> dict[str, Any]:
    """Freezes who is due and present; refused without a quorum."""
    flows.hand_out(
        actor=acting(request),
        contest_id=vote_id,
        handed_out=body.handed_out,
        present=body.present,
        at=clock.now(),
    )
    return _vote(_contest(request, vote_id))


@router.post("/votes/{int:vote_id}/papers", response={204: None}, summary="Count one paper")
def paper(request: HttpRequest, vote_id: int, body: BallotPaperIn) -> Status[None]:
    """Safe to repeat with the same client_id."""
    flows.count_paper(
        actor=acting(request), contest_id=vote_id, client_id=body.client_id, marks=body.marks,
        is_spoiled=body.is_spoiled, at=clock.now(),
    )  # fmt: skip
    return Status(204, None)


@router.post("/votes/{int:vote_id}/recount", response=VoteOut, summary="Count again from the first paper")
def recount(request: HttpRequest, vote_id: int, body: RecountIn) -> dict[str, Any]:
    """The earlier count is kept beside it."""
    flows.recount(actor=acting(request), contest_id=vote_id, reason=body.reason, at=clock.now())
    return _vote(_contest(request, vote_id))


@router.post("/votes/{int:vote_id}/announce", response=VoteOut, summary="Announce the result")
def announce(request: HttpRequest, vote_id: int) -> dict[str, Any]:
    """Ties put their vote on the agenda by themselves."""
    flows.announce(actor=acting(request), contest_id=vote_id, at=clock.now())
    return _vote(_contest(request, vote_id))


@router.post("/votes/{int:vote_id}/again", response=VoteOut, summary="Vote again on open seats")
def again(request: HttpRequest, vote_id: int, body: VoteAgainIn) -> dict[str, Any]:
    """Returns the new vote."""
    row = flows.vote_again(
        actor=acting(request), contest_id=vote_id, names="\n".join(body.names), at=clock.now()
    )
    return _vote(row)
