"""Letters of approval over the API."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.papers import PDF_ANSWER, pdf
from smartunion.systems.organising import papers
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.flows import letters as letters_flow
from smartunion.systems.organising.models import ApprovalLetter, LetterKind

router = Router(tags=["organising"])


class LetterOut(Schema):
    """A letter of approval. post_id: of a by-election; pdf: its address, fetched with the same token."""

    id: int
    kind: LetterKind
    number: str
    issued_on: date
    issued_by: str
    union_id: int
    addressed_to: str
    term_id: int
    post_id: int | None
    pdf: str


class LettersOut(Page):
    """A page of letters."""

    items: list[LetterOut]


class LetterFilter(Schema):
    """Which letters. union: to this union; kind: about this."""

    union: RowId | None = None
    kind: LetterKind | None = None
    cursor: RowId = 0
    limit: int = 50


def _letter(row: ApprovalLetter) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "number": row.number, "issued_on": row.issued_on, "issued_by": row.issued_by,
        "union_id": row.union_id, "addressed_to": row.addressed_to, "term_id": row.term_id, "post_id": row.officer_id,
        "pdf": f"/api/v1/organising/letters/{row.pk}/pdf",
    }  # fmt: skip


@router.get("/letters", response=LettersOut, summary="Letters of approval")
def letters(request: HttpRequest, given: Query[LetterFilter]) -> dict[str, Any]:
    """To unions in your reach, and those that answer your own applications."""
    rows = ApprovalLetter.objects.visible_to(acting(request))
    if given.union is not None:
        rows = rows.filter(union_id=given.union)
    if given.kind is not None:
        rows = rows.filter(kind=given.kind)
    found, more = page_of(rows, given.cursor, given.limit)
    return {"items": [_letter(row) for row in found], "next": more}


class LateLetterIn(Schema):
    """An approval without a letter: of one of term, post (a by-election) and postponement. number: "" takes the one that was
    entered with the approval, else the next."""

    union_id: RowId
    term_id: RowId | None = None
    post_id: RowId | None = None
    postponement_id: RowId | None = None
    number: str = Field("", max_length=40)


@router.post("/letters", response={201: LetterOut}, summary="Issue a letter afterwards")
def issue_letter(request: HttpRequest, body: LateLetterIn) -> Status[dict[str, Any]]:
    """Of an approval given before letters were kept, dated today; 409 when it has its letter."""
    made = letters_flow.issue_afterwards(actor=acting(request, "cases.handle"), at=clock.now(), **body.dict())
    return Status(201, _letter(made))


@router.get("/letters/{int:letter_id}/pdf", summary="A letter as PDF", openapi_extra=PDF_ANSWER)
def letter_pdf(request: HttpRequest, letter_id: int) -> HttpResponse:
    """As it is printed."""
    rows = ApprovalLetter.objects.visible_to(acting(request))
    row = get_visible(rows.select_related("union", "term", "officer", "postponement"), letter_id)
    return pdf(papers.letter(row, at=clock.now()), f"{row.number}-{row.addressed_to}.pdf")
