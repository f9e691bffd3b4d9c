"""Reports of unions' funds over the API: under the rights of desk and portal, with the same refusals."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.ids import RowId
from smartunion.core.reading import any_of, get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import PDF_ANSWER, pdf
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.systems.dues import report_queries as queries
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import REPORT, FundsReport
from smartunion.systems.dues.report_paper import paper
from smartunion.systems.dues.report_rules import (
    MOST,
    Entry,
    FundsHalf,
    FundsReportState,
    FundsReview,
    FundsSide,
    Money,
    Span,
)

router = Router(tags=["dues"])


class FundsReportFilter(Paging):
    """Which reports."""

    year: int | None = Field(None, ge=1950, le=2200)
    half: FundsHalf | None = None
    state: FundsReportState | None = None
    union_id: RowId | None = None


class FundsReportRowOut(Schema):
    """A report without its lines. half: 0 for the whole year; reason: of a correction; reviewer: "" where nobody passed it."""

    id: int
    union_id: int
    year: int
    half: FundsHalf
    version: int
    state: FundsReportState
    opening_yuan: Decimal
    income_yuan: Decimal
    spending_yuan: Decimal
    closing_yuan: Decimal
    note: str
    reason: str
    review: FundsReview | None
    reviewer: str
    reviewed_on: date | None
    published_at: datetime | None


class FundsReportsOut(Schema):
    """A page of reports; `next` is the cursor of the following one, null at the end."""

    items: list[FundsReportRowOut]
    next: str | None


class FundsLineOut(Schema):
    """One kind of income or spending. budget_yuan: null where none was set."""

    side: FundsSide
    kind: str
    budget_yuan: Decimal | None
    actual_yuan: Decimal


class FundsChangeOut(Schema):
    """A figure a correction changed; null: there was none."""

    what: str
    before_yuan: Decimal | None
    after_yuan: Decimal | None


class FundsAnswerOut(Schema):
    """A question answered beside the report; who asked is not told."""

    question: str
    answer: str
    answered_at: datetime


class FundsReportOut(FundsReportRowOut):
    """A report. difference_yuan: what does not add up, nought in a published one; edits: count of changes, to be sent with the
    next one; changes: against the version before.
    """

    lines: list[FundsLineOut]
    difference_yuan: Decimal
    edits: int
    returned: str
    changes: list[FundsChangeOut]
    answers: list[FundsAnswerOut]


class FundsLineIn(Schema):
    """One kind, in the words of the place's vocabulary or the union's own."""

    side: FundsSide
    kind: str = Field(min_length=1, max_length=40)
    budget_yuan: Decimal | None = Field(None, ge=0, le=MOST, decimal_places=2)
    actual_yuan: Decimal = Field(ge=0, le=MOST, decimal_places=2)


class FundsFiguresIn(Schema):
    """The figures of a draft; they replace those before."""

    opening_yuan: Decimal = Field(ge=-MOST, le=MOST, decimal_places=2)
    closing_yuan: Decimal = Field(ge=-MOST, le=MOST, decimal_places=2)
    lines: list[FundsLineIn] = Field(max_length=100)
    note: str = Field("", max_length=500)


class FundsReportIn(FundsFiguresIn):
    """A new report."""

    union_id: RowId
    year: int = Field(ge=1950, le=2200)
    half: FundsHalf = FundsHalf.YEAR


class FundsChangeIn(FundsFiguresIn):
    """A draft changed. edits: as it was read."""

    edits: int = Field(ge=1)


class FundsPaperIn(Schema):
    """Who of the funds-review committee passed it on paper, and when."""

    officer_id: RowId
    day: date


class FundsReturnIn(Schema):
    """What has to be put right."""

    why: str = Field(min_length=1, max_length=300)


class FundsCorrectIn(Schema):
    """What was wrong; members read it."""

    reason: str = Field(min_length=1, max_length=200)


class FundsMissingFilter(Paging):
    """Which year; the last one where none is named."""

    year: int | None = Field(None, ge=1950, le=2200)


class FundsMissingOut(Schema):
    """A union that has not reported. due_on: by the policy of its place."""

    union_id: int
    name: str
    due_on: date


class FundsMissingsOut(Schema):
    """A page of unions; `next` is the cursor of the following one, null at the end."""

    year: int
    items: list[FundsMissingOut]
    next: str | None


def _row(row: FundsReport) -> dict[str, Any]:
    names = (
        "union_id", "year", "half", "version", "state", "opening_yuan", "income_yuan", "spending_yuan", "closing_yuan", "note",
        "reason", "reviewer", "reviewed_on", "published_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "review": row.review or None}


def _whole(row: FundsReport) -> dict[str, Any]:
    told = queries.told(row, "")
    return _row(row) | {
        "lines": [
            {"side": one.side, "kind": one.kind, "budget_yuan": one.budget, "actual_yuan": one.actual}
            for one in told.money.entries
        ],
        "difference_yuan": told.money.difference, "edits": row.edits, "returned": row.returned, "answers": told.answers,
        "changes": [{"what": one.words, "before_yuan": one.before, "after_yuan": one.after} for one in told.changed],
    }  # fmt: skip


def _seen(actor: Actor, report_id: int) -> FundsReport:
    """In reach of the desk, told to the person, or with the committee she serves on. Raises NotVisible."""
    rows = FundsReport.objects.select_related("union").prefetch_related("lines")
    parts = (
        FundsReport.objects.visible_to(actor), FundsReport.objects.told_to(actor.person_id),
        FundsReport.objects.reviewed_by(actor.person_id, clock.today()),
    )  # fmt: skip
    return get_visible(any_of(rows, *parts), report_id)


def _given(body: FundsFiguresIn) -> reports.Given:
    entries = tuple(Entry(one.side, one.kind.strip(), one.budget_yuan, one.actual_yuan) for one in body.lines)
    return reports.Given(Money(body.opening_yuan, body.closing_yuan, entries), body.note)


def _writing(request: ActorRequest) -> Actor:
    if not request.actor.can(REPORT):
        raise NotVisible
    return request.actor


@router.get("/reports", response=FundsReportsOut, summary="Reports of unions' funds")
def report_list(request: ActorRequest, given: Query[FundsReportFilter]) -> dict[str, Any]:
    """In reach of the desk, and what one's own unions published; the last year's first."""
    actor = request.actor
    rows = any_of(
        FundsReport.objects.all(),
        FundsReport.objects.visible_to(actor),
        FundsReport.objects.told_to(actor.person_id),
    )
    for name in ("year", "half", "state", "union_id"):
        if (value := getattr(given, name)) is not None:
            rows = rows.filter(**{name: value})
    found = page(rows, ("-year", "path"), given, "api.funds_reports")
    return found | {"items": [_row(row) for row in found["items"]]}


@router.get("/reports/missing", response=FundsMissingsOut, summary="Unions that have not reported")
def missing(request: ActorRequest, given: Query[FundsMissingFilter]) -> dict[str, Any]:
    """Grassroots unions in reach without a published report of the year, with the day it is or was due."""
    today = clock.today()
    year = given.year or queries.last_year(today)
    days = policies.value_by_place("dues.report_days", on=today)
    found = page(queries.missing_for(request.actor, year), ("path",), given, "api.funds_missing")
    items = [
        {"union_id": row.pk, "name": row.name, "due_on": Span(year).due_on(days(row.path))}
        for row in found["items"]
    ]
    return found | {"year": year, "items": items}


@router.get("/reports/{int:report_id}", response=FundsReportOut, summary="One report of a union's funds")
def report(request: ActorRequest, report_id: int) -> dict[str, Any]:
    """With its lines, what a correction changed and the questions answered; 404 when it is not told to you."""
    return _whole(_seen(request.actor, report_id))


@router.get("/reports/{int:report_id}.pdf", summary="A report of funds as PDF", openapi_extra=PDF_ANSWER)
def report_paper(request: ActorRequest, report_id: int) -> HttpResponse:
    """404 when it is not told to you."""
    row = _seen(request.actor, report_id)
    return pdf(paper(row, queries.told(row, "").changed, at=clock.now()), f"{row.union.name}-{row.title}.pdf")


@router.post("/reports", response={201: FundsReportOut}, summary="Draft a report of funds")
def draft(request: ActorRequest, body: FundsReportIn) -> Status[dict[str, Any]]:
    """Of a year or half a year that has ended; 409 where there is one already."""
    made = reports.draft(
        actor=_writing(request),
        union_id=body.union_id,
        span=Span(body.year, body.half),
        given=_given(body),
        at=clock.now(),
    )
    return Status(201, _whole(made))


@router.put("/reports/{int:report_id}", response=FundsReportOut, summary="Change a draft")
def rewrite(request: ActorRequest, report_id: int, body: FundsChangeIn) -> dict[str, Any]:
    """409 where somebody else changed it since it was read."""
    changed = reports.rewrite(
        actor=_writing(request), report_id=report_id, edits=body.edits, given=_given(body), at=clock.now()
    )
    return _whole(changed)


@router.delete("/reports/{int:report_id}", response={204: None}, summary="Throw a draft away")
def discard(request: ActorRequest, report_id: int) -> Status[None]:
    """What is published stays."""
    reports.discard(actor=_writing(request), report_id=report_id, at=clock.now())
    return Status(204, None)


def _done(act: Callable[..., FundsReport], actor: Actor, report_id: int, **more: Any) -> dict[str, Any]:
    return _whole(act(actor=actor, report_id=report_id, at=clock.now(), **more))


@router.post(
    "/reports/{int:report_id}/submit", response=FundsReportOut, summary="Send a report to the review"
)
def submit(request: ActorRequest, report_id: int) -> dict[str, Any]:
    """422 with the difference where it does not add up, or where the union has no funds-review committee."""
    return _done(reports.submit, _writing(request), report_id)


@router.post(
    "/reports/{int:report_id}/take-back",
    response=FundsReportOut,
    summary="Take a report back from the review",
)
def take_back(request: ActorRequest, report_id: int) -> dict[str, Any]:
    """It is a draft again."""
    return _done(reports.take_back, _writing(request), report_id)


@router.post("/reports/{int:report_id}/pass", response=FundsReportOut, summary="Pass a report of funds")
def pass_it(request: ActorRequest, report_id: int) -> dict[str, Any]:
    """As a member of the union's funds-review committee; it is published at once."""
    return _done(reports.pass_it, request.actor, report_id)


@router.post("/reports/{int:report_id}/return", response=FundsReportOut, summary="Send a report back")
def send_back(request: ActorRequest, report_id: int, body: FundsReturnIn) -> dict[str, Any]:
    """As a member of the union's funds-review committee, with what is wrong."""
    row = reports.send_back(actor=request.actor, report_id=report_id, why=body.why, at=clock.now())
    return _whole(row)


@router.post(
    "/reports/{int:report_id}/paper", response=FundsReportOut, summary="Publish what was passed on paper"
)
def on_paper(request: ActorRequest, report_id: int, body: FundsPaperIn) -> dict[str, Any]:
    """Not for a member of the committee who signs in: she passes it herself."""
    return _done(
        reports.passed_on_paper, _writing(request), report_id, officer_id=body.officer_id, day=body.day
    )


@router.post("/reports/{int:report_id}/publish", response=FundsReportOut, summary="Publish without a review")
def publish(request: ActorRequest, report_id: int) -> dict[str, Any]:
    """Where the union has no funds-review committee in office; members read so."""
    return _done(reports.publish_unreviewed, _writing(request), report_id)


@router.post(
    "/reports/{int:report_id}/correct", response={201: FundsReportOut}, summary="Correct a published report"
)
def correct(request: ActorRequest, report_id: int, body: FundsCorrectIn) -> Status[dict[str, Any]]:
    """A draft of the next version with the same figures; the published one stands until it is passed."""
    return Status(201, _done(reports.correct, _writing(request), report_id, reason=body.reason))
