"""Meeting again, on one's own phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.ground.accounts.web import require
from smartunion.systems.programmes.flows import meeting as flows


@require()
@never_cache
@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, booking_id: int) -> HttpResponse:
    """My badge, whom I would like to meet again, and who wants it as well."""
    actor, at, post = actor_of(request), clock.now(), request.POST
    refusal: DomainError | None = None
    if request.method == "POST":
        act, number = post.get("act", ""), number_of(post, "number", digits=6)
        try:
            if act == "badge":
                flows.write_badge(
                    actor=actor, booking_id=booking_id, called=post.get("called", ""), contact=post.get("contact", ""), at=at
                )  # fmt: skip
            elif act == "back":
                flows.take_back(actor=actor, booking_id=booking_id, number=number, at=at)
            else:
                flows.say_yes(actor=actor, booking_id=booking_id, number=number, at=at)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Kept."))
            return redirect("programmes:meeting", booking_id=booking_id)
    badge = flows.badge_of(actor, booking_id, at)
    values = {
        "badge": badge, "offer": badge.booking.offer, "said": flows.said_by(badge), "both": flows.both_said(badge),
        "until": badge.made_at + flows.OPEN_FOR, "refusal": refusal,
    }  # fmt: skip
    return render(request, "programmes/meeting.html", values, status=refusal.status if refusal else 200)
