"""Occasions as calendar files and feeds (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.offers.rules.words import BookingState, OfferState

_STANDS = {
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.ATTENDED: "CONFIRMED",
    BookingState.OFFERED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.INVITED: "TENTATIVE",
}
#: How often a subscribed calendar is asked to look again.
_AGAIN = "PT1H"


def ics(bookings: Iterable[Booking], *, at: datetime, name: str = "") -> bytes:
    """An event for each booking; those that ended are said to be cancelled, so that calendars take them away."""
    return _file((line for booking in bookings for line in _booked(booking, at)), name)


def occasions_ics(occasions: Iterable[Occasion], *, at: datetime, name: str = "") -> bytes:
    """An event for each occasion; those called off are said to be cancelled. The offer is read with them."""
    return _file((line for occasion in occasions for line in _open_to_see(occasion, at)), name)


def _file(events: Iterable[str], name: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SmartUnion//offers//ZH", "CALSCALE:GREGORIAN"]
    if name:
        lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}",
                  f"REFRESH-INTERVAL;VALUE=DURATION:{_AGAIN}", f"X-PUBLISHED-TTL:{_AGAIN}"]  # fmt: skip
    whole = [*lines, *events, "END:VCALENDAR"]
    return ("\r\n".join(piece for line in whole for piece in folded(line)) + "\r\n").encode()


def _booked(booking: Booking, at: datetime) -> list[str]:
    stands = _STANDS.get(BookingState(booking.state), "CANCELLED")
    uid = f"booking-{booking.client_id}"
    return _event(booking.offer, booking.occasion, at, uid=uid, version=booking.version, stands=stands)


def _open_to_see(occasion: Occasion, at: datetime) -> list[str]:
    off = occasion.cancelled_at is not None or occasion.offer.state == OfferState.CANCELLED
    uid = f"occasion-{occasion.pk}-{occasion.offer.client_id}"
    return _event(
        occasion.offer, occasion, at, uid=uid, version=occasion.offer.version, stands="CANCELLED" if off else "CONFIRMED"
    )  # fmt: skip


def _event(
    offer: Offer, occasion: Occasion, at: datetime, *, uid: str, version: int, stands: str
) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{uid}@smartunion", f"SEQUENCE:{version}",
        f"DTSTAMP:{_utc(at)}", f"DTSTART:{_utc(occasion.starts_at)}", f"DTEND:{_utc(occasion.ends_at)}",
        f"SUMMARY:{escaped(offer.title)}", f"LOCATION:{escaped(occasion.place or offer.place)}",
        f"DESCRIPTION:{escaped(' '.join(filter(None, (occasion.label, offer.summary))))}",
        f"STATUS:{stands}", "END:VEVENT",
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
