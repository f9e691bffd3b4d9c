"""Quotas of an offer and what is free."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Q

from smartunion.core.actor import within
from smartunion.engines.offers.models import Booking, Occasion, Quota
from smartunion.engines.offers.rules.quotas import Rule, applying
from smartunion.engines.offers.rules.words import BookingState, QuotaScope


def rules_of(offer_id: int) -> list[Rule]:
    """Quotas of an offer, as rules.quotas reads them."""
    rows = Quota.objects.filter(offer_id=offer_id).order_by("pk")
    return [Rule(*row) for row in rows.values_list("pk", "occasion_id", "scope", "path", "key")]


def needs_of(rules: Iterable[Rule], booking: Booking, occasion_id: int) -> dict[int, int]:
    """What a booking takes of the quotas at an occasion: quota → places."""
    ids = applying(
        rules, occasion_id=occasion_id, union_path=booking.union_path, groups=booking.groups, device=booking.device_key
    )  # fmt: skip
    return dict.fromkeys(ids, booking.party)


def wished(booking: Booking) -> list[int]:
    """Occasions somebody would take, best first."""
    return [int(pk) for pk in booking.also] or [booking.occasion_id]


def free_of(offer_id: int) -> dict[int, int]:
    """Places left of every open quota of an offer; closed ones have none."""
    rows = Quota.objects.filter(offer_id=offer_id)
    return {
        pk: size - taken if is_open else 0
        for pk, size, taken, is_open in rows.values_list("pk", "size", "taken", "is_open")
    }


def fits(needs: dict[int, int], free: dict[int, int]) -> bool:
    """Whether the places are free."""
    return bool(needs) and all(free.get(quota, 0) >= places for quota, places in needs.items())


def hopeless(rules: Iterable[Rule], free: Mapping[int, int]) -> Q:
    """Bookings of people going alone whom what is free cannot hold, as far as the database can tell.

    So that whoever looks for the next one it fits does not read a city's line of people it does not. Groups are never
    among them; shares of groups of people, and wishes for several occasions, count on PostgreSQL alone.
    """
    listed = list(rules)
    looks_inside = connection.features.supports_json_field_contains
    short = Q(pk__in=[])
    for rule in listed:
        lacks = Q(party__gt=max(0, free.get(rule.id, 0)))
        if rule.occasion_id is not None:
            lacks &= Q(occasion_id=rule.occasion_id, also=[])
        if rule.scope == QuotaScope.UNION:
            lacks &= within([rule.path], "union_path")
        elif rule.scope == QuotaScope.GROUP and looks_inside:
            lacks &= Q(groups__contains=[rule.key])
        elif rule.scope != QuotaScope.ALL:
            continue
        short |= lacks
    full = [
        rule.occasion_id
        for rule in listed
        if rule.occasion_id is not None and rule.scope == QuotaScope.ALL and free.get(rule.id, 0) <= 0
    ]
    if full and looks_inside:
        short |= Q(also__contained_by=full) & ~Q(also=[])
    return Q(group_code="") & short


def places_left(occasions: Sequence[Occasion]) -> dict[int, int]:
    """Places left for everybody at each occasion: the smaller of its own and the offer's; none once called off."""
    offers = {occasion.offer_id for occasion in occasions}
    rows = Quota.objects.filter(offer__in=offers, scope=QuotaScope.ALL).order_by("pk")
    left: dict[int, int] = {}
    for occasion in occasions:
        mine = [
            q.free if q.is_open else 0
            for q in rows
            if q.offer_id == occasion.offer_id and q.occasion_id in (None, occasion.pk)
        ]
        left[occasion.pk] = min(mine, default=0) if occasion.cancelled_at is None else 0
    return left


def is_line(offer_id: int) -> bool:
    """Whether anybody waits."""
    return Booking.objects.filter(offer_id=offer_id, state=BookingState.WAITING).exists()


def turn_of(booking: Booking) -> int:
    """How many wait before this one, itself included: 1 is next. 0 when it does not wait."""
    if booking.state != BookingState.WAITING:
        return 0
    ahead = Booking.objects.filter(offer_id=booking.offer_id, state=BookingState.WAITING)
    return (
        ahead.filter(rank__lt=booking.rank).count()
        + ahead.filter(rank=booking.rank, pk__lte=booking.pk).count()
    )
