"""Work orders on the desk: the list, one order, taking a call, calling back, the figures."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.ids import uuid7
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.web import require
from smartunion.systems.matters.flows import orders as flows
from smartunion.systems.matters.listings_orders import ORDERS
from smartunion.systems.matters.queries import orders as queries
from smartunion.systems.matters.rules.orders import Difficulty, OrderClass, OrderState, Said
from smartunion.systems.matters.services.common import CATEGORIES
from smartunion.systems.matters.views.common import region_code

VIEW, HANDLE, BOARDS = "cases.view", "cases.handle", "boards.view"


@require(VIEW, BOARDS)
@require_GET
def orders(request: HttpRequest) -> HttpResponseBase:
    """Work orders in reach, newest first."""
    actor = actor_of(request)
    return listing_response(
        request, ORDERS, queries.order_rows(actor), template="matters/orders.html", may_take=actor.can(HANDLE)
    )


@require(VIEW, BOARDS)
@require_GET
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One work order."""
    return _page(request, order_id, None)


@require(HANDLE)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, case_id: int) -> HttpResponse:
    """A case becomes a work order."""
    actor = actor_of(request)
    case = get_visible(CaseFile.objects.at_desk(actor), case_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            made = flows.make_order(
                actor=actor, case_id=case_id, difficulty=request.POST.get("difficulty", ""),
                order_class=request.POST.get("order_class", ""), at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("It is a work order now; its day is set."))
            return redirect("matters:order", order_id=made.pk)
    values = {"case": case, "refusal": refusal, "given": request.POST, **_choices()}
    return render(request, "matters/order_make.html", values, status=refusal.status if refusal else 200)


@require(HANDLE)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Take a call down."""
    refusal: DomainError | None = None
    post = request.POST
    if request.method == "POST":
        people = post.get("people", "")
        try:
            made = flows.take_call(
                actor=actor_of(request), at=clock.now(),
                data=flows.Call(
                    client_id=client_id_of(request.POST), order_class=post.get("order_class", ""),
                    difficulty=post.get("difficulty", ""), category=post.get("category", ""),
                    about=post.get("about", ""), region=region_code(post.get("region", "")), name=post.get("name", ""),
                    mobile=post.get("mobile", ""), people=int(people) if people.isdecimal() and len(people) < 7 else None,
                ),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Taken down: %(reference)s") % {"reference": made.reference})
            return redirect("matters:order", order_id=made.pk)
    values = {
        "refusal": refusal, "given": post, "categories": CATEGORIES, "client_id": post.get("client_id") or uuid7(),
        **_choices(),
    }  # fmt: skip
    return render(request, "matters/order_call.html", values, status=refusal.status if refusal else 200)


@require(HANDLE)
@require_POST
def call_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """What the caller said of the answer."""
    try:
        done = flows.call_back(
            actor=actor_of(request), order_id=order_id, said=request.POST.get("said", ""),
            words=request.POST.get("words", ""), at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, order_id, refusal)
    is_open = done.state == OrderState.OPEN
    messages.success(request, _("Taken up again.") if is_open else _("Called back and closed."))
    return redirect("matters:order", order_id=order_id)


@require(VIEW, BOARDS)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """In time, satisfied, taken up again: by union and by subject; every number opens its list."""
    today = clock.today()
    since, until = (
        _day(request, "since", today.replace(day=1) - timedelta(days=61)),
        _day(request, "until", today),
    )
    if since > until:
        since, until = until, since
    found = queries.figures(actor_of(request), since=since, until=until)
    values = {"figures": found, "since": since, "until": until, "at": clock.now()}
    return render(request, "matters/order_figures.html", values)


def _page(request: HttpRequest, order_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(queries.order_rows(actor).select_related("case"), order_id)
    may_open = CaseFile.objects.at_desk(actor).filter(pk=shown.case_id).exists()
    values = {
        "order": shown, "refusal": refusal, "given": request.POST, "said": Said.choices, "may_open": may_open,
        "may_call": actor.can(HANDLE, path=shown.path) and shown.state == OrderState.ANSWERED,
    }  # fmt: skip
    return render(request, "matters/order.html", values, status=refusal.status if refusal else 200)


def _choices() -> dict[str, object]:
    return {"difficulties": Difficulty.choices, "classes": OrderClass.choices}


def _day(request: HttpRequest, name: str, default: date) -> date:
    try:
        return parse_date(request.GET.get(name, "")) or default
    except ValueError:
        return default
