"""The map of visits: a measure, a month, the places of a union; each opens what it counts."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.charts import Chart, Place, TileMap, tiles_for_all
from smartunion.core.ids import row_id
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.queries import visit_map as queries
from smartunion.systems.organising.queries.visit_map import Counts, Ground, Measure, Spot
from smartunion.systems.organising.views.coverage import OWN, VIEW


@require(VIEW, OWN)
@require_GET
def visit_map(request: HttpRequest) -> HttpResponse:
    """One measure in one month, of the places below a union or of one's own areas."""
    actor, today = actor_of(request), clock.today()
    asked = request.GET.get("of", "")
    measure = Measure(asked) if asked in list(Measure) else Measure.VISITED
    months = measure.months(today)
    first = next(
        (one for one in months if f"{one:%Y-%m}" == request.GET.get("month", "")), today.replace(day=1)
    )
    scope: TradeUnion | None = None
    if inside := row_id(request.GET.get("in", "")):
        scope = get_visible(queries.scopes(actor).select_related("territory"), inside)
    ground = queries.ground(actor, scope)
    rows = queries.counts(actor, ground, measure, first)
    named = [(row, _name(ground, row), _behind(ground, row.spot, measure, first)) for row in rows]
    total = queries.total(rows)
    return render(
        request, "organising/visit_map.html",
        {
            "measure": measure, "first": first, "scope": ground.scope, "above": scope and scope.parent,
            "rows": [(row, name, to, _here(measure, first, row.spot.union_id)) for row, name, to in named],
            "total": total, "total_href": _behind(ground, None, measure, first), "words": _words(measure),
            "measures": [
                {"label": _words(one)["reached"], "href": _here(one, first, inside), "current": one == measure} for one in Measure
            ],
            "months": [
                {"label": f"{one:%Y-%m}", "href": _here(measure, one, inside), "current": one == first}
                for one in reversed(months)
            ],
            "chart": _chart(ground, named, measure, first) if total.firms else None,
        },
    )  # fmt: skip


_COUNTED = {
    Measure.MET: {"met": "yes"},
    Measure.DONE: {"done": "1"},
    Measure.PLANNED: {"agreed": "1", "stood": "1"},
}


def _words(measure: Measure) -> dict[str, str]:
    """What the numbers of a measure are called."""
    words = {
        Measure.VISITED: (_("Visited"), _("Visits"), _("Firms listed")),
        Measure.MET: (_("Somebody there"), _("Visits with somebody there"), _("Firms listed")),
        Measure.DONE: (_("Counts as done"), _("Visits that count as done"), _("Firms listed")),
        Measure.PLANNED: (_("Agreed on"), _("Days agreed"), _("Firms listed")),
    }  # fmt: skip
    reached, visits, firms = words[measure]
    return {"reached": reached, "visits": visits, "firms": firms}


def _name(ground: Ground, row: Counts) -> str:
    if row.spot is not queries.NOWHERE:
        return row.spot.name
    return _("In no area yet") if ground.by == "area_id" else _("Looked after at this level")


def _here(measure: Measure, first: date, union_id: int | None) -> str:
    chosen = {"of": measure.value, "month": f"{first:%Y-%m}"} | ({"in": str(union_id)} if union_id else {})
    return f"{reverse('coverage:visit_map')}?{urlencode(chosen)}"


def _behind(ground: Ground, spot: Spot | None, measure: Measure, first: date) -> str:
    """Address of the visits, or of the firms that come back, that a place counts; of all places for None."""
    chosen: dict[str, Any] = {"town": ground.scope.path} if ground.scope else {}
    if spot is queries.NOWHERE and ground.by == "path":
        return ""  # no filter leaves out what lies below
    if spot is not None:
        key = {"area_id": "area", "path": "town"}[ground.by]
        chosen |= {"no_area": "1"} if spot is queries.NOWHERE else {key: spot.key}
    last = queries.next_month(first) - timedelta(days=1)
    chosen |= {"on_from": f"{first}", "on_to": f"{last}"} | _COUNTED.get(measure, {})
    page = "coverage:planned" if measure == Measure.PLANNED else "coverage:visits"
    return f"{reverse(page)}?{urlencode(chosen)}"


def _chart(ground: Ground, named: list[tuple[Counts, str, str]], measure: Measure, first: date) -> Chart:
    shown = [(row, name, to) for row, name, to in named if row.spot is not queries.NOWHERE]
    tiles = tiles_for_all({row.spot.key: (row.spot.lon, row.spot.lat) for row, _name, _to in shown})
    places = [
        Place(
            code=row.spot.code, name=name, value=row.pct, column=tiles[row.spot.key][0], row=tiles[row.spot.key][1],
            href=to,
        )
        for row, name, to in shown
    ]  # fmt: skip
    most = max((row.pct or 0 for row, _name, _to in shown), default=0)
    full = next(one for one in (25, 50, 100) if most <= one)
    territory = ground.scope.territory if ground.scope else None
    return TileMap(
        key="visit-map", title=f"{_words(measure)['reached']} {first:%Y-%m}", unit="%", full=full, places=places,
        region=territory.code if territory else "", value_name=_("Share of the firms"), as_of=clock.now(),
        source=_("Visits noted by organisers; darkest: %(full)s%%") % {"full": full},
    ).chart()  # fmt: skip
