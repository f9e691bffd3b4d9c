"""Planned visits on the desk: a month by area and organiser, one by one; each number opens what it counts."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.organising.planned_listing import PLANNED
from smartunion.systems.organising.queries import planned as queries
from smartunion.systems.organising.queries.planned import PlanLine
from smartunion.systems.organising.queries.visit_map import Measure, next_month
from smartunion.systems.organising.rules import PlanOutcome
from smartunion.systems.organising.views.coverage import OWN, VIEW
from smartunion.systems.organising.views.duty import AREAS_SHOWN


@require(VIEW, OWN)
@require_GET
def planned(request: HttpRequest) -> HttpResponseBase:
    """The list, with the sums of one month above it: the one its first day is in, else the present one."""
    actor = actor_of(request)
    area_id, is_asked = row_id(request.GET.get("area", "")) or None, request.GET.get("areas") == "1"
    return listing_response(
        request, PLANNED, queries.planned_for(actor), template="organising/planned.html",
        whole_page=partial(_above, actor, request.GET.get("on_from", "")[:7], area_id, is_asked=is_asked),
    )  # fmt: skip


def _above(actor: Actor, month: str, area_id: int | None, *, is_asked: bool) -> dict[str, Any]:
    """Sums of a month: the one asked for, else the present one; narrowed to an area they are that area's."""
    today = clock.today()
    months = Measure.PLANNED.months(today)
    first = next((one for one in months if f"{one:%Y-%m}" == month), today.replace(day=1))
    lines = queries.month_lines(actor, first, _last(first), area_id=area_id)
    kept = {"area": str(area_id)} if area_id else {}
    sums = queries.month_sums(lines)
    shown = lines if is_asked or len(lines) <= AREAS_SHOWN else []
    return {
        "first": first,
        "months": [
            {"label": f"{one:%Y-%m}", "href": _href(one, kept), "current": one == first} for one in reversed(months)
        ],
        "whole": (sum(sums.values()), _href(first, kept)),
        "sums": [
            (PlanOutcome(key).label, number, _href(first, kept | {"outcome": key}), _TONES.get(key, ""))
            for key, number in sums.items()
        ],
        "rows": [_row(line, first) for line in shown], "lines": len(lines), "is_asked": is_asked,
        "all_lines": _href(first, kept | {"areas": "1"}), "heads": [PlanOutcome(key).label for key in sums],
    }  # fmt: skip


_TONES: dict[str, str] = {PlanOutcome.DONE: "green", PlanOutcome.MISSED: "amber"}


def _last(first: date) -> date:
    return next_month(first) - timedelta(days=1)


def _href(first: date, chosen: dict[str, str]) -> str:
    span = {"on_from": f"{first}", "on_to": f"{_last(first)}"}
    return f"{reverse('coverage:planned')}?{urlencode(span | chosen)}"


def _row(line: PlanLine, first: date) -> tuple[PlanLine, list[tuple[str, int, str]]]:
    """A line with its cells: head, number, address ("" where no filter names what it counts)."""
    where = {"area": str(line.area_id)} if line.area_id else {"no_area": "1"}
    where |= {"organiser": str(line.user_id)} if line.user_id else {"no_one": "1"}
    cells: list[tuple[Any, int, str]] = [("", line.planned, _href(first, where))]
    cells += [
        (PlanOutcome(key).label, line.by_outcome[key], _href(first, where | {"outcome": key}))
        for key in PlanOutcome.values
    ]
    return line, cells
