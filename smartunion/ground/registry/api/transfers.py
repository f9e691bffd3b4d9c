"""Transfers over the API."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import (
    RefuseIn,
    TransferAnswerIn,
    TransferIn,
    TransferOut,
    TransferPage,
    TransferQuestionIn,
)
from smartunion.ground.registry.flows import transfers as flows
from smartunion.ground.registry.models import Transfer
from smartunion.ground.registry.rules import TransferState

router = Router(tags=["registry"])


class TransferFilter(Paging):
    """Which transfers. waiting: those your unions have to answer."""

    state: TransferState | None = None
    waiting: bool = False


def _rows(request: ActorRequest) -> Any:
    return Transfer.objects.visible_to(request.actor).select_related(
        "person", "to_union", "held_by", "membership__union"
    )


@router.get("/", response=TransferPage, summary="Transfers")
def transfers(request: ActorRequest, given: Query[TransferFilter]) -> dict[str, Any]:
    """Transfers out of and into your reach, latest first."""
    rows = _rows(request)
    if given.waiting:
        rows = rows.filter(pk__in=Transfer.objects.waiting_for(request.actor).values("pk"))
    if given.state is not None:
        rows = rows.filter(state=given.state)
    return page(rows, ("-asked_at",), given, "api.transfers")


@router.post("/", response={201: TransferOut}, summary="Ask for a transfer")
def ask(request: ActorRequest, body: TransferIn) -> Any:
    """By the new union, with name and ID number of the member (accepted at once), or by the member herself."""
    actor, at = request.actor, clock.now()
    if body.name or body.resident_id:
        made = flows.ask_for(
            actor=actor, name=body.name, resident_id=body.resident_id, to_union_id=body.to_union_id, at=at,
            to_employer_id=body.to_employer_id, reason=body.reason,
        )  # fmt: skip
    elif actor.person_id is not None:
        made = flows.ask(
            actor=actor, person_id=actor.person_id, to_union_id=body.to_union_id, at=at,
            to_employer_id=body.to_employer_id, reason=body.reason,
        )  # fmt: skip
    else:
        raise InvalidInput(_("Name and ID number of the member are needed."), field="resident_id")
    return Status(201, get_visible(_rows(request), made.pk))


@router.get("/{int:transfer_id}", response=TransferOut, summary="One transfer")
def transfer(request: ActorRequest, transfer_id: int) -> Any:
    """One transfer."""
    return get_visible(_rows(request), transfer_id)


@router.post("/{int:transfer_id}/accept", response=TransferOut, summary="Accept, as the new union")
def accept(request: ActorRequest, transfer_id: int) -> Any:
    """From now on the old union may object until its term ends."""
    return flows.accept(actor=request.actor, transfer_id=transfer_id, at=clock.now())


@router.post("/{int:transfer_id}/release", response=TransferOut, summary="Let go, as the old union")
def release(request: ActorRequest, transfer_id: int) -> Any:
    """The transfer is done at once."""
    return flows.release(actor=request.actor, transfer_id=transfer_id, at=clock.now())


@router.post("/{int:transfer_id}/refuse", response=TransferOut, summary="Refuse or object")
def refuse(request: ActorRequest, transfer_id: int, body: RefuseIn) -> Any:
    """With a reason, which the member is told."""
    return flows.refuse(actor=request.actor, transfer_id=transfer_id, reason=body.reason, at=clock.now())


@router.post(
    "/{int:transfer_id}/question", response=TransferOut, summary="Ask the member for what is missing"
)
def ask_member(request: ActorRequest, transfer_id: int, body: TransferQuestionIn) -> Any:
    """As the new union, once, with everything in it."""
    return flows.ask_member(
        actor=request.actor, transfer_id=transfer_id, question=body.question, at=clock.now()
    )


@router.post("/{int:transfer_id}/answer", response=TransferOut, summary="Answer, as the member")
def answer(request: ActorRequest, transfer_id: int, body: TransferAnswerIn) -> Any:
    """What was missing."""
    return flows.answer(actor=request.actor, transfer_id=transfer_id, words=body.words, at=clock.now())


@router.post("/{int:transfer_id}/withdraw", response=TransferOut, summary="Take the request back")
def withdraw(request: ActorRequest, transfer_id: int) -> Any:
    """By the member or the new union."""
    return flows.withdraw(actor=request.actor, transfer_id=transfer_id, at=clock.now())
