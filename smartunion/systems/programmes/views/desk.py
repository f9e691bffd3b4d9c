"""Money for offers on the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.payments import service as payments
from smartunion.ground.accounts.web import require
from smartunion.systems.programmes.flows import budgets as flows
from smartunion.systems.programmes.queries import budget_lines

FUNDS = "funds.manage"


@require(FUNDS)
@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    """Offers that cost the union something: what they need, what is set aside, what is spent."""
    return _page(request, None)


def _page(request: HttpRequest, refusal: DomainError | None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    lines = budget_lines(actor)
    funds = {
        path: list(payments.funds_for(actor, path=path, programme=flows.PROGRAMME, at=at))
        for path in {line.offer.path for line in lines if line.is_waiting}
    }
    shown = [(line, funds.get(line.offer.path, [])) for line in lines]
    values = {"lines": shown, "refusal": refusal, "waiting": sum(line.is_waiting for line in lines)}
    return render(request, "programmes/budgets.html", values, status=refusal.status if refusal else 200)


@require(FUNDS)
@require_POST
def set_aside(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Set money aside for an offer."""
    try:
        flows.set_aside(
            actor=actor_of(request), offer_id=offer_id, fund_id=number_of(request.POST, "fund", digits=17), at=clock.now()
        )  # fmt: skip
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        return _page(request, refusal)
    messages.success(request, _("Set aside. The offer can be published now."))
    return redirect("programmes:budgets")
