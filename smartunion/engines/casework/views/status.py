"""Where is my case: by reference and the last digits of the phone, without signing in."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.engines.casework.queries.status import Standing, standing_of
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.origin import origin_of

#: Guesses at one reference, and from one network. Four digits of a phone are no secret to be tried at leisure.
_PER_REFERENCE = Limit(5, timedelta(minutes=30), lock=timedelta(minutes=30))
_PER_NETWORK = Limit(60, timedelta(hours=1))


@never_cache
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The form; POST answers with state, holder and last day, nothing personal."""
    found: Standing | None = None
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            found = _look(request)
        except (Refusal, NotVisible) as error:
            refusal = error
    context = {"found": found, "refusal": refusal, "posted": request.POST}
    return render(request, "casework/status.html", context, status=refusal.status if refusal else 200)


def _look(request: HttpRequest) -> Standing:
    at = clock.now()
    reference = request.POST.get("reference", "").strip().upper()[:24]
    per_reference = limits.key_of("case-status", reference)
    per_network = limits.key_of("case-status-network", origin_of(request).network)
    limits.take(per_network, _PER_NETWORK, at=at)
    limits.take(per_reference, _PER_REFERENCE, at=at)
    try:
        found = standing_of(reference=reference, phone_tail=request.POST.get("tail", ""), at=at)
    except NotVisible:
        limits.failed(per_reference, _PER_REFERENCE, at=at)
        raise
    limits.give_back(per_reference)
    limits.give_back(per_network)
    return found
