"""One change for many members over the API: said, watched, its records, its result file, taken back."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponseBase
from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.files.serving import file_response
from smartunion.core.ids import RowId
from smartunion.core.jobs import batches
from smartunion.core.jobs.batches import BatchState
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import RESULT_ANSWER
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import MembershipPage, Strict
from smartunion.ground.registry.flows import member_batches as flows
from smartunion.ground.registry.flows.member_batches import Saying
from smartunion.ground.registry.models import MembershipBatch
from smartunion.ground.registry.rules import ChangeReason, MemberChange

router = Router(tags=["registry"])
EDIT = "members.edit"


class MemberBatchIn(Strict):
    """One change for many. membership_ids: running spells; reason: one that fits the change, as for a single one; union_id: where
    they move to."""

    membership_ids: list[RowId] = Field(min_length=1, max_length=flows.MOST)
    change: MemberChange
    reason: ChangeReason = ChangeReason.NONE
    on: date
    union_id: RowId | None = None


class MemberBatchOut(Schema):
    """How far a change for many is. done: changed, those taken back since among them; the numbers move while it runs.

    reasons: why it left some, each with their ids, once it has ended.
    """

    id: int
    change: str
    reason: str
    on: date | None
    union_id: int | None
    state: BatchState
    picked: int
    done: int
    refused: int
    undone: int
    reasons: dict[str, list[int]]
    may_be_undone: bool
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None

    @staticmethod
    def resolve_picked(row: MembershipBatch) -> int:
        """How many were picked."""
        return len(row.picked)


class MemberBatchPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[MemberBatchOut]
    next: str | None


class MemberBatchFilter(Paging):
    """Which changes."""

    state: BatchState | None = None


class OutcomeFilter(Paging):
    """Of which outcome; those taken back stand under both done and undone. Not reached: it was stopped before."""

    outcome: Literal["done", "refused", "undone", "not_reached"] | None = None


def _rows(request: ActorRequest) -> Any:
    request.actor.check_can(EDIT)
    return MembershipBatch.objects.visible_to(request.actor)


@router.get("/", response=MemberBatchPage, summary="Changes for many members")
def changes(request: ActorRequest, given: Query[MemberBatchFilter]) -> dict[str, Any]:
    """Your own, and those of members who all are in your reach, latest first."""
    rows = _rows(request)
    if given.state is not None:
        rows = rows.filter(state=given.state)
    return page(rows, ("-pk",), given, "api.member_batches")


@router.post("/", response={200: MemberBatchOut, 202: MemberBatchOut}, summary="Change many members at once")
def change_many(request: ActorRequest, body: MemberBatchIn) -> Any:
    """Each as if it were changed alone, in the background, with the rights you hold at that moment. The same said again while
    it waits or runs is answered with what there is (200)."""
    saying = Saying(body.change, body.on, body.reason, body.union_id)
    batch, is_new = flows.pick_and_begin(
        actor=request.actor, membership_ids=body.membership_ids, saying=saying, at=clock.now()
    )
    return Status(202 if is_new else 200, batch)


@router.get("/{int:together_id}", response=MemberBatchOut, summary="One change for many members")
def change(request: ActorRequest, together_id: int) -> Any:
    """How far it is."""
    return get_visible(_rows(request), together_id)


@router.get("/{int:together_id}/members", response=MembershipPage, summary="Members of a change for many")
def members(request: ActorRequest, together_id: int, given: Query[OutcomeFilter]) -> dict[str, Any]:
    """By name, as they were picked."""
    batch = get_visible(_rows(request), together_id)
    rows = batch.spells(request.actor).select_related("person", "union", "employer")
    if given.outcome is not None:
        rows = rows.filter(batches.of_outcome(batch, given.outcome))
    return page(rows, ("name_key",), given, "api.batch_members")


@router.get(
    "/{int:together_id}/result",
    summary="What became of each",
    openapi_extra=RESULT_ANSWER,
)
def result(request: ActorRequest, together_id: int) -> HttpResponseBase:
    """The file of your own work on it: of the change, or of taking it back."""
    return file_response(batches.result_of(get_visible(_rows(request), together_id), request.actor))


@router.post("/{int:together_id}/undo", response={202: MemberBatchOut}, summary="Take a change for many back")
def undo(request: ActorRequest, together_id: int) -> Any:
    """As a whole, in the background; whoever has changed since stays as she is. Again while it is under way changes nothing."""
    batch = get_visible(_rows(request), together_id)
    if batch.state not in {BatchState.UNDOING, BatchState.UNDONE}:
        batch = flows.undo(actor=request.actor, batch_id=batch.pk, at=clock.now())
    return Status(202, batch)
