"""Calendars to subscribe to: one's own by a secret address, a federation's by its number."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.web.guards import actor_of
from smartunion.engines.offers import calendar
from smartunion.engines.offers.flows import calendars
from smartunion.engines.offers.queries import pages
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion


@require()
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """My secret address: shown, made anew, withdrawn."""
    actor = actor_of(request)
    if request.method == "POST":
        if request.POST.get("act") == "revoke":
            calendars.revoke(actor=actor, at=clock.now())
            messages.success(request, _("Withdrawn. Calendars that use the address get nothing any more."))
        else:
            calendars.make(actor=actor, at=clock.now())
            messages.success(
                request, _("Here is your address. Whoever knows it sees your bookings: keep it to yourself.")
            )
        return redirect("offers:calendars")
    key = calendars.key_of(actor)
    address = request.build_absolute_uri(reverse("offers:calendar_feed", args=[key.secret])) if key else ""
    unions = pages.unions_with_calendar(actor)
    public = [
        (one, request.build_absolute_uri(reverse("offers:union_calendar", args=[one.pk]))) for one in unions
    ]
    return render(request, "offers/calendars.html", {"key": key, "address": address, "public": public})


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's bookings for whoever knows the address: titles, times, places; no code, no guests, no answers."""
    at = clock.now()
    rows = calendars.bookings_behind(token, at=at)
    return _answer(
        calendar.ics(rows, at=at, name=pgettext("calendar", "My union bookings")), "private, max-age=600"
    )


@require_GET
def union_feed(request: HttpRequest, union_id: int) -> HttpResponse:
    """What a union and those below it offer to everybody; open to everybody."""
    union = TradeUnion.objects.filter(pk=union_id).exclude(state="closed").first()
    if union is None:
        raise NotVisible
    at = clock.now()
    content = calendar.occasions_ics(pages.public_occasions(union.path, at), at=at, name=union.name)
    return _answer(content, "public, max-age=600")


def _answer(content: bytes, kept: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = kept
    answer["Content-Disposition"] = 'inline; filename="union.ics"'
    return answer
