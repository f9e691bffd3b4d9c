"""Matters over the API: hazards, work orders, demands, wishes, risk notices; the same flows as the pages."""

import base64
import binascii
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.files.exif import checked_spot
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.accounts.flows import limits
from smartunion.systems.matters.flows import demands, hazards, orders, risks, wishes
from smartunion.systems.matters.models import Demand, Hazard, RiskRecipient, Wish, WorkOrder
from smartunion.systems.matters.queries import hazards as hazard_queries
from smartunion.systems.matters.views.hazards import PER_PERSON

router = Router(tags=["matters"])
PAGE = 50


class HazardIn(Schema):
    """A hazard. client_id: made by the caller; photos: pictures in base64, at most four; region: division code; lon, lat: of
    the phone, used when no picture says where it was taken; at_work: at one's own workplace."""

    client_id: UUID
    kind: str = Field(max_length=12)
    about: str = Field("", max_length=500)
    place: str = Field("", max_length=200)
    region: str = Field("", max_length=12)
    at_work: bool = False
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    may_ask_back: bool = False
    photos: list[str] = Field([], max_length=4)


class HazardOut(Schema):
    """A hazard; who told of it is nowhere. due_on: last day of whoever has to act; version: to be given back with an act."""

    id: int
    reference: str
    kind: str
    state: str
    level: str
    place: str
    region: str
    lon: float | None
    lat: float | None
    about: str
    union: str
    officer: str
    due_on: date | None
    reports: int
    answer: str
    reported_at: datetime
    version: int


class HazardsOut(Schema):
    """A page of hazards; `next` is the cursor of the following one, null at the end."""

    items: list[HazardOut]
    next: int | None


class HazardActIn(Schema):
    """An act on a hazard: assign (level, officer_id, note), ask (note), more (note, photos; by whoever told of it), refuse (note),
    rectify (note, photos), check (is_right, note)."""

    version: RowId
    note: str = Field("", max_length=500)
    level: str = Field("", max_length=8)
    officer_id: RowId | None = None
    is_open_photo: bool = False
    is_right: bool = False
    photos: list[str] = Field([], max_length=4)


class OrderOut(Schema):
    """A work order; it names nobody."""

    id: int
    reference: str
    order_class: str
    difficulty: str
    category: str
    state: str
    union: str
    taken_at: datetime
    due_on: date
    in_time: bool | None
    said: str
    rounds: int


class OrdersOut(Schema):
    """A page of work orders; `next` is the cursor of the following one, null at the end."""

    items: list[OrderOut]
    next: int | None


class CallBackIn(Schema):
    """What was said at the call-back: content, partly, not, unreached, or again to take it up once more."""

    said: str = Field(max_length=10)
    words: str = Field("", max_length=300)


class DemandOut(Schema):
    """A demand gathered from matters."""

    id: int
    title: str
    text: str
    state: str
    union: str
    matters: int
    people: int
    plan: str
    due_on: date | None
    answer: str
    gathered_at: datetime


class DemandsOut(Schema):
    """A page of demands; `next` is the cursor of the following one, null at the end."""

    items: list[DemandOut]
    next: int | None


class DemandIn(Schema):
    """A demand to be gathered. cases: ids of its matters."""

    title: str = Field(max_length=80)
    text: str = Field(max_length=1000)
    cases: list[RowId] = Field(max_length=2000)


class DemandActIn(Schema):
    """take (text is the plan, due_on its day), answer or drop (text)."""

    text: str = Field(max_length=1000)
    due_on: date | None = None


class WishOut(Schema):
    """A wish that waits for a helper; it names nobody."""

    id: int
    title: str
    text: str
    kind: str
    group: str
    value_yuan: float | None


class WishesOut(Schema):
    """A page of wishes; `next` is the cursor of the following one, null at the end."""

    items: list[WishOut]
    next: int | None


class WishClaimIn(Schema):
    """client_id: made by the caller; sending twice takes the wish up once."""

    client_id: UUID


class RiskOut(Schema):
    """A labour-risk notice one got, with why; reason: why it was taken back."""

    id: int
    title: str
    text: str
    kind: str
    why: str
    sent_at: datetime | None
    is_understood: bool
    is_taken_back: bool
    reason: str


@router.post("/hazards", response=HazardOut, summary="Tell of a hazard")
def report(request: ActorRequest, body: HazardIn) -> dict[str, Any]:
    """Taken in once for a client_id; its place is read from the picture, the stored picture keeps none."""
    at, actor = clock.now(), request.actor
    limits.take(limits.key_of("hazard", str(actor.user_id)), PER_PERSON, at=at)
    told = hazards.Told(
        client_id=body.client_id, kind=body.kind, about=body.about, place=body.place, region=body.region,
        at_work=body.at_work, spot=checked_spot(body.lon, body.lat), is_named=body.may_ask_back, photos=_pictures(body.photos),
    )  # fmt: skip
    return _hazard(hazards.report(actor=actor, data=told, at=at))


@router.get("/hazards", response=HazardsOut, summary="Hazards in reach")
def hazard_list(
    request: ActorRequest, state: str = "", kind: str = "", overdue: bool = False, cursor: RowId | None = None
) -> dict[str, Any]:
    """Newest first, 50 a page: of the offices in reach and those given to oneself."""
    rows = hazard_queries.hazard_rows(request.actor)
    if state:
        rows = rows.filter(state=state[:12])
    if kind:
        rows = rows.filter(kind=kind[:12])
    if overdue:
        rows = rows.filter(due_at__lt=clock.now())
    return _page(rows, cursor, _hazard)


@router.get("/hazards/mine", response=HazardsOut, summary="Hazards I told of")
def my_hazards(request: ActorRequest, cursor: RowId | None = None) -> dict[str, Any]:
    """Newest first; nobody else gets this list."""
    return _page(Hazard.objects.of_reporter(request.actor).select_related("union", "region"), cursor, _hazard)


@router.get("/hazards/{int:hazard_id}", response=HazardOut, summary="One hazard")
def hazard(request: ActorRequest, hazard_id: int) -> dict[str, Any]:
    """For the office, the safety officer, and whoever told of it."""
    return _hazard(_seen_hazard(request, hazard_id))


@router.post("/hazards/{int:hazard_id}/join", response=HazardOut, summary="I saw it too")
def join(request: ActorRequest, hazard_id: int) -> dict[str, Any]:
    """Counted once; one is told of every step."""
    return _hazard(hazards.join(actor=request.actor, hazard_id=hazard_id, is_named=False, at=clock.now()))


@router.post("/hazards/{int:hazard_id}/{act}", response=HazardOut, summary="Act on a hazard")
def hazard_act(request: ActorRequest, hazard_id: int, act: str, body: HazardActIn) -> dict[str, Any]:
    """assign, ask, more, refuse, rectify or check."""
    on = hazards.On(request.actor, hazard_id, body.version, clock.now())
    match act:
        case "assign":
            order = hazards.Order(
                level=body.level,
                officer_id=body.officer_id or 0,
                demand=body.note,
                is_open_photo=body.is_open_photo,
            )
            done = hazards.assign(on=on, data=order)
        case "ask":
            done = hazards.ask_more(on=on, question=body.note)
        case "more":
            done = hazards.tell_more(
                actor=request.actor,
                hazard_id=hazard_id,
                words=body.note,
                photos=_pictures(body.photos),
                at=on.at,
            )
        case "refuse":
            done = hazards.refuse(on=on, reason=body.note)
        case "rectify":
            done = hazards.rectify(on=on, note=body.note, photos=_pictures(body.photos))
        case "check":
            done = hazards.check(on=on, is_right=body.is_right, note=body.note)
        case _:
            raise NotAllowed
    return _hazard(done)


@router.get("/orders", response=OrdersOut, summary="Work orders in reach")
def order_list(
    request: ActorRequest, state: str = "", difficulty: str = "", cursor: RowId | None = None
) -> dict[str, Any]:
    """Newest first, 50 a page."""
    rows = WorkOrder.objects.visible_to(request.actor).select_related("union")
    if state:
        rows = rows.filter(state=state[:10])
    if difficulty:
        rows = rows.filter(difficulty=difficulty[:8])
    return _page(rows, cursor, _order)


@router.get("/orders/{int:order_id}", response=OrderOut, summary="One work order")
def order(request: ActorRequest, order_id: int) -> dict[str, Any]:
    """Class, days and outcome."""
    return _order(get_visible(WorkOrder.objects.visible_to(request.actor).select_related("union"), order_id))


@router.post("/orders/{int:order_id}/called", response=OrderOut, summary="Call back")
def called(request: ActorRequest, order_id: int, body: CallBackIn) -> dict[str, Any]:
    """Closes the order, or takes its case up again."""
    orders.call_back(actor=request.actor, order_id=order_id, said=body.said, words=body.words, at=clock.now())
    return order(request, order_id)


@router.get("/demands", response=DemandsOut, summary="Demands in reach")
def demand_list(request: ActorRequest, state: str = "", cursor: RowId | None = None) -> dict[str, Any]:
    """Newest first, 50 a page."""
    rows = Demand.objects.visible_to(request.actor).select_related("union")
    return _page(rows.filter(state=state[:12]) if state else rows, cursor, _demand)


@router.post("/demands", response=DemandOut, summary="Gather matters into a demand")
def gather(request: ActorRequest, body: DemandIn) -> dict[str, Any]:
    """Met by the nearest union above all of them."""
    new = demands.NewDemand(body.title, body.text, body.cases)
    return _demand(demands.gather(actor=request.actor, data=new, at=clock.now()))


@router.post("/demands/{int:demand_id}/{act}", response=DemandOut, summary="Act on a demand")
def demand_act(request: ActorRequest, demand_id: int, act: str, body: DemandActIn) -> dict[str, Any]:
    """take, answer or drop; everybody who asked is told."""
    at, actor = clock.now(), request.actor
    match act:
        case "take":
            done = demands.take_on(
                actor=actor, demand_id=demand_id, plan=body.text, due_on=body.due_on, at=at
            )
        case "answer":
            done = demands.answer(actor=actor, demand_id=demand_id, text=body.text, at=at)
        case "drop":
            done = demands.drop(actor=actor, demand_id=demand_id, reason=body.text, at=at)
        case _:
            raise NotAllowed
    return _demand(done)


@router.get("/wishes", response=WishesOut, auth=None, summary="The wish board")
def wish_list(request: ActorRequest, cursor: RowId | None = None) -> dict[str, Any]:
    """Wishes that wait for a helper, newest first; they name nobody."""
    return _page(Wish.objects.shown(), cursor, _wish)


@router.post("/wishes/{int:wish_id}/claim", response={204: None}, summary="Take a wish up")
def claim(request: ActorRequest, wish_id: int, body: WishClaimIn) -> Status[None]:
    """Bring it to the union; the union hands it on."""
    wishes.claim(actor=request.actor, wish_id=wish_id, client_id=body.client_id, at=clock.now())
    return Status(204, None)


@router.get("/risks", response=list[RiskOut], summary="Labour-risk notices I got")
def my_risks(request: ActorRequest) -> list[dict[str, Any]]:
    """The latest hundred, newest first, each with why it came."""
    rows = RiskRecipient.objects.visible_to(request.actor).select_related("risk").order_by("-pk")[:100]
    return [
        {
            "id": row.risk_id, "title": row.risk.title, "text": row.risk.text, "kind": row.risk.kind, "why": row.why,
            "sent_at": row.risk.sent_at, "is_understood": row.seen_at is not None,
            "is_taken_back": row.risk.state == "back", "reason": row.risk.reason,
        }
        for row in rows
    ]  # fmt: skip


@router.post("/risks/{int:risk_id}/understood", response={204: None}, summary="I have read it")
def understood(request: ActorRequest, risk_id: int) -> Status[None]:
    """Counted, never by name."""
    risks.understood(actor=request.actor, risk_id=risk_id, at=clock.now())
    return Status(204, None)


def _pictures(given: list[str]) -> list[hazards.Upload]:
    try:
        return [hazards.Upload(io.BytesIO(base64.b64decode(one, validate=True))) for one in given]
    except (binascii.Error, ValueError):
        raise InvalidInput(_("A picture is not in base64."), field="photos") from None


def _seen_hazard(request: ActorRequest, hazard_id: int) -> Hazard:
    found = get_visible(Hazard.objects.select_related("union", "region"), hazard_id)
    at_desk = Hazard.objects.visible_to(request.actor).filter(pk=found.pk).exists()
    if not at_desk and not hazard_queries.is_reporter(request.actor, found):
        raise NotVisible
    return found


def _page(
    rows: "QuerySet[Any, Any]", cursor: int | None, out: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Fifty rows by falling key; next: the last key shown while there are more."""
    wanted = rows.filter(pk__lt=cursor) if cursor is not None else rows
    found = list(wanted.order_by("-pk")[: PAGE + 1])
    return {
        "items": [out(row) for row in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
    }


def _hazard(row: Hazard) -> dict[str, Any]:
    return {
        "id": row.pk, "reference": row.reference, "kind": row.kind, "state": row.state, "level": row.level,
        "place": row.place, "region": row.region.code if row.region else "", "lon": row.lon, "lat": row.lat,
        "about": row.about, "union": row.union.name, "officer": row.officer_name, "due_on": row.due_on,
        "reports": row.reports, "answer": row.answer, "reported_at": row.reported_at, "version": row.version,
    }  # fmt: skip


def _order(row: WorkOrder) -> dict[str, Any]:
    return {
        "id": row.pk, "reference": row.reference, "order_class": row.order_class, "difficulty": row.difficulty,
        "category": row.category, "state": row.state, "union": row.union.name, "taken_at": row.taken_at,
        "due_on": row.due_on, "in_time": row.in_time, "said": row.said, "rounds": row.rounds,
    }  # fmt: skip


def _demand(row: Demand) -> dict[str, Any]:
    return {
        "id": row.pk, "title": row.title, "text": row.text, "state": row.state, "union": row.union.name,
        "matters": row.matters, "people": row.people, "plan": row.plan, "due_on": row.due_on, "answer": row.answer,
        "gathered_at": row.created_at,
    }  # fmt: skip


def _wish(row: Wish) -> dict[str, Any]:
    return {
        "id": row.pk, "title": row.title, "text": row.text, "kind": row.kind, "group": row.group,
        "value_yuan": float(row.value_yuan) if row.value_yuan is not None else None,
    }  # fmt: skip
