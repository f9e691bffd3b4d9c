"""The roll of a course of several days: marked day by day, excused beforehand, the place lost, the next term lost."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import places, waiting
from smartunion.engines.offers.flows.absence import ban
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.leaving import leave
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.handlers import FOLLOWERS
from smartunion.engines.offers.models import Booking, Occasion, RollMark
from smartunion.engines.offers.rules.roll import Mark, attendance, course_days, loses_next, loses_place
from smartunion.engines.offers.rules.words import BookingState
from smartunion.ground.policies import service as policies


def days_of(occasion: Occasion) -> list[date]:
    """Days of a course: from its first to its last, without Saturdays and Sundays."""
    return course_days(local_date(occasion.starts_at), local_date(occasion.ends_at))


@transaction.atomic
def mark_roll(*, actor: Actor, occasion_id: int, on: date, marks: Mapping[int, str], at: datetime) -> int:
    """Mark one day for several bookings; a mark already set is set right. Returns how many lost their place by it.

    Whoever excused herself beforehand stays excused unless she is there. Raises NotVisible, NotAllowed; InvalidInput naming on.
    """
    occasion = get_visible(Occasion.objects.visible_to(actor).select_related("offer"), occasion_id)
    if not actor.can("offers.check_in", path=occasion.offer.path):
        actor.check_can("offers.manage", path=occasion.offer.path)
    if on not in days_of(occasion) or on > local_date(at):
        raise InvalidInput(_("Choose a day of the course that has come."), field="on")
    places.hold_still(occasion.offer)
    rows = Booking.objects.filter(occasion=occasion, state=BookingState.CONFIRMED, pk__in=list(marks))
    lost = 0
    for booking in rows.select_related("offer", "occasion").order_by("pk"):
        mark = marks[booking.pk]
        if mark not in Mark.values:
            raise InvalidInput(_("Choose there, excused or absent."), field="mark")
        known = RollMark.objects.filter(booking=booking, on=on).first()
        if known is not None and known.by_her and mark == Mark.ABSENT:
            continue
        RollMark.objects.update_or_create(
            booking=booking,
            on=on,
            defaults={"mark": mark, "by_her": False, "user_id": actor.user_id, "at": at},
        )
        lost += _settle(booking, actor, at)
    if lost:
        waiting.fill(offer=occasion.offer, actor=actor, at=at)
    audit.record(
        actor, "offers.roll_marked", occasion, at=at, data={"on": on.isoformat(), "people": len(marks)}
    )
    return lost


def _settle(booking: Booking, actor: Actor, at: datetime) -> int:
    days = attendance(RollMark.objects.filter(booking=booking).values_list("mark", flat=True))
    if not loses_place(days, absences_most=booking.offer.absences_most):
        return 0
    reason = _("%(n)s days without notice: by the rule of the course the place goes to the next in line.") % {
        "n": days.absent
    }
    Booking.objects.filter(pk=booking.pk).update(reasons=[reason])
    leave(booking, BookingState.CANCELLED, what="absent", actor=actor, at=at, note=reason)
    audit.record(actor, "offers.cancelled", booking, at=at, reason=reason, owner_person_id=booking.person_id)
    tell(booking, at=at, reason=reason)
    return 1


@transaction.atomic
def excuse(*, actor: Actor, booking_id: int, on: date, at: datetime) -> RollMark:
    """Say beforehand that one does not come on a day, ill or otherwise. Again: the same.

    Raises NotVisible; InvalidInput naming on (no day of the course); StaleState (it has begun, or was marked).
    """
    booking = get_visible(Booking.objects.of(actor).select_related("offer", "occasion"), booking_id)
    if booking.state != BookingState.CONFIRMED or on not in days_of(booking.occasion):
        raise InvalidInput(_("Choose a day of your course."), field="on")
    begins = booking.occasion.starts_at + timedelta(days=(on - local_date(booking.occasion.starts_at)).days)
    if at >= begins:
        raise StaleState(_("That day has begun."), remedy=_("Tell the teacher, who can still excuse it."))
    row, made = RollMark.objects.get_or_create(
        booking=booking,
        on=on,
        defaults={"mark": Mark.EXCUSED, "by_her": True, "user_id": actor.user_id, "at": at},
    )
    if made:
        audit.record(actor, "offers.excused", booking, at=at, owner_person_id=booking.person_id)
    return row


@transaction.atomic
def end_course(*, actor: Actor, booking_id: int, at: datetime) -> bool:
    """After the last day: she has taken part; below the share of days she may not sign up for the next term.

    False when it was ended before. A course without any mark is left as it is.
    """
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking_id)
    if booking.state != BookingState.CONFIRMED or at < booking.occasion.ends_at:
        return False
    days = attendance(RollMark.objects.filter(booking=booking).values_list("mark", flat=True))
    if not days.present and not days.absent:
        return False
    came = days.present > 0
    to = BookingState.ATTENDED if came else BookingState.NO_SHOW
    move(booking, to, what="course_over", actor=actor, at=at, attended_at=at if came else None)
    if came:
        for follower in FOLLOWERS:
            follower.came(booking, actor=actor, at=at)
    words = _("You were there on %(present)s of %(counted)s days (%(pct)s%%).") % {
        "present": days.present, "counted": days.counted, "pct": days.pct,
    }  # fmt: skip
    if loses_next(days, attendance_pct=booking.offer.attendance_pct):
        keep = int(policies.value("offers.term_ban_days", path=booking.path, on=local_date(at)))
        ban(booking, days=keep, actor=actor, at=at)
        words += " " + _("Below %(pct)s%%: by the rule of the course not in the next term.") % {
            "pct": booking.offer.attendance_pct
        }
    tell(booking, at=at, reason=words)
    return True
