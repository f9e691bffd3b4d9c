"""Questions at visits over the API: which are asked, one more, one ended."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.flows import questions as flows
from smartunion.systems.organising.models import VisitQuestion
from smartunion.systems.organising.queries.questions import questions_for
from smartunion.systems.organising.question_rules import MOST_CHOICES, QuestionKind

router = Router(tags=["organising"])


class QuestionOut(Schema):
    """A question. area_id: null where all areas of the federation and below are asked; drive_id: only at visits made for it;
    valid_to: first day it is asked no more.
    """

    id: int
    union_id: int
    area_id: int | None
    drive_id: int | None
    label: str
    kind: QuestionKind
    choices: list[str]
    is_needed: bool
    valid_from: date
    valid_to: date | None


class QuestionsOut(Page):
    """A page of questions."""

    items: list[QuestionOut]


class QuestionIn(Schema):
    """A new question of one area, of all areas of a federation, or at visits made for a drive: one of the three is given."""

    area_id: RowId | None = None
    union_id: RowId | None = None
    drive_id: RowId | None = None
    label: str = Field(min_length=2, max_length=120)
    kind: QuestionKind
    choices: list[str] = Field([], max_length=MOST_CHOICES)
    is_needed: bool = False
    starts_on: date | None = None


@router.get("/visit-questions", response=QuestionsOut, summary="Questions asked at visits")
def question_list(
    request: HttpRequest,
    area_id: RowId = 0,
    drive_id: RowId = 0,
    asked: bool = True,
    cursor: RowId = 0,
    limit: int = 50,
) -> dict[str, Any]:
    """In reach, and those asked from above; those in force today unless asked=false."""
    actor = acting(request, "organising.view", "organising.view_own")
    rows = questions_for(actor, on=clock.today() if asked else None)
    rows = rows.filter(area_id=area_id) if area_id else rows
    rows = rows.filter(drive_id=drive_id) if drive_id else rows
    found, more = page_of(rows, cursor, limit)
    return {"items": found, "next": more}


@router.post("/visit-questions", response={201: QuestionOut}, summary="Ask something at each visit")
def ask(request: HttpRequest, body: QuestionIn) -> Status[VisitQuestion]:
    """From today on, or a later day."""
    at = clock.now()
    given = body.dict()
    starts_on = given.pop("starts_on") or clock.local_date(at)
    question = flows.Asked(**given | {"choices": tuple(given["choices"])})
    return Status(201, flows.ask(actor=acting(request), question=question, starts_on=starts_on, at=at))


@router.post(
    "/visit-questions/{int:question_id}/end", response=QuestionOut, summary="Ask a question no longer"
)
def end(request: HttpRequest, question_id: int) -> VisitQuestion:
    """What was answered stays; 409 when it was ended already."""
    return flows.end(actor=acting(request), question_id=question_id, at=clock.now())
