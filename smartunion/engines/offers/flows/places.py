"""Places and limits: taken and given back by compare-and-set, all or nothing. Called inside the flows of this room.

Whoever takes several things takes them in this order, so that nobody waits in a circle: the offer, limits, quotas (each
by ascending key).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.engines.offers.models import Booking, LimitUse, Offer, Quota
from smartunion.engines.offers.queries.people import Who
from smartunion.engines.offers.rules.conditions import Facts
from smartunion.engines.offers.rules.limits import free_from, is_spent, names_of, period_key, years_around
from smartunion.engines.offers.rules.words import LimitPeriod


def take(needs: Mapping[int, int]) -> bool:
    """Take places of every quota, or of none. Returns whether they were free.

    The row of each quota is the gate: nobody else gets past it until the transaction ends.
    """
    taken: dict[int, int] = {}
    for quota, places in sorted(needs.items()):
        rows = Quota.objects.filter(pk=quota, is_open=True, size__gte=F("taken") + places)
        if rows.update(taken=F("taken") + places) != 1:
            give_back(taken)
            return False
        taken[quota] = places
    return bool(taken)


def give_back(needs: Mapping[int, int]) -> None:
    """Give places back. Raises StaleState when they were not taken (nothing may be given back twice)."""
    for quota, places in sorted(needs.items()):
        if Quota.objects.filter(pk=quota, taken__gte=places).update(taken=F("taken") - places) != 1:
            raise StaleState


def of_booking(booking: Booking) -> dict[int, int]:
    """The places a booking has."""
    return {int(quota): booking.party for quota in booking.quota_ids}


def hold_still(offer: Offer) -> None:
    """Be alone with the offer's waiting list until the transaction ends.

    Who joins the line and who frees a place both come through here; else one could look for the other too early, and a
    place would stay empty beside somebody who waits for it. (The write changes nothing; it makes the next one wait.)
    """
    if Offer.objects.filter(pk=offer.pk).update(entries=F("entries")) != 1:
        raise StaleState


def limit_of(offer: Offer, at: datetime) -> str:
    """Name of the limit across offers that a booking uses, "" none. Its period is that of the offer's last occasion."""
    return period_key(offer.limit_key, offer.limit_period, local_date(offer.ends_at or at))


def limit_names(offer: Offer, at: datetime) -> list[str]:
    """Names under which uses of an offer's limit count together."""
    return names_of(limit_of(offer, at), years_of(offer))


def spent_in_words(offer: Offer, used: Mapping[str, int], at: datetime) -> str:
    """Why a limit keeps somebody from an offer, and when she may again; "" while it is not used up."""
    key, years = limit_of(offer, at), years_of(offer)
    if not is_spent(key, offer.limit_per, years, used):
        return ""
    again = free_from(key, offer.limit_period, offer.limit_per, years, used)
    if again is None:
        return " ".join((spent_sentence(), _("It is given once and for all.")))
    day = date_format(again, "DATE_FORMAT")
    return " ".join((spent_sentence(), _("You may again from %(day)s on.") % {"day": day}))


def use_limit(key: str, most: int, who: Who, *, years: int = 1) -> bool:
    """Use a limit once. False when it is used up. years: over how many years its uses are counted together."""
    if not key:
        return True
    if years > 1:
        return _use_in_years(key, most, who, years)
    return _use_once(key, most, who)


def years_of(offer: Offer) -> int:
    """Over how many years uses of an offer's limit are counted together."""
    return offer.limit_years if offer.limit_period == LimitPeriod.YEARS else 1


def _use_in_years(key: str, most: int, who: Who, years: int) -> bool:
    """The row without a year is the gate: two bookings for two years would not see each other's otherwise."""
    gate = f"{key.rpartition(':')[0]}:*"
    user_id = None if who.person_id is not None else who.user_id
    gates = LimitUse.objects.filter(who.rows, key=gate)
    if gates.update(taken=0) != 1:
        try:
            with transaction.atomic():
                LimitUse.objects.create(key=gate, person_id=who.person_id, user_id=user_id)
        except IntegrityError:  # she did so in another window this moment: wait for it
            gates.update(taken=0)
    used = LimitUse.objects.filter(who.rows, key__in=years_around(key, years)).aggregate(n=Sum("taken"))["n"]
    return (used or 0) < most and _use_once(key, most, who)


def _use_once(key: str, most: int, who: Who) -> bool:
    mine = LimitUse.objects.filter(who.rows, key=key)
    if mine.filter(taken__lt=most).update(taken=F("taken") + 1) == 1:
        return True
    if mine.exists():
        return False
    user_id = None if who.person_id is not None else who.user_id
    try:
        with transaction.atomic():
            LimitUse.objects.create(key=key, person_id=who.person_id, user_id=user_id, taken=1)
    except IntegrityError:  # she did so in another window this moment
        return mine.filter(taken__lt=most).update(taken=F("taken") + 1) == 1
    return True


def free_limit(booking: Booking) -> None:
    """Give a limit back."""
    if booking.limit_key:
        who = Who(booking.person_id, booking.user_id, _NOTHING)
        LimitUse.objects.filter(who.rows, key=booking.limit_key, taken__gte=1).update(taken=F("taken") - 1)


def use_limits(offer: Offer, party: Sequence[Booking], at: datetime) -> Booking | None:
    """Use everybody's limit once, or nobody's. Returns whose is used up, None when all could."""
    key, used = limit_of(offer, at), list[Booking]()
    for booking in party:
        who = Who(booking.person_id, booking.user_id, _NOTHING)
        if not use_limit(key, offer.limit_per, who, years=years_of(offer)):
            give_limits_back(used)
            return booking
        booking.limit_key = key
        used.append(booking)
    return None


def give_limits_back(party: Sequence[Booking]) -> None:
    """Give everybody's limit back."""
    for booking in party:
        free_limit(booking)
        booking.limit_key = ""


def spent_sentence() -> str:
    """Why somebody who has used up a limit is refused."""
    return _("You have had as many of these as one person may have in this period.")


_NOTHING = Facts()
