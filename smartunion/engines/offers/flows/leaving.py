"""Cancelling, declining, lapsing: whatever a booking had goes at once to the next in line."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.engines.offers.flows import places, waiting
from smartunion.engines.offers.flows.absence import ban
from smartunion.engines.offers.flows.booking import mine_or_managed
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.offers.rules.words import LIVE, BookingState, OfferState
from smartunion.ground.policies import service as policies

_LEAVING = LIVE - {BookingState.ATTENDED, BookingState.NO_SHOW}


@transaction.atomic
def cancel(*, actor: Actor, booking_id: int, at: datetime, reason: str = "") -> Booking:
    """Give up a place, an entry or a turn in line. Again: the same booking.

    Whoever cancels her own confirmed place after the offer's hour is recorded as late; the policy says what follows.
    Raises NotVisible, NotAllowed; StaleState (the occasion has begun, or it is over).
    """
    known = mine_or_managed(actor, booking_id)
    places.hold_still(known.offer)
    booking = mine_or_managed(actor, booking_id)  # as it is now that nobody moves the line
    if booking.state == BookingState.CANCELLED:
        return booking
    if booking.state not in _LEAVING:
        raise StaleState(_("There is nothing to cancel here any more."))
    if at >= booking.occasion.open_until and booking.state == BookingState.CONFIRMED:
        raise StaleState(_("It has begun; a place cannot be cancelled any more."))
    is_late = is_late_for(booking, at) and Booking.objects.of(actor).filter(pk=booking.pk).exists()
    leave(
        booking,
        BookingState.CANCELLED,
        what="cancelled_late" if is_late else "cancelled",
        actor=actor,
        at=at,
        note=reason,
    )
    audit.record(actor, "offers.cancelled", booking, at=at, reason=reason, owner_person_id=booking.person_id)
    if is_late:
        days = int(policies.value("offers.late_ban_days", path=booking.path, on=local_date(at)))
        ban(booking, days=days, actor=actor, at=at)
    tell(booking, at=at, reason=reason)
    waiting.fill(offer=booking.offer, actor=actor, at=at)
    return booking


def is_late_for(booking: Booking, at: datetime) -> bool:
    """Whether a confirmed place is given up after the hour until which it is free."""
    free_until = booking.occasion.open_until - timedelta(hours=booking.offer.cancel_hours)
    return booking.state == BookingState.CONFIRMED and at > free_until


@transaction.atomic
def decline(*, actor: Actor, booking_id: int, at: datetime) -> Booking:
    """Decline a place that is offered; the next in line gets it. Raises NotVisible, NotAllowed, StaleState."""
    known = mine_or_managed(actor, booking_id)
    places.hold_still(known.offer)
    booking = mine_or_managed(actor, booking_id)
    if booking.state == BookingState.DECLINED:
        return booking
    if booking.state not in (BookingState.OFFERED, BookingState.INVITED):
        raise StaleState(_("No place is offered to you here any more."))
    leave(booking, BookingState.DECLINED, what="declined", actor=actor, at=at)
    audit.record(actor, "offers.declined", booking, at=at, owner_person_id=booking.person_id)
    tell(booking, at=at)
    waiting.fill(offer=booking.offer, actor=actor, at=at)
    return booking


@transaction.atomic
def lapse(*, actor: Actor, booking_id: int, at: datetime) -> bool:
    """End a place whose time to confirm has passed. False when it was confirmed or ended meanwhile."""
    known = Booking.objects.select_related("offer").get(pk=booking_id)
    places.hold_still(known.offer)
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking_id)
    if booking.expires_at is None or booking.expires_at > at or booking.state not in _TIMED:
        return False
    leave(booking, BookingState.LAPSED, what="lapsed", actor=actor, at=at)
    audit.record(actor, "offers.lapsed", booking, at=at, owner_person_id=booking.person_id)
    tell(booking, at=at)
    waiting.fill(offer=booking.offer, actor=actor, at=at)
    return True


_TIMED = (BookingState.HELD, BookingState.INVITED, BookingState.OFFERED)


def leave(
    booking: Booking, to: BookingState, *, what: str, actor: Actor, at: datetime, note: str = ""
) -> None:
    """Move to an end and give back what it had. The caller holds the line."""
    had, was_entry = places.of_booking(booking), booking.state == BookingState.ENTERED and booking.is_entry
    stays_entry = booking.is_entry and not was_entry
    places.free_limit(booking)
    move(
        booking,
        to,
        what=what,
        actor=actor,
        at=at,
        note=note,
        quota_ids=[],
        limit_key="",
        expires_at=None,
        is_entry=stays_entry,
    )
    places.give_back(had)
    if was_entry:
        _withdraw(booking)


def _withdraw(booking: Booking) -> None:
    """Take an entry out of a draw that has not been. Raises StaleState once it has: the list of entries stands."""
    open_ = Offer.objects.filter(pk=booking.offer_id, state=OfferState.PUBLISHED, entries__gte=1)
    if open_.update(entries=F("entries") - 1) != 1:
        raise StaleState(_("The draw is over; you were not drawn."), remedy=_("You need not do anything."))
