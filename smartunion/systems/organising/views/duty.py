"""The quarter's visits on the desk: counts by area, each opening its list."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.listings import quarter_listing
from smartunion.systems.organising.queries import quarter as queries
from smartunion.systems.organising.rules import DutyState
from smartunion.systems.organising.views.coverage import OWN, VIEW

#: So many areas stand above the list; of more, a whole city's hundreds, the table is asked for.
AREAS_SHOWN = 60


@require(VIEW, OWN)
@require_GET
def quarter(request: HttpRequest, quarter: str = "") -> HttpResponseBase:
    """One quarter, the present one by default: counts above, the unions below."""
    actor, today = actor_of(request), clock.today()
    chosen = chosen_quarter(quarter, Quarter.of(today))
    duty = queries.Duty.of(actor, chosen, today)
    loads = queries.loads(actor, duty)
    rows = queries.with_names(queries.owed(actor, duty), duty)
    here = reverse("coverage:quarter_of", args=[str(chosen)])
    total = queries.total(loads)
    is_asked = request.GET.get("areas") == "1"
    shown = loads if is_asked or len(loads) <= AREAS_SHOWN else []
    return listing_response(
        request, quarter_listing(loads), rows, template="organising/quarter.html",
        quarter=chosen, duty=duty, total=total, areas=len(loads), is_asked=is_asked,
        loads=[(load, {state.value: _url(here, load.area_id, state) for state in DutyState}) for load in shown],
        urls={state.value: _url(here, None, state) for state in DutyState}, here=here,
        earlier=reverse("coverage:quarter_of", args=[str(chosen.before)]),
        later=reverse("coverage:quarter_of", args=[str(chosen.next)]) if chosen < Quarter.of(today) else "",
        is_mine=not actor.can(VIEW),
    )  # fmt: skip


def chosen_quarter(text: str, present: Quarter) -> Quarter:
    """The quarter an address names, the present one where it names none. Raises NotVisible, of a coming one too."""
    try:
        chosen = Quarter.parse(text) if text else present
    except ValueError:
        raise NotVisible from None
    if chosen > present:
        raise NotVisible
    return chosen


def _url(here: str, area_id: int | None, state: DutyState) -> str:
    chosen = {"state": state.value} | ({"area": str(area_id)} if area_id else {})
    return f"{here}?{urlencode(chosen)}"
