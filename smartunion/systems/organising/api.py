"""Organising over the API: the three lists, the day, visits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.areas_api import router as areas_router
from smartunion.systems.organising.congress_api import router as congress_router
from smartunion.systems.organising.coverage_api import router as coverage_router
from smartunion.systems.organising.deciding_api import router as deciding_router
from smartunion.systems.organising.driver_api import router as driver_router
from smartunion.systems.organising.events_api import router as events_router
from smartunion.systems.organising.finding_out import FindingOut, finding_out
from smartunion.systems.organising.flows.visits import VisitNote, note_visit
from smartunion.systems.organising.letters_api import router as letters_router
from smartunion.systems.organising.links_api import router as links_router
from smartunion.systems.organising.models import Finding, FindingEvent
from smartunion.systems.organising.planned_api import router as planned_router
from smartunion.systems.organising.queries import pages
from smartunion.systems.organising.queries.conflicts import conflict_sentence
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.queries.visits import visits_for
from smartunion.systems.organising.questions_api import router as questions_router
from smartunion.systems.organising.review_api import router as review_router
from smartunion.systems.organising.rules import FindingState, VisitResult, WorkList
from smartunion.systems.organising.templatetags.coverage import event_words
from smartunion.systems.organising.work_api import router as work_router

router = Router(tags=["organising"])
router.add_router("", work_router)
router.add_router("", questions_router)
router.add_router("", planned_router)
router.add_router("", coverage_router)
router.add_router("", congress_router)
router.add_router("", letters_router)
router.add_router("", deciding_router)
router.add_router("", links_router)
router.add_router("", areas_router)
router.add_router("", events_router)
router.add_router("", review_router)
router.add_router("", driver_router)


class FindingsOut(Schema):
    """A page of findings; `next` is the cursor of the following one, null at the end."""

    items: list[FindingOut]
    next: int | None


class FindingFilter(Schema):
    """Which findings. area: id; since: only those to which something has happened from that instant on."""

    work_list: WorkList
    state: FindingState | None = Field(None, description="Empty: all that are not closed.")
    area: RowId | None = None
    since: AwareDatetime | None = None
    cursor: RowId = 0
    limit: int = 50


class FindingEventOut(Schema):
    """One thing that happened to a finding; words: the same in a sentence; states are empty where none changed."""

    event: str
    words: str
    from_state: str
    to_state: str
    at: datetime
    actor_name: str
    note: str


class StopOut(Schema):
    """One firm of the day list, in visiting order. building, floor: where several of the day are under one roof."""

    finding_id: int
    employer_id: int | None
    version: int
    order: int
    name: str
    address: str
    lon: float | None
    lat: float | None
    headcount: int | None
    reasons: list[str]
    distance_km: float
    minutes: int
    building: str
    floor: int | None


class VisitIn(Schema):
    """A visit as noted on the spot; `client_id` makes sending it again harmless."""

    client_id: UUID
    finding_id: RowId | None = None
    union_id: RowId | None = None
    base_version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    result: VisitResult
    noted_at: datetime
    note: str = Field(default="", max_length=1000)
    contact_name: str = Field(default="", max_length=60)
    staff_seen: int | None = Field(default=None, ge=0, le=1_000_000)
    related_union_id: RowId | None = None
    related_employer_id: RowId | None = None
    sent_at: datetime | None = None
    promise: str = Field(default="", max_length=200)
    promise_due_on: date | None = None
    drive_id: RowId | None = Field(None, description="The drive the visit is made for.")
    answers: dict[RowId, str] = Field(default={}, max_length=40)


class VisitOut(Schema):
    """What became of it; `conflict` says in a sentence what stands instead, "" when nothing."""

    id: int
    conflict: str


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


@router.get("/findings", response=FindingsOut, summary="Findings of one list")
def findings(request: HttpRequest, given: Query[FindingFilter]) -> dict[str, Any]:
    """By id, the open ones unless a state is named; `cursor` is `next` of the answer before. At most 200 a call."""
    rows = Finding.objects.visible_to(_actor(request)).filter(work_list=given.work_list)
    rows = rows.filter(state=given.state) if given.state else rows.exclude(state=FindingState.CLOSED)
    if given.area is not None:
        rows = rows.filter(area=given.area)
    if given.since is not None:
        rows = rows.filter(Exists(FindingEvent.objects.filter(finding=OuterRef("pk"), at__gte=given.since)))
    found, following = page_of(rows.select_related("employer", "union"), given.cursor, given.limit)
    return {"items": [finding_out(row) for row in found], "next": following}


@router.get("/findings/{int:finding_id}", response=FindingOut, summary="One finding")
def finding(request: HttpRequest, finding_id: int) -> dict[str, Any]:
    """404 when it is not open to you."""
    rows = Finding.objects.visible_to(_actor(request)).select_related("employer", "union")
    return finding_out(get_visible(rows, finding_id))


@router.get(
    "/findings/{int:finding_id}/events", response=list[FindingEventOut], summary="What happened to a finding"
)
def finding_events(request: HttpRequest, finding_id: int) -> list[dict[str, Any]]:
    """Newest first, at most 200; 404 when the finding is not open to you."""
    found = get_visible(Finding.objects.visible_to(_actor(request)), finding_id)
    names = ("event", "from_state", "to_state", "at", "actor_name", "note")
    return [
        {name: getattr(event, name) for name in names} | {"words": event_words(event)}
        for event in pages.history(found)
    ]


@router.get("/day", response=list[StopOut], summary="Today's firms in visiting order")
def day(request: HttpRequest) -> list[Any]:
    """For organisers; 404 for everybody else."""
    actor = _actor(request)
    if not actor.can("organising.visit"):
        raise NotVisible
    return list(day_list(actor, clock.today()))


@router.post("/visits", response=VisitOut, summary="Note a visit")
def visits(request: HttpRequest, visit: VisitIn) -> dict[str, Any]:
    """Safe to repeat with the same client_id."""
    if visit.noted_at.tzinfo is None:
        raise InvalidInput("noted_at needs a time zone, as in 2026-07-05T09:30:00+08:00.", field="noted_at")
    stored = note_visit(actor=_actor(request), visit=VisitNote(**visit.dict()), at=clock.now())
    return {"id": stored.pk, "conflict": conflict_sentence(stored)}


class VisitAnswerOut(Schema):
    """What was answered to a question: "yes" or "no", a number, one of the choices, words."""

    question_id: int
    question: str
    answer: str


class KeptVisitOut(Schema):
    """A visit as it was noted. organiser: who noted it; conflict: what she met instead, in a sentence."""

    id: int
    finding_id: int | None
    union_id: int | None
    name: str
    result: VisitResult
    note: str
    staff_seen: int | None
    contact_name: str
    area_id: int | None
    drive_id: int | None
    organiser: str
    noted_at: datetime
    was_offline: bool
    conflict: str
    is_done: bool
    answers: list[VisitAnswerOut]


class KeptVisitsOut(Page):
    """A page of visits, the first received first."""

    items: list[KeptVisitOut]


@router.get("/visits", response=KeptVisitsOut, summary="Visits as they were noted")
def visit_list(
    request: HttpRequest, area_id: RowId = 0, drive_id: RowId = 0, result: VisitResult | None = None, cursor: RowId = 0,
    limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """Those in one's territory, in areas one holds, and one's own."""
    rows = visits_for(acting(request, "organising.view", "organising.view_own"))
    rows = rows.filter(area_id=area_id) if area_id else rows
    rows = rows.filter(drive_id=drive_id) if drive_id else rows
    found, more = page_of(rows if result is None else rows.filter(result=result), cursor, limit)
    items = [
        {"id": row.pk, "finding_id": row.finding_id, "union_id": row.union_id, "name": row.subject_name,
         "result": row.result, "note": row.note, "staff_seen": row.staff_seen, "contact_name": row.contact_name,
         "area_id": row.area_id, "drive_id": row.drive_id, "organiser": row.organiser or "", "noted_at": row.noted_at,
         "was_offline": row.was_offline, "conflict": conflict_sentence(row), "is_done": row.is_done,
         "answers": [
             {"question_id": one.question_id, "question": one.question.label, "answer": one.text} for one in row.answers.all()
         ]}
        for row in found
    ]  # fmt: skip
    return {"items": items, "next": more}
