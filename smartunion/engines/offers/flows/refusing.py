"""Why somebody may not book, each with what to do next."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import NotAllowed, NotVisible, Refusal
from smartunion.engines.offers.flows.places import spent_in_words, spent_sentence
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.offers.queries.people import Barred, Who, bars_of
from smartunion.engines.offers.rules.conditions import Conditions, unmet
from smartunion.engines.offers.rules.words import LIVE, Allocation, OfferState


class NotEligible(Refusal):
    """Conditions of the offer are not met; `details["reasons"]` holds each of them."""

    code = "not_eligible"


class NotOpen(Refusal):
    """Sign-up has not begun, is over, or the offer is called off."""

    code = "not_open"
    status = 409


class Full(Refusal):
    """No place is left, and the person did not want to wait."""

    code = "full"
    status = 409

    def default_message(self) -> str:
        return _("All places are taken.")


class AlreadyBooked(Refusal):
    """She has as many bookings here as one person may have."""

    code = "already_booked"
    status = 409

    def default_message(self) -> str:
        return _("You have signed up for this already. You find it under “My bookings”.")


class LimitSpent(Refusal):
    """A limit across offers is used up."""

    code = "limit_spent"
    status = 409

    def default_message(self) -> str:
        return spent_sentence()


class ByInvitation(Refusal):
    """Nobody signs up by herself; whoever is invited answers."""

    code = "by_invitation"
    status = 403


class NotPassedOn(Refusal):
    """A place that only whoever booked it may take."""

    code = "not_passed_on"
    status = 409


class Banned(Refusal):
    """She did not come last time and waits."""

    code = "banned"


def check_window(offer: Offer, at: datetime) -> None:
    """Raise NotVisible (a draft) or NotOpen."""
    if offer.state == OfferState.DRAFT:
        raise NotVisible
    if offer.state == OfferState.CANCELLED:
        raise NotOpen(_("This was called off. %(reason)s") % {"reason": offer.reason})
    late_line = offer.state == OfferState.ALLOTTED
    if offer.state not in (OfferState.PUBLISHED, OfferState.ALLOTTED) or (
        at >= offer.closes_at and not late_line
    ):
        raise NotOpen(_("Sign-up closed at %(at)s.") % {"at": _clock(offer.closes_at)})
    if at < offer.opens_at:
        raise NotOpen(_("Sign-up opens at %(at)s.") % {"at": _clock(offer.opens_at)})


def check_occasion(occasion: Occasion, at: datetime) -> None:
    """Raise NotOpen for an occasion that has begun (is over, where things are handed out) or was called off."""
    if occasion.cancelled_at is not None:
        raise NotOpen(_("This occasion was called off. Choose another one."))
    if at >= occasion.open_until:
        raise NotOpen(_("This occasion has begun. Choose a later one."))


def check_may(offer: Offer, occasion: Occasion, who: Who, at: datetime) -> None:
    """Raise NotAllowed (nobody signed in), NotEligible or Banned."""
    check_meets(offer, occasion, who)
    check_bars(offer, bars_of(who, on=local_date(at)))


def check_meets(offer: Offer, occasion: Occasion, who: Who) -> None:
    """Raise NotAllowed (nobody signed in) or NotEligible."""
    if who.person_id is None and who.user_id is None:
        raise NotAllowed(_("Please sign in, so that the place is kept for you."))
    reasons = unmet(
        Conditions.load(offer.conditions), who.facts, audience_path=offer.audience_path,
        on=local_date(occasion.starts_at),
    )  # fmt: skip
    if reasons:
        raise NotEligible(" ".join(reasons), reasons=reasons)


def check_bars(offer: Offer, bars: Iterable[Barred]) -> None:
    """Raise Banned for somebody who may not book this until a day."""
    mine = [bar for bar in bars if bar.holds_for(offer.kind)]
    if not mine:
        return
    longest = max(mine, key=lambda bar: bar.until)
    words = (
        _(
            "You came to the last course on too few of its days; you can book one of this kind again after %(day)s."
        )
        if longest.course_kind
        else _("You did not come to a place kept for you; you can book again after %(day)s.")
    )
    raise Banned(
        words % {"day": date_format(longest.until, "DATE_FORMAT")},
        remedy=_("If days are marked wrong, tell the organisers: they set it right at once.")
        if longest.course_kind
        else _("If you were there, tell the organisers: they set it right at once."),
    )


def check_limit(offer: Offer, used: Mapping[str, int], at: datetime) -> None:
    """Raise LimitSpent with the day from which she may again. The place itself is taken with its limit later."""
    if words := spent_in_words(offer, used, at):
        raise LimitSpent(
            words, remedy=_("If one is counted that you did not have, say so: the union above looks at it.")
        )


def free_slot(offer: Offer, who: Who) -> int:
    """The lowest number not used by her live bookings here. Raises AlreadyBooked."""
    return first_slot(offer, slots_of(offer, who))


def slots_of(offer: Offer, who: Who) -> frozenset[int]:
    """Numbers of her live bookings here."""
    rows = Booking.objects.filter(who.rows, offer=offer, state__in=sorted(LIVE))
    return frozenset(rows.values_list("slot", flat=True))


def first_slot(offer: Offer, used: Collection[int]) -> int:
    """The lowest number that is not used. Raises AlreadyBooked."""
    slots = [slot for slot in range(1, offer.per_person + 1) if slot not in used]
    if not slots:
        raise AlreadyBooked
    return slots[0]


def check_allocation(offer: Offer) -> None:
    """Raise ByInvitation where places are given by invitation."""
    if offer.allocation == Allocation.INVITATION:
        raise ByInvitation(_("Places here are given by invitation."))


def _clock(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"
