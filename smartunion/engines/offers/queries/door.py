"""The door as devices see it: answers for machines, and the list a phone keeps for the time without signal."""

from hashlib import sha256
from typing import TypedDict

from smartunion.engines.offers.models import Booking, Occasion, Scan
from smartunion.engines.offers.rules.checkin import GOOD, HANDED_OUT, Outcome
from smartunion.engines.offers.rules.words import LIVE


class Answer(TypedDict):
    """A scan as a device reads it. outcome: the reason for machines; text: the sentence for people; people: who come in."""

    client_id: str
    outcome: str
    text: str
    is_good: bool
    is_conflict: bool
    people: int
    at: str


def answer_of(scan: Scan) -> Answer:
    """What a device is told of a scan."""
    return {
        "client_id": str(scan.client_id), "outcome": scan.outcome, "text": _said(scan),
        "is_good": scan.outcome in GOOD, "is_conflict": is_conflict(scan),
        "people": scan.booking.party if scan.booking else 1, "at": scan.at.isoformat(),
    }  # fmt: skip


def _said(scan: Scan) -> str:
    """The outcome in a sentence; with a thing to hand out it is handed out, not let in."""
    handed = HANDED_OUT.get(scan.outcome) if scan.booking is not None and scan.booking.item else None
    return str(handed or Outcome(scan.outcome).label)


def is_conflict(scan: Scan) -> bool:
    """Whether a device let somebody in or out, and by all that is known another rule holds."""
    return (scan.was_let_in or (scan.is_exit and scan.is_offline)) and scan.outcome not in GOOD


class Kept(TypedDict):
    """codes: SHA-256 of "salt:code" → [state, people]; "left" is the state of who was inside and has left."""

    salt: str
    codes: dict[str, list[str | int]]


def kept_by_phones(occasion: Occasion) -> Kept:
    """A digest of every code that stands, with its state and people; no name, no code."""
    salt = sha256(f"door:{occasion.pk}".encode()).hexdigest()[:16]
    rows = Booking.objects.filter(occasion=occasion, state__in=sorted(LIVE)).order_by("pk")
    return {"salt": salt, "codes": {
        sha256(f"{salt}:{code}".encode()).hexdigest(): ["left" if left_at else state, party]
        for code, state, party, left_at in rows.values_list("code", "state", "party", "left_at").iterator(2000)
    }}  # fmt: skip
