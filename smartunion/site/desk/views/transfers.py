"""Transfers: inbox and answers."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry.flows import transfers as flows
from smartunion.ground.registry.models import Transfer
from smartunion.ground.registry.rules import TransferState
from smartunion.site.desk import listings

_RELATED = ("person", "to_union", "held_by", "to_employer", "membership__union", "membership__employer")


@require("members.view")
@require_http_methods(["GET", "POST"])
def transfers(request: HttpRequest) -> HttpResponseBase:
    """What waits for us on top, then every transfer in reach."""
    actor = actor_of(request)
    rows = Transfer.objects.visible_to(actor).select_related(*_RELATED)
    waiting = list(
        Transfer.objects.waiting_for(actor)
        .select_related(*_RELATED)
        .order_by(Coalesce("silent_after", "answer_by"), "pk")[:20]
    )
    cards = [{"transfer": row, **_may(actor, row)} for row in waiting]
    return listing_response(request, listings.TRANSFERS, rows, template="desk/transfers.html", cards=cards)


@require("members.view")
@require_GET
def transfer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """One transfer and what may be done."""
    actor = actor_of(request)
    row = get_visible(Transfer.objects.visible_to(actor).select_related(*_RELATED), transfer_id)
    return render(request, "desk/transfer.html", {"transfer": row, **_may(actor, row)})


def _may(actor: Actor, row: Transfer) -> dict[str, bool]:
    new, old = actor.can("members.edit", path=row.to_path), actor.can("members.edit", path=row.from_path)
    is_asked, is_accepted = row.state == TransferState.ASKED, row.state == TransferState.ACCEPTED
    return {
        "may_accept": is_asked and new, "may_release": is_accepted and old,
        "may_ask": is_asked and new and not row.question,
        "may_refuse": (is_asked and new) or (is_accepted and old), "may_withdraw": (is_asked or is_accepted) and new,
    }  # fmt: skip


def _answer(
    request: HttpRequest, transfer_id: int, done: str, flow: Callable[[Actor], object]
) -> HttpResponse:
    try:
        flow(actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:transfer", transfer_id=transfer_id)


@require("members.edit")
@require_POST
def accept(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """The new union agrees."""
    return _answer(
        request, transfer_id, _("Accepted. The old union has been told and may object until its term ends."),
        lambda actor: flows.accept(actor=actor, transfer_id=transfer_id, at=clock.now()),
    )  # fmt: skip


@require("members.edit")
@require_POST
def release(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """The old union agrees."""
    return _answer(
        request, transfer_id, _("The transfer is done; the member has been told."),
        lambda actor: flows.release(actor=actor, transfer_id=transfer_id, at=clock.now()),
    )  # fmt: skip


@require("members.edit")
@require_POST
def refuse(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Refuse or object, with a reason."""
    reason = request.POST.get("reason", "")
    return _answer(
        request, transfer_id, _("Refused. The member has been told the reason."),
        lambda actor: flows.refuse(actor=actor, transfer_id=transfer_id, reason=reason, at=clock.now()),
    )  # fmt: skip


@require("members.edit")
@require_POST
def question(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Ask the member for what is missing."""
    words = request.POST.get("question", "")
    return _answer(
        request, transfer_id, _("The member has been asked; you are told when she answers."),
        lambda actor: flows.ask_member(actor=actor, transfer_id=transfer_id, question=words, at=clock.now()),
    )  # fmt: skip


@require("members.edit")
@require_POST
def withdraw(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Take the request back."""
    return _answer(
        request, transfer_id, _("The request has been taken back."),
        lambda actor: flows.withdraw(actor=actor, transfer_id=transfer_id, at=clock.now()),
    )  # fmt: skip
