"""The wish board: wishes without names, taken up by whoever is signed in."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import Refusal
from smartunion.core.ids import uuid7
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.web import require
from smartunion.systems.matters.flows import wishes as flows
from smartunion.systems.matters.listings import group_words, kind_words
from smartunion.systems.matters.models import Wish
from smartunion.systems.matters.services.wish import KINDS

PAGE = 20
SERVICE = "wish"


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Wishes that wait for a helper, newest first; anybody may read them."""
    kind = request.GET.get("kind", "")
    rows = Wish.objects.shown().order_by("-pk")
    if kind in {option.value for option in KINDS}:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [(wish, kind_words(wish), group_words(wish), uuid7()) for wish in page]
    values = {
        "page": page,
        "shown": shown,
        "kind": kind,
        "kinds": KINDS,
        "is_known": actor_of(request).is_known,
    }
    return render(request, "matters/wishes.html", values)


@require()
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Wishes I take care of, and what came of mine."""
    actor = actor_of(request)
    helped = Wish.objects.filter(helper_id=actor.user_id or -1).order_by("-pk")[:100]
    cases = CaseFile.objects.of_applicant(actor).filter(service_key=SERVICE)
    wished = Wish.objects.filter(case__in=cases.values("pk")).order_by("-pk")[:100]
    return render(request, "matters/my_wishes.html", {"helped": helped, "wished": wished})


@require()
@require_POST
def claim(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Take one up."""
    return _do(
        request,
        lambda: flows.claim(
            actor=actor_of(request), wish_id=wish_id, client_id=client_id_of(request.POST), at=clock.now()
        ),
        _("Thank you! Bring it to the union by the day shown; the union hands it on."),
    )


@require()
@require_POST
def give_back(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Not after all."""
    return _do(
        request,
        lambda: flows.give_back(actor=actor_of(request), wish_id=wish_id, at=clock.now()),
        _("The wish is offered to others again."),
    )


@require()
@require_POST
def fulfil(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Done."""
    told = request.POST.get("told", "")
    return _do(
        request,
        lambda: flows.fulfil(actor=actor_of(request), wish_id=wish_id, told=told, at=clock.now()),
        _("Thank you! The one who wished has been told."),
    )


@require()
@require_POST
def thank(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Say thanks."""
    text = request.POST.get("thanks", "")
    return _do(
        request,
        lambda: flows.thank(actor=actor_of(request), wish_id=wish_id, text=text, at=clock.now()),
        _("Your thanks have been passed on, without your name."),
    )


def _do(request: HttpRequest, act: Callable[[], Wish], done: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("wishes:mine")
