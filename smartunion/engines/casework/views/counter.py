"""The counter: an officer fills in for a worker who stands there; the worker is told and sees everything."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.flows.drafts import start_on_behalf
from smartunion.engines.casework.queries import hall
from smartunion.engines.casework.views.common import client_id, errors_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion


@require_http_methods(["GET", "POST"])
@require("cases.handle")
def counter(request: HttpRequest) -> HttpResponse:
    """Who it is for and which service; then the same form as on the phone."""
    actor = actor_of(request)
    refusal: InvalidInput | None = None
    if request.method == "POST":
        try:
            case = start_on_behalf(
                service_key=request.POST.get("service", "")[:60], actor=actor, at=clock.now(),
                client_id=client_id(request.POST.dict()), name=request.POST.get("name", "")[:80],
                mobile=request.POST.get("mobile", "")[:40], path=_path(request),
            )  # fmt: skip
            return redirect("casework:fill", case_id=case.pk)
        except InvalidInput as found:
            refusal = found
    everything = hall.offers(actor)
    offers = [offer for offer in everything if not offer.definition.page]
    own_pages = [offer for offer in everything if offer.definition.page]
    context = {
        "offers": offers, "own_pages": own_pages, "client_id": uuid4(), "refusal": refusal, "errors": errors_of(refusal),
        "posted": request.POST, "unions": _unions(request),
    }  # fmt: skip
    return render(request, "casework/counter.html", context, status=refusal.status if refusal else 200)


def _unions(request: HttpRequest) -> list[TradeUnion]:
    """Where the officer's counters are: the unions her roles are held at."""
    actor = actor_of(request)
    ids = [grant.union_id for grant in actor.grants if grant.union_id and "cases.handle" in grant.permissions]
    return list(TradeUnion.objects.filter(pk__in=ids).order_by("depth", "id"))


def _path(request: HttpRequest) -> str:
    unions = _unions(request)
    chosen = [union for union in unions if str(union.pk) == request.POST.get("union", "")]
    return (chosen or unions)[0].path if unions else ""
