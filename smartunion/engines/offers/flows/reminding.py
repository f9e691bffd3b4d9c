"""A reminder before an occasion begins, once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.engines.offers.flows import changes
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, Occasion
from smartunion.engines.offers.rules.words import BookingState, ChangeKind
from smartunion.ground.policies import service as policies


def remind_due(*, at: datetime) -> int:
    """Remind everybody with a confirmed place of an occasion that begins soon; safe to run twice. Returns how many."""
    soon = Occasion.objects.filter(
        starts_at__gt=at, starts_at__lte=at + timedelta(hours=168), reminded_at=None, cancelled_at=None
    )
    reminded = 0
    for occasion in soon.select_related("offer").order_by("starts_at", "pk"):
        hours = int(policies.value("offers.remind_hours", path=occasion.offer.path, on=local_date(at)))
        if occasion.starts_at <= at + timedelta(hours=hours):
            reminded += _remind(occasion, at)
    return reminded


@transaction.atomic
def _remind(occasion: Occasion, at: datetime) -> int:
    if Occasion.objects.filter(pk=occasion.pk, reminded_at=None).update(reminded_at=at) != 1:
        return 0
    rows = Booking.objects.filter(occasion=occasion, state=BookingState.CONFIRMED).select_related(
        "offer", "occasion"
    )
    words = _("It begins %(when)s: %(place)s. Your code is %(code)s. If you cannot come, please cancel now.")
    count = 0
    for booking in rows.order_by("pk").iterator(500):
        place = occasion.place or occasion.offer.place or _("see the offer")
        values = {
            "when": f"{localtime(occasion.starts_at):%m-%d %H:%M}",
            "place": place,
            "code": booking.code,
        }
        tell(booking, at=at, what=f"remind:{occasion.starts_at.isoformat()}", text=words % values)
        count += 1
    if count:
        changes.note(
            occasion.offer, ChangeKind.REMINDED, actor=system(), at=at, occasion=occasion, told=count
        )
    return count
