"""Officers over the API: who holds which post; ended within the term, taken back, by-elected, known by the phone's end."""

from datetime import date
from typing import Any

from ninja import Field, Query, Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import UnionRef
from smartunion.ground.registry.flows import posts
from smartunion.ground.registry.flows.full_time import set_full_time
from smartunion.ground.registry.models import Officer, TradeUnion
from smartunion.ground.registry.queries.dated import with_term_end
from smartunion.ground.registry.rules import Organ, Post, PostEnd, RecallVote

router = Router(tags=["registry"])


class PostOut(Schema):
    """A post in a term of office. left_on: null while it runs; end_reason: why it ended within the term, "" with it."""

    id: int
    union: UnionRef
    term_id: int
    term_starts_on: date
    term_ends_on: date
    name: str
    person_id: int | None
    organ: Organ
    post: Post
    begins: date
    left_on: date | None
    end_reason: str
    full_time_since: date | None
    approval_number: str


class PostPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[PostOut]
    next: str | None


class PostFilter(Paging):
    """Which posts. union: of this union; as_of: held on that day, today when empty; history: ended ones too."""

    union: RowId | None = None
    as_of: date | None = None
    history: bool = False


class PostEndIn(Schema):
    """Why a post ends before the term does, on which day; of a recall the votes: entitled are all members or representatives."""

    on: date
    reason: PostEnd
    note: str = Field("", max_length=200)
    entitled: int | None = Field(None, ge=1, le=10_000_000)
    in_favour: int | None = Field(None, ge=0, le=10_000_000)


class PostTakeBackIn(Schema):
    """Why the ending was a mistake."""

    reason: str = Field(max_length=200)


class PostHolderIn(Schema):
    """The last four digits of her phone."""

    phone_tail: str = Field(min_length=4, max_length=4)


class FullTimeIn(Schema):
    """From which day on a chair is full-time; null: she does it beside her work."""

    since: date | None
    note: str = Field("", max_length=200)


class ByElectionIn(Schema):
    """Who was elected into a free post. due_count, present_count: people due, and present when the vote was taken; votes: for
    her, more than half of those due, or of those present where the federation's rules say so.
    """

    organ: Organ
    post: Post
    name: str = Field(max_length=60)
    on: date
    phone_tail: str = Field("", max_length=4)
    elected_on: date | None = None
    due_count: int = Field(ge=1, le=1_000_000)
    present_count: int = Field(ge=0, le=1_000_000)
    votes: int = Field(ge=0, le=1_000_000)
    approval_number: str = Field("", max_length=40)


def _rows(request: ActorRequest) -> Any:
    return Officer.objects.visible_to(request.actor).select_related("term__union")


def _post(row: Officer) -> dict[str, Any]:
    names = (
        "term_id",
        "name",
        "person_id",
        "organ",
        "post",
        "begins",
        "left_on",
        "end_reason",
        "full_time_since",
        "approval_number",
    )
    return {
        "id": row.pk, "union": row.term.union, "term_starts_on": row.term.starts_on,
        "term_ends_on": getattr(row, "term_ended_on", row.term.ends_on),
        **{name: getattr(row, name) for name in names},
    }  # fmt: skip


@router.get("/", response=PostPage, summary="Officers")
def officers(request: ActorRequest, given: Query[PostFilter]) -> dict[str, Any]:
    """Posts of unions in your reach, in the order they were entered."""
    rows = _rows(request)
    if given.union is not None:
        rows = rows.filter(term__union=get_visible(TradeUnion.objects.visible_to(request.actor), given.union))
    if not given.history:
        day = given.as_of or clock.today()
        rows = with_term_end(rows.serving_on(day), day)
    found = page(rows, ("pk",), given, "api.posts")
    return found | {"items": [_post(row) for row in found["items"]]}


@router.get("/{int:post_id}", response=PostOut, summary="One post")
def officer(request: ActorRequest, post_id: int) -> dict[str, Any]:
    """Who holds it, since when, until when."""
    return _post(get_visible(_rows(request), post_id))


@router.post("/{int:post_id}/end", response=PostOut, summary="End a post within its term")
def end(request: ActorRequest, post_id: int, body: PostEndIn) -> dict[str, Any]:
    """With the desk role that rests on it; she is told. 409 when it has ended already."""
    posts.end_post(
        actor=request.actor,
        officer_id=post_id,
        on=body.on,
        reason=body.reason,
        note=body.note,
        vote=RecallVote(body.entitled, body.in_favour),
        at=clock.now(),
    )
    return _post(get_visible(_rows(request), post_id))


@router.post("/{int:post_id}/take-back", response=PostOut, summary="Take the ending of a post back")
def take_back(request: ActorRequest, post_id: int, body: PostTakeBackIn) -> dict[str, Any]:
    """It runs on as if it had not ended, with the role; 422 when somebody took the place since."""
    posts.take_back_end(actor=request.actor, officer_id=post_id, reason=body.reason, at=clock.now())
    return _post(get_visible(_rows(request), post_id))


@router.post("/{int:post_id}/holder", response=PostOut, summary="Say which member holds a post")
def holder(request: ActorRequest, post_id: int, body: PostHolderIn) -> dict[str, Any]:
    """Of a post entered by name alone; from then on it ends with her membership."""
    posts.identify(actor=request.actor, officer_id=post_id, phone_tail=body.phone_tail, at=clock.now())
    return _post(get_visible(_rows(request), post_id))


@router.post("/{int:post_id}/full-time", response=PostOut, summary="Note that a chair is full-time")
def full_time(request: ActorRequest, post_id: int, body: FullTimeIn) -> dict[str, Any]:
    """Where those the union covers are many enough; 422 says how many there are and how many are needed."""
    set_full_time(actor=request.actor, officer_id=post_id, since=body.since, note=body.note, at=clock.now())
    return _post(get_visible(_rows(request), post_id))


@router.post("/unions/{int:union_id}", response=PostOut, summary="Enter a by-election")
def by_elect(request: ActorRequest, union_id: int, body: ByElectionIn) -> dict[str, Any]:
    """Somebody takes a free post until the end of the running term, and is told."""
    made = posts.by_elect(
        actor=request.actor, union_id=union_id, data=posts.ByElection(**body.dict()), at=clock.now()
    )
    return _post(get_visible(_rows(request), made.pk))
