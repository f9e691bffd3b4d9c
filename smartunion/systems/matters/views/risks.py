"""Labour-risk notices: written and sent on the desk, read with their reason on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.ids import row_ids, uuid7
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.ground.accounts.web import require
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.queries import platforms
from smartunion.systems.matters.flows import risks as flows
from smartunion.systems.matters.models import RiskOptOut, RiskRecipient
from smartunion.systems.matters.queries import risks as queries
from smartunion.systems.matters.rules.risks import Audience, RiskKind, RiskState

VIEW, HANDLE = "cases.view", "cases.handle"

RISKS = Listing(
    key="matters.risks",
    title=gettext_lazy("Labour-risk notices"),
    unit=pgettext_lazy("risk", "notices"),
    columns=(
        Column(key="title", label=pgettext_lazy("risk", "Notice"), priority=1, width=34),
        Column(key="state", label=gettext_lazy("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: RiskState(row.state).label),
        Column(key="kind", label=pgettext_lazy("risk", "Warns of"), value=lambda row: row.get_kind_display()),
        Column(key="audience", label=pgettext_lazy("risk", "For"), value=lambda row: row.get_audience_display()),
        Column(key="recipients", label=pgettext_lazy("risk", "Got it"), kind="number", sort="recipients"),
        Column(key="seen", label=pgettext_lazy("risk", "Understood"), value=lambda row: row.seen or "", kind="number"),
        Column(key="union", label=pgettext_lazy("risk", "Area"), value="union.name", width=28, priority=3),
        Column(key="sent_at", label=pgettext_lazy("risk", "Sent on"), kind="date", sort="sent_at"),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("risk", "Title or words"), fields=("title", "text")),
    filters=(
        Choice(key="state", label=gettext_lazy("State"), options=RiskState.choices, multiple=True),
        Choice(key="kind", label=pgettext_lazy("risk", "Warns of"), options=RiskKind.choices),
        DateRange(key="sent", label=pgettext_lazy("risk", "Sent on"), field="sent_at", instant=True),
    ),
    row_url=lambda row: f"/desk/matters/risks/{row.pk}/",
    empty_title=gettext_lazy("No notices yet"),
    empty_text=gettext_lazy("Warn those whom a risk concerns: drivers of a platform, people of an industry, of one firm."),
    empty_icon="megaphone",
)  # fmt: skip


@require(VIEW)
@require_GET
def risks(request: HttpRequest) -> HttpResponseBase:
    """Notices in reach, newest first."""
    actor = actor_of(request)
    rows = queries.risk_rows(actor)
    return listing_response(request, RISKS, rows, template="matters/risks.html", may_write=actor.can(HANDLE))


@require(HANDLE)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write one; it is sent from its own page, where its reach is shown."""
    actor, post = actor_of(request), request.POST
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            made = flows.write(actor=actor, at=clock.now(), data=_written(request))
        except Refusal as error:
            refusal = error
        else:
            return redirect("matters:risk", risk_id=made.pk)
    unions = (
        TradeUnion.objects.filter(actor.within(HANDLE, "path"))
        .exclude(state="closed")
        .order_by("depth", "pk")
    )
    values = {
        "refusal": refusal, "given": post, "client_id": post.get("client_id") or uuid7(), "unions": unions[:60],
        "kinds": RiskKind.choices, "audiences": Audience.choices, "industries": queries.industries(actor),
        "platforms": platforms()[:60],
    }  # fmt: skip
    return render(request, "matters/risk_write.html", values, status=refusal.status if refusal else 200)


@require(VIEW)
@require_GET
def risk(request: HttpRequest, risk_id: int) -> HttpResponse:
    """One notice: whom it reaches, how many understood it."""
    return _page(request, risk_id, None)


@require(HANDLE)
@require_POST
def act(request: HttpRequest, risk_id: int, act: str) -> HttpResponse:
    """send or back."""
    actor, at = actor_of(request), clock.now()
    get_visible(queries.risk_rows(actor), risk_id)
    try:
        if act == "send":
            flows.send(actor=actor, risk_id=risk_id, at=at)
        elif act == "back":
            flows.take_back(actor=actor, risk_id=risk_id, reason=request.POST.get("reason", ""), at=at)
        else:
            raise NotVisible
    except Refusal as refusal:
        return _page(request, risk_id, refusal)
    messages.success(
        request, _("On its way to everybody it concerns.") if act == "send" else _("Taken back.")
    )
    return redirect("matters:risk", risk_id=risk_id)


@require()
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What I was warned of; whether I want it."""
    actor = actor_of(request)
    if request.method == "POST":
        flows.choose(actor=actor, wants=request.POST.get("wants") == "1", at=clock.now())
        messages.success(request, _("Kept."))
        return redirect("risks:mine")
    rows = RiskRecipient.objects.visible_to(actor).select_related("risk").order_by("-pk")[:100]
    opted = actor.person_id is not None and RiskOptOut.objects.filter(person_id=actor.person_id).exists()
    return render(
        request, "matters/my_risks.html", {"rows": rows, "opted_out": opted, "may_choose": actor.person_id}
    )


@require()
@require_http_methods(["GET", "POST"])
def read(request: HttpRequest, risk_id: int) -> HttpResponse:
    """One notice for somebody who got it, with why she got it."""
    actor = actor_of(request)
    got = (
        RiskRecipient.objects.visible_to(actor).select_related("risk__union").filter(risk_id=risk_id).first()
    )
    if got is None:
        raise NotVisible
    if request.method == "POST":
        flows.understood(actor=actor, risk_id=risk_id, at=clock.now())
        return redirect("risks:mine")
    return render(request, "matters/risk_read.html", {"got": got, "risk": got.risk})


def _written(request: HttpRequest) -> flows.Written:
    post = request.POST
    audience = post.get("audience", "")
    chosen = row_ids([post.get("platform", "")]) if audience == Audience.PLATFORM else []
    if audience != Audience.PLATFORM and post.get("firm", "").strip():
        firm = Employer.objects.filter(name=post["firm"].strip()).order_by("pk").first()
        chosen = [firm.pk] if firm else [0]
    return flows.Written(
        client_id=client_id_of(request.POST), union_id=(row_ids([post.get("union", "")]) or [0])[0], kind=post.get("kind", ""),
        title=post.get("title", ""), text=post.get("text", ""), audience=audience, source=post.get("source", ""),
        industry=post.get("industry", "") if audience != Audience.PLATFORM else "", employer_id=chosen[0] if chosen else None,
    )  # fmt: skip


def _page(request: HttpRequest, risk_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(queries.risk_rows(actor).select_related("employer"), risk_id)
    fewest = int(policies.value("matters.fewest_shown", path=shown.path, on=clock.today()))
    values = {
        "risk": shown, "refusal": refusal, "may": actor.can(HANDLE, path=shown.path), "given": request.POST,
        "reach": queries.how_many(shown) if shown.state == RiskState.DRAFT else shown.recipients,
        "seen": shown.seen if shown.seen >= fewest else None, "fewest": fewest,
        "industry": dict(queries.industries(actor)).get(shown.industry, shown.industry),
    }  # fmt: skip
    return render(request, "matters/risk.html", values, status=refusal.status if refusal else 200)
