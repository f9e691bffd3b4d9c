"""What people are told of their bookings: every change, in words, with the next step."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.rules.words import Allocation
from smartunion.ground.notices import service as notices

TEMPLATE = "offers.booking"
TEMPLATES = (
    notices.Template(TEMPLATE, pgettext_lazy("offer notice", "%(title)s"), pgettext_lazy("offer notice", "%(text)s")),
    notices.Template(
        "offers.timed", gettext_lazy("Please answer: %(title)s"), pgettext_lazy("offer notice", "%(text)s"), urgent=True
    ),
)  # fmt: skip


_SAID = {
    "entered": gettext_lazy("You have entered. Your number is %(number)s. You will be told the result after %(closes)s."),
    "not_drawn": gettext_lazy(
        "You were not drawn this time. How it was drawn is shown with the offer; everybody can check it."
    ),
    "held": gettext_lazy("A place is held for you until %(until)s. Confirm it before."),
    "invited": gettext_lazy("You are invited. Please accept or decline by %(until)s."),
    "waiting": gettext_lazy(
        "All places are taken. You are on the waiting list and will be told when one is free."
    ),
    "offered": gettext_lazy("A place is free for you. Confirm it by %(until)s, or it goes to the next in line."),
    "confirmed": gettext_lazy("Your place is confirmed: %(when)s, %(place)s. Your code is %(code)s. "
                              "If you cannot come, cancel: somebody else will be glad."),
    "declined": gettext_lazy("You have declined. The place goes to the next in line."),
    "lapsed": gettext_lazy("Your time to confirm has passed and the place went to the next in line."),
    "cancelled": gettext_lazy("Your booking is cancelled."),
    "transferred": gettext_lazy("You have passed your place on."),
    "no_show": gettext_lazy("You were not seen at the door. If you were there, tell the organisers and they set it right."),
    "attended": gettext_lazy("You were there. Thank you for coming."),
}  # fmt: skip
_KEPT = {
    "gift": gettext_lazy("It is kept for you. Collect it at %(place)s until %(end)s; your code is %(code)s. "
                         "If you do not need it, cancel: somebody else will be glad."),
    "voucher": gettext_lazy("It is kept for you. Collect it at %(place)s until %(end)s; your code is %(code)s. "
                            "If you do not need it, cancel: somebody else will be glad."),
    "cover": gettext_lazy("You are on the list. When it is made out to you, the number stands here and you are told."),
    "subsidy": gettext_lazy("You have a place. Hand in the proof until %(end)s, or it is lost."),
}  # fmt: skip
_GOT = {
    "gift": gettext_lazy("You have collected it. The receipt stands below."),
    "voucher": gettext_lazy("You have collected it. The receipt stands below."),
    "cover": gettext_lazy("It was made out to you."),
    "subsidy": gettext_lazy("It was granted; when it is paid you are told."),
}
_SAID_BY_NEED = _SAID | {
    "entered": gettext_lazy(
        "You have signed up. Places are given by need; you will be told the result after %(closes)s."
    ),
    "not_drawn": gettext_lazy("You did not get a place this time. %(reasons)s"),
}


def sentences(booking: Booking) -> str:
    """What is said of a booking in its present state."""
    offer, occasion = booking.offer, booking.occasion
    words = _SAID_BY_NEED if offer.allocation == Allocation.RANKED else _SAID
    said = {"attended": _GOT, "confirmed": _KEPT}.get(booking.state, {}).get(offer.kind)
    return str(said or words[booking.state]) % {
        "number": booking.pk,
        "reasons": " ".join(booking.reasons),
        "closes": _clock(offer.closes_at),
        "until": _clock(booking.expires_at),
        "when": _clock(occasion.starts_at),
        "end": _clock(occasion.ends_at),
        "place": occasion.place or offer.place or _("see the offer"),
        "code": booking.code,
    }


def tell(booking: Booking, *, at: datetime, what: str = "", text: str = "", reason: str = "") -> None:
    """Tell the one whose booking it is. what: makes the notice one of its kind; the state by default."""
    said = text or sentences(booking)
    if reason:
        said = f"{said} {reason}"
    key = f"offers:{booking.pk}:{what or booking.state}:{booking.version}"
    notices.tell(
        template="offers.timed" if booking.expires_at is not None and booking.state in _TIMED else TEMPLATE,
        context={"title": booking.offer.title, "text": said}, key=key, at=at, person_id=booking.person_id,
        user_id=None if booking.person_id is not None else booking.user_id, link=f"/offers/{booking.offer_id}/",
        channels=() if booking.state == "attended" and not text else None,  # she stands at the door: no message for thanks
    )  # fmt: skip


_TIMED = ("held", "invited", "offered")


def _clock(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""
