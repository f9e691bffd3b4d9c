"""Wishes on the desk."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.web import require
from smartunion.systems.matters.listings import WISHES
from smartunion.systems.matters.models import Wish


@require("cases.view")
@require_GET
def wishes(request: HttpRequest) -> HttpResponseBase:
    """Wishes in reach; a wish whose case is another office's is read here and not opened."""
    actor = actor_of(request)
    cases = CaseFile.objects.at_desk(actor).filter(pk=OuterRef("case"))
    return listing_response(request, WISHES, Wish.objects.visible_to(actor).annotate(is_open=Exists(cases)))
