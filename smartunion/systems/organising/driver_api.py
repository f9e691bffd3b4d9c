"""Drivers and couriers of the villages over the API: who is to be won, what was said to her."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from smartunion.core import clock
from smartunion.core.ids import RowId, uuid7
from smartunion.core.reading import get_visible
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.driver_rules import Channel, DriverStep, TalkOutcome
from smartunion.systems.organising.flows import driver_ledger as flows
from smartunion.systems.organising.queries import driver_ledger as queries
from smartunion.systems.organising.queries.ledger import places

router = Router(tags=["organising"])
SEE = ("organising.visit", "members.view")


class DriverOut(Schema):
    """A driver of a village. last_outcome: "" when nobody has talked with her; phone_tail: the last four digits."""

    id: int
    name: str
    is_member: bool
    platform: str
    phone_tail: str
    valid_until: date | None
    in_register: bool
    last_contact_on: date | None
    last_outcome: TalkOutcome | str
    due_on: date | None
    next_step: DriverStep


class DriversOut(Page):
    """A page of drivers."""

    items: list[DriverOut]


class DriverIn(Schema):
    """A driver found by walking."""

    name: str = Field(max_length=60)
    mobile: str = Field(max_length=20)
    platform: str = Field("", max_length=60)


class ContactIn(Schema):
    """A talk. client_id: of the caller's own making, so that sending it twice notes one; noted_at: when it was, if not now."""

    channel: Channel
    outcome: TalkOutcome
    note: str = Field("", max_length=300)
    due_on: date | None = None
    client_id: UUID | None = None
    noted_at: AwareDatetime | None = None


class NotedOut(Schema):
    """What was stored."""

    id: int


@router.get(
    "/villages/{int:region_id}/drivers", response=DriversOut, summary="Drivers and couriers of a village"
)
def drivers(
    request: HttpRequest, region_id: int, is_member: bool | None = None, cursor: RowId = 0, limit: int = 50
) -> dict[str, Any]:
    """404 when the village is not in one's reach."""
    actor, today = acting(request, *SEE), clock.today()
    rows = queries.of_place(actor, get_visible(places(actor), region_id))
    found, more = page_of(rows if is_member is None else rows.filter(is_member=is_member), cursor, limit)
    items = [
        {"id": row.pk, "name": row.name, "is_member": row.is_member, "platform": row.platform,
         "phone_tail": row.mobile_tail, "valid_until": row.valid_until, "in_register": row.is_listed,
         "last_contact_on": queries.contacted_on(row), "last_outcome": row.last_outcome, "due_on": row.due_on,
         "next_step": queries.step_of(row, today)}
        for row in found
    ]  # fmt: skip
    return {"items": items, "next": more}


@router.post(
    "/villages/{int:region_id}/drivers", response={201: NotedOut}, summary="Enter a driver found by walking"
)
def enter(request: HttpRequest, region_id: int, body: DriverIn) -> Any:
    """The same name and phone again give the one there is."""
    actor = acting(request, "organising.visit")
    data = flows.NewDriver(region_id, body.name, body.mobile, body.platform)
    return Status(201, {"id": flows.enter_driver(actor=actor, data=data, at=clock.now()).pk})


@router.post(
    "/drivers-of-villages/{int:driver_id}/contacts",
    response={201: NotedOut},
    summary="Note a talk with a driver",
)
def contact(request: HttpRequest, driver_id: int, body: ContactIn) -> Any:
    """Appended; what was said before stays."""
    actor = acting(request, "organising.visit")
    data = flows.Contact(
        body.client_id or uuid7(), body.channel, body.outcome, body.note, body.due_on, body.noted_at
    )
    return Status(
        201, {"id": flows.note_contact(actor=actor, driver_id=driver_id, data=data, at=clock.now()).pk}
    )
