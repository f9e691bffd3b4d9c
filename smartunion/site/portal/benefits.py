"""My benefits: what I may have now, what I would need, what I had; every room adds its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.benefits import Standing, of_person
from smartunion.core.web.guards import ActorRequest, require


@never_cache
@require_GET
@require()
def mine(request: ActorRequest) -> HttpResponse:
    """The page."""
    found = of_person(request.actor, clock.now())
    return render(
        request, "portal/benefits.html",
        {"now": found[Standing.NOW], "needed": found[Standing.NEEDED], "had": found[Standing.HAD]},
    )  # fmt: skip
