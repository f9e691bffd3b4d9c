"""What somebody came for is made out to her without a door: a policy, a subsidy."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.handlers import FOLLOWERS
from smartunion.engines.offers.kinds import ATTENDED
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.rules.words import BookingState
from smartunion.ground.facts import ledger


@transaction.atomic
def fulfil(*, actor: Actor, booking_id: int, at: datetime, issued: str = "") -> Booking:
    """Note that somebody with a place has what it was for, with the number made out to her. Again: the same booking.

    Raises NotVisible, NotAllowed; StaleState (no confirmed place, or another number was made out before).
    """
    booking = get_visible(Booking.objects.visible_to(actor).select_related("offer", "occasion"), booking_id)
    actor.check_can("offers.manage", path=booking.path)
    number = issued.strip()[:60]
    if booking.state == BookingState.ATTENDED and booking.issued == number:
        return booking
    if booking.state != BookingState.CONFIRMED:
        raise StaleState(_("There is no confirmed place here, or it was made out before."))
    move(booking, BookingState.ATTENDED, what="fulfilled", actor=actor, at=at, attended_at=at, issued=number)
    ledger.record(
        actor=actor, kind=ATTENDED, key=f"offers:{booking.pk}:attended", happened_on=local_date(at), at=at,
        path=booking.path, subject=booking, quantity=booking.party,
        person_id=None if booking.offer.is_private else booking.person_id, attrs={"kind": booking.offer.kind},
    )  # fmt: skip
    audit.record(actor, "offers.fulfilled", booking, at=at, owner_person_id=booking.person_id)
    for follower in FOLLOWERS:
        follower.came(booking, actor=actor, at=at)
    words = (
        _("It was made out to you; the number stands with your booking.")
        if number
        else _("It was made out to you.")
    )
    tell(booking, at=at, text=words)
    return booking
