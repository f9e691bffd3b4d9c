"""Regular work of the room; every part may run twice, or beside itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import StaleState
from smartunion.core.jobs.context import JobContext
from smartunion.engines.offers.flows import absence, changes, drawing, leaving, occasions, roll, waiting
from smartunion.engines.offers.flows.offers import close
from smartunion.engines.offers.flows.reminding import remind_due
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.offers.rules.words import RUNNING, TIMED, Allocation, BookingState, OfferState

MINUTE = "offers.minute"


def every_minute(job: JobContext) -> None:
    """Lapse what was not confirmed, draw what is due, offer what is free, tell who was not drawn, note who did not come."""
    at = clock.now()
    job.finish({
        "lapsed": expire(at), "drawn": draw_due(at), "offered": fill_free(at), "settled": settle_drawn(at),
        "thin": call_off_thin(at), "courses": end_courses(at), "absent": note_absences(at),
        "reminded": remind_due(at=at), "closed": close_over(at),
    })  # fmt: skip


def _count(ids: list[int], act: Callable[[int], object]) -> int:
    """Do something for each record; one that somebody moved meanwhile is left for the next run."""
    done = 0
    for pk in ids:
        try:
            done += int(bool(act(pk)))
        except StaleState:
            continue
    return done


def expire(at: datetime, most: int = 2000) -> int:
    """End places whose time to confirm has passed."""
    rows = Booking.objects.filter(state__in=sorted(TIMED), expires_at__lte=at).order_by("expires_at", "pk")
    ids = list(rows.values_list("pk", flat=True)[:most])
    return _count(ids, lambda pk: leaving.lapse(actor=system(), booking_id=pk, at=at))


def draw_due(at: datetime) -> int:
    """Draw every offer whose sign-up has closed."""
    rows = Offer.objects.filter(
        state=OfferState.PUBLISHED, closes_at__lte=at, allocation__in=[Allocation.DRAW, Allocation.RANKED]
    )
    return _count(
        list(rows.order_by("closes_at", "pk").values_list("pk", flat=True)),
        lambda pk: drawing.allot(offer_id=pk, at=at),
    )


def fill_free(at: datetime) -> int:
    """Offer free places to whoever waits: what a crash left behind does not stay empty."""
    waits = Booking.objects.filter(state=BookingState.WAITING)
    rows = Offer.objects.filter(state__in=sorted(RUNNING), ends_at__gt=at, pk__in=waits.values("offer_id"))
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return _count(ids, lambda pk: waiting.fill_now(offer_id=pk, actor=system(), at=at))


def settle_drawn(at: datetime, most: int = 20) -> int:
    """Note and tell those not drawn, some thousands a run."""
    left = Booking.objects.filter(state=BookingState.ENTERED)
    rows = Offer.objects.filter(
        state__in=[OfferState.ALLOTTED, OfferState.CLOSED], pk__in=left.values("offer_id")
    )
    told = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        while most > 0 and (part := drawing.settle(offer_id=pk, at=at)):
            told, most = told + part, most - 1
    return told


def call_off_thin(at: datetime) -> int:
    """Call off occasions for which too few have signed up by the close; each is looked at once."""
    drawn = Q(offer__state=OfferState.ALLOTTED) | Q(
        offer__state=OfferState.PUBLISHED,
        offer__allocation__in=[Allocation.FIRST_COME, Allocation.INVITATION],
    )
    rows = Occasion.objects.filter(
        drawn,
        offer__fewest__gt=0,
        offer__closes_at__lte=at,
        counted_at=None,
        cancelled_at=None,
        starts_at__gt=at,
    )
    return _count(
        list(rows.order_by("pk").values_list("pk", flat=True)[:500]),
        lambda pk: occasions.settle_thin(occasion_id=pk, at=at),
    )


def end_courses(at: datetime) -> int:
    """End courses with a roll whose last day is over."""
    rows = Booking.objects.filter(state=BookingState.CONFIRMED, occasion__ends_at__lte=at, roll__isnull=False)
    ids = sorted(set(rows.values_list("pk", flat=True)[:2000]))
    return _count(ids, lambda pk: roll.end_course(actor=system(), booking_id=pk, at=at))


def note_absences(at: datetime) -> int:
    """Note who did not come, two hours after an occasion: a device that was offline has sent its list by then."""
    over = Occasion.objects.filter(ends_at__lte=at - timedelta(hours=2), swept_at=None, cancelled_at=None)
    noted = 0
    for occasion in over.order_by("ends_at", "pk")[:200]:
        rows = Booking.objects.filter(occasion=occasion, state=BookingState.CONFIRMED)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if Booking.objects.filter(occasion=occasion, state=BookingState.ATTENDED).exists():
            noted += _count(ids, lambda pk: absence.note_absence(actor=system(), booking_id=pk, at=at))
        Occasion.objects.filter(pk=occasion.pk, swept_at=None).update(swept_at=at)
    return noted


def close_over(at: datetime) -> int:
    """End offers whose last occasion is over."""
    rows = Offer.objects.filter(state__in=sorted(RUNNING), ends_at__lte=at - timedelta(hours=2))
    still = Q(allocation__in=[Allocation.DRAW, Allocation.RANKED], state=OfferState.PUBLISHED)
    ids = list(rows.exclude(still).order_by("pk").values_list("pk", flat=True)[:500])
    return _count(ids, lambda pk: _close(pk, at))


def _close(offer_id: int, at: datetime) -> bool:
    close(actor=system(), offer_id=offer_id, at=at)
    return True


def call_off(job: JobContext) -> None:
    """Cancel the bookings of what was called off and tell everybody."""
    payload = job.payload
    occasion = payload.get("occasion")
    ended = occasions.end_called_off(
        offer_id=int(payload["offer"]), at=clock.now(), occasion_id=int(occasion) if occasion else None,
        reason=str(payload.get("reason", "")),
    )  # fmt: skip
    changes.told(payload.get("change"), people=ended, at=clock.now())
    job.finish({"cancelled": ended})


def tell_all(job: JobContext) -> None:
    """Tell everybody with a place of an occasion that it has changed."""
    payload = job.payload
    told = occasions.tell_changed(
        occasion_id=int(payload["occasion"]), what=str(payload["what"]), at=clock.now()
    )
    changes.told(payload.get("change"), people=told, at=clock.now())
    job.finish({"told": told})
