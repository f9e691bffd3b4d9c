"""An organiser's work over the API: the quarter's duty, hand-overs, promises, verdicts on many, the day's plan."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.files.serving import file_response
from smartunion.core.ids import RowId, row_ids
from smartunion.core.jobs.batches import result_of
from smartunion.core.reading import get_visible
from smartunion.core.web.papers import RESULT_ANSWER
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows import batches, handovers, visit_notes
from smartunion.systems.organising.models import HandOver, VerdictBatch, Visit, VisitPromise
from smartunion.systems.organising.queries import quarter as duty_queries
from smartunion.systems.organising.queries.conflicts import conflict_sentence
from smartunion.systems.organising.queries.day import DayPlan, day_list
from smartunion.systems.organising.queries.handover import names_of
from smartunion.systems.organising.route import Stop, Travel
from smartunion.systems.organising.rules import BatchVerdict, ConflictAnswer, DutyState, PromiseOutcome

router = Router(tags=["organising"])


class DutyOut(Schema):
    """A union owed a visit in a quarter: how it stands, visits counted over the ledger."""

    id: int
    union_id: int
    union: str
    area_id: int
    area: str
    organiser: str
    state: DutyState
    visits: int
    last_on: date | None


class DutiesOut(Page):
    """A quarter. wanted: visits each union is owed; done, due, overdue: unions of the whole reach."""

    quarter: str
    wanted: int
    done: int
    due: int
    overdue: int
    items: list[DutyOut]


class HandOverOut(Schema):
    """A hand-over; counts: open work by name on the day it was made."""

    id: int
    area_id: int
    area: str
    from_user: str
    to_user: str
    on: date
    state: str
    note: str
    answer: str
    counts: dict[str, int]


class HandOversOut(Page):
    """A page of hand-overs."""

    items: list[HandOverOut]


class GiveIn(Schema):
    """What the old organiser leaves; draft_ids: her unsent forms that go along."""

    note: str = Field("", max_length=2000)
    draft_ids: list[RowId] = []


class TakeIn(Schema):
    """What the new organiser says to it."""

    answer: str = Field("", max_length=2000)


class NoteIn(Schema):
    """A word on one finding for the successor."""

    finding_id: RowId
    note: str = Field(max_length=500)


class PromiseOut(Schema):
    """A promise of an area; outcome: "" while it is open."""

    id: int
    text: str
    due_on: date
    finding_id: int | None
    union_id: int | None
    area_id: int | None
    outcome: str
    made_at: datetime


class PromisesOut(Page):
    """A page of promises."""

    items: list[PromiseOut]


class PromiseCloseIn(Schema):
    """How it ended; a reason where it is withdrawn."""

    outcome: PromiseOutcome
    note: str = Field("", max_length=200)


class VerdictBatchIn(Schema):
    """One verdict for many findings; they are closed in the background."""

    finding_ids: list[RowId] = Field(min_length=1, max_length=20_000)
    verdict: BatchVerdict
    reason: str = Field(max_length=400)
    related_union_id: RowId | None = None
    related_employer_id: RowId | None = None


class VerdictBatchOut(Schema):
    """How far a verdict on many findings is. reasons: why it left some, each with their ids, once it has ended."""

    id: int
    verdict: str
    state: str
    picked: int
    done: int
    refused: int
    undone: int
    reasons: dict[str, list[int]]
    job_id: int | None


class VerdictBatchesOut(Page):
    """A page of verdicts on many findings."""

    items: list[VerdictBatchOut]


class PlannedStopOut(Schema):
    """A firm of the planned day, in visiting order. building, floor: where several of the day are under one roof."""

    finding_id: int
    order: int
    name: str
    address: str
    distance_km: float
    minutes: int
    is_locked: bool
    building: str
    floor: int | None
    reasons: list[str]


@router.get("/quarters/{quarter}", response=DutiesOut, summary="Unions owed a visit in a quarter")
def quarter(
    request: HttpRequest, quarter: str, state: DutyState | None = None, area_id: RowId | None = None, cursor: RowId = 0,
    limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """quarter: as 2026-3, not a coming one. Own areas for organisers, the territory for the desk."""
    actor, today = acting(request, "organising.visit", "organising.view"), clock.today()
    try:
        chosen = Quarter.parse(quarter)
    except ValueError:
        raise NotVisible from None
    if chosen > Quarter.of(today):
        raise NotVisible
    duty = duty_queries.Duty.of(actor, chosen, today)
    whole = duty_queries.total(duty_queries.loads(actor, duty))
    rows = duty_queries.with_names(duty_queries.owed(actor, duty), duty)
    rows = rows.filter(standing=state.value) if state else rows
    rows = rows.filter(area_id=area_id) if area_id is not None else rows
    found, more = page_of(rows, cursor, limit)
    items = [
        {"id": row.pk, "union_id": row.union_id, "union": row.union.name, "area_id": row.area_id, "area": row.area.name,
         "organiser": row.organiser or "", "state": row.state, "visits": row.visits, "last_on": row.last_on}
        for row in found
    ]  # fmt: skip
    return {
        "quarter": str(chosen), "wanted": duty.wanted, "done": whole.done, "due": whole.due, "overdue": whole.overdue,
        "items": items, "next": more,
    }  # fmt: skip


def _handover(made: HandOver) -> dict[str, Any]:
    return {
        "id": made.pk, "area_id": made.area_id, "area": made.area.name,
        "from_user": made.from_user.name if made.from_user else "", "to_user": made.to_user.name, "on": made.on,
        "state": made.state, "note": made.note, "answer": made.answer, "counts": names_of(made.counts),
    }  # fmt: skip


def _handovers(request: HttpRequest) -> Any:
    actor = acting(request, "organising.visit", "organising.view", "organising.assign")
    return HandOver.objects.visible_to(actor).select_related("area", "from_user", "to_user")


@router.get("/handovers", response=HandOversOut, summary="Hand-overs of areas")
def handover_list(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """One's own, and those where one hands areas out."""
    found, more = page_of(_handovers(request), cursor, limit)
    return {"items": [_handover(made) for made in found], "next": more}


@router.get("/handovers/{int:handover_id}", response=HandOverOut, summary="One hand-over")
def handover(request: HttpRequest, handover_id: int) -> dict[str, Any]:
    """404 when it is neither one's own nor in one's place."""
    return _handover(get_visible(_handovers(request), handover_id))


@router.post("/handovers/{int:handover_id}/give", response=HandOverOut, summary="Hand an area over")
def give(request: HttpRequest, handover_id: int, body: GiveIn) -> dict[str, Any]:
    """By the old organiser, or for her by whoever hands areas out; 409 when it is given already."""
    rows = _handovers(request)
    handovers.give(
        actor=acting(request),
        handover_id=handover_id,
        note=body.note,
        draft_ids=body.draft_ids,
        at=clock.now(),
    )
    return _handover(get_visible(rows, handover_id))


@router.post("/handovers/{int:handover_id}/take", response=HandOverOut, summary="Take an area over")
def take(request: HttpRequest, handover_id: int, body: TakeIn) -> dict[str, Any]:
    """By the new organiser, after the old one has given."""
    rows = _handovers(request)
    handovers.take(actor=acting(request), handover_id=handover_id, answer=body.answer, at=clock.now())
    return _handover(get_visible(rows, handover_id))


@router.post(
    "/handovers/{int:handover_id}/notes", response={204: None}, summary="Leave a word on one finding"
)
def handover_note(request: HttpRequest, handover_id: int, body: NoteIn) -> Status[None]:
    """It stands in the finding's history."""
    _handovers(request)
    handovers.leave_note(
        actor=acting(request),
        handover_id=handover_id,
        finding_id=body.finding_id,
        note=body.note,
        at=clock.now(),
    )
    return Status(204, None)


def _promise(row: VisitPromise) -> dict[str, Any]:
    return {
        "id": row.pk, "text": row.text, "due_on": row.due_on, "finding_id": row.finding_id, "union_id": row.union_id,
        "area_id": row.area_id, "outcome": row.outcome, "made_at": row.made_at,
    }  # fmt: skip


@router.get("/promises", response=PromisesOut, summary="Promises of one's areas")
def promises(
    request: HttpRequest, is_open: bool = True, cursor: RowId = 0, limit: int = 50
) -> dict[str, Any]:
    """Open ones, or with is_open=false all of them."""
    rows = VisitPromise.objects.visible_to(acting(request, "organising.visit", "organising.view"))
    found, more = page_of(rows.open() if is_open else rows, cursor, limit)
    return {"items": [_promise(row) for row in found], "next": more}


@router.post("/promises/{int:promise_id}/close", response=PromiseOut, summary="Say how a promise ended")
def close_promise(request: HttpRequest, promise_id: int, body: PromiseCloseIn) -> dict[str, Any]:
    """409 when somebody closed it first."""
    row = visit_notes.close_promise(
        actor=acting(request), promise_id=promise_id, outcome=body.outcome, note=body.note, at=clock.now()
    )
    return _promise(row)


class NotedVisitOut(Schema):
    """A visit of one's own: its note as it stands, what it met, and what one said to that."""

    id: int
    client_id: UUID
    note: str
    conflict: str
    answer: str


class VisitNoteIn(Schema):
    """Another wording; edited_at by the caller's clock, which sent_at puts right. The latest wins."""

    note: str = Field("", max_length=1000)
    contact_name: str = Field("", max_length=60)
    staff_seen: int | None = Field(None, ge=0, le=1_000_000)
    edited_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    answers: dict[RowId, str] | None = Field(
        None, max_length=40, description="All that is answered now; null leaves it."
    )


class ConflictAnswerIn(Schema):
    """What one says where the finding had moved on: let it stand, or ask the desk to look again, with a word."""

    answer: ConflictAnswer
    note: str = Field("", max_length=500)


def _visit(row: Visit) -> dict[str, Any]:
    return {
        "id": row.pk, "client_id": row.client_id, "note": row.note, "conflict": conflict_sentence(row),
        "answer": row.answer,
    }  # fmt: skip


@router.post("/visits/{client_id}/note", response=NotedVisitOut, summary="Word a visit's note anew")
def reword(request: HttpRequest, client_id: UUID, body: VisitNoteIn) -> dict[str, Any]:
    """One's own visit, by the client_id it was noted with; earlier wordings are kept. Safe to repeat."""
    return _visit(
        visit_notes.edit_note(actor=acting(request), client_id=client_id, at=clock.now(), **body.dict())
    )


@router.post("/visits/{client_id}/answer", response=NotedVisitOut, summary="Answer what a visit met")
def answer_visit(request: HttpRequest, client_id: UUID, body: ConflictAnswerIn) -> dict[str, Any]:
    """Contesting asks the desk to look again."""
    actor = acting(request)
    found = Visit.objects.visible_to(actor).filter(client_id=client_id).first()
    if found is None:
        raise NotVisible
    return _visit(
        visit_notes.answer_conflict(
            actor=actor, visit_id=found.pk, answer=body.answer, note=body.note, at=clock.now()
        )
    )


def _batch(row: VerdictBatch) -> dict[str, Any]:
    return {
        "id": row.pk, "verdict": row.verdict, "state": row.state, "picked": len(row.picked), "done": row.done,
        "refused": row.refused, "undone": row.undone, "reasons": row.reasons, "job_id": row.job_id,
    }  # fmt: skip


@router.post("/verdicts", response=VerdictBatchOut, summary="One verdict for many findings")
def judge_many(request: HttpRequest, body: VerdictBatchIn) -> dict[str, Any]:
    """Begins the work in the background; ask for the verdict again to see how far it is."""
    actor, at = acting(request, "organising.visit"), clock.now()
    saying = batches.Saying(body.verdict, body.reason, body.related_union_id, body.related_employer_id)
    return _batch(batches.pick_and_begin(actor=actor, finding_ids=body.finding_ids, saying=saying, at=at))


@router.get("/verdicts", response=VerdictBatchesOut, summary="Verdicts on many findings")
def verdict_list(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """One's own, and those where one decides about findings."""
    rows = VerdictBatch.objects.visible_to(acting(request, "organising.visit", "organising.view"))
    found, more = page_of(rows, cursor, limit)
    return {"items": [_batch(row) for row in found], "next": more}


@router.get("/verdicts/{int:verdict_id}", response=VerdictBatchOut, summary="How far a verdict on many is")
def verdict(request: HttpRequest, verdict_id: int) -> dict[str, Any]:
    """One's own, and those where one decides about findings."""
    return _batch(get_visible(VerdictBatch.objects.visible_to(acting(request)), verdict_id))


@router.get(
    "/verdicts/{int:verdict_id}/result", summary="What became of each finding", openapi_extra=RESULT_ANSWER
)
def verdict_result(request: HttpRequest, verdict_id: int) -> HttpResponseBase:
    """The file of your own work on it: of the verdict, or of taking it back."""
    actor = acting(request)
    return file_response(result_of(get_visible(VerdictBatch.objects.visible_to(actor), verdict_id), actor))


@router.post(
    "/verdicts/{int:verdict_id}/undo", response=VerdictBatchOut, summary="Take a verdict on many back"
)
def undo(request: HttpRequest, verdict_id: int) -> dict[str, Any]:
    """What somebody changed since stays, and is listed in the job's file."""
    return _batch(batches.undo(actor=acting(request), batch_id=verdict_id, at=clock.now()))


@router.get("/day-plan", response=list[PlannedStopOut], summary="The day in the order one wants it")
def day_plan(
    request: HttpRequest, lon: float | None = None, lat: float | None = None, travel: Travel = Travel.DRIVE,
    first: str = "",
) -> list[Any]:  # fmt: skip
    """lon, lat: where she starts, used for this answer and not kept; first: finding ids to begin with, "3,1"."""
    if (lon is None) != (lat is None):
        raise InvalidInput("lon and lat are given together or not at all.", field="lat")
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("lon lies between -180 and 180, lat between -90 and 90.", field="lon")
    locked = tuple(row_ids(first.split(",")[:50]))
    start = Stop(0, lon, lat) if lon is not None and lat is not None else None
    return list(day_list(acting(request, "organising.visit"), clock.today(), DayPlan(start, travel, locked)))
