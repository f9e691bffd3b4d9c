"""What covers me: plans, since when, waiting until, my claims."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import worker_required
from smartunion.systems.mutual.models import Claim
from smartunion.systems.mutual.queries.claims import shown_lines, shown_reasons
from smartunion.systems.mutual.queries.covers import covers_of


@worker_required
@require_GET
def cover(request: HttpRequest) -> HttpResponse:
    """My cover and my claims."""
    actor, today = actor_of(request), clock.today()
    assert actor.person_id is not None
    mine = Claim.objects.filter(person=actor.person_id).select_related("plan", "case").order_by("-pk")[:50]
    claims = [
        (
            one,
            shown_lines(one.shown) if one.total_yuan else [],
            shown_reasons(one.shown) if one.state == "refused" else [],
        )
        for one in mine
    ]
    return render(
        request,
        "mutual/cover.html",
        {"covers": covers_of(actor.person_id, today), "claims": claims, "today": today},
    )
