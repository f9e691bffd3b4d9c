"""Ceremonies of a drive over the API: planned, guests noted and taken back."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.flows import drive_events as flows
from smartunion.systems.organising.models import DriveEvent
from smartunion.systems.organising.queries.drives import drives_for

router = Router(tags=["organising"])
MANAGE = "drives.manage"


class DriveEventOut(Schema):
    """An event; handed_out of stock gifts."""

    id: int
    drive_id: int
    union_id: int
    title: str
    held_on: date
    place: str
    gift: str
    stock: int
    handed_out: int


class DriveEventsOut(Page):
    """A page of events."""

    items: list[DriveEventOut]


class DriveEventIn(Schema):
    """An event of a drive; union_id: who holds it, the drive's own union when empty; gift and stock together, or neither."""

    title: str = Field(max_length=80)
    held_on: date
    union_id: RowId | None = None
    place: str = Field("", max_length=80)
    gift: str = Field("", max_length=60)
    stock: int = Field(0, ge=0, le=1_000_000)


class DriveGuestIn(Schema):
    """Who came, of those who joined by the drive, and whether she was handed the gift."""

    person_id: RowId
    with_gift: bool = False


class DriveGuestOut(Schema):
    """A guest; gift_at: null while she was handed none."""

    id: int
    person_id: int
    name: str
    came_at: datetime
    gift_at: datetime | None


class DriveGuestsOut(Page):
    """A page of guests."""

    items: list[DriveGuestOut]


class GuestTakeBackIn(Schema):
    """Why."""

    reason: str = Field(max_length=200)


def _event(row: DriveEvent) -> dict[str, Any]:
    names = ("drive_id", "union_id", "title", "held_on", "place", "gift", "stock", "handed_out")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def _guest(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "person_id": row.person_id, "name": row.person.name, "came_at": row.came_at, "gift_at": row.gift_at,
    }  # fmt: skip


@router.get("/drives/{int:drive_id}/events", response=DriveEventsOut, summary="Events of a drive")
def events(request: HttpRequest, drive_id: int, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """Those in reach, by id."""
    actor = acting(request, MANAGE)
    drive = get_visible(drives_for(actor), drive_id)
    found, more = page_of(DriveEvent.objects.visible_to(actor).filter(drive=drive), cursor, limit)
    return {"items": [_event(row) for row in found], "next": more}


@router.post("/drives/{int:drive_id}/events", response=DriveEventOut, summary="Plan an event")
def plan(request: HttpRequest, drive_id: int, body: DriveEventIn) -> dict[str, Any]:
    """Of the drive's union, or one below it."""
    actor = acting(request, MANAGE)
    drive = get_visible(drives_for(actor), drive_id)
    union_id = drive.union_id if body.union_id is None else body.union_id
    data = flows.NewEvent(union_id, body.title, body.held_on, body.place, body.gift, body.stock)
    return _event(flows.plan_event(actor=actor, drive_id=drive.pk, data=data, at=clock.now()))


@router.get("/events/{int:event_id}/guests", response=DriveGuestsOut, summary="Who came to an event")
def guests(request: HttpRequest, event_id: int, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """By id."""
    event = get_visible(DriveEvent.objects.visible_to(acting(request, MANAGE)), event_id)
    found, more = page_of(event.guests.select_related("person"), cursor, limit)
    return {"items": [_guest(row) for row in found], "next": more}


@router.post("/events/{int:event_id}/guests", response=DriveGuestOut, summary="Note a guest")
def note_guest(request: HttpRequest, event_id: int, body: DriveGuestIn) -> dict[str, Any]:
    """Repeating it is harmless; 409 when no gift is left, or she has had hers."""
    row = flows.note_guest(
        actor=acting(request, MANAGE), event_id=event_id, person_id=body.person_id, with_gift=body.with_gift,
        at=clock.now(),
    )  # fmt: skip
    return _guest(row)


@router.post("/guests/{int:guest_id}/take-back", response={204: None}, summary="Take a guest back")
def take_back(request: HttpRequest, guest_id: int, body: GuestTakeBackIn) -> Status[None]:
    """She was noted by mistake; her gift goes back on the pile."""
    flows.take_back(actor=acting(request, MANAGE), guest_id=guest_id, reason=body.reason, at=clock.now())
    return Status(204, None)
