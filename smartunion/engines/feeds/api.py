"""Departments' extracts by their own system: which sources wait for one, a file in, what became of it; see docs/exchange.md."""

from datetime import date, timedelta
from typing import Any

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.engines.feeds import queries
from smartunion.engines.feeds.flows import snapshots
from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind
from smartunion.engines.feeds.standard import TABLES
from smartunion.ground.accounts.apiauth import ByPartner, PartnerRequest
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.partners import actor_of_partner

router = Router(tags=["exchange"])
SEND = ByPartner("feeds.send")
_PER_PARTNER = Limit(60, timedelta(minutes=10))
_MAY = frozenset({"feeds.import"})


class ExtractColumnOut(Schema):
    """A column of the standard table a file becomes. kind: text, uscc, resident_id, mobile, year, month or count."""

    key: str
    label: str
    kind: str
    is_required: bool


class ExtractSourceOut(Schema):
    """A source files can be sent to. last_as_of: day of its newest extract; due_on: when the next is expected, if agreed."""

    id: int
    name: str
    department: str
    table: TableKind
    last_as_of: date | None
    due_on: date | None
    columns: list[ExtractColumnOut]


class ExtractOut(Schema):
    """A file that was sent in. state check: a person at the federation confirms the columns; error: why it failed."""

    id: int
    source_id: int
    as_of: date
    state: SnapshotState
    rows: int
    left_out: int
    sha256: str
    error: str


@router.get(
    "/sources", response=list[ExtractSourceOut], auth=SEND, summary="Sources a department may send to"
)
def sources(request: PartnerRequest) -> list[dict[str, Any]]:
    """Those of the partner's federation and below, with the columns each file is understood by."""
    actor = actor_of_partner(request.partner, _MAY)
    return [_source(one) for one in queries.sources(actor, clock.today())]


@router.post(
    "/sources/{int:source_id}/files", response={201: ExtractOut, 200: ExtractOut}, auth=SEND,
    summary="A department sends an extract",
)  # fmt: skip
def send(
    request: PartnerRequest, source_id: RowId, as_of: date, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """as_of: the day it was drawn. The same content for the same day again is answered with what is kept (200)."""
    at = clock.now()
    limits.take(limits.key_of("partner-extracts", str(request.partner.pk)), _PER_PARTNER, at=at)
    row, is_new = snapshots.send_in(
        actor=actor_of_partner(request.partner, _MAY), source_id=source_id, chunks=file.chunks(),
        name=file.name or "extract", as_of=as_of, at=at,
    )  # fmt: skip
    return Status(201 if is_new else 200, _extract(row))


@router.get("/files/{int:file_id}", response=ExtractOut, auth=SEND, summary="What became of an extract")
def extract(request: PartnerRequest, file_id: RowId) -> dict[str, Any]:
    """Read in the background: ask again while it is uploaded or reading."""
    visible = Snapshot.objects.visible_to(actor_of_partner(request.partner, _MAY)).select_related("file")
    return _extract(get_visible(visible, file_id))


def _source(one: queries.Expected) -> dict[str, Any]:
    row, columns = one.source, TABLES[one.source.table].columns
    return {
        "id": row.pk, "name": row.name, "department": row.department, "table": row.table,
        "last_as_of": one.last_as_of, "due_on": one.due_on,
        "columns": [
            {"key": column.key, "label": str(column.label), "kind": column.kind, "is_required": column.required}
            for column in columns
        ],
    }  # fmt: skip


def _extract(row: Snapshot) -> dict[str, Any]:
    left_out = sum(row.lineage.get("left_out", {}).values())
    return {
        "id": row.pk, "source_id": row.source_id, "as_of": row.as_of, "state": row.state, "rows": row.row_count,
        "left_out": left_out, "sha256": row.file.sha256, "error": str(row.report.get("error", "")),
    }  # fmt: skip
