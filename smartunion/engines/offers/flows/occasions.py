"""Changes to occasions and quotas while people hold places: everybody concerned is told."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import changes, places, waiting
from smartunion.engines.offers.flows.leaving import leave
from smartunion.engines.offers.flows.offers import CALL_OFF, TELL_ALL, managed
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, Occasion, Offer, Quota
from smartunion.engines.offers.rules.words import (
    LIVE,
    PLACED,
    RUNNING,
    BookingState,
    ChangeKind,
    OfferState,
    QuotaScope,
)


def _managed(actor: Actor, occasion_id: int) -> Occasion:
    occasion = get_visible(Occasion.objects.visible_to(actor).select_related("offer"), occasion_id)
    actor.check_can("offers.manage", path=occasion.offer.path)
    return occasion


@transaction.atomic
def change_occasion(
    *, actor: Actor, occasion_id: int, starts_at: datetime, ends_at: datetime, place: str, at: datetime
) -> Occasion:
    """Another time or place. Raises NotVisible, NotAllowed, InvalidInput naming ends_at, StaleState (called off, or begun)."""
    occasion = _managed(actor, occasion_id)
    if ends_at <= starts_at or starts_at <= at:
        raise InvalidInput(_("An occasion begins in the future and ends after it begins."), field="ends_at")
    rows = Occasion.objects.filter(pk=occasion.pk, cancelled_at=None, starts_at__gt=at)
    if rows.update(starts_at=starts_at, ends_at=ends_at, place=place.strip()[:200], reminded_at=None) != 1:
        raise StaleState(_("This occasion has begun or was called off."))
    Offer.objects.filter(pk=occasion.offer_id).filter(Q(ends_at=None) | Q(ends_at__lt=ends_at)).update(
        ends_at=ends_at
    )
    audit.record(actor, "offers.occasion_changed", occasion, at=at)
    words = f"{_when(starts_at)}, {place.strip() or occasion.offer.place}"
    change = changes.note(
        occasion.offer, ChangeKind.CHANGED, actor=actor, at=at, occasion=occasion, text=words
    )
    job = {"occasion": occasion.pk, "what": f"changed:{occasion.pk}:{at.isoformat()}", "change": change.pk}
    enqueue(actor=actor, kind=TELL_ALL, title=occasion.offer.title, payload=job, at=at)
    occasion.refresh_from_db()
    return occasion


@transaction.atomic
def call_off_occasion(*, actor: Actor, occasion_id: int, reason: str, at: datetime) -> Occasion:
    """Call one occasion off. Again: the same. Raises NotVisible, NotAllowed, InvalidInput naming reason, StaleState (begun)."""
    occasion = _managed(actor, occasion_id)
    if occasion.cancelled_at is not None:
        return occasion
    if not reason.strip():
        raise InvalidInput(_("Say why: everybody who signed up reads it."), field="reason")
    rows = Occasion.objects.filter(pk=occasion.pk, cancelled_at=None, starts_at__gt=at)
    if rows.update(cancelled_at=at) != 1:
        raise StaleState(_("This occasion has begun."))
    Quota.objects.filter(occasion=occasion).update(is_open=False)
    change = changes.note(
        occasion.offer, ChangeKind.ONE_OFF, actor=actor, at=at, occasion=occasion, text=reason.strip()
    )
    job = {
        "offer": occasion.offer_id, "occasion": occasion.pk, "reason": reason.strip()[:300], "change": change.pk,
    }  # fmt: skip
    enqueue(actor=actor, kind=CALL_OFF, title=occasion.offer.title, payload=job, at=at)
    audit.record(actor, "offers.occasion_called_off", occasion, at=at, reason=reason)
    occasion.refresh_from_db()
    return occasion


@transaction.atomic
def settle_thin(*, occasion_id: int, at: datetime) -> bool:
    """After the close: call an occasion off for which fewer have a place than it needs. Looked at once; True if called off."""
    occasion = Occasion.objects.select_related("offer").get(pk=occasion_id)
    if Occasion.objects.filter(pk=occasion.pk, counted_at=None).update(counted_at=at) != 1:
        return False
    placed = Booking.objects.filter(occasion=occasion, state__in=sorted(PLACED))
    people = placed.aggregate(n=Sum("party"))["n"] or 0
    if people >= occasion.offer.fewest:
        return False
    words = _("%(n)s people had signed up by the close; at least %(fewest)s are needed.")
    reason = words % {"n": people, "fewest": occasion.offer.fewest}
    call_off_occasion(actor=system(), occasion_id=occasion.pk, reason=reason, at=at)
    return True


@transaction.atomic
def resize_quota(*, actor: Actor, quota_id: int, size: int, at: datetime) -> Quota:
    """More or fewer places; more go at once to the waiting list.

    Raises NotVisible, NotAllowed, InvalidInput naming size (fewer than are taken), StaleState (over).
    """
    visible = Offer.objects.visible_to(actor)
    quota = get_visible(Quota.objects.filter(offer__in=visible).select_related("offer", "occasion"), quota_id)
    offer = managed(actor, quota.offer_id)
    if offer.state not in {OfferState.DRAFT, *RUNNING}:
        raise StaleState
    places.hold_still(offer)
    if size < 0 or Quota.objects.filter(pk=quota.pk, taken__lte=size).update(size=size) != 1:
        raise InvalidInput(
            _("%(taken)s places are taken already; there can be no fewer.") % {"taken": quota.taken},
            field="size",
        )
    if quota.scope == QuotaScope.ALL and quota.occasion_id is not None:
        Occasion.objects.filter(pk=quota.occasion_id).update(capacity=size)
    audit.record(
        actor, "offers.quota_resized", offer, at=at, data={"quota": quota.pk, "from": quota.size, "to": size}
    )
    offered = waiting.fill(offer=offer, actor=actor, at=at)
    changes.note(
        offer, ChangeKind.RESIZED, actor=actor, at=at, occasion=quota.occasion, text=f"{quota.size} → {size}",
        told=len(offered),
    )  # fmt: skip
    quota.refresh_from_db()
    return quota


def end_called_off(*, offer_id: int, at: datetime, occasion_id: int | None = None, reason: str = "") -> int:
    """Cancel the bookings of what was called off and tell everybody; safe to run twice. Returns how many."""
    offer = Offer.objects.get(pk=offer_id)
    rows = Booking.objects.filter(
        offer=offer, state__in=sorted(LIVE - {BookingState.ATTENDED, BookingState.NO_SHOW})
    )
    if occasion_id is not None:
        rows = rows.filter(occasion_id=occasion_id)
    elif offer.state != OfferState.CANCELLED:
        return 0
    return sum(
        _end(pk, reason or offer.reason, at) for pk in list(rows.order_by("pk").values_list("pk", flat=True))
    )


@transaction.atomic
def _end(booking_id: int, reason: str, at: datetime) -> bool:
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking_id)
    places.hold_still(booking.offer)
    booking.refresh_from_db()
    if booking.state not in LIVE:
        return False
    others = Occasion.objects.filter(pk__in=booking.also, cancelled_at=None).exclude(pk=booking.occasion_id)
    called_off = booking.offer.state == OfferState.CANCELLED
    if booking.state in (BookingState.ENTERED, BookingState.WAITING) and others.exists() and not called_off:
        return False  # she would take another occasion and stays in the draw or in line for it
    _leave(booking, reason, at)
    return True


def _leave(booking: Booking, reason: str, at: datetime) -> None:
    if booking.state == BookingState.ENTERED:
        if booking.offer.state == OfferState.PUBLISHED:
            Offer.objects.filter(pk=booking.offer_id, entries__gte=1).update(entries=F("entries") - 1)
            booking.is_entry = False
            Booking.objects.filter(pk=booking.pk).update(is_entry=False)
        booking.is_entry = False
    leave(booking, BookingState.CANCELLED, what="called_off", actor=system(), at=at, note=reason)
    tell(booking, at=at, what="called_off", text=_("It was called off: %(reason)s") % {"reason": reason})


def tell_changed(*, occasion_id: int, what: str, at: datetime) -> int:
    """Tell everybody with a place, an entry or a turn of an occasion that time or place is another now."""
    occasion = Occasion.objects.select_related("offer").get(pk=occasion_id)
    rows = Booking.objects.filter(occasion=occasion, state__in=sorted(LIVE)).select_related(
        "offer", "occasion"
    )
    told = 0
    for booking in rows.order_by("pk").iterator(500):
        words = _(
            "Time or place has changed: %(when)s, %(place)s. If you cannot come now, cancel without any consequence."
        )
        values = {"when": _when(occasion.starts_at), "place": occasion.place or occasion.offer.place}
        tell(booking, at=at, what=what, text=words % values)
        told += 1
    return told


def _when(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"
