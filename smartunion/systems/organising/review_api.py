"""The work of a quarter over the API: the same sums, schedule and words as on its page (S120)."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import quarter_review_text as words
from smartunion.systems.organising.api_common import acting
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.quarter_review import Pace, Sums
from smartunion.systems.organising.queries import quarter_review as queries
from smartunion.systems.organising.views.duty import chosen_quarter

router = Router(tags=["organising"])


class SumsOut(Schema):
    """A federation and everything below it. now, before: kind of fact → quantity; visited of owed: unions of service areas."""

    union_id: int
    union: str
    now: dict[str, int]
    before: dict[str, int]
    visited: int
    owed: int
    overdue: int


class ScheduleOut(Schema):
    """A target as of the last day counted. due: what even days would have brought; lag: to be caught up; weekly: needed."""

    target_id: int
    union_id: int
    union: str
    drive_id: int | None
    counts: str
    starts_on: date
    ends_on: date
    quantity: int
    done: int
    pct: int
    elapsed_pct: int
    due: int
    lag: int
    weekly: int | None
    pace: Pace


class ReviewOut(Schema):
    """A quarter of one federation, first to last day counted; before: the same number of days of the quarter before."""

    quarter: str
    first: date
    last: date
    before_first: date
    before_last: date
    whole: SumsOut
    this_year: dict[str, int]
    units: list[SumsOut]
    targets: list[ScheduleOut]
    text: str


@router.get(
    "/reviews/{int:union_id}/{quarter}", response=ReviewOut, summary="The work of a quarter of a federation"
)
def review(request: HttpRequest, union_id: RowId, quarter: str) -> dict[str, Any]:
    """quarter: as 2026-3, not a coming one. Numbers are sums over the ledger, those behind schedule first."""
    actor, today = acting(request, "organising.view"), clock.today()
    chosen = chosen_quarter(quarter, Quarter.of(today))
    union = get_visible(TradeUnion.objects.leading().filter(actor.within("organising.view")), union_id)
    found = queries.review(union, chosen, actor, today=today)
    planned = queries.planned(union, [one.key for one in found.units], found)
    day = timedelta(days=1)
    return {
        "quarter": str(chosen), "first": found.since, "last": found.until - day, "before_first": found.before[0],
        "before_last": found.before[1] - day, "whole": _sums(found.whole), "this_year": found.year,
        "units": [_sums(one) for one in found.units], "targets": [_schedule(one) for one in planned],
        "text": words.text(found, planned),
    }  # fmt: skip


def _sums(one: Sums) -> dict[str, Any]:
    return {
        "union_id": one.key, "union": one.name, "now": one.now, "before": one.before, "visited": one.visited,
        "owed": one.owed, "overdue": one.overdue,
    }  # fmt: skip


def _schedule(one: queries.Planned) -> dict[str, Any]:
    target, told = one.line.target, one.schedule
    return {
        "target_id": target.pk, "union_id": target.union_id, "union": target.union.name, "drive_id": target.drive_id,
        "counts": target.fact_kind, "starts_on": told.starts_on, "ends_on": told.ends_on, "quantity": told.quantity,
        "done": told.done, "pct": told.pct, "elapsed_pct": told.elapsed_pct, "due": told.due, "lag": told.lag,
        "weekly": told.weekly, "pace": told.pace,
    }  # fmt: skip
