"""Looking at what somebody wrote for the organisers: she sees who did."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed
from smartunion.core.reading import get_visible
from smartunion.engines.offers.models import Booking


@transaction.atomic
def look(*, actor: Actor, booking_id: int, at: datetime) -> Booking:
    """A booking with its sealed answers and guests; the look is kept where its owner sees it.

    Raises NotVisible, NotAllowed.
    """
    booking = get_visible(Booking.objects.visible_to(actor).select_related("offer", "occasion"), booking_id)
    actor.check_can("offers.manage", path=booking.path)
    if booking.offer.is_private:
        raise NotAllowed(_("Of this offer desks see numbers, no names and no answers."))
    audit.record(actor, "offers.looked", booking, at=at, owner_person_id=booking.person_id)
    return booking
