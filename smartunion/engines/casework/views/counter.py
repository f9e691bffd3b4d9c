"""The counter: an officer fills in for a worker who stands there; she confirms, is told, and sees everything."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.flows.drafts import start_on_behalf
from smartunion.engines.casework.flows.filing import check_ready, submit
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.flows.materials import keep_signed_sheet
from smartunion.engines.casework.queries import hall
from smartunion.engines.casework.queries.pages import case_page
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.views.common import client_id, errors_of
from smartunion.engines.casework.views.filling import picture
from smartunion.ground.accounts.flows import codes
from smartunion.ground.accounts.web import origin_of, require
from smartunion.ground.registry.models import TradeUnion


@require_http_methods(["GET", "POST"])
@require("cases.handle")
def counter(request: HttpRequest) -> HttpResponse:
    """Who it is for and which service; then the same form as on the phone."""
    actor = actor_of(request)
    refusal: InvalidInput | None = None
    if request.method == "POST":
        try:
            case = start_on_behalf(
                service_key=request.POST.get("service", "")[:60], actor=actor, at=clock.now(),
                client_id=client_id(request.POST.dict()), name=request.POST.get("name", "")[:80],
                mobile=request.POST.get("mobile", "")[:40], path=_path(request),
            )  # fmt: skip
            return redirect("casework:fill", case_id=case.pk)
        except InvalidInput as found:
            refusal = found
    everything = hall.offers(actor)
    offers = [offer for offer in everything if not offer.definition.page]
    own_pages = [offer for offer in everything if offer.definition.page]
    context = {
        "offers": offers, "own_pages": own_pages, "client_id": uuid4(), "refusal": refusal, "errors": errors_of(refusal),
        "posted": request.POST, "unions": _unions(request),
    }  # fmt: skip
    return render(request, "casework/counter.html", context, status=refusal.status if refusal else 200)


def _unions(request: HttpRequest) -> list[TradeUnion]:
    """Where the officer's counters are: the unions her roles are held at."""
    actor = actor_of(request)
    ids = [grant.union_id for grant in actor.grants if grant.union_id and "cases.handle" in grant.permissions]
    return list(TradeUnion.objects.filter(pk__in=ids).order_by("depth", "id"))


def _path(request: HttpRequest) -> str:
    unions = _unions(request)
    chosen = [union for union in unions if str(union.pk) == request.POST.get("union", "")]
    return (chosen or unions)[0].path if unions else ""


#: Purpose of the code with which somebody confirms what was filled in for her.
PURPOSE = "counter"


@never_cache
@require_http_methods(["GET", "POST"])
@require("cases.handle")
def confirm(request: HttpRequest, case_id: int) -> HttpResponse:
    """Read the answers back; the person confirms by the code on her phone, or by signing the printed form."""
    actor, at = actor_of(request), clock.now()
    ready = check_ready(case_id=case_id, actor=actor, at=at)
    if not ready.case.on_behalf:
        return redirect("casework:fill", case_id=case_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            return _confirmed(request, ready)
        except Refusal as found:
            refusal = found
    context = {
        "case": ready.case, "page": case_page(ready, is_masked=False, sees_all=False), "contact": ready.data.contact,
        "mobile": mask_phone(ready.data.contact.mobile), "refusal": refusal, "sent": request.GET.get("sent") == "1",
        "why": request.POST.get("why", "")[:200], "cautions": ready.handler.cautions(ready.run()),
    }  # fmt: skip
    return render(request, "casework/confirm.html", context, status=refusal.status if refusal else 200)


def _confirmed(request: HttpRequest, ready: Loaded) -> HttpResponse:
    actor, at, mobile = actor_of(request), clock.now(), ready.data.contact.mobile
    do = request.POST.get("do")
    if do == "send_code":
        sent = codes.send(mobile=mobile, purpose=PURPOSE, at=at, origin=origin_of(request))
        if sent.shown:
            messages.info(request, _("Demo: the code would be %(code)s.") % {"code": sent.shown})
        return redirect(f"{request.path}?sent=1")
    if do == "paper":
        words = _signed(request)
        given = request.FILES.getlist("sheet")
        sheets = [(picture(one), one.name or "sheet.jpg") for one in given]
        keep_signed_sheet(case_id=ready.case.pk, sheets=sheets, actor=actor, at=at)
    else:
        codes.check(
            mobile=mobile,
            purpose=PURPOSE,
            code=request.POST.get("code", ""),
            at=at,
            origin=origin_of(request),
        )
        words = _("Confirmed by %(name)s with the code sent to her phone.") % {
            "name": ready.data.contact.name
        }
    case = submit(case_id=ready.case.pk, actor=actor, at=at, confirmed=words)
    messages.success(
        request, _("Sent. %(name)s gets a message with the reference.") % {"name": ready.data.contact.name}
    )
    return redirect("casework:counter_done", case_id=case.pk)


def _signed(request: HttpRequest) -> str:
    why = request.POST.get("why", "").strip()[:200]
    if not why:
        raise InvalidInput(
            _("Say why the code could not be used."), field="why", remedy=_("For example: no phone at hand.")
        )
    return _("Signed on paper; no code because: %(why)s") % {"why": why}


@never_cache
@require_GET
@require("cases.handle")
def done(request: HttpRequest, case_id: int) -> HttpResponse:
    """The receipt: reference, who has it, by when, where to look; printed for whoever stands there."""
    loaded = load(case_id=case_id, actor=actor_of(request), at=clock.now())
    if not loaded.case.on_behalf or loaded.case.state == CaseState.DRAFT:
        raise NotVisible
    context = {
        "case": loaded.case,
        "page": case_page(loaded, is_masked=True, sees_all=False),
        "contact": loaded.data.contact,
    }
    return render(request, "casework/receipt.html", context)
