"""The roll of a course on the teacher's phone, and excusing oneself."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.ids import row_ids
from smartunion.core.web.guards import actor_of
from smartunion.engines.offers.flows import checkin
from smartunion.engines.offers.flows import roll as flows
from smartunion.engines.offers.queries.roll import roll_lines
from smartunion.engines.offers.rules.roll import Mark
from smartunion.ground.accounts.web import require


@require("offers.check_in", "offers.manage")
@require_http_methods(["GET", "POST"])
def roll(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """One day of a course: who is there."""
    actor, at = actor_of(request), clock.now()
    occasion = checkin.door_of(actor, occasion_id)
    days = [day for day in flows.days_of(occasion) if day <= clock.today()]
    on = _day(request.POST.get("on") or request.GET.get("on", "")) or (days[-1] if days else clock.today())
    refusal: DomainError | None = None
    if request.method == "POST":
        marks = {
            pk: request.POST.get(f"mark_{pk}", "") for pk in row_ids(request.POST.getlist("booking"))
            if request.POST.get(f"mark_{pk}")
        }  # fmt: skip
        try:
            lost = flows.mark_roll(actor=actor, occasion_id=occasion_id, on=on, marks=marks, at=at)
        except Refusal as error:
            refusal = error
        else:
            messages.success(
                request,
                _("Kept. %(n)s places went to the next in line.") % {"n": lost} if lost else _("Kept."),
            )
            return redirect(f"{request.path}?on={on.isoformat()}")
    values = {
        "occasion": occasion, "offer": occasion.offer, "days": days, "on": on, "refusal": refusal, "marks": Mark.choices,
        "lines": roll_lines(occasion, on),
    }  # fmt: skip
    return render(request, "offers/roll.html", values, status=refusal.status if refusal else 200)


@require()
@require_POST
def excuse(request: HttpRequest, booking_id: int) -> HttpResponse:
    """I do not come on a day."""
    try:
        flows.excuse(
            actor=actor_of(request),
            booking_id=booking_id,
            on=_day(request.POST.get("on", "")) or date.min,
            at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Excused: that day does not count against you."))
    return redirect("offers:booking", booking_id=booking_id)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
