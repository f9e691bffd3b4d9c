"""One village, one ledger: the villages, one village, the ledger on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.files.serving import disposition
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import Region
from smartunion.systems.organising import ledger_paper as papers
from smartunion.systems.organising.ledger_listing import (
    OPEN_STATES,
    address,
    employers_listing,
    place_name,
    places_listing,
)
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.queries import ledger as queries
from smartunion.systems.organising.queries.driver_ledger import sees_names
from smartunion.systems.organising.queries.modes import thresholds
from smartunion.systems.organising.views.coverage import OWN, VIEW


@require(VIEW, OWN)
@require_GET
def ledgers(request: HttpRequest) -> HttpResponseBase:
    """The villages in reach with their counts."""
    actor = actor_of(request)
    rows, at = queries.listed(actor, clock.today())
    listing = places_listing(opens_drivers=sees_names(actor))
    return listing_response(request, listing, rows, template="organising/ledger/places.html", counted_at=at)


@require(VIEW, OWN)
@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest, region_id: int) -> HttpResponseBase:
    """One village: its employers, sums above; firms picked there are put on the list to do."""
    actor, today = actor_of(request), clock.today()
    region = place_of(actor, region_id)
    rows = queries.employers(actor, region, today)
    urls = {cover.value: address(region.pk, cover=cover.value) for cover in Cover}
    urls |= {"all": address(region.pk), "open": address(region.pk, cover="none", finding=OPEN_STATES)}
    totals = queries.totals(rows)
    roots = actor.paths("organising.view")
    listing = employers_listing(region, totals, thresholds(roots[0] if roots else "", today))
    return listing_response(
        request, listing, rows, template="organising/ledger/page.html", region=region, name=place_name(region),
        totals=totals, urls=urls, organiser=region.organiser, sees_drivers=sees_names(actor),
    )  # fmt: skip


@require(VIEW, OWN)
@require_GET
def ledger_paper(request: HttpRequest, region_id: int) -> HttpResponse:
    """The whole ledger of a village as A4."""
    actor, at = actor_of(request), clock.now()
    region = place_of(actor, region_id)
    content = papers.paper(region, queries.employers(actor, region, clock.local_date(at)), at=at)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = disposition(f"{place_name(region)}-{clock.local_date(at):%Y%m%d}.pdf")
    answer["Cache-Control"] = "no-store"
    return answer


def place_of(actor: Actor, region_id: int) -> Any:
    """A visible place with its organiser. Raises NotVisible."""
    rows = queries.places(actor)
    get_visible(rows, region_id)
    region: Region = queries.with_counts(rows, actor, clock.today()).get(pk=region_id)
    return region
