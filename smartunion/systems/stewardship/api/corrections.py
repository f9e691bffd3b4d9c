"""Corrections over the API: the queue, one decision, its undoing, a union's answer, one decision on many."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.serving import file_response
from smartunion.core.ids import RowId
from smartunion.core.jobs.batches import BatchState, result_of
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import RESULT_ANSWER
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.models import MergeKind
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.flows import correction_batches as batches
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import (
    LEADS_TO,
    Act,
    Answer,
    State,
    side_by_side,
)

router = Router(tags=["stewardship"])


class CorrectionFilter(Paging):
    """Which corrections."""

    state: State | None = None
    field: str = ""
    table: TableKind | None = None
    kind: MergeKind | None = None


class CorrectionOut(Schema):
    """A field in which an extract differs. ours, theirs: ID numbers and phones masked; row: of the extract;
    decision_id: the last decision that stands.
    """

    id: int
    version: int
    state: State
    kind: MergeKind
    record_id: int
    record_name: str
    field: str
    ours: str
    theirs: str
    ours_from: str
    table: TableKind
    snapshot_id: int
    as_of: date
    row: str
    rule: str
    confidence: Decimal
    reason: str
    answer: str
    found_at: datetime
    decision_id: int | None

    @staticmethod
    def resolve_ours(row: Discrepancy) -> str:
        """Masked where it is personal."""
        return side_by_side(row.field, row.ours, row.theirs)[0]

    @staticmethod
    def resolve_theirs(row: Discrepancy) -> str:
        """Masked where it is personal."""
        return side_by_side(row.field, row.ours, row.theirs)[1]

    @staticmethod
    def resolve_decision_id(row: Discrepancy) -> int | None:
        """Looked up for a whole page at once."""
        standing = [one for one in row.decisions.all() if one.undone_at is None]
        return max((one.pk for one in standing), default=None)


class CorrectionPage(Schema):
    """A page of corrections; `next` is the cursor of the following one, null at the end."""

    items: list[CorrectionOut]
    next: str | None


class DecideIn(Schema):
    """What to do: take, keep, write (with value) or ask. version: of the correction as you looked at it."""

    act: Act
    version: RowId
    reason: str = Field("", max_length=150)
    value: str = Field("", max_length=200)


class AnswerIn(Schema):
    """What the union says. value: the right one, when neither is."""

    said: Answer
    value: str = Field("", max_length=200)
    note: str = Field("", max_length=150)


class CorrectionBatchIn(Schema):
    """One act on many: take, keep, ask, or answer (as each union answered)."""

    ids: list[RowId] = Field(max_length=batches.MOST)
    act: Act
    reason: str = Field(max_length=150)


class CorrectionBatchOut(Schema):
    """How far one decision on many is. reasons: why it left some, each with their ids, once it has ended."""

    id: int
    act: str
    state: BatchState
    rows: int
    done: int
    refused: int
    undone: int
    reasons: dict[str, list[int]]

    @staticmethod
    def resolve_rows(row: CorrectionBatch) -> int:
        """How many were picked."""
        return len(row.picked)


def _rows(actor: Actor) -> Any:
    return (
        Discrepancy.objects.visible_to(actor)
        .select_related("employer", "person")
        .prefetch_related("decisions")
    )


@router.get("/", response=CorrectionPage, summary="Corrections")
def corrections(request: ActorRequest, given: Query[CorrectionFilter]) -> dict[str, Any]:
    """Corrections of records you may change, and those your union was asked about; the oldest first."""
    rows = _rows(request.actor)
    for name in ("state", "field", "table", "kind"):
        if value := getattr(given, name):
            rows = rows.filter(**{name: value})
    return page(rows, ("found_at",), given, "api.corrections")


@router.get("/{int:correction_id}", response=CorrectionOut, summary="One correction")
def correction(request: ActorRequest, correction_id: int) -> Any:
    """404 when it is not in your reach."""
    return get_visible(_rows(request.actor), correction_id)


@router.post(
    "/{int:correction_id}/decide",
    response={200: CorrectionOut},
    summary="Decide about a correction",
)
def decide(request: ActorRequest, correction_id: int, body: DecideIn) -> Any:
    """The same call again answers with the correction as it stands. 409 when it changed since you looked; 422 when the
    registry refuses the value.
    """
    actor, at = request.actor, clock.now()
    item = get_visible(Discrepancy.objects.visible_to(actor), correction_id)
    if not _is_repeated(actor, item, body):
        if body.act == Act.TAKE:
            correcting.take(actor=actor, item_id=item.pk, version=body.version, reason=body.reason, at=at)
        elif body.act == Act.KEEP:
            correcting.keep(actor=actor, item_id=item.pk, version=body.version, reason=body.reason, at=at)
        elif body.act == Act.WRITE:
            correcting.write(
                actor=actor,
                item_id=item.pk,
                version=body.version,
                value=body.value,
                reason=body.reason,
                at=at,
            )
        elif body.act == Act.ASK:
            asking.ask(actor=actor, item_id=item.pk, version=body.version, note=body.reason, at=at)
        else:
            raise InvalidInput(_("Choose what is to be done."), field="act")
    return get_visible(_rows(actor), correction_id)


def _is_repeated(actor: Actor, item: Discrepancy, body: DecideIn) -> bool:
    """Whether this caller did this very thing just before, on the version she names."""
    if body.act not in LEADS_TO or item.version != body.version + 1 or item.state != LEADS_TO[body.act]:
        return False
    last = Decision.objects.filter(item=item, undone_at=None).order_by("-pk").first()
    return last is not None and last.act == body.act and last.user_id == actor.user_id


@router.post(
    "/{int:correction_id}/answer",
    response={200: CorrectionOut},
    summary="Answer as the union that was asked",
)
def answer(request: ActorRequest, correction_id: int, body: AnswerIn) -> Any:
    """May be said again until somebody decides; then 409."""
    asking.answer(
        actor=request.actor,
        item_id=correction_id,
        said=body.said,
        value=body.value,
        note=body.note,
        at=clock.now(),
    )
    return get_visible(_rows(request.actor), correction_id)


@router.post("/decisions/{int:decision_id}/undo", response={200: CorrectionOut}, summary="Undo a decision")
def undo(request: ActorRequest, decision_id: int) -> Any:
    """Everything as it stood before; a decision undone already answers with the correction. 422 when it cannot be."""
    actor = request.actor
    visible = Decision.objects.filter(item__in=Discrepancy.objects.visible_to(actor))
    found = get_visible(visible, decision_id)
    if found.undone_at is None:
        correcting.undo(actor=actor, decision_id=found.pk, at=clock.now())
    return get_visible(_rows(actor), found.item_id)


@router.post("/batches", response={202: CorrectionBatchOut}, summary="Decide about many corrections")
def decide_many(request: ActorRequest, body: CorrectionBatchIn) -> Any:
    """Done in the background. The same call again is harmless: what is decided already is refused one by one."""
    begun = batches.pick_and_begin(
        actor=request.actor, ids=body.ids, act=body.act, reason=body.reason, at=clock.now()
    )
    return Status(202, begun)


@router.get("/batches/{int:batch_id}", response=CorrectionBatchOut, summary="One decision on many")
def batch(request: ActorRequest, batch_id: int) -> Any:
    """How far it is."""
    return get_visible(CorrectionBatch.objects.visible_to(request.actor), batch_id)


@router.get(
    "/batches/{int:batch_id}/result", summary="What became of each correction", openapi_extra=RESULT_ANSWER
)
def batch_result(request: ActorRequest, batch_id: int) -> HttpResponseBase:
    """The file of your own work on it: of the decision, or of putting it back."""
    found = get_visible(CorrectionBatch.objects.visible_to(request.actor), batch_id)
    return file_response(result_of(found, request.actor))


@router.post(
    "/batches/{int:batch_id}/undo", response={202: CorrectionBatchOut}, summary="Undo a decision on many"
)
def undo_many(request: ActorRequest, batch_id: int) -> Any:
    """In the background; one that is being or was taken back is answered as it is."""
    found = get_visible(CorrectionBatch.objects.visible_to(request.actor), batch_id)
    if found.state not in {BatchState.UNDOING, BatchState.UNDONE}:
        found = batches.undo(actor=request.actor, batch_id=found.pk, at=clock.now())
    return Status(202, found)
