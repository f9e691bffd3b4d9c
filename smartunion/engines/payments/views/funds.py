"""Funds on the desk: what they have, their ledger, receipts."""

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.ids import uuid7
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.payments.flows import funds as flows
from smartunion.engines.payments.models import Fund
from smartunion.engines.payments.programmes import PROGRAMMES, label_of
from smartunion.engines.payments.queries import ledger as queries
from smartunion.engines.payments.rules.states import SourceKind
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion

VIEW, MANAGE, RELEASE = "funds.view", "funds.manage", "payments.release"
_MOST = 500


@require(VIEW, RELEASE)
@require_GET
def funds(request: HttpRequest) -> HttpResponse:
    """Funds in reach with what they have left."""
    actor = actor_of(request)
    rows = Fund.objects.visible_to(actor).select_related("union").order_by("path", "code")[:_MOST]
    values = {"funds": rows, "may_manage": actor.can(MANAGE), "today": clock.today()}
    return render(request, "payments/funds.html", values)


@require(MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    actor, post, refusal = actor_of(request), request.POST, None
    if request.method == "POST":
        try:
            made = flows.open_fund(
                actor=actor, at=clock.now(), union_id=number_of(post, "union", digits=17),
                code=post.get("code", ""), name=post.get("name", ""), source=post.get("source", ""),
                earmark=post.getlist("earmark"), opened_on=_day(post.get("opened_on", "")),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("The fund is open. Enter its first receipt."))
            return redirect("payments:fund", fund_id=made.pk)
    unions = TradeUnion.objects.filter(actor.within(MANAGE, "path")).filter(territory__isnull=False)
    values = {
        "unions": unions.order_by("path")[:_MOST], "sources": SourceKind.choices, "given": post, "refusal": refusal,
        "programmes": [(key, one.label) for key, one in PROGRAMMES.items()], "today": clock.today(),
        "earmarked": post.getlist("earmark"),
    }  # fmt: skip
    return render(request, "payments/fund_new.html", values, status=refusal.status if refusal else 200)


@require(VIEW, RELEASE)
@require_GET
def fund(request: HttpRequest, fund_id: int) -> HttpResponse:
    """One fund with its ledger."""
    return _page(request, fund_id, None)


@require(MANAGE)
@require_POST
def receive(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Enter a receipt."""
    post = request.POST
    try:
        flows.receive(
            actor=actor_of(request), at=clock.now(), fund_id=fund_id, amount_yuan=_amount(post.get("amount", "")),
            received_on=_day(post.get("received_on", "")), text=post.get("text", ""),
            client_id=post.get("client_id", "")[:36],
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, fund_id, refusal)
    messages.success(request, _("The receipt is in the ledger."))
    return redirect("payments:fund", fund_id=fund_id)


@require(MANAGE)
@require_POST
def close(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Close a fund."""
    try:
        flows.close_fund(actor=actor_of(request), at=clock.now(), fund_id=fund_id)
    except Refusal as refusal:
        return _page(request, fund_id, refusal)
    messages.success(request, _("The fund is closed; what is on its way is still settled."))
    return redirect("payments:fund", fund_id=fund_id)


def _page(request: HttpRequest, fund_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(Fund.objects.visible_to(actor).select_related("union"), fund_id)
    entries, further = queries.entries_of(shown, before=whole_number(request.GET.get("before", "")))
    values = {
        "fund": shown, "refusal": refusal, "given": request.POST, "standing": queries.standing_of(shown),
        "entries": entries, "further": further, "may_manage": actor.can(MANAGE, path=shown.path),
        "client_id": request.POST.get("client_id") or uuid7(), "today": clock.today(),
        "earmark": [label_of(key) for key in shown.earmark],
    }  # fmt: skip
    return render(request, "payments/fund.html", values, status=refusal.status if refusal else 200)


def _day(text: str) -> date:
    with suppress(ValueError):
        return parse_date(text) or clock.today()
    return clock.today()


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return Decimal(0)
