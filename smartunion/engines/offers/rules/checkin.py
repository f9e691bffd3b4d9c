"""The door: whether a code lets somebody in, and what holds when phones without signal have let people in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from smartunion.engines.offers.rules.words import BookingState


class Outcome(TextChoices):
    """What came of a code at the door; everything but `admitted` is a refusal, or a conflict if she was let in."""

    ADMITTED = "admitted", pgettext_lazy("door", "Let in")
    UNKNOWN = "unknown", pgettext_lazy("door", "This code is not known here. Read it once more, or type it.")
    WRONG_OCCASION = "wrong_occasion", pgettext_lazy("door", "This code is for another occasion.")
    CALLED_OFF = "called_off", pgettext_lazy("door", "This occasion was called off.")
    CANCELLED = "cancelled", pgettext_lazy("door", "This booking was cancelled, declined or passed on.")
    NOT_CONFIRMED = "not_confirmed", pgettext_lazy("door", "There is no confirmed place behind this code.")
    TOO_EARLY = "too_early", pgettext_lazy("door", "The door is not open yet.")
    TOO_LATE = "too_late", pgettext_lazy("door", "The occasion is over.")
    ALREADY_IN = (
        "already_in",
        pgettext_lazy("door", "Somebody came in with this code before. The first entry holds."),
    )
    SHARE_SPENT = "share_spent", pgettext_lazy("door", "The places reserved for this device are used up.")


_NOT_CONFIRMED = frozenset({
    BookingState.ENTERED, BookingState.HELD, BookingState.INVITED, BookingState.WAITING, BookingState.OFFERED,
    BookingState.NOT_DRAWN,
})  # fmt: skip


@dataclass(frozen=True)
class Door:
    """An occasion as the door sees it. early: how long before its start people come in."""

    occasion_id: int
    starts_at: datetime
    ends_at: datetime
    early: timedelta
    is_off: bool = False


class Ticket(NamedTuple):
    """The booking behind a code."""

    occasion_id: int
    state: str


def tidy(code: str) -> str:
    """A code as it is stored: upper case, without the blanks and dashes people type; at most 12 characters."""
    return "".join(char for char in code.upper() if char.isascii() and char.isalnum())[:12]


def decide(ticket: Ticket | None, door: Door, at: datetime) -> Outcome:
    """What comes of a code read at `at`. Whoever was noted as absent and comes is let in."""
    if ticket is None:
        return Outcome.UNKNOWN
    if ticket.occasion_id != door.occasion_id:
        return Outcome.WRONG_OCCASION
    if door.is_off:
        return Outcome.CALLED_OFF
    if ticket.state == BookingState.ATTENDED:
        return Outcome.ALREADY_IN
    if ticket.state in _NOT_CONFIRMED:
        return Outcome.NOT_CONFIRMED
    if ticket.state not in (BookingState.CONFIRMED, BookingState.NO_SHOW):
        return Outcome.CANCELLED
    if at < door.starts_at - door.early:
        return Outcome.TOO_EARLY
    return Outcome.TOO_LATE if at > door.ends_at else Outcome.ADMITTED


class Entry(NamedTuple):
    """Somebody let in with a code. number: of the device, 0 none."""

    at: datetime
    number: int
    client_id: UUID


def first_entry(entries: Iterable[Entry]) -> Entry | None:
    """The entry that holds: the earliest, of equal ones that of the device with the lower number."""
    return min(entries, default=None)


def share_holds(entries: Iterable[Entry], share: int) -> set[UUID]:
    """Which entries without a booking the reserved places of one device cover: the earliest ones."""
    return {entry.client_id for entry in sorted(entries)[: max(0, share)]}
