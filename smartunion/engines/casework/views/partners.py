"""Exchange with other systems on the desk: partners, their tokens, their webhook and what it was told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import row_ids
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.casework.flows import exchange
from smartunion.engines.casework.models import Call, SentIn
from smartunion.ground.accounts.flows import partners as flows
from smartunion.ground.accounts.models import Partner, PartnerToken
from smartunion.ground.accounts.scopes import SCOPES
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion


@never_cache
@require_http_methods(["GET", "POST"])
@require("accounts.manage")
def partners(request: HttpRequest) -> HttpResponse:
    """The list; POST agrees to a new exchange."""
    actor, refusal = actor_of(request), None
    if request.method == "POST":
        try:
            made = flows.add_partner(
                actor=actor, union_id=next(iter(row_ids([request.POST.get("union", "")])), 0),
                name=request.POST.get("name", ""), purpose=request.POST.get("purpose", ""), at=clock.now(),
            )  # fmt: skip
            return redirect("casework:partner", partner_id=made.pk)
        except InvalidInput as found:
            refusal = found
    paths = [grant.path for grant in actor.grants if "accounts.manage" in grant.permissions and grant.path]
    context = {
        "partners": Partner.objects.visible_to(actor).select_related("union").order_by("name", "pk")[:200],
        "unions": TradeUnion.objects.filter(path__in=paths).order_by("depth", "pk"), "refusal": refusal,
        "posted": request.POST,
    }  # fmt: skip
    return render(request, "casework/partners.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@require("accounts.manage")
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner; POST makes a token or sets the webhook, and shows what is shown only once."""
    actor, at = actor_of(request), clock.now()
    found = get_visible(Partner.objects.visible_to(actor).select_related("union"), partner_id)
    once, refusal = {}, None
    if request.method == "POST":
        try:
            once = _made(request, found)
        except InvalidInput as wrong:
            refusal = wrong
    hook = getattr(found, "webhook", None)
    context = {
        "partner": found, "hook": hook, "once": once, "refusal": refusal, "posted": request.POST, "at": at,
        "tokens": PartnerToken.objects.filter(partner=found).order_by("-pk")[:50], "scopes": SCOPES.items(),
        "calls": Call.objects.filter(webhook=hook).select_related("case").order_by("-pk")[:30] if hook else [],
        "count": SentIn.objects.filter(partner=found).count(),
    }  # fmt: skip
    return render(request, "casework/partner.html", context, status=refusal.status if refusal else 200)


def _made(request: HttpRequest, found: Partner) -> dict[str, str]:
    actor, at = actor_of(request), clock.now()
    if request.POST.get("do") == "webhook":
        _hook, secret = exchange.set_webhook(
            actor=actor, partner_id=found.pk, url=request.POST.get("url", "").strip()[:300], at=at
        )
        return {"secret": secret}
    _row, plain = flows.issue_token(
        actor=actor, partner_id=found.pk, name=request.POST.get("name", ""), scopes=request.POST.getlist("scopes"),
        days=number_of(request.POST, "days", digits=4), at=at,
    )  # fmt: skip
    return {"token": plain}


@require_POST
@require("accounts.manage")
def revoke(request: HttpRequest, partner_token_id: int) -> HttpResponse:
    """Withdraw a token."""
    row = flows.revoke(actor=actor_of(request), token_id=partner_token_id, at=clock.now())
    messages.success(request, _("Withdrawn: the next call with it is refused."))
    return redirect("casework:partner", partner_id=row.partner_id)


@require_POST
@require("accounts.manage")
def switch(request: HttpRequest, partner_id: int) -> HttpResponse:
    """End the exchange, or take it up again."""
    flows.switch(
        actor=actor_of(request),
        partner_id=partner_id,
        is_active=request.POST.get("active") == "1",
        at=clock.now(),
    )
    messages.success(request, _("Saved."))
    return redirect("casework:partner", partner_id=partner_id)


@require_POST
@require("accounts.manage")
def retry(request: HttpRequest, partner_call_id: int) -> HttpResponse:
    """Send a message again."""
    call = exchange.try_again(actor=actor_of(request), call_id=partner_call_id, at=clock.now())
    messages.success(request, _("It is sent again within a minute."))
    return redirect("casework:partner", partner_id=call.webhook.partner_id)
