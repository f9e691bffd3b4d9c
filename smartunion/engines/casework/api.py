"""The service hall over the API: catalogue, cases of one's own, the office's queue and acts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Router, Schema

from smartunion.core import clock
from smartunion.core.errors import NotAllowed, NotVisible
from smartunion.core.ids import RowId
from smartunion.core.web.guards import ActorRequest
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import dump
from smartunion.engines.casework.flows import acting, drafts, filing, looking
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries import hall, queue
from smartunion.engines.casework.queries.pages import CasePage, case_page
from smartunion.engines.casework.queries.serving import version_shown
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.engines.casework.rules import Act
from smartunion.engines.casework.telling import last_day

router = Router(tags=["casework"])
PAGE = 50


class ServiceOut(Schema):
    """One service of the catalogue; url: its page."""

    key: str
    title: str
    summary: str
    category: str
    url: str


class DefinitionOut(Schema):
    """A published definition: fields, papers, steps, texts, as it is stored."""

    key: str
    version: int
    definition: dict[str, Any]


class CaseIn(Schema):
    """A case to be sent. client_id: made by the caller, repeating it makes one case; answers: by question key."""

    service: str = Field(max_length=60)
    client_id: UUID
    answers: dict[str, Any] = {}
    context: dict[str, str] = {}
    send: bool = True


class CaseOut(Schema):
    """One case in a list. due_on: last day of whoever holds it; version: to be given back with every act."""

    id: int
    reference: str
    service: str
    title: str
    state: str
    step: str
    due_on: date | None
    sent_at: datetime | None
    version: int


class CasesOut(Schema):
    """A page of cases; `next` is the cursor of the following one, null at the end."""

    items: list[CaseOut]
    next: int | None


class LineOut(Schema):
    """One answer in words; numbers of people are masked."""

    label: str
    value: str


class CaseAnswerOut(LineOut):
    """One answer; is_starred: a number in it is hidden, and `key` asks for it in clear."""

    key: str
    is_starred: bool


class ShowIn(Schema):
    """Why somebody looks; the person concerned reads it."""

    reason: str = Field(max_length=200)


class HappeningOut(Schema):
    """One line of the history."""

    title: str
    who: str
    at: datetime
    note: str


class CaseDetailOut(CaseOut):
    """One case with who holds it, what comes next, its answers, its history and what the caller may do."""

    holder: str
    is_late: bool
    next_words: str
    missing: list[LineOut]
    answers: list[CaseAnswerOut]
    history: list[HappeningOut]
    acts: list[str]


class ActIn(Schema):
    """One act. version: of the case as the caller saw it; values: fields of the step or corrected answers by key."""

    version: RowId
    reason: str = Field("", max_length=1000)
    values: dict[str, Any] = {}
    missing: dict[str, str] = {}
    to_union_id: RowId | None = None
    to_user_id: RowId | None = None
    rating: int | None = Field(None, ge=1, le=5)
    again: bool = False
    is_public: bool = True
    voice: str = Field("", max_length=40)


@router.get("/services", response=list[ServiceOut], auth=None, summary="The catalogue")
def services(request: ActorRequest, q: str = "") -> list[dict[str, Any]]:
    """Services open to the caller, found by everyday words."""
    shelves = hall.shelves(request.actor, q[:60])
    return [
        {"key": one.definition.key, "title": str(one.definition.title), "summary": str(one.definition.summary),
         "category": one.definition.category, "url": one.url}
        for shelf in shelves
        for one in shelf.offers
    ]  # fmt: skip


@router.get("/services/{key}", response=DefinitionOut, auth=None, summary="One service")
def service(request: ActorRequest, key: str) -> dict[str, Any]:
    """The definition new cases begin with."""
    version = version_shown(key, request.actor)
    return {"key": key, "version": version.number, "definition": dump(definition_of(version))}


@router.post("/cases", response=CaseDetailOut, summary="Send a case")
def send(request: ActorRequest, body: CaseIn) -> dict[str, Any]:
    """Starts a case with what is known filled in, adds the answers and sends it (send=false keeps a draft)."""
    at, actor = clock.now(), request.actor
    case = drafts.start_draft(
        service_key=body.service, actor=actor, at=at, client_id=body.client_id, context=body.context
    )
    if case.state == "draft":
        drafts.save_draft(case_id=case.pk, raw={**_known(case), **body.answers}, actor=actor, at=at)
        if body.send:
            filing.submit(case_id=case.pk, actor=actor, at=at)
    return _detail(request, case.pk)


@router.get("/cases", response=CasesOut, summary="My cases")
def mine(request: ActorRequest, cursor: RowId | None = None) -> dict[str, Any]:
    """Cases the caller filed or that concern her, newest first."""
    rows = CaseFile.objects.of_applicant(request.actor).defer("data").order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return _page(list(rows[: PAGE + 1]))


@router.get("/queue", response=CasesOut, summary="The office's queue")
def waiting(request: ActorRequest, overdue_only: bool = False) -> dict[str, Any]:
    """Open cases in the caller's reach, first due first, at most 50."""
    if not request.actor.can("cases.handle"):
        raise NotVisible
    rows = queue.open_cases(request.actor)
    if overdue_only:
        rows = queue.overdue(rows, clock.now())
    return {"items": [_out(row) for row in rows[:PAGE]], "next": None}


@router.get("/cases/{int:case_id}", response=CaseDetailOut, summary="One case")
def one(request: ActorRequest, case_id: int) -> dict[str, Any]:
    """A case the caller filed or whose office she belongs to."""
    return _detail(request, case_id)


@router.post(
    "/cases/{int:case_id}/answers/{key}", response=LineOut, summary="A starred answer in clear, with a reason"
)
def show(request: ActorRequest, case_id: int, key: str, body: ShowIn) -> dict[str, str]:
    """For who handles the case and may see whole numbers there; the person concerned reads who looked and why."""
    line = looking.show_answer(
        case_id=case_id, key=key, actor=request.actor, reason=body.reason, at=clock.now()
    )
    return {"label": line.label, "value": line.value}


@router.post("/cases/{int:case_id}/{act}", response=CaseDetailOut, summary="Act on a case")
def do(request: ActorRequest, case_id: int, act: Act, body: ActIn) -> dict[str, Any]:
    """approve, refuse, return, resubmit, forward, hold, resume, appeal, urge, withdraw, reopen, rate, note or assign, as `acts`
    of the case allows; voice: for which department one speaks in a step of several."""
    on = acting.ActOn(case_id, body.version, request.actor, clock.now())
    match act:
        case Act.APPROVE:
            acting.approve(on=on, values=body.values, reason=body.reason, voice=body.voice)
        case Act.REFUSE:
            acting.refuse(on=on, reason=body.reason, voice=body.voice)
        case Act.RETURN:
            acting.return_case(on=on, missing=body.missing, reason=body.reason)
        case Act.RESUBMIT:
            acting.resubmit(on=on, values=body.values)
        case Act.FORWARD:
            acting.forward(on=on, to_union_id=body.to_union_id or 0, reason=body.reason)
        case Act.WITHDRAW:
            acting.withdraw(on=on, reason=body.reason)
        case Act.REOPEN:
            acting.reopen(on=on, reason=body.reason)
        case Act.RATE:
            acting.rate(on=on, rating=body.rating or 0, words=body.reason, again=body.again)
        case Act.NOTE:
            acting.add_note(on=on, note=body.reason, is_public=body.is_public)
        case Act.ASSIGN:
            acting.assign(on=on, to_user_id=body.to_user_id)
        case Act.HOLD:
            acting.hold(on=on, reason=body.reason)
        case Act.RESUME:
            acting.resume(on=on, reason=body.reason)
        case Act.APPEAL:
            acting.appeal(on=on, reason=body.reason)
        case Act.URGE:
            acting.urge(on=on)
        case _:
            raise NotAllowed
    return _detail(request, case_id)


def _known(case: CaseFile) -> dict[str, object]:
    return CaseData.load(case.data).form


def _page(rows: list[CaseFile]) -> dict[str, Any]:
    shown = rows[:PAGE]
    return {"items": [_out(row) for row in shown], "next": shown[-1].pk if len(rows) > PAGE else None}


def _out(case: CaseFile) -> dict[str, Any]:
    return {
        "id": case.pk, "reference": case.reference, "service": case.service_key, "title": case.title,
        "state": case.state, "step": case.step, "due_on": last_day(case.due_at) if case.due_at else None,
        "sent_at": case.submitted_at, "version": case.version,
    }  # fmt: skip


def _detail(request: ActorRequest, case_id: int) -> dict[str, Any]:
    loaded = load(case_id=case_id, actor=request.actor, at=clock.now())
    page: CasePage = case_page(loaded, is_masked=True, sees_all=Side.APPLICANT not in loaded.sides)
    return _out(loaded.case) | {
        "holder": page.holder, "is_late": page.is_late, "next_words": page.next_words,
        "missing": [{"label": label, "value": note} for label, note in page.missing],
        "answers": [
            {"label": line.label, "value": line.value, "key": line.key, "is_starred": line.is_starred}
            for block in page.blocks for line in block.lines
        ],
        "history": [{"title": h.title, "who": h.who, "at": h.at, "note": h.note} for h in page.history],
        "acts": [act.value for act in page.acts],
    }  # fmt: skip
