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
    """What came of a code at the door; what is not in GOOD is a refusal, or a conflict if she was let in."""

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
    RETURNED = "returned", pgettext_lazy("door", "Back again")
    LEFT = "left", pgettext_lazy("door", "Has left")
    NOT_INSIDE = "not_inside", pgettext_lazy("door", "Nobody with this code is inside.")
    SHARE_SPENT = "share_spent", pgettext_lazy("door", "The places reserved for this device are used up.")


#: How it is said where things are handed out and nobody goes in.
HANDED_OUT = {
    Outcome.ADMITTED.value: pgettext_lazy("door", "Hand it out"),
    Outcome.ALREADY_IN.value: pgettext_lazy(
        "door", "It was collected with this code before. The first time holds."
    ),
    Outcome.TOO_EARLY.value: pgettext_lazy("door", "Handing out has not begun."),
    Outcome.TOO_LATE.value: pgettext_lazy("door", "Handing out is over."),
}
#: What opens the door, or is a way out.
GOOD = frozenset({Outcome.ADMITTED, Outcome.RETURNED, Outcome.LEFT})

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
    """The booking behind a code. is_out: she was inside and has left."""

    occasion_id: int
    state: str
    is_out: bool = False


def tidy(code: str) -> str:
    """A code as it is stored: upper case, without the blanks and dashes people type; at most 12 characters."""
    return "".join(char for char in code.upper() if char.isascii() and char.isalnum())[:12]


def decide(ticket: Ticket | None, door: Door, at: datetime) -> Outcome:
    """What comes of a code read at `at` on the way in. Whoever was noted as absent and comes is let in."""
    if ticket is None:
        return Outcome.UNKNOWN
    if ticket.occasion_id != door.occasion_id:
        return Outcome.WRONG_OCCASION
    if door.is_off:
        return Outcome.CALLED_OFF
    if ticket.state == BookingState.ATTENDED:
        return Outcome.RETURNED if ticket.is_out else Outcome.ALREADY_IN
    if ticket.state in _NOT_CONFIRMED:
        return Outcome.NOT_CONFIRMED
    if ticket.state not in (BookingState.CONFIRMED, BookingState.NO_SHOW):
        return Outcome.CANCELLED
    if at < door.starts_at - door.early:
        return Outcome.TOO_EARLY
    return Outcome.TOO_LATE if at > door.ends_at else Outcome.ADMITTED


def decide_exit(ticket: Ticket | None, door: Door) -> Outcome:
    """What comes of a code read on the way out."""
    if ticket is None:
        return Outcome.UNKNOWN
    if ticket.occasion_id != door.occasion_id:
        return Outcome.WRONG_OCCASION
    inside = ticket.state == BookingState.ATTENDED and not ticket.is_out
    return Outcome.LEFT if inside else Outcome.NOT_INSIDE


class Move(NamedTuple):
    """Somebody went through the door with a code. number: of the device, 0 none. They are ordered as they happened."""

    at: datetime
    number: int
    client_id: UUID
    is_exit: bool = False


def judged(moves: Iterable[Move]) -> dict[UUID, Outcome]:
    """What holds of all that went through with one code, whichever phone was heard of first.

    The first entry holds; while somebody is inside a further entry is a conflict; after an exit an entry is a return;
    an exit of somebody who is not inside is a conflict. Of one moment the device with the lower number comes first.
    """
    outcomes: dict[UUID, Outcome] = {}
    inside = was_in = False
    for move in sorted(moves):
        if move.is_exit:
            outcomes[move.client_id] = Outcome.LEFT if inside else Outcome.NOT_INSIDE
            inside = False
        elif inside:
            outcomes[move.client_id] = Outcome.ALREADY_IN
        else:
            outcomes[move.client_id] = Outcome.RETURNED if was_in else Outcome.ADMITTED
            inside = was_in = True
    return outcomes


class Presence(NamedTuple):
    """How long somebody was there. came_at: first entry; since_at: of the last stay; left_at: its end, None inside;

    closed_s: seconds of the stays that have ended, within the occasion.
    """

    came_at: datetime
    since_at: datetime
    left_at: datetime | None
    closed_s: int


def presence(moves: Iterable[Move], *, starts_at: datetime, ends_at: datetime) -> Presence | None:
    """The stays of one code; None when nobody came in with it."""
    listed = sorted(moves)
    outcomes = judged(listed)
    found: Presence | None = None
    for move in listed:
        outcome = outcomes[move.client_id]
        if outcome == Outcome.ADMITTED:
            found = Presence(move.at, move.at, None, 0)
        elif outcome == Outcome.RETURNED and found is not None:
            found = found._replace(since_at=move.at, left_at=None)
        elif outcome == Outcome.LEFT and found is not None:
            stayed = seconds_within(found.since_at, move.at, starts_at=starts_at, ends_at=ends_at)
            found = found._replace(left_at=move.at, closed_s=found.closed_s + stayed)
    return found


def seconds_within(since_at: datetime, until_at: datetime, *, starts_at: datetime, ends_at: datetime) -> int:
    """Whole seconds of a stay that lie within the occasion."""
    return max(0, int((min(until_at, ends_at) - max(since_at, starts_at)).total_seconds()))


def share_holds(moves: Iterable[Move], share: int) -> set[UUID]:
    """Which entries without a booking the reserved places of one device cover: the earliest ones."""
    return {move.client_id for move in sorted(moves)[: max(0, share)]}
