"""The door over the API: codes read at gates, what is kept for the time without signal, how full it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from smartunion.core import clock
from smartunion.core.web.guards import ActorRequest
from smartunion.engines.offers.flows import checkin
from smartunion.engines.offers.queries.door import answer_of, kept_by_phones
from smartunion.engines.offers.queries.pages import now_at

router = Router(tags=["offers"])


class GateIn(Schema):
    """A device at a door. key: made by the device, the same every time; share: places it may give without a booking."""

    key: str = Field(min_length=8, max_length=40)
    label: str = Field("", max_length=40)
    share: int = Field(0, ge=0, le=100_000)


class GateOut(Schema):
    """number: in the order devices were opened; share: places reserved for it."""

    number: int
    label: str
    share: int


class ScanIn(Schema):
    """A code read. client_id: made by the device, repeating it changes nothing; at: by the device's clock, with its zone.

    is_exit: on the way out; is_walk_in: somebody without a booking, from the device's share; is_offline: decided by the
    device without signal, was_let_in: how it decided.
    """

    client_id: UUID
    code: str = Field("", max_length=40)
    at: AwareDatetime
    gate: str = Field("", max_length=40)
    is_exit: bool = False
    is_walk_in: bool = False
    is_offline: bool = False
    was_let_in: bool = False


class ScansIn(Schema):
    """At most 500 at once, in any order."""

    scans: list[ScanIn] = Field(max_length=checkin.MOST_SYNCED)


class ScanOut(Schema):
    """outcome: admitted, returned, left, or the reason of a refusal: unknown, wrong_occasion, called_off, cancelled,
    not_confirmed, too_early, too_late, already_in, not_inside, share_spent; text: the same for people;
    is_conflict: a device let somebody through, but by all that is known another rule holds; people: who come with her."""

    client_id: UUID
    outcome: str
    text: str
    is_good: bool
    is_conflict: bool
    people: int
    at: datetime


class ScansOut(Schema):
    """Answers in the order of the codes sent."""

    scans: list[ScanOut]


class KeptOut(Schema):
    """codes: SHA-256 of "salt:code" → [state, people]. as_of: when it was read."""

    salt: str
    codes: dict[str, list[str | int]]
    as_of: datetime


class NowOut(Schema):
    """People inside now, who came at all, who are still expected; codes refused; conflicts by rule."""

    inside: int
    came: int
    missing: int
    refused: int
    conflicts: list[ScanOut]


@router.post("/occasions/{int:occasion_id}/gates", response=GateOut, summary="Open a device at the door")
def open_gate(request: ActorRequest, occasion_id: int, body: GateIn) -> dict[str, Any]:
    """The same device again gets the same number; places are reserved once."""
    gate = checkin.open_gate(
        actor=request.actor, occasion_id=occasion_id, key=body.key, label=body.label, share=body.share, at=clock.now()
    )  # fmt: skip
    return {"number": gate.number, "label": gate.label, "share": gate.share}


@router.post("/occasions/{int:occasion_id}/scans", response=ScansOut, summary="Read codes at the door")
def scans(request: ActorRequest, occasion_id: int, body: ScansIn) -> dict[str, Any]:
    """Each code gets its answer; sending the same client_id again gets what holds by now, and counts once."""
    reads = [
        checkin.Read(
            client_id=one.client_id, code=one.code, at=one.at, gate_key=one.gate, was_let_in=one.was_let_in,
            is_offline=one.is_offline, is_walk_in=one.is_walk_in, is_exit=one.is_exit,
        )
        for one in body.scans
    ]  # fmt: skip
    found = checkin.sync(actor=request.actor, occasion_id=occasion_id, reads=reads, at=clock.now())
    return {"scans": [answer_of(scan) for scan in found]}


@router.get(
    "/occasions/{int:occasion_id}/codes", response=KeptOut, summary="Codes for the time without signal"
)
def codes(request: ActorRequest, occasion_id: int) -> dict[str, Any]:
    """Digests of the codes that stand, so that a device can decide without signal; no name, no code."""
    occasion = checkin.door_of(request.actor, occasion_id)
    return {**kept_by_phones(occasion), "as_of": clock.now()}


@router.get("/occasions/{int:occasion_id}/now", response=NowOut, summary="How full it is now")
def now(request: ActorRequest, occasion_id: int) -> dict[str, Any]:
    """People inside, and every conflict with its rule."""
    found = now_at(checkin.door_of(request.actor, occasion_id))
    return {
        "inside": found.inside, "came": found.came, "missing": found.missing, "refused": found.refused,
        "conflicts": [answer_of(scan) for scan in found.conflicts],
    }  # fmt: skip
