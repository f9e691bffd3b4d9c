"""Not coming: noted after the occasion, followed by a ban as the offer or the policy says, and set right when it was wrong."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import places
from smartunion.engines.offers.flows.history import move, note_event
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Ban, Booking
from smartunion.engines.offers.rules.words import BookingState
from smartunion.ground.policies import service as policies


@transaction.atomic
def note_absence(*, actor: Actor, booking_id: int, at: datetime) -> bool:
    """Note that somebody with a confirmed place did not come. False when it is none, or noted already."""
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking_id)
    if booking.state != BookingState.CONFIRMED or at < booking.occasion.ends_at:
        return False
    move(booking, BookingState.NO_SHOW, what="no_show", actor=actor, at=at)
    audit.record(actor, "offers.no_show", booking, at=at, owner_person_id=booking.person_id)
    made = ban(booking, days=ban_days(booking, at), actor=actor, at=at)
    words = _("Until %(day)s you cannot book places that are scarce.")
    tell(booking, at=at, reason=words % {"day": date_format(made.until_on, "DATE_FORMAT")} if made else "")
    return True


def ban_days(booking: Booking, at: datetime) -> int:
    """How long somebody who did not come waits: as the offer says, else as the policy does."""
    if booking.offer.ban_days is not None:
        return booking.offer.ban_days
    return int(policies.value("offers.ban_days", path=booking.path, on=local_date(at)))


def ban(booking: Booking, *, days: int, actor: Actor, at: datetime) -> Ban | None:
    """Keep somebody from booking for some days; of no days there is none. Once for a booking."""
    if days <= 0:
        return None
    row, made = Ban.objects.get_or_create(
        booking=booking,
        defaults={
            "path": booking.path, "person_id": booking.person_id, "since_at": at,
            "user_id": None if booking.person_id is not None else booking.user_id,
            "until_on": local_date(at) + timedelta(days=days),
        },
    )  # fmt: skip
    if made:
        audit.record(
            actor, "offers.banned", booking, at=at, data={"days": days}, owner_person_id=booking.person_id
        )
    return row


@transaction.atomic
def do_not_count(*, actor: Actor, booking_id: int, reason: str, at: datetime) -> Booking:
    """Give back the limit a place that is over has used: she did not have it, through no fault of hers. Again: the same.

    Raises NotVisible, NotAllowed, InvalidInput naming reason, StaleState (the place still stands).
    """
    booking = get_visible(Booking.objects.visible_to(actor).select_related("offer", "occasion"), booking_id)
    actor.check_can("offers.manage", path=booking.path)
    if not booking.limit_key:
        return booking
    if booking.state not in (BookingState.ATTENDED, BookingState.NO_SHOW):
        raise StaleState(_("This place still stands."), remedy=_("Cancel it instead."))
    if not reason.strip():
        raise InvalidInput(_("Say in a sentence why it does not count."), field="reason")
    rows = Booking.objects.filter(pk=booking.pk, limit_key=booking.limit_key)
    if rows.update(limit_key="", updated_at=at) == 1:
        places.free_limit(booking)
        note_event(booking, booking.state, what="not_counted", actor=actor, at=at, note=reason.strip()[:300])
        audit.record(
            actor, "offers.not_counted", booking, at=at, reason=reason, owner_person_id=booking.person_id
        )
        tell(
            booking,
            at=at,
            what="not_counted",
            text=_("This one does not count any more: you may have another."),
        )
    booking.refresh_from_db()
    return booking


@transaction.atomic
def lift_ban(*, actor: Actor, ban_id: int, reason: str, at: datetime) -> Ban:
    """Let somebody book again. Raises NotVisible, NotAllowed, InvalidInput naming reason, StaleState (lifted already)."""
    row = get_visible(
        Ban.objects.visible_to(actor).select_related("booking__offer", "booking__occasion"), ban_id
    )
    actor.check_can("offers.manage", path=row.path)
    if not reason.strip():
        raise InvalidInput(_("Say in a sentence why the ban is lifted."), field="reason")
    rows = Ban.objects.filter(pk=row.pk, lifted_at=None)
    if rows.update(lifted_at=at, lifted_by=actor.name[:80], reason=reason.strip()[:300]) != 1:
        raise StaleState
    audit.record(actor, "offers.ban_lifted", row.booking, at=at, reason=reason, owner_person_id=row.person_id)
    tell(row.booking, at=at, what=f"lifted:{row.pk}", text=_("You can book again."))
    row.refresh_from_db()
    return row
