"""Passing a place on to somebody else, who accepts it or does not."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.ids import readable
from smartunion.engines.offers.flows import places, refusing, waiting
from smartunion.engines.offers.flows.booking import groups_for, mine_or_managed
from smartunion.engines.offers.flows.history import move, note_event
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.queries import people
from smartunion.engines.offers.queries.places import needs_of, rules_of
from smartunion.engines.offers.rules.words import BookingState


@transaction.atomic
def pass_on(*, actor: Actor, booking_id: int, person_id: int, client_id: UUID, at: datetime) -> Booking:
    """Pass a confirmed place on; returns the other's booking, a place until she accepts it or time passes.

    She must meet the offer's conditions herself, and her unions' quotas must hold her. Guests do not come along.
    Raises NotVisible, NotPassedOn, NotEligible, Banned, AlreadyBooked, LimitSpent, Full, StaleState,
    InvalidInput naming person.
    """
    again = (
        Booking.objects.filter(client_id=client_id, made_by=actor.user_id)
        .select_related("offer", "occasion")
        .first()
    )
    if again is not None:
        return again
    known = mine_or_managed(actor, booking_id)
    places.hold_still(known.offer)
    booking = mine_or_managed(actor, booking_id)
    offer, who = booking.offer, people.person(person_id)
    _check(booking, who, at)
    places.free_limit(booking)
    key = places.limit_of(offer, at)
    if not places.use_limit(key, offer.limit_per, who, years=places.years_of(offer)):
        raise refusing.LimitSpent(
            _("The other one has had as many of these as one person may have in this period.")
        )
    heir = Booking(
        client_id=client_id, offer=offer, occasion=booking.occasion, path=booking.path, person_id=person_id,
        union_path=who.facts.union_path, slot=refusing.free_slot(offer, who), item=booking.item,
        groups=groups_for(offer, who, item=booking.item),
        state=BookingState.OFFERED, code=readable(10), limit_key=key, booked_at=at, updated_at=at, made_by=actor.user_id,
        expires_at=waiting.offer_until(booking, at),
    )  # fmt: skip
    had, needs = places.of_booking(booking), needs_of(rules_of(offer.pk), heir, booking.occasion_id)
    places.give_back(had)
    if not places.take(needs):
        raise refusing.Full(_("The places of the other one's union or group are all taken."))
    heir.quota_ids = sorted(needs)
    heir.save(force_insert=True)
    note_event(heir, "", what="passed_on", actor=actor, at=at)
    move(
        booking, BookingState.TRANSFERRED, what="transferred", actor=actor, at=at, quota_ids=[], limit_key="",
        transferred_to=heir,
    )  # fmt: skip
    audit.record(
        actor, "offers.transferred", booking, at=at, data={"to": heir.pk}, owner_person_id=booking.person_id
    )
    tell(booking, at=at)
    tell(heir, at=at)
    waiting.fill(offer=offer, actor=actor, at=at)  # guests of the first may have left places behind
    return heir


def _check(booking: Booking, who: people.Who, at: datetime) -> None:
    if not booking.offer.is_transferable:
        raise refusing.NotPassedOn(
            _("Places of this offer cannot be passed on; cancel, and the next in line comes.")
        )
    if booking.state != BookingState.CONFIRMED or at >= booking.occasion.starts_at:
        raise StaleState(_("Only a confirmed place can be passed on, and before it begins."))
    if who.person_id == booking.person_id:
        raise InvalidInput(_("Choose somebody else."), field="person")
    if booking.offer.consent or booking.offer.keep_most:
        raise refusing.NotPassedOn(
            _("Who comes here has answered or agreed herself; cancel, and the next in line comes.")
        )
    refusing.check_may(booking.offer, booking.occasion, who, at)
