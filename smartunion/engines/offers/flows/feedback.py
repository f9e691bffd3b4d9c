"""What people who came say afterwards."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.offers.models import Booking, Feedback
from smartunion.engines.offers.rules.words import BookingState


def say(*, actor: Actor, booking_id: int, score: str, text: str, at: datetime) -> Feedback:
    """Keep what somebody who was there says, once. Raises NotVisible, InvalidInput naming score, StaleState."""
    booking = get_visible(Booking.objects.of(actor), booking_id)
    if booking.state != BookingState.ATTENDED:
        raise StaleState(_("This is asked of those who were there."))
    if score not in {"1", "2", "3", "4", "5"}:
        raise InvalidInput(_("Choose between one and five stars."), field="score")
    try:
        with transaction.atomic():
            row = Feedback.objects.create(
                booking=booking, path=booking.path, score=int(score), text=text.strip()[:500], at=at
            )
            audit.record(actor, "offers.feedback", booking, at=at, owner_person_id=booking.person_id)
    except IntegrityError:
        raise StaleState(_("You have said what you thought of it already. Thank you!")) from None
    return row
