"""Old questions go: their purpose was to teach the guide, and that has its day."""

from datetime import datetime

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.systems.guide.models import Asked


def forget_old(*, actor: Actor, at: datetime) -> int:
    """Delete questions whose time is over; returns how many. Safe to run twice.

    Source: Personal Information Protection Law art. 19; policy guide.keep_days as it held when each was asked.
    """
    gone, _each = Asked.objects.filter(expires_on__lt=local_date(at)).delete()
    if gone:
        audit.record(actor, "guide.questions_deleted", at=at, data={"count": gone})
    return gone
