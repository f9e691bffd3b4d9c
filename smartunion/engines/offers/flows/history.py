"""How a booking moves from state to state, with its history."""

from datetime import datetime

from django.db.models import F

from smartunion.core.actor import Actor
from smartunion.core.errors import StaleState
from smartunion.engines.offers.models import Booking, BookingEvent
from smartunion.engines.offers.rules.words import BOOKING_MOVES, LIVE, BookingState


def move(
    booking: Booking,
    to: BookingState,
    *,
    what: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    **values: object,
) -> None:
    """Move a booking, expecting it unchanged since it was read, and append to its history. Raises StaleState."""
    before = BookingState(booking.state)
    if to not in BOOKING_MOVES[before]:
        raise StaleState
    if to not in LIVE:
        values.setdefault("closed_at", at)
    rows = Booking.objects.filter(pk=booking.pk, state=before, version=booking.version)
    if rows.update(state=to, updated_at=at, version=F("version") + 1, **values) != 1:
        raise StaleState
    booking.state, booking.updated_at, booking.version = to, at, booking.version + 1
    for name, value in values.items():
        setattr(booking, name, value)
    note_event(booking, before, what=what, actor=actor, at=at, note=note)


def note_event(
    booking: Booking, before: str, *, what: str, actor: Actor, at: datetime, note: str = ""
) -> BookingEvent:
    """Append to a booking's history."""
    return BookingEvent.objects.create(
        **event_values(booking, before, what=what, actor=actor, at=at, note=note)
    )


def event_values(
    booking: Booking, before: str, *, what: str, actor: Actor, at: datetime, note: str = ""
) -> dict[str, object]:
    """Values of a line of history."""
    return {
        "booking_id": booking.pk, "from_state": before, "to_state": booking.state, "what": what, "at": at,
        "user_id": actor.user_id, "actor_name": actor.name[:80], "note": note[:300],
    }  # fmt: skip
