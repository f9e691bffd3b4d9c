"""Planned visits over the API."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from smartunion.core.ids import RowId
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.queries.planned import planned_for
from smartunion.systems.organising.rules import PlanOutcome

router = Router(tags=["organising"])


class PlannedVisitOut(Schema):
    """A firm or union that was to be visited on a day. is_agreed: the day was set for it; is_listed: it stood on her day list.

    visit_id: the visit that made it done; it may have been made before the day.
    """

    id: int
    finding_id: int
    name: str
    day: date
    area_id: int | None
    organiser_id: int | None = Field(alias="user_id")
    organiser: str
    is_agreed: bool
    is_listed: bool
    outcome: PlanOutcome
    visit_id: int | None
    note: str


class PlannedVisitsOut(Page):
    """A page of planned visits."""

    items: list[PlannedVisitOut]


class PlannedFilter(Schema):
    """Which plans. first, last: days, both included."""

    first: date | None = None
    last: date | None = None
    area_id: RowId | None = None
    organiser_id: RowId | None = None
    outcome: PlanOutcome | None = None
    cursor: RowId = 0
    limit: int = 50


@router.get(
    "/planned-visits",
    response=PlannedVisitsOut,
    summary="Visits as they were planned, and what became of them",
)
def planned_visits(request: HttpRequest, given: Query[PlannedFilter]) -> dict[str, Any]:
    """Those in one's territory, in areas one holds, and one's own; as long as policy organising.plans_kept_months keeps them."""
    rows = planned_for(acting(request, "organising.view", "organising.view_own"))
    wanted = {
        "day__gte": given.first, "day__lte": given.last, "area_id": given.area_id, "user_id": given.organiser_id,
        "outcome": given.outcome,
    }  # fmt: skip
    rows = rows.filter(**{key: value for key, value in wanted.items() if value is not None})
    found, more = page_of(rows, given.cursor, given.limit)
    items = [
        {"id": row.pk, "finding_id": row.finding_id, "name": row.finding.subject_name, "day": row.day, "area_id": row.area_id,
         "user_id": row.user_id, "organiser": row.organiser or "", "is_agreed": row.is_agreed, "is_listed": row.is_listed,
         "outcome": row.outcome, "visit_id": row.visit_id, "note": row.note}
        for row in found
    ]  # fmt: skip
    return {"items": items, "next": more}
