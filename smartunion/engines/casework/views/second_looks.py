"""Decisions drawn for a second look: the list, and what was found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from smartunion.core import clock
from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.flows.second_looks import look
from smartunion.engines.casework.listings import SECOND_LOOKS
from smartunion.engines.casework.queries.looks import by_service, listed
from smartunion.ground.accounts.web import require


@require("cases.view")
def second_looks(request: HttpRequest) -> HttpResponseBase:
    """Every decision drawn in reach, those not looked at first; how many of each service were found wrong."""
    actor = actor_of(request)
    services = by_service(actor, clock.today())
    return listing_response(
        request, SECOND_LOOKS, listed(actor), template="casework/second_looks.html", services=services
    )


@require_POST
@require("cases.handle")
def take_second_look(request: HttpRequest, look_id: int) -> HttpResponse:
    """Write down what was found."""
    row = look(
        look_id=look_id, verdict=request.POST.get("verdict", ""), note=request.POST.get("note", "")[:400],
        actor=actor_of(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Written down. A wrong decision has been told to whoever took it."))
    return redirect("casework:desk_case", case_id=row.case_id)
