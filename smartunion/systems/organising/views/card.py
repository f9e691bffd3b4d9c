"""The member card on the phone, and its check at a station."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.templatetags.smartunion import qr_svg
from smartunion.core.web.guards import ActorRequest, person_required, require
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.registry.models import Membership
from smartunion.systems.organising.queries import cards

#: Guesses at typed numbers: six digits are no secret to be tried at leisure.
_CHECKS = Limit(30, timedelta(minutes=10))


@never_cache
@require_GET
@require()
def card(request: ActorRequest) -> HttpResponse:
    """My card with the present code; the page fetches the next one by itself. Who is no member reads how to become one."""
    membership = cards.own_membership(request.actor.person_id)
    if membership is None:
        last = cards.last_membership(request.actor.person_id)
        return render(request, "organising/card/card.html", {"membership": None, "last": last})
    context = {"membership": membership, "since": cards.since(membership), **_code(membership)}
    return render(request, "organising/card/card.html", context)


@never_cache
@require_GET
@person_required
def code(request: ActorRequest) -> JsonResponse:
    """The next code, as drawing and number."""
    membership = cards.own_membership(request.actor.person_id)
    if membership is None:
        raise NotVisible
    return JsonResponse(_code(membership))


@never_cache
@require_GET
def scanned(request: ActorRequest, token: str) -> HttpResponse:
    """What a scanned card leads to: the check for stations, an explanation for everybody else."""
    if not request.actor.can("card.verify"):
        return render(request, "organising/card/stranger.html", {"may_sign_in": not request.actor.is_known})
    return _checked(request, token=token)


@never_cache
@require_http_methods(["GET", "POST"])
@require("card.verify")
def verify(request: ActorRequest) -> HttpResponse:
    """Check a card by the number under its code."""
    if request.method == "GET":
        return render(request, "organising/card/verify.html", {"seen": None})
    return _checked(request, number=request.POST.get("number", "")[:40])


def _checked(request: ActorRequest, *, token: str = "", number: str = "") -> HttpResponse:
    at = clock.now()
    try:
        limits.take(limits.key_of("card-check", str(request.actor.user_id)), _CHECKS, at=at)
        seen = cards.verify(actor=request.actor, at=at, token=token, number=number)
    except Refusal as refusal:
        context = {"seen": None, "refusal": refusal, "number": number}
        return render(request, "organising/card/verify.html", context, status=refusal.status)
    limits.give_back(limits.key_of("card-check", str(request.actor.user_id)))
    return render(request, "organising/card/verify.html", {"seen": seen, "at": at})


def _code(membership: Membership) -> dict[str, object]:
    shown = cards.shown(membership, clock.now())
    link = f"{settings.PUBLIC_URL}/c/{shown.token}/"
    return {"svg": qr_svg(link), "number": shown.number, "seconds_left": shown.seconds_left}
