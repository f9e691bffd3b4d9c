"""Those one has helped to join."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import ActorRequest, require
from smartunion.systems.organising.helped_listing import HELPED
from smartunion.systems.organising.helped_listing import helped as rows_for


@require_GET
@require("desk.enter")
def helped(request: ActorRequest) -> HttpResponseBase:
    """What became of each."""
    return listing_response(request, HELPED, rows_for(request.actor), template="organising/helped.html")
