"""Occasions as calendar files (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.rules.words import BookingState

_STANDS = {
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.ATTENDED: "CONFIRMED",
    BookingState.OFFERED: "TENTATIVE",
}


def ics(bookings: Iterable[Booking], *, at: datetime) -> bytes:
    """An event for each booking; those that ended are said to be cancelled, so that calendars take them away."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SmartUnion//offers//ZH", "CALSCALE:GREGORIAN"]
    for booking in bookings:
        lines += _event(booking, at)
    return (
        "\r\n".join(piece for line in [*lines, "END:VCALENDAR"] for piece in folded(line)) + "\r\n"
    ).encode()


def _event(booking: Booking, at: datetime) -> list[str]:
    offer, occasion = booking.offer, booking.occasion
    return [
        "BEGIN:VEVENT", f"UID:booking-{booking.client_id}@smartunion", f"SEQUENCE:{booking.version}",
        f"DTSTAMP:{_utc(at)}", f"DTSTART:{_utc(occasion.starts_at)}", f"DTEND:{_utc(occasion.ends_at)}",
        f"SUMMARY:{escaped(offer.title)}", f"LOCATION:{escaped(occasion.place or offer.place)}",
        f"DESCRIPTION:{escaped(' '.join(filter(None, (occasion.label, offer.summary))))}",
        f"STATUS:{_STANDS.get(BookingState(booking.state), 'CANCELLED')}", "END:VEVENT",
    ]  # fmt: skip


def escaped(text: str) -> str:
    """Text as a calendar holds it."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> list[str]:
    """A line in pieces of at most 75 bytes, characters whole, those after the first begun with a blank."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode())
        if size + width > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + char, size + width
    return [*pieces, piece]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
