"""The secret address of somebody's calendar: made by her, withdrawn by her, read by whatever she gives it to."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed, NotVisible, StaleState
from smartunion.engines.offers.models import Booking, CalendarKey
from smartunion.ground.accounts.models import User

#: Bookings of occasions that ended longer ago are not in the feed.
_KEPT = timedelta(days=180)
_MOST = 500


def key_of(actor: Actor) -> CalendarKey | None:
    """Her address that stands."""
    if actor.user_id is None:
        return None
    return CalendarKey.objects.filter(user_id=actor.user_id, revoked_at=None).first()


@transaction.atomic
def make(*, actor: Actor, at: datetime) -> CalendarKey:
    """A new secret address; the one before opens nothing any more. Raises NotAllowed (nobody signed in), StaleState."""
    if actor.user_id is None:
        raise NotAllowed(_("Please sign in."))
    CalendarKey.objects.filter(user_id=actor.user_id, revoked_at=None).update(revoked_at=at)
    secret = secrets.token_hex(24)
    try:
        with transaction.atomic():
            key = CalendarKey.objects.create(
                user_id=actor.user_id, secret=secret, digest=_digest(secret), made_at=at
            )
    except IntegrityError:  # she pressed the button in another window this moment
        raise StaleState(_("An address was made just now."), remedy=_("Reload the page to see it.")) from None
    audit.record(actor, "offers.calendar_made", key, at=at, owner_person_id=actor.person_id)
    return key


@transaction.atomic
def revoke(*, actor: Actor, at: datetime) -> None:
    """Withdraw her address; calendars that use it get nothing any more. Again: nothing."""
    key = key_of(actor)
    if key is not None and CalendarKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at) == 1:
        audit.record(actor, "offers.calendar_revoked", key, at=at, owner_person_id=actor.person_id)


def bookings_behind(secret: str, *, at: datetime) -> list[Booking]:
    """Her bookings, oldest first; notes that the address was read. Raises NotVisible (unknown, withdrawn, no account)."""
    key = CalendarKey.objects.filter(digest=_digest(secret), revoked_at=None).first()
    user = User.objects.filter(pk=key.user_id, is_active=True).first() if key is not None else None
    if key is None or user is None:
        raise NotVisible
    CalendarKey.objects.filter(pk=key.pk).update(read_at=at)
    hers = Booking.objects.of(Actor(user_id=user.pk, person_id=user.person_id))
    rows = hers.filter(occasion__ends_at__gte=at - _KEPT).defer("guests", "answers", "door_answers")
    return list(reversed(rows.select_related("offer", "occasion").order_by("-pk")[:_MOST]))


def _digest(secret: str) -> str:
    return sha256(f"offers-calendar:{secret}".encode()).hexdigest()
