"""The inbox over the API."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.notices import queries
from smartunion.ground.notices.flows import reading
from smartunion.ground.notices.models import Notice

router = Router(tags=["messages"])


class MessageOut(Schema):
    """One message: what happened, why, what next; `link` is the page it leads to, or empty."""

    id: int
    template: str
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None


class MessagePage(Schema):
    """Newest first; `next` is the cursor of the following page, None on the last."""

    items: list[MessageOut]
    next: int | None
    unread: int


class ReadOut(Schema):
    """How many messages were unread before."""

    marked: int


@router.get("/", response=MessagePage, summary="My messages")
def messages(request: ActorRequest, cursor: RowId | None = None, unread_only: bool = False) -> dict[str, Any]:
    """My inbox, newest first, 20 a page."""
    rows = Notice.objects.visible_to(request.actor).order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    if unread_only:
        rows = rows.filter(read_at=None)
    found = list(rows[: queries.PAGE + 1])
    shown = found[: queries.PAGE]
    more = len(found) > queries.PAGE
    return {
        "items": [_out(queries.line(row)) for row in shown],
        "next": shown[-1].pk if more else None,
        "unread": queries.unread_count(request.actor),
    }


@router.post("/{int:message_id}/read", response=MessageOut, summary="Mark a message as read")
def read(request: ActorRequest, message_id: int) -> dict[str, Any]:
    """Marks one of my messages as read; the sender is not told."""
    notice = reading.open_notice(actor=request.actor, notice_id=message_id, at=clock.now())
    notice.refresh_from_db()
    return _out(queries.line(notice))


@router.post("/read", response=ReadOut, summary="Mark messages as read")
def read_all(request: ActorRequest, up_to: RowId) -> dict[str, int]:
    """Marks my messages as read up to and including the id `up_to`."""
    return {"marked": reading.read_all(actor=request.actor, up_to=up_to, at=clock.now())}


def _out(line: queries.Line) -> dict[str, Any]:
    notice = line.notice
    return {
        "id": notice.pk, "template": notice.template, "title": line.title, "body": line.body, "link": notice.link,
        "created_at": notice.created_at, "read_at": notice.read_at,
    }  # fmt: skip
