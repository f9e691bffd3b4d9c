"""How a booking moves from state to state, with its history."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from smartunion.core import bulk
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


def move_many(
    bookings: Sequence[Booking], to: BookingState, *, what: str, actor: Actor, at: datetime, **values: object
) -> None:
    """Move bookings that stand in one state and get the same values, expecting that nobody moved one meanwhile.

    As many statements for a thousand as for one. Raises StaleState, and then the caller's transaction must end.
    """
    if not bookings:
        return
    before = BookingState(bookings[0].state)
    if to not in BOOKING_MOVES[before] or any(booking.state != before for booking in bookings):
        raise StaleState
    if to not in LIVE:
        values.setdefault("closed_at", at)
    for start in range(0, len(bookings), _AT_ONCE):
        part = bookings[start : start + _AT_ONCE]
        rows = Booking.objects.filter(pk__in=[booking.pk for booking in part], state=before)
        if rows.update(state=to, updated_at=at, version=F("version") + 1, **values) != len(part):
            raise StaleState
    for booking in bookings:
        booking.state, booking.updated_at, booking.version = to, at, booking.version + 1
        for name, value in values.items():
            setattr(booking, name, value)
    note_events(bookings, before, what=what, actor=actor, at=at)


def note_events(bookings: Iterable[Booking], before: str, *, what: str, actor: Actor, at: datetime) -> None:
    """Append the same line to the history of several bookings."""
    lines = (event_values(booking, before, what=what, actor=actor, at=at) for booking in bookings)
    bulk.insert(BookingEvent, _LINE, (tuple(line[name] for name in _LINE) for line in lines))


#: Keys in one statement; SQLite's smallest build limit is 999.
_AT_ONCE = 900
_LINE = ("booking_id", "from_state", "to_state", "what", "at", "user_id", "actor_name", "note")


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
