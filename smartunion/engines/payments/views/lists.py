"""Payment lists on the desk: made, released, their bank files and the bank's answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.ids import row_ids
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.payments.flows import bankin, bankout, lists
from smartunion.engines.payments.flows.lists import LeftOut
from smartunion.engines.payments.listings import LISTS
from smartunion.engines.payments.queries import desk as queries
from smartunion.engines.payments.rules.accounts import mask_name
from smartunion.engines.payments.rules.states import ListState
from smartunion.ground.accounts.web import require

PREPARE, RELEASE = "payments.prepare", "payments.release"


@require(PREPARE, RELEASE)
@require_GET
def all_lists(request: HttpRequest) -> HttpResponseBase:
    """Payment lists in reach, newest first."""
    actor = actor_of(request)
    return listing_response(
        request, LISTS, queries.list_rows(actor), template="payments/lists.html", may_make=actor.can(PREPARE)
    )


@require(PREPARE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a list."""
    actor, refusal = actor_of(request), None
    unions = list(queries.unions_for(actor))
    if request.method == "POST":
        try:
            made = lists.make_list(
                actor=actor, at=clock.now(), union_id=number_of(request.POST, "union", digits=17),
                fund_id=number_of(request.POST, "fund", digits=17),
                note=request.POST.get("note", ""),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            return redirect("payments:list", paylist_id=made.pk)
    values = {
        "unions": unions, "funds": queries.funds_for(unions, clock.today()), "given": request.POST, "refusal": refusal,
    }  # fmt: skip
    return render(request, "payments/list_new.html", values, status=refusal.status if refusal else 200)


@require(PREPARE, RELEASE)
@require_GET
def one_list(request: HttpRequest, paylist_id: int) -> HttpResponse:
    """One list with its items."""
    return _page(request, paylist_id, None)


@require(PREPARE, RELEASE)
@require_POST
def act(request: HttpRequest, paylist_id: int, act: str) -> HttpResponse:
    """One act on a list."""
    run = _ACTS.get(act)
    if run is None:
        raise NotVisible
    try:
        left_out = run(request, {"actor": actor_of(request), "at": clock.now(), "list_id": paylist_id})
    except Refusal as refusal:
        return _page(request, paylist_id, refusal)
    if isinstance(left_out, list) and left_out:
        return _page(request, paylist_id, None, left_out)
    messages.success(request, str(_SAID[act]()))
    return redirect("payments:list", paylist_id=paylist_id)


@require(RELEASE)
@require_POST
def bank_file(request: HttpRequest, paylist_id: int) -> HttpResponse:
    """Take the bank file out."""
    try:
        made = bankout.export(
            actor=actor_of(request), at=clock.now(), list_id=paylist_id, form=request.POST.get("form", ""),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, paylist_id, refusal)
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = disposition(made.name)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require(PREPARE)
@require_POST
def answers(request: HttpRequest, paylist_id: int) -> HttpResponse:
    """Read the bank's answers."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise InvalidInput(_("Choose the file with the bank's answers, of at most 10 MB."), field="file")
        read = bankin.read_answers(
            actor=actor_of(request), at=clock.now(), list_id=paylist_id, name=given.name or "file",
            content=given.read(bankin.MOST_BYTES + 1),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, paylist_id, refusal)
    messages.success(
        request, _("Read: %(paid)s paid, %(failed)s came back, %(refused)s rows not taken.")
        % {"paid": read.paid_count, "failed": read.failed_count, "refused": len(read.refused)},
    )  # fmt: skip
    return redirect("payments:list", paylist_id=paylist_id)


def _page(
    request: HttpRequest, paylist_id: int, refusal: DomainError | None, left_out: list[LeftOut] | None = None
) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(queries.list_rows(actor), paylist_id)
    may_release = actor.can(RELEASE, path=shown.path)
    is_mine = shown.made_by_id == actor.user_id and actor.can(PREPARE, path=shown.path)
    items, further = queries.items_of(shown, after=number_of(request.GET, "after", digits=17))
    values = {
        "list": shown, "refusal": refusal, "given": request.POST, "items": items, "further": further,
        "is_mine": is_mine, "may_release": may_release, "why_not": _why_not(request, shown) if may_release else "",
        "candidates": queries.candidates_for(actor, shown) if is_mine and shown.state == ListState.DRAFT else [],
        "left_out": [(mask_name(one.payable.person.name), one.payable.amount_yuan, one.reason) for one in left_out or []],
        "may_read": actor.can(PREPARE, path=shown.path), "files_out": shown.files_out.order_by("issue"),
        "files_in": shown.files_in.order_by("-pk")[:10],
    }  # fmt: skip
    return render(request, "payments/list.html", values, status=refusal.status if refusal else 200)


def _why_not(request: HttpRequest, shown: Any) -> str:
    """Why this actor may not release this list; "" when she may."""
    if shown.state != ListState.PROPOSED:
        return ""
    try:
        lists.check_second(shown, actor_of(request))
    except Refusal as refusal:
        return str(refusal)
    return ""


def _add(request: HttpRequest, common: dict[str, Any]) -> list[LeftOut]:
    ids = row_ids(request.POST.getlist("payable"))
    if not ids:
        raise InvalidInput(_("Tick what goes on the list."), field="payable")
    return lists.add(payable_ids=ids, **common)


_Act = Callable[[HttpRequest, dict[str, Any]], object]
_ACTS: dict[str, _Act] = {
    "add": _add,
    "fill": lambda request, common: lists.fill(**common),
    "off": lambda request, common: lists.take_off(
        payable_id=number_of(request.POST, "payable", digits=17), **common
    ),
    "propose": lambda request, common: lists.propose(**common),
    "back": lambda request, common: lists.send_back(reason=request.POST.get("reason", ""), **common),
    "drop": lambda request, common: lists.drop(**common),
    "release": lambda request, common: lists.release(**common),
    "take_back": lambda request, common: lists.take_back(reason=request.POST.get("reason", ""), **common),
}
_SAID: dict[str, Callable[[], str]] = {
    "add": lambda: _("They are on the list."),
    "fill": lambda: _(
        "Everything that may go on it is on the list. What looks like another claim waits to be compared."
    ),
    "off": lambda: _("It is off the list and owed as before."),
    "propose": lambda: _("The list waits for its release by somebody else."),
    "back": lambda: _("The list is back in preparation."),
    "drop": lambda: _("The list is given up; everything on it is owed as before."),
    "release": lambda: _("Released. Take the bank file out and hand it to the bank."),
    "take_back": lambda: _("The release is taken back; the money is free again."),
}
