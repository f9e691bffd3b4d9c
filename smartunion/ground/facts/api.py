"""The ledger over the API: kinds, sums by day, and the facts behind a number."""

from datetime import date, datetime
from typing import Any

from ninja import Query, Router, Schema

from smartunion.core.actor import Actor
from smartunion.core.ids import RowId
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.facts import queries
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.facts.models import Fact

router = Router(tags=["facts"])


class KindOut(Schema):
    """What can happen."""

    key: str
    label: str
    unit: str


class DayOut(Schema):
    """A day and its sum."""

    day: date
    quantity: int


class FactOut(Schema):
    """One row of the ledger."""

    id: int
    kind: str
    happened_on: date
    recorded_at: datetime
    path: str
    quantity: int
    subject_type: str
    subject_id: int
    reverses_id: int | None


class FactPage(Schema):
    """`next` is the cursor of the following page, None on the last."""

    items: list[FactOut]
    next: int | None


class Counted(Schema):
    """What is counted: a kind, in the subtree of a union's path, on days [since, until)."""

    kind: str
    path: str = ""
    since: date | None = None
    until: date | None = None


def _check_reach(actor: Actor, path: str) -> None:
    if not actor.can("organising.view", path=path):
        actor.check_can("boards.view", path=path)


@router.get("/kinds", response=list[KindOut], summary="Kinds of facts")
def kinds(request: ActorRequest) -> list[dict[str, Any]]:
    """Every kind of fact with its name and unit, by key."""
    return [{"key": k.key, "label": str(k.label), "unit": str(k.unit)} for _key, k in sorted(KINDS.items())]


@router.get("/daily", response=list[DayOut], summary="Sums by day")
def daily(request: ActorRequest, counted: Query[Counted]) -> list[dict[str, Any]]:
    """Sum for each day that has one; 403 when the path lies outside your reach."""
    _check_reach(request.actor, counted.path)
    days = queries.by_day(counted.kind, counted.path, counted.since, counted.until)
    return [{"day": day, "quantity": quantity} for day, quantity in days]


@router.get("/", response=FactPage, summary="Facts behind a number")
def facts(
    request: ActorRequest, counted: Query[Counted], cursor: RowId = 0, limit: int = 100
) -> dict[str, Any]:
    """The rows that a sum counts, oldest first, at most 1,000 a page."""
    rows = Fact.objects.visible_to(request.actor).counted(
        counted.kind, path=counted.path, since=counted.since, until=counted.until
    )
    size = max(1, min(limit, 1000))
    found = list(rows.filter(pk__gt=cursor).order_by("pk")[: size + 1])
    shown = found[:size]
    return {"items": shown, "next": shown[-1].pk if len(found) > size else None}
