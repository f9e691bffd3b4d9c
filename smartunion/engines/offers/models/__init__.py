"""What offers keep: offers, occasions, quotas, bookings and their history, limits a person has used, bans."""

from smartunion.engines.offers.models.bookings import Ban, Booking, BookingEvent, LimitUse, RollMark
from smartunion.engines.offers.models.gates import CalendarKey, Feedback, Gate, Scan
from smartunion.engines.offers.models.offers import Change, Occasion, Offer, Quota

__all__ = [
    "Ban",
    "Booking",
    "BookingEvent",
    "CalendarKey",
    "Change",
    "Feedback",
    "Gate",
    "LimitUse",
    "Occasion",
    "Offer",
    "Quota",
    "RollMark",
    "Scan",
]
