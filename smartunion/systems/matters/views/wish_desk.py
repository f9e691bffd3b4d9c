"""Wishes on the desk."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.matters.listings import WISHES
from smartunion.systems.matters.models import Wish


@require("cases.view")
@require_GET
def wishes(request: HttpRequest) -> HttpResponseBase:
    """Wishes in reach."""
    return listing_response(request, WISHES, Wish.objects.visible_to(actor_of(request)))
