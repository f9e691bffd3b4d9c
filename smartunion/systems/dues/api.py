"""Contributions over the API: how employers stand, one of them with its periods, extracts that were read, letters."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import PDF_ANSWER, pdf
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.systems.dues import papers, queries
from smartunion.systems.dues.flows import letters
from smartunion.systems.dues.models import VIEW, ReadExtract, Reminder
from smartunion.systems.dues.report_api import router as reports
from smartunion.systems.dues.rules import DuesLetterKind, DuesStanding, Item, LetterState

router = Router(tags=["dues"])
router.add_router("", reports)


class DuesStandingFilter(Paging):
    """Which employers."""

    standing: DuesStanding | None = None
    item: Item | None = None


class DuesStandingOut(Schema):
    """How one employer stands. until: last month paid for; newest: how far the extracts of its place reach; union_ids: those
    that cover it now, its own first.
    """

    employer_id: int
    name: str
    uscc: str
    item: Item
    standing: DuesStanding
    until: date
    newest: date
    due_yuan: Decimal
    paid_yuan: Decimal
    owed_yuan: Decimal
    union_ids: list[int]


class DuesStandingsOut(Schema):
    """A page of employers; `next` is the cursor of the following one, null at the end."""

    items: list[DuesStandingOut]
    next: str | None


class DuesPeriodOut(Schema):
    """One period as an extract in force has it. owing_yuan: what was to be paid, by the wages where it does not say; counts:
    within the months that count.
    """

    item: Item
    period_from: date
    period_to: date
    wages_yuan: Decimal | None
    owing_yuan: Decimal
    paid_yuan: Decimal
    missing_yuan: Decimal
    paid_in: date | None
    counts: bool
    snapshot_id: int


class DuesLetterOut(Schema):
    """A letter about contributions that are missing."""

    id: int
    kind: DuesLetterKind
    number: str
    employer_id: int
    addressed_to: str
    federation_id: int
    issued_by: str
    issued_on: date
    answer_by: date
    owed_yuan: Decimal
    state: LetterState
    ended_on: date | None
    reason: str


class DuesFirmOut(DuesStandingOut):
    """One employer with every period, newest first, and its last hundred letters."""

    periods: list[DuesPeriodOut]
    letters: list[DuesLetterOut]


class DuesLetterFilter(Paging):
    """Which letters."""

    state: LetterState | None = None
    kind: DuesLetterKind | None = None
    employer_id: RowId | None = None


class DuesLettersOut(Schema):
    """A page of letters; `next` is the cursor of the following one, null at the end."""

    items: list[DuesLetterOut]
    next: str | None


class DuesLetterIn(Schema):
    """What to write: a reminder, or the application for a payment order once a reminder had no effect."""

    kind: DuesLetterKind = DuesLetterKind.REMINDER


class DuesWithdrawIn(Schema):
    """Why a letter is taken back."""

    reason: str = Field(min_length=1, max_length=200)


class DuesExtractOut(Schema):
    """An extract of contributions that was read. unknown: rows that mean no firm we know."""

    snapshot_id: int
    source: str
    as_of: date
    read_at: datetime
    rows: int
    unknown: int


class DuesExtractsOut(Schema):
    """A page of extracts; `next` is the cursor of the following one, null at the end."""

    items: list[DuesExtractOut]
    next: str | None


def _viewing(request: ActorRequest) -> Actor:
    if not request.actor.can(VIEW):
        raise NotVisible
    return request.actor


def _standing(row: Any) -> dict[str, Any]:
    names = ("item", "standing", "until", "newest", "due_yuan", "paid_yuan", "owed_yuan")
    return {name: getattr(row, name) for name in names} | {
        "employer_id": row.pk, "name": row.employer.name, "uscc": row.employer.uscc or "",
        "union_ids": [link.union_id for link in row.employer.open_links],
    }  # fmt: skip


def _periods(rows: Sequence[queries.Row]) -> list[dict[str, Any]]:
    names = ("item", "period_from", "period_to", "wages_yuan", "paid_yuan", "paid_in", "snapshot_id")
    return [
        {name: getattr(row.payment, name) for name in names}
        | {"owing_yuan": row.owing, "missing_yuan": row.missing, "counts": row.counts}
        for row in rows
    ]


@router.get("/standings", response=DuesStandingsOut, summary="How employers stand with their contributions")
def standings(request: ActorRequest, given: Query[DuesStandingFilter]) -> dict[str, Any]:
    """Of the territories in reach, those that owe most first."""
    rows = queries.firms(_viewing(request))
    for name in ("standing", "item"):
        if value := getattr(given, name):
            rows = rows.filter(**{name: value})
    found = page(rows, ("-owed_yuan",), given, "api.dues")
    return found | {"items": [_standing(row) for row in found["items"]]}


@router.get("/standings/{int:employer_id}", response=DuesFirmOut, summary="One employer's contributions")
def standing(request: ActorRequest, employer_id: int) -> dict[str, Any]:
    """For whoever sees its territory, and for the chair of its own union; 404 where no extract names it."""
    row = queries.standing_for(request.actor, employer_id)
    limits = queries.limits_of(row.employer.territory_path, clock.today())
    written = Reminder.objects.filter(employer_id=employer_id).order_by("-pk")[:100]
    return _standing(row) | {"periods": _periods(queries.periods_of(row, limits)), "letters": list(written)}


@router.get("/letters", response=DuesLettersOut, summary="Letters about missing contributions")
def letter_list(request: ActorRequest, given: Query[DuesLetterFilter]) -> dict[str, Any]:
    """Of the federations in reach, newest first."""
    rows = Reminder.objects.visible_to(_viewing(request))
    for name in ("state", "kind", "employer_id"):
        if value := getattr(given, name):
            rows = rows.filter(**{name: value})
    return page(rows, ("-issued_on",), given, "api.dues_letters")


@router.get("/letters/{int:reminder_id}.pdf", summary="A letter as PDF", openapi_extra=PDF_ANSWER)
def letter_paper(request: ActorRequest, reminder_id: int) -> HttpResponse:
    """404 when it is not in your reach."""
    rows = Reminder.objects.visible_to(_viewing(request)).select_related("employer")
    row = get_visible(rows, reminder_id)
    return pdf(papers.letter(row, at=clock.now()), f"{row.number}-{row.addressed_to}.pdf")


@router.post(
    "/standings/{int:employer_id}/letters",
    response={201: DuesLetterOut},
    summary="Write about missing contributions",
)
def issue(request: ActorRequest, employer_id: int, body: DuesLetterIn) -> Status[Reminder]:
    """In the name of the lowest federation you may write for; 422 where nothing is owed, a letter of the kind waits, or no
    reminder went before.
    """
    return Status(
        201, letters.issue(actor=_viewing(request), employer_id=employer_id, kind=body.kind, at=clock.now())
    )


@router.post("/letters/{int:reminder_id}/withdraw", response=DuesLetterOut, summary="Take a letter back")
def withdraw(request: ActorRequest, reminder_id: int, body: DuesWithdrawIn) -> Reminder:
    """It stays in the list with the reason."""
    return letters.withdraw(
        actor=_viewing(request), reminder_id=reminder_id, reason=body.reason, at=clock.now()
    )


@router.get("/extracts", response=DuesExtractsOut, summary="Extracts of contributions that were read")
def extracts(request: ActorRequest, given: Query[Paging]) -> dict[str, Any]:
    """Of the federations in reach, the last one read first."""
    actor = _viewing(request)
    rows = ReadExtract.objects.filter(actor.within(VIEW, "snapshot__path")).select_related("snapshot__source")
    found = page(rows, ("-read_at",), given, "api.dues_extracts")
    return found | {
        "items": [
            {
                "snapshot_id": row.pk, "source": row.snapshot.source.name, "as_of": row.snapshot.as_of,
                "read_at": row.read_at, "rows": row.rows, "unknown": row.unknown,
            }
            for row in found["items"]
        ]
    }  # fmt: skip
