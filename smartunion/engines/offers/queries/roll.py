"""The roll of a course read: who stands on it, which days were marked."""

import json
from dataclasses import dataclass
from datetime import date

from smartunion.engines.offers.models import Booking, Occasion, RollMark
from smartunion.engines.offers.rules.roll import Attendance, attendance
from smartunion.engines.offers.rules.words import BookingState


@dataclass(frozen=True)
class Line:
    """Somebody on the roll: called as the teacher calls her; mark: of the day asked for, "" none."""

    booking: Booking
    called: str
    mark: str
    by_her: bool
    days: Attendance


def roll_lines(occasion: Occasion, on: date) -> list[Line]:
    """Everybody with a place, by number. Guests (the children) by name where there are any; else the person."""
    rows = list(
        Booking.objects.filter(occasion=occasion, state=BookingState.CONFIRMED)
        .select_related("person")
        .order_by("pk")[:500]
    )
    marks: dict[int, list[RollMark]] = {}
    for mark in RollMark.objects.filter(booking__in=[row.pk for row in rows]):
        marks.setdefault(mark.booking_id, []).append(mark)
    return [_line(row, marks.get(row.pk, []), on, is_private=occasion.offer.is_private) for row in rows]


def _line(booking: Booking, marks: list[RollMark], on: date, *, is_private: bool) -> Line:
    today = next((mark for mark in marks if mark.on == on), None)
    guests = json.loads(booking.guests) if booking.guests else []
    name = booking.person.name if booking.person is not None and not is_private else f"{booking.pk}"
    return Line(
        booking, "、".join(guests) or name, today.mark if today else "", bool(today and today.by_her),
        attendance(mark.mark for mark in marks),
    )  # fmt: skip


def my_days(booking: Booking) -> Attendance:
    """Days of one booking."""
    return attendance(RollMark.objects.filter(booking=booking).values_list("mark", flat=True))
