"""Service areas and drafts of them, over the API: made, changed, handed out; proposed, published, taken back."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows import areas, plans
from smartunion.systems.organising.models import AreaPlan
from smartunion.systems.organising.queries import pages
from smartunion.systems.organising.queries.plans import ground_of, loads_after, sentence
from smartunion.systems.organising.queries.quarter import Duty
from smartunion.systems.organising.rules import PlanState

router = Router(tags=["organising"])
ASSIGN = "organising.assign"


class AreaOut(Schema):
    """A service area; visited: unions whose duty of this quarter is done."""

    id: int
    name: str
    union_id: int
    union: str
    organiser: str
    unions: int
    open_findings: int
    visited: int


class AreasOut(Page):
    """A page of areas."""

    items: list[AreaOut]


class AreaIn(Schema):
    """A new area of a federation; regions: its villages, none for none yet."""

    union_id: RowId
    name: str = Field(max_length=60)
    region_ids: list[RowId] = Field([], max_length=2000)


class AreaChangeIn(Schema):
    """What the area is from today on: name, villages and unions, all of them."""

    name: str = Field(max_length=60)
    region_ids: list[RowId] = Field(max_length=2000)
    union_ids: list[RowId] = Field(max_length=2000)


class AreaOrganiserIn(Schema):
    """Who holds the area; on: from which day, today when empty."""

    user_id: RowId
    on: date | None = None


class AreaOrganiserOut(Schema):
    """The organiser and the first day."""

    area_id: int
    user_id: int
    valid_from: date


class AreaLimitsIn(Schema):
    """The limits of an area; areas: how many, as few as the limits allow when empty."""

    unions: int = Field(ge=1, le=1000)
    members: int = Field(ge=1, le=1_000_000)
    areas: int | None = Field(None, ge=1, le=2000)


class AreaPlanIn(AreaLimitsIn):
    """A draft for a town's or county's unions."""

    union_id: RowId
    title: str = Field("", max_length=80)


class AreaPlanPartOut(Schema):
    """An area of a draft with its load."""

    number: int
    name: str
    area_id: int | None
    unions: list[int]
    members: int


class AreaPlanOut(Schema):
    """A draft; problems: what could not be kept, in whole sentences."""

    id: int
    union_id: int
    title: str
    state: PlanState
    version: int
    asked: dict[str, int | None]
    parts: list[AreaPlanPartOut]
    problems: list[str]
    starts_on: date | None


class AreaPlanRow(Schema):
    """A draft in the list."""

    id: int
    union_id: int
    title: str
    state: PlanState


class AreaPlansOut(Page):
    """A page of drafts."""

    items: list[AreaPlanRow]


class AreaPlanPutIn(Schema):
    """Unions for an area of the draft, by its number."""

    union_ids: list[RowId] = Field(min_length=1, max_length=2000)
    part: int = Field(ge=0, le=2000)


class AreaPlanRenameIn(Schema):
    """Another name for an area of the draft, by its number."""

    part: int = Field(ge=0, le=2000)
    name: str = Field(max_length=60)


def _areas(request: HttpRequest) -> Any:
    actor, today = acting(request, "organising.view", "organising.view_own"), clock.today()
    return pages.areas(actor, Duty.of(actor, Quarter.of(today), today))


def _area(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "union_id": row.union_id, "union": row.union.name,
        "organiser": row.organiser_name or "", "unions": row.union_count, "open_findings": row.open_count,
        "visited": row.visited_count,
    }  # fmt: skip


@router.get("/areas", response=AreasOut, summary="Service areas")
def area_list(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """The territory for the desk, one's own for organisers."""
    found, more = page_of(_areas(request), cursor, limit)
    return {"items": [_area(row) for row in found], "next": more}


@router.get("/areas/{int:area_id}", response=AreaOut, summary="One service area")
def area(request: HttpRequest, area_id: int) -> dict[str, Any]:
    """404 when it is closed, or not in one's reach."""
    return _area(get_visible(_areas(request), area_id))


@router.post("/areas", response=AreaOut, summary="Make a service area")
def new_area(request: HttpRequest, body: AreaIn) -> dict[str, Any]:
    """Of a town federation, out of villages or for the whole town."""
    made = areas.create_area(
        actor=acting(request, ASSIGN), union_id=body.union_id, name=body.name, region_ids=body.region_ids, at=clock.now()
    )  # fmt: skip
    return _area(get_visible(_areas(request), made.pk))


@router.post("/areas/{int:area_id}/change", response=AreaOut, summary="Change a service area")
def change_area(request: HttpRequest, area_id: int, body: AreaChangeIn) -> dict[str, Any]:
    """From today on; unions leave the areas they were in, findings follow their places."""
    made = areas.update_area(
        actor=acting(request, ASSIGN), area_id=area_id, name=body.name, region_ids=body.region_ids,
        union_ids=body.union_ids, at=clock.now(),
    )  # fmt: skip
    return _area(get_visible(_areas(request), made.pk))


@router.post(
    "/areas/{int:area_id}/organiser", response=AreaOrganiserOut, summary="Hand an area to an organiser"
)
def assign(request: HttpRequest, area_id: int, body: AreaOrganiserIn) -> dict[str, Any]:
    """From a day on, today or later; both sides are sent to the page of the hand-over."""
    made = areas.assign_organiser(
        actor=acting(request, ASSIGN), area_id=area_id, user_id=body.user_id, on=body.on or clock.today(), at=clock.now()
    )  # fmt: skip
    return {"area_id": made.area_id, "user_id": made.user_id, "valid_from": made.valid_from}


def _plan(plan: AreaPlan) -> dict[str, Any]:
    loads = loads_after(plan, ground_of(plan.union))
    parts = [
        {"number": load.number, "name": load.name, "area_id": load.area_id, "unions": part["unions"],
         "members": load.members}
        for load, part in zip(loads, plan.parts, strict=True)
    ]  # fmt: skip
    return {
        "id": plan.pk, "union_id": plan.union_id, "title": plan.title, "state": plan.state, "version": plan.version,
        "asked": {key: plan.asked.get(key) for key in ("unions", "members", "areas")}, "parts": parts,
        "problems": [sentence(problem, plan.parts) for problem in plan.problems], "starts_on": plan.starts_on,
    }  # fmt: skip


def _plans(request: HttpRequest) -> Any:
    return AreaPlan.objects.visible_to(acting(request, ASSIGN)).select_related("union")


@router.get("/area-plans", response=AreaPlansOut, summary="Drafts of areas")
def plan_list(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """Drafts and what was published or taken back; what was put away is left out."""
    rows = _plans(request).exclude(state=PlanState.DISCARDED).defer("before", "pins", "parts", "problems")
    found, more = page_of(rows, cursor, limit)
    return {"items": [{"id": row.pk, "union_id": row.union_id, "title": row.title, "state": row.state} for row in found],
            "next": more}  # fmt: skip


@router.get("/area-plans/{int:plan_id}", response=AreaPlanOut, summary="One draft")
def plan(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """Its areas with their unions and load, and what could not be kept."""
    return _plan(get_visible(_plans(request), plan_id))


@router.post("/area-plans", response=AreaPlanOut, summary="Propose a division into areas")
def propose(request: HttpRequest, body: AreaPlanIn) -> dict[str, Any]:
    """A draft that nobody sees before it is published; areas never cross the border of a town."""
    return _plan(
        plans.propose(
            actor=acting(request, ASSIGN), union_id=body.union_id, title=body.title, asked=_asked(body), at=clock.now()
        )
    )  # fmt: skip


def _asked(body: AreaLimitsIn) -> plans.Asked:
    return plans.Asked(body.unions, body.members, body.areas)


@router.post("/area-plans/{int:plan_id}/rework", response=AreaPlanOut, summary="Divide anew")
def rework(request: HttpRequest, plan_id: int, body: AreaLimitsIn) -> dict[str, Any]:
    """With other numbers; names and what was put by hand stay."""
    return _plan(
        plans.rework(actor=acting(request, ASSIGN), plan_id=plan_id, asked=_asked(body), at=clock.now())
    )


@router.post(
    "/area-plans/{int:plan_id}/put", response=AreaPlanOut, summary="Put unions into an area of the draft"
)
def put(request: HttpRequest, plan_id: int, body: AreaPlanPutIn) -> dict[str, Any]:
    """They stay there when it is divided anew."""
    return _plan(
        plans.put(
            actor=acting(request, ASSIGN), plan_id=plan_id, union_ids=body.union_ids, part=body.part, at=clock.now()
        )
    )  # fmt: skip


@router.post("/area-plans/{int:plan_id}/rename", response=AreaPlanOut, summary="Name an area of the draft")
def rename(request: HttpRequest, plan_id: int, body: AreaPlanRenameIn) -> dict[str, Any]:
    """422 when it is empty or taken."""
    return _plan(
        plans.rename(actor=acting(request, ASSIGN), plan_id=plan_id, part=body.part, name=body.name, at=clock.now())
    )  # fmt: skip


@router.post("/area-plans/{int:plan_id}/publish", response=AreaPlanOut, summary="Publish a draft")
def publish(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """Its areas are those from today on; areas that continue keep their organiser."""
    return _plan(plans.publish(actor=acting(request, ASSIGN), plan_id=plan_id, at=clock.now()))


@router.post("/area-plans/{int:plan_id}/undo", response=AreaPlanOut, summary="Take a publication back")
def undo(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """The areas it replaced are back from today on."""
    return _plan(plans.undo(actor=acting(request, ASSIGN), plan_id=plan_id, at=clock.now()))


@router.delete("/area-plans/{int:plan_id}", response=AreaPlanOut, summary="Put a draft away")
def discard(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """Only what was never published."""
    plans.discard(actor=acting(request, ASSIGN), plan_id=plan_id, at=clock.now())
    return _plan(get_visible(_plans(request), plan_id))
