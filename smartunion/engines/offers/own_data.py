"""The room's chapter of a person's own file: her bookings with what she wrote and how they went."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.engines.offers.models import Booking
from smartunion.ground.registry.taking_along import Part, Row

_MOST = 500


def _bookings(person_id: int) -> Sequence[Row]:
    rows = Booking.objects.filter(person=person_id).select_related("offer", "occasion")
    newest = rows.prefetch_related("events").order_by("-pk")[:_MOST]
    return [_row(booking) for booking in reversed(newest)]


def _row(booking: Booking) -> Row:
    events = sorted(booking.events.all(), key=lambda event: event.pk)
    return {
        pgettext("own data", "Number"): booking.pk,
        pgettext("own data", "Offer"): booking.offer.title,
        pgettext("own data", "Begins"): booking.occasion.starts_at,
        pgettext("own data", "State"): str(booking.get_state_display()),
        pgettext("own data", "People"): booking.party,
        pgettext("own data", "Guests"): booking.guests,
        pgettext("own data", "Answers to the organisers"): booking.answers,
        pgettext("own data", "History"): [
            f"{event.at:%Y-%m-%d %H:%M} {event.get_to_state_display()}" for event in events
        ],
    }


CHAPTER = Part("bookings", gettext_lazy("Bookings"), _bookings)
