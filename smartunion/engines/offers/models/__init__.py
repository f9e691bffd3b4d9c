"""What offers keep: offers, occasions, quotas, bookings and their history, limits a person has used, bans."""

from smartunion.engines.offers.models.bookings import Ban, Booking, BookingEvent, LimitUse, RollMark
from smartunion.engines.offers.models.gates import Feedback, Gate, Scan
from smartunion.engines.offers.models.offers import Occasion, Offer, Quota

__all__ = [
    "Ban",
    "Booking",
    "BookingEvent",
    "Feedback",
    "Gate",
    "LimitUse",
    "Occasion",
    "Offer",
    "Quota",
    "RollMark",
    "Scan",
]
