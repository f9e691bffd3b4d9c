"""Lists brought in over the API: a file in, what it would do row by row, applied, what was refused, taken back."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.files.serving import file_response
from smartunion.core.ids import RowId
from smartunion.core.jobs.models import JobState
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import file_answer
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import Strict, UnionRef
from smartunion.ground.registry.flows import imports as flows
from smartunion.ground.registry.imports import reasons
from smartunion.ground.registry.imports import rows as import_rows
from smartunion.ground.registry.imports.staged import RowOutcome
from smartunion.ground.registry.models import ImportBatch, ImportRow, ImportState

router = Router(tags=["registry"])
IMPORT = "registry.import"


class ImportIn(Schema):
    """What a file is. union_id: below which its rows belong; kind: members or unions, "" lets the file tell."""

    union_id: RowId
    kind: Literal["", "members", "unions"] = ""


class ReadAgainIn(Strict):
    """How a file is to be read. mapping: label of a column → field, "" leaves it out; sheet: the only one to read; rows: those
    that name the columns, as 4 or 3-4; empty lets the file tell."""

    kind: Literal["members", "unions"]
    mapping: dict[str, str] = {}
    sheet: str = Field("", max_length=60)
    rows: str = Field("", max_length=12)


class WorkOut(Schema):
    """Work in the background: done of total; total is 0 while it is not known."""

    state: JobState
    step: str
    done: int
    total: int


class RefusedOut(Schema):
    """Why rows were refused: a reason and how many rows have it."""

    reason: str
    words: str
    rows: int


class ImportOut(Schema):
    """A file brought in. Ask again while it is uploaded, reading, applying or undoing; in preview it waits for `apply`.
    creates, changes, unchanged, refuses: rows by what applying does, or did; mapping: label of a column → field, null where
    it is left out; error: why it could not be read; work: null before it begins.
    """

    id: int
    union: UnionRef
    kind: str
    state: ImportState
    file: str
    rows: int
    creates: int
    changes: int
    unchanged: int
    refuses: int
    refused: list[RefusedOut]
    mapping: dict[str, str | None]
    sheets: list[str]
    error: str
    work: WorkOut | None
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class ImportPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[ImportOut]
    next: str | None


class ImportFilter(Paging):
    """Which imports."""

    state: ImportState | None = None


class ImportProblemOut(Schema):
    """What is wrong with a row: the column, what, and what to do."""

    label: str
    code: str
    message: str
    remedy: str


class ImportRowOut(Schema):
    """A row of the file. resident_id is masked; changes: fields that applying changes."""

    number: int
    sheet: str
    outcome: RowOutcome
    name: str
    resident_id: str
    employer: str
    changes: list[str]
    problems: list[ImportProblemOut]


class ImportRowPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[ImportRowOut]
    next: str | None


class ImportRowFilter(Paging):
    """Which rows. reason: refused for this one of `refused`."""

    outcome: RowOutcome | None = None
    reason: str = Field("", max_length=30)


def _rows(request: ActorRequest) -> Any:
    request.actor.check_can(IMPORT)
    return ImportBatch.objects.visible_to(request.actor).select_related("file", "union", "job")


def _import(batch: ImportBatch) -> dict[str, Any]:
    told = batch.summary
    outcomes, job = told.get("outcomes", {}), batch.job
    return {
        "id": batch.pk, "union": batch.union, "kind": batch.kind, "state": batch.state, "file": batch.file.name,
        "rows": told.get("rows", 0), "creates": outcomes.get(RowOutcome.CREATE, 0), "changes": outcomes.get(RowOutcome.CHANGE, 0),
        "unchanged": outcomes.get(RowOutcome.SAME, 0), "refuses": outcomes.get(RowOutcome.REFUSE, 0),
        "refused": [
            {"reason": code, "words": reasons.in_words(code), "rows": number}
            for code, number in told.get("reasons", {}).items()
        ],
        "mapping": batch.mapping, "sheets": told.get("sheets", []), "error": str(told.get("error", "")),
        "work": {"state": job.state, "step": job.step, "done": job.done, "total": job.total} if job else None,
        "created_at": batch.created_at, "applied_at": batch.applied_at, "undone_at": batch.undone_at,
    }  # fmt: skip


def _answer(request: ActorRequest, batch: ImportBatch) -> dict[str, Any]:
    return _import(_rows(request).get(pk=batch.pk))


@router.get("/", response=ImportPage, summary="Imports")
def imports(request: ActorRequest, given: Query[ImportFilter]) -> dict[str, Any]:
    """Below unions for which you bring in lists, latest first."""
    rows = _rows(request)
    if given.state is not None:
        rows = rows.filter(state=given.state)
    found = page(rows, ("-pk",), given, "api.imports")
    return found | {"items": [_import(batch) for batch in found["items"]]}


@router.post("/", response={200: ImportOut, 201: ImportOut}, summary="Bring a list in")
def bring_in(request: ActorRequest, body: Form[ImportIn], file: File[UploadedFile]) -> Any:
    """The file is read in the background; nothing of the register is touched before `apply`. The same file again, while it is
    not applied, is answered with what there is (200)."""
    batch, is_new = flows.send_in(
        actor=request.actor, union_id=body.union_id, chunks=file.chunks(), name=file.name or "list", kind=body.kind,
        at=clock.now(),
    )  # fmt: skip
    return Status(201 if is_new else 200, _answer(request, batch))


@router.get("/{int:batch_id}", response=ImportOut, summary="One import")
def one(request: ActorRequest, batch_id: int) -> dict[str, Any]:
    """How far it is, and what it would do or did."""
    return _import(get_visible(_rows(request), batch_id))


@router.get("/{int:batch_id}/rows", response=ImportRowPage, summary="Rows of an import")
def rows_of(request: ActorRequest, batch_id: int, given: Query[ImportRowFilter]) -> dict[str, Any]:
    """In the order of the file. Rows that change nothing are counted, not kept; of a long list the first thousand that bring
    somebody new are kept singly."""
    batch = get_visible(_rows(request), batch_id)
    rows = ImportRow.objects.filter(batch=batch)
    if given.outcome is not None:
        rows = rows.filter(outcome=given.outcome)
    if given.reason:
        rows = rows.filter(reason=given.reason)
    found = page(rows, ("number",), given, "api.import_rows")
    return found | {"items": [_row(row) for row in found["items"]]}


def _row(row: ImportRow) -> dict[str, Any]:
    return {
        "number": row.number, "sheet": row.sheet, "outcome": row.outcome, "name": import_rows.shown(row, "name"),
        "resident_id": import_rows.shown(row, "resident_id"), "employer": import_rows.employer_name(row),
        "changes": row.changes, "problems": row.problems,
    }  # fmt: skip


@router.post("/{int:batch_id}/read-again", response={202: ImportOut}, summary="Read a list in another way")
def read_again(request: ActorRequest, batch_id: int, body: ReadAgainIn) -> Any:
    """With another kind, sheet or other columns; remembered for your next file of these columns."""
    batch = flows.read_again(
        actor=request.actor, batch_id=batch_id, kind=body.kind, mapping=body.mapping, sheet=body.sheet, rows=body.rows,
        at=clock.now(),
    )  # fmt: skip
    return Status(202, _answer(request, batch))


@router.post("/{int:batch_id}/apply", response={202: ImportOut}, summary="Apply a list")
def apply(request: ActorRequest, batch_id: int) -> Any:
    """What the preview shows, in the background."""
    return Status(
        202,
        _answer(request, flows.apply(actor=request.actor, batch_id=batch_id, at=clock.now())),
    )


@router.post("/{int:batch_id}/undo", response={202: ImportOut}, summary="Take an import back")
def undo(request: ActorRequest, batch_id: int) -> Any:
    """In the background; what others depend on stays, and its rows say so."""
    return Status(202, _answer(request, flows.undo(actor=request.actor, batch_id=batch_id, at=clock.now())))


@router.get(
    "/{int:batch_id}/refused", summary="The refused rows as a file",
    openapi_extra=file_answer(flows.XLSX, "The refused rows with their reasons, to correct and bring in again."),
)  # fmt: skip
def refused(request: ActorRequest, batch_id: int) -> HttpResponseBase:
    """With the columns of the file and why each was refused."""
    stored = get_visible(_rows(request).select_related("rejects"), batch_id).rejects
    if stored is None:
        raise NotVisible(_("No row of this file was refused."))
    return file_response(stored)
