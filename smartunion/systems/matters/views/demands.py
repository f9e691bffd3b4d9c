"""Demands on the desk: the list, gathering, one demand and what is done about it."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.core.ids import row_ids
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.web import require
from smartunion.ground.policies import service as policies
from smartunion.systems.matters.flows import demands as flows
from smartunion.systems.matters.listings import DEMANDS
from smartunion.systems.matters.models import Demand
from smartunion.systems.matters.queries import demands as queries
from smartunion.systems.matters.rules import DEMAND_MOVES, DemandState

VIEW, HANDLE = "cases.view", "cases.handle"
#: Matters listed on a demand's page; all of them are in its export.
LISTED = 100
#: Similar matters ticked beforehand are at least this alike.
TICKED = 0.15


@require(VIEW)
@require_GET
def demands(request: HttpRequest) -> HttpResponseBase:
    """Demands in reach."""
    return listing_response(request, DEMANDS, queries.demand_rows(actor_of(request)))


@require(HANDLE)
@require_http_methods(["GET", "POST"])
def gather(request: HttpRequest) -> HttpResponse:
    """Similar matters beside one, ticked and worded as one demand."""
    actor, at = actor_of(request), clock.now()
    begun = get_visible(
        CaseFile.objects.visible_to(actor), request.GET.get("case") or request.POST.get("case")
    )
    if begun.service_key not in queries.WORDS or begun.submitted_at is None:
        raise NotVisible
    refusal: DomainError | None = None
    if request.method == "POST":
        new = flows.NewDemand(
            request.POST.get("title", ""),
            request.POST.get("text", ""),
            row_ids(request.POST.getlist("matter")),
        )
        try:
            made = flows.gather(actor=actor, data=new, at=at)
        except InvalidInput as error:
            refusal = error
        else:
            messages.success(request, _("Gathered: everybody who asked will be told what is done."))
            return redirect("matters:demand", demand_id=made.pk)
    found = queries.similar_to(actor, begun, at)
    ticked = (
        set(row_ids(request.POST.getlist("matter")))
        if refusal
        else {one.case.pk for one in found if one.score >= TICKED}
    )
    values = {
        "begun": begun, "words": queries.words_of(begun), "found": found, "ticked": ticked, "refusal": refusal,
        "given": request.POST, "belongs": queries.demand_of(begun.pk),
    }  # fmt: skip
    return render(request, "matters/gather.html", values, status=refusal.status if refusal else 200)


@require(VIEW)
@require_GET
def demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """One demand: what is asked for, from where, what is done."""
    return _page(request, _seen(request, demand_id), None)


@require(VIEW)
@require_GET
def digest(request: HttpRequest, demand_id: int) -> HttpResponse:
    """The demand as it may be handed on, on one sheet."""
    shown = _seen(request, demand_id)
    fewest = int(policies.value("matters.fewest_shown", path=shown.path, on=clock.today()))
    return render(
        request, "matters/digest.html", {"digest": queries.digest(shown, fewest), "at": clock.now()}
    )


@require(HANDLE)
@require_POST
def add(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Put further matters into it."""
    return _do(
        request,
        demand_id,
        lambda actor: flows.add(
            actor=actor, demand_id=demand_id, case_ids=row_ids(request.POST.getlist("matter")), at=clock.now()
        ),
    )


@require(HANDLE)
@require_POST
def take_out(request: HttpRequest, demand_id: int, case_id: int) -> HttpResponse:
    """Take a matter out."""
    return _do(
        request,
        demand_id,
        lambda actor: flows.take_out(actor=actor, demand_id=demand_id, case_id=case_id, at=clock.now()),
    )


@require(HANDLE)
@require_POST
def take_on(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Say what is being done."""
    return _do(
        request,
        demand_id,
        lambda actor: flows.take_on(
            actor=actor,
            demand_id=demand_id,
            plan=request.POST.get("plan", ""),
            due_on=_day(request),
            at=clock.now(),
        ),
    )


@require(HANDLE)
@require_POST
def answer(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Say what came of it."""
    text = request.POST.get("answer", "")
    return _do(
        request,
        demand_id,
        lambda actor: flows.answer(actor=actor, demand_id=demand_id, text=text, at=clock.now()),
    )


@require(HANDLE)
@require_POST
def drop(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Give it up with a reason."""
    reason = request.POST.get("reason", "")
    return _do(
        request,
        demand_id,
        lambda actor: flows.drop(actor=actor, demand_id=demand_id, reason=reason, at=clock.now()),
    )


def _do(request: HttpRequest, demand_id: int, act: Callable[[Actor], Demand]) -> HttpResponse:
    """One act; what is refused comes back on the page with what was typed."""
    shown = _seen(request, demand_id)
    try:
        act(actor_of(request))
    except InvalidInput as refusal:
        return _page(request, shown, refusal)
    messages.success(request, _("Done; everybody concerned has been told."))
    return redirect("matters:demand", demand_id=demand_id)


def _seen(request: HttpRequest, demand_id: int) -> Demand:
    return get_visible(queries.demand_rows(actor_of(request)), demand_id)


def _day(request: HttpRequest) -> date | None:
    given = request.POST.get("due_on", "").strip()
    if not given:
        return None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(_("This is not a date. Write it like 2026-03-08."), field="due_on")
    return day


def _page(request: HttpRequest, shown: Demand, refusal: DomainError | None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    links = list(queries.links_of(actor, shown)[:LISTED])
    state = DemandState(shown.state)
    may = actor.can(HANDLE, path=shown.path)
    is_open = state in {DemandState.OPEN, DemandState.TAKEN}
    values = {
        "demand": shown, "links": links, "spread": queries.spread(links)[:8], "refusal": refusal, "given": request.POST,
        "more": queries.more_like(actor, shown, at)[:20] if may and is_open else [],
        "may": {to.value: may and to in DEMAND_MOVES[state] for to in DemandState}, "may_change": may and is_open,
        "hidden": shown.matters - len(links), "today": clock.today(),
    }  # fmt: skip
    return render(request, "matters/demand.html", values, status=refusal.status if refusal else 200)
