"""Visits on the desk: over time, by area, one by one; each number opens what it counts."""

from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.charts import Chart, Series
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.queries import visits as queries
from smartunion.systems.organising.queries.quarter import Duty, loads
from smartunion.systems.organising.rules import DutyState, FindingState
from smartunion.systems.organising.views.coverage import OWN, VIEW
from smartunion.systems.organising.views.duty import AREAS_SHOWN
from smartunion.systems.organising.visit_listing import VISITS


@require(VIEW, OWN)
@require_GET
def visits(request: HttpRequest) -> HttpResponseBase:
    """The list, with the weeks and the areas above it; narrowed to an area the weeks are that area's."""
    actor = actor_of(request)
    area_id, is_asked = row_id(request.GET.get("area", "")) or None, request.GET.get("areas") == "1"
    return listing_response(
        request, VISITS, queries.visits_for(actor), template="organising/visits.html",
        whole_page=partial(_above, actor, area_id, is_asked=is_asked),
    )  # fmt: skip


def _above(actor: Actor, area_id: int | None, *, is_asked: bool) -> dict[str, Any]:
    today = clock.today()
    weeks = queries.weeks(actor, today, area_id=area_id)
    areas = loads(actor, Duty.of(actor, Quarter.of(today), today))
    shown = queries.by_area(actor, today, areas) if is_asked or len(areas) <= AREAS_SHOWN else []
    rows = [(one, _links(one.area_id, weeks)) for one in shown]
    return {
        "chart": _chart(weeks, area_id), "stats": _stats(actor, weeks, area_id), "areas": len(areas), "is_asked": is_asked,
        "rows": rows,
    }  # fmt: skip


def _chart(weeks: list[queries.Week], area_id: int | None) -> Chart:
    this = queries.PAST - 1
    links = [
        _visits(area_id, week) if number <= this else _agreed(area_id, week.starts_on, week.last_day)
        for number, week in enumerate(weeks)
    ]
    return Chart(
        key="visits-by-week", title=_("Visits by week"), kind="bar", stacked=True, unit=_("visits"), links=links,
        categories=[f"{week.starts_on:%m-%d}" for week in weeks], source=_("Visits noted by organisers"), as_of=clock.now(),
        series=[
            Series(name=_("Somebody there"), values=[week.met for week in weeks]),
            Series(name=_("Nobody there"), values=[week.nobody for week in weeks]),
            Series(name=_("Agreed on, still to come"), values=[week.planned for week in weeks]),
        ],
    )  # fmt: skip


def _stats(actor: Actor, weeks: list[queries.Week], area_id: int | None) -> dict[str, tuple[int, str]]:
    """Sums over the weeks shown, and what is due by the end of this one, each with its list."""
    this = weeks[queries.PAST - 1]
    due = queries.agreed(actor).filter(due_on__lte=this.last_day)
    span = {"on_from": f"{weeks[0].starts_on}", "on_to": f"{this.last_day}"} | _area(area_id)
    here, met, nobody = reverse("coverage:visits"), sum(w.met for w in weeks), sum(w.nobody for w in weeks)
    return {
        "all": (met + nobody, f"{here}?{urlencode(span)}"), "met": (met, f"{here}?{urlencode(span | {'met': 'yes'})}"),
        "nobody": (nobody, f"{here}?{urlencode(span | {'met': 'no'})}"),
        "due": ((due.filter(area_id=area_id) if area_id else due).count(), _agreed(area_id, None, this.last_day)),
    }  # fmt: skip


def _links(area_id: int, weeks: list[queries.Week]) -> dict[str, str]:
    of_area = {"area": str(area_id), "on_from": f"{weeks[0].starts_on}"}
    here, quarter = reverse("coverage:visits"), reverse("coverage:quarter")
    owed = [("area", str(area_id)), ("state", DutyState.DUE.value), ("state", DutyState.OVERDUE.value)]
    return {
        "all": f"{here}?{urlencode(of_area)}", "met": f"{here}?{urlencode(of_area | {'met': 'yes'})}",
        "nobody": f"{here}?{urlencode(of_area | {'met': 'no'})}",
        "planned": _agreed(area_id, None, weeks[-1].last_day), "owed": f"{quarter}?{urlencode(owed)}",
    }  # fmt: skip


def _visits(area_id: int | None, week: queries.Week) -> str:
    chosen = {"on_from": f"{week.starts_on}", "on_to": f"{week.last_day}"} | _area(area_id)
    return f"{reverse('coverage:visits')}?{urlencode(chosen)}"


def _agreed(area_id: int | None, first: date | None, last: date) -> str:
    days = ({"due_from": f"{first}"} if first else {}) | {"due_to": f"{last}"}
    chosen = days | {"state": FindingState.OPEN.value} | _area(area_id)
    return f"{reverse('coverage:list', args=['task'])}?{urlencode(chosen)}"


def _area(area_id: int | None) -> dict[str, str]:
    return {"area": str(area_id)} if area_id else {}
