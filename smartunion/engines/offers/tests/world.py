"""阿丽 manages the offers of a firm's union; 小波 and others are its members, 老秦 is a member elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from smartunion.core.actor import Actor
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking, Occasion, Offer, Quota
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make

NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=5)
STARTS = NOW + timedelta(days=10)
MANAGE = frozenset({"offers.manage", "offers.check_in", "registry.view", "members.view"})


@dataclass
class World:
    """A county's union with a manager, and members; `members` are signed in."""

    county: TradeUnion
    union: TradeUnion
    elsewhere: TradeUnion
    ali: Actor
    stranger: Actor
    members: list[Actor] = field(default_factory=list)
    laoqin: Actor = field(default_factory=Actor)


def world(members: int = 6) -> World:
    county = make.federation()
    union = make.union("宁海得力工会", county)
    other = make.union("象山水产工会", make.federation("象山县总工会"))
    made = World(county, union, other, make.actor("chair", MANAGE, union), make.actor("chair", MANAGE, other))
    made.members = [make.worker(make.member(union).person) for _n in range(members)]
    made.laoqin = make.worker(make.member(other, "老秦").person)
    return made


def occasion(capacity: int, *quotas: offers.QuotaData, starts_at: datetime = STARTS) -> offers.OccasionData:
    return offers.OccasionData(starts_at, starts_at + timedelta(hours=3), capacity, quotas=tuple(quotas))


def drafted(here: World, *occasions: offers.OccasionData, **values: Any) -> Offer:
    data = {
        "kind": "event", "title": "周末亲子采摘", "opens_at": OPENS, "closes_at": CLOSES, "place": "前童古镇",
        "occasions": occasions or (occasion(2),), "allocation": "first_come",
    } | values  # fmt: skip
    return offers.create_offer(actor=here.ali, union_id=here.union.pk, data=offers.OfferData(**data), at=NOW)


def published(here: World, *occasions: offers.OccasionData, **values: Any) -> Offer:
    return offers.publish(actor=here.ali, offer_id=drafted(here, *occasions, **values).pk, at=NOW)


def first(offer: Offer) -> Occasion:
    return offer.occasions.order_by("pk")[0]


def wish(offer: Offer, **values: Any) -> offers.Wish:
    return offers.Wish(**{"occasion_id": first(offer).pk, "client_id": uuid4()} | values)


def book(offer: Offer, who: Actor, at: datetime = NOW, **values: Any) -> Booking:
    return offers.book(actor=who, wish=wish(offer, **values), at=at)


def taken(offer: Offer) -> list[int]:
    return list(Quota.objects.filter(offer=offer).order_by("pk").values_list("taken", flat=True))


def states(offer: Offer) -> list[str]:
    return list(Booking.objects.filter(offer=offer).order_by("pk").values_list("state", flat=True))


def check_books(offer: Offer, rows: Sequence[Booking] | None = None) -> None:
    """What must hold always: every quota's count is that of the bookings that hold its places, and none is over."""
    held: dict[int, int] = {}
    for booking in rows or Booking.objects.filter(offer=offer):
        for quota in booking.quota_ids:
            held[quota] = held.get(quota, 0) + booking.party
    for quota in Quota.objects.filter(offer=offer):
        assert quota.taken == held.get(quota.pk, 0)
        assert quota.taken <= quota.size
