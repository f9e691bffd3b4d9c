"""What a union's members have not taken up yet: counts, never who or why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.benefits import of_union
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.desk.views.unions import head_of


@require_GET
@require("members.view")
def uptake(request: ActorRequest, union_id: int) -> HttpResponse:
    """The page of one union."""
    union = get_visible(TradeUnion.objects.visible_to(request.actor), union_id)
    request.actor.check_can("members.view", path=union.path)
    head = head_of(request.actor, union, "union_benefits")
    lines = of_union(request.actor, union.path, head["counts"].active, clock.now())
    return render(request, "desk/union_benefits.html", head | {"lines": lines})
