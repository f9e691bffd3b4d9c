"""Offers as benefits: what somebody may sign up for, what she would need, what she had; how many of a union took part."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from smartunion.core.actor import Actor, within
from smartunion.core.benefits import Benefit, Reach, Source, Standing, Uptake
from smartunion.core.clock import local_date
from smartunion.core.paths import prefixes
from smartunion.engines.offers.flows.places import limit_names, spent_in_words
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.offers.queries.people import Who, facts_of, uses_of
from smartunion.engines.offers.rules.conditions import Conditions, Facts, unmet
from smartunion.engines.offers.rules.words import LIVE, BookingState, OfferState

_SHOWN = 60


def mine(actor: Actor, at: datetime) -> Sequence[Benefit]:
    """Open offers for the actor's union and everybody, each with why not; what she took part in. Five statements."""
    facts = facts_of(actor.person_id)
    audiences = prefixes(facts.union_path)
    taken = set(Booking.objects.of(actor).filter(state__in=sorted(LIVE)).values_list("offer_id", flat=True))
    found = (
        Offer.objects.shown()
        .filter(audience_path__in=audiences, state=OfferState.PUBLISHED, opens_at__lte=at, closes_at__gt=at)
        .order_by("closes_at", "pk")
    )
    open_ones = [offer for offer in found[:_SHOWN] if offer.pk not in taken]
    who = Who(actor.person_id, actor.user_id, facts)
    names = {name for offer in open_ones for name in limit_names(offer, at)}
    used = uses_of(who, names) if names else {}
    return [_open(offer, _why_not(offer, facts, used, at)) for offer in open_ones] + _had(actor)


def _why_not(offer: Offer, facts: Facts, used: Mapping[str, int], at: datetime) -> list[str]:
    wanted = Conditions.load(offer.conditions)
    reasons = unmet(wanted, facts, audience_path=offer.audience_path, on=local_date(at))
    return reasons or [words for words in (spent_in_words(offer, used, at),) if words]


def _open(offer: Offer, reasons: list[str]) -> Benefit:
    return Benefit(
        title=offer.title, standing=Standing.NEEDED if reasons else Standing.NOW, icon="ticket-perforated", tint="amber",
        note=" ".join(reasons) or offer.summary, href=reverse("offers:offer", args=[offer.pk]),
        until=local_date(offer.closes_at),
    )  # fmt: skip


def _had(actor: Actor) -> list[Benefit]:
    rows = Booking.objects.of(actor).filter(state=BookingState.ATTENDED).select_related("offer")
    return [
        Benefit(
            title=row.offer.title, standing=Standing.HAD, note=row.offer.get_kind_display(), icon="ticket-perforated",
            href=reverse("offers:booking", args=[row.pk]), until=local_date(row.attended_at or row.booked_at),
        )
        for row in rows.order_by("-pk")[:_SHOWN]
    ]  # fmt: skip


def uptake(actor: Actor, reach: Reach) -> Sequence[Uptake]:
    """For each offer that stands open to the union: members below it, and those of them who signed up or took part."""
    standing = Offer.objects.shown().filter(
        audience_path__in=prefixes(reach.path), is_private=False, state__in=[OfferState.PUBLISHED, OfferState.ALLOTTED],
        closes_at__gt=reach.since,
    )  # fmt: skip
    shown = list(standing.order_by("closes_at", "pk")[:_SHOWN])
    if not shown:
        return []
    bookings = Booking.objects.filter(
        within([reach.path], "union_path"), offer__in=[offer.pk for offer in shown], state__in=sorted(LIVE)
    )
    counted = dict(bookings.values_list("offer").annotate(people=Count("person", distinct=True)))
    return [
        Uptake(
            title=offer.title, entitled=reach.members, taken=min(reach.members, counted.get(offer.pk, 0)),
            href=reverse("offers:offer", args=[offer.pk]),
        )
        for offer in shown
    ]  # fmt: skip


SOURCE = Source(key="offers", mine=mine, uptake=uptake, order=10)
