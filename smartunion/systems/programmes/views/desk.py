"""Money for offers, and what is made out to people, on the desk."""

import csv
import io
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.ids import row_ids
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.offers.models import Booking
from smartunion.engines.payments import service as payments
from smartunion.ground.accounts.web import require
from smartunion.systems.programmes.flows import budgets as flows
from smartunion.systems.programmes.flows import front_line as confirming
from smartunion.systems.programmes.flows import roster as rosters
from smartunion.systems.programmes.queries import budget_lines
from smartunion.systems.programmes.queries.front_line import CONFIRM, said_by_members

FUNDS, MANAGE = "funds.manage", "offers.manage"


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
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("Set aside. The offer can be published now."))
    return redirect("programmes:budgets")


@require(MANAGE)
@require_GET
def roster(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Who agreed, handed on and made out."""
    return _roster(request, offer_id, None)


def _roster(
    request: HttpRequest, offer_id: int, refusal: DomainError | None, wrong: Sequence[str] = ()
) -> HttpResponse:
    offer = rosters.roster_offer(actor_of(request), offer_id)
    agreed = Booking.objects.filter(offer=offer, state__in=["confirmed", "attended"]).exclude(agreed_at=None)
    made = agreed.filter(state="attended").count()
    values = {
        "offer": offer, "refusal": refusal, "wrong": list(wrong)[:100], "given": request.POST if refusal else {},
        "agreed": agreed.count(), "made": made, "waiting": agreed.filter(state="confirmed").count(),
    }  # fmt: skip
    return render(request, "programmes/roster.html", values, status=refusal.status if refusal else 200)


@require(MANAGE)
@require_POST
def roster_file(request: HttpRequest, offer_id: int) -> HttpResponse:
    """The list as a file, recorded."""
    try:
        rows = rosters.hand_on(
            actor=actor_of(request), offer_id=offer_id, to=request.POST.get("to", ""), at=clock.now()
        )
    except Refusal as refusal:
        return _roster(request, offer_id, refusal)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_("Code"), _("Name"), _("ID number"), _("Mobile number")])
    writer.writerows((row.code, row.name, row.resident_id, row.mobile) for row in rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="roster-{offer_id}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require(MANAGE)
@require_POST
def roster_back(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Numbers that were made out."""
    try:
        kept, wrong = rosters.bring_back(
            actor=actor_of(request), offer_id=offer_id, text=request.POST.get("numbers", ""), at=clock.now()
        )
    except Refusal as refusal:
        return _roster(request, offer_id, refusal)
    messages.success(request, _("%(n)s numbers were kept; everybody sees her own.") % {"n": kept})
    return (
        _roster(request, offer_id, None, wrong) if wrong else redirect("programmes:roster", offer_id=offer_id)
    )


@require(CONFIRM)
@require_http_methods(["GET", "POST"])
def front_line(request: HttpRequest) -> HttpResponse:
    """Who of my members said she works in the front line; confirmed for many at once."""
    actor, refusal = actor_of(request), None
    if request.method == "POST":
        try:
            changed = confirming.confirm(
                actor=actor, person_ids=row_ids(request.POST.getlist("person")), is_front=request.POST.get("said") == "yes",
                at=clock.now(),
            )  # fmt: skip
        except Refusal as said:
            refusal = said
        else:
            messages.success(
                request,
                ngettext("Kept for %(n)s member.", "Kept for %(n)s members.", changed) % {"n": changed},
            )
            return redirect("programmes:front_line")
    values = {"rows": said_by_members(actor), "refusal": refusal, "me": actor.person_id}
    return render(request, "programmes/front_line.html", values, status=refusal.status if refusal else 200)
