"""The waiting list: a place that is free goes at once to the next it fits, with a time to answer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.engines.offers.flows import places
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.offers.queries.places import fits, free_of, hopeless, needs_of, rules_of, wished
from smartunion.engines.offers.rules.quotas import Rule
from smartunion.engines.offers.rules.words import RUNNING, BookingState
from smartunion.ground.policies import service as policies

#: Turns by the clock come after those of a draw, which count from 1.
_FIRST_TURN = 10**12
_PAGE = 200


def last_turn(at: datetime) -> int:
    """The turn of somebody who joins the line now: microseconds, behind everybody drawn."""
    return _FIRST_TURN + int(at.timestamp() * 1_000_000)


def fill(*, offer: Offer, actor: Actor, at: datetime) -> list[Booking]:
    """Offer every free place to the first in line whom it fits; groups together or not at all. Returns who was offered one.

    The caller holds the line (places.hold_still) in this transaction, before it frees or joins anything.
    """
    free, rules = free_of(offer.pk), rules_of(offer.pk)
    running = Offer.objects.filter(pk=offer.pk, state__in=sorted(RUNNING)).exists()
    if not running or not any(free.values()):
        return []
    open_ = _open_occasions(offer, at)
    offered: list[Booking] = []
    for party in _parties(offer, rules, free, open_):
        offered += _offer_one(party, open_, rules, free, actor, at)
        if not any(free.values()):
            break
    return offered


def _open_occasions(offer: Offer, at: datetime) -> dict[int, Occasion]:
    rows = Occasion.objects.filter(offer=offer, cancelled_at=None, ends_at__gt=at).select_related("offer")
    return {row.pk: row for row in rows if row.open_until > at}


def _parties(
    offer: Offer, rules: list[Rule], free: Mapping[int, int], open_: Mapping[int, Occasion]
) -> Iterator[list[Booking]]:
    """Who waits and may fit, in turn; a group comes at the turn of its first. `free` is looked at anew for every page."""
    line = Booking.objects.filter(offer=offer, state=BookingState.WAITING).order_by("rank", "pk")
    line = line.exclude(Q(also=[], group_code="") & ~Q(occasion_id__in=list(open_)))
    seen: set[str] = set()
    behind = Q()
    while part := list(
        line.filter(behind).exclude(hopeless(rules, free)).select_related("offer", "occasion")[:_PAGE]
    ):
        for booking in part:
            if not booking.group_code:
                yield [booking]
            elif booking.group_code not in seen:
                seen.add(booking.group_code)
                mates = Booking.objects.filter(offer=offer, state=BookingState.WAITING)
                rows = mates.filter(group_code=booking.group_code).order_by("rank", "pk")
                yield list(rows.select_related("offer", "occasion"))
        last = part[-1]
        behind = Q(rank__gt=last.rank) | Q(rank=last.rank, pk__gt=last.pk)


def _offer_one(
    party: list[Booking], open_: dict[int, Occasion], rules: list[Rule], free: dict[int, int], actor: Actor, at: datetime
) -> list[Booking]:  # fmt: skip
    first = party[0]
    for occasion_id in wished(first):
        needs = needs_together(rules, party, occasion_id)
        if occasion_id in open_ and fits(needs, free):
            if not _limits(party, actor, at):
                return []
            if not places.take(needs):
                free.update(free_of(first.offer_id))
                places.give_limits_back(party)
                continue
            for quota, taken in needs.items():
                free[quota] -= taken
            for booking in party:
                _offered(booking, open_[occasion_id], rules, actor, at)
            return party
    return []


def needs_together(rules: Iterable[Rule], party: Iterable[Booking], occasion_id: int) -> dict[int, int]:
    """What a group takes of the quotas."""
    together: dict[int, int] = {}
    known = list(rules)
    for booking in party:
        for quota, taken in needs_of(known, booking, occasion_id).items():
            together[quota] = together.get(quota, 0) + taken
    return together


def _limits(party: list[Booking], actor: Actor, at: datetime) -> bool:
    """Use everybody's limit; whoever has used it up elsewhere leaves the line, and the group waits on."""
    spent = places.use_limits(party[0].offer, party, at)
    if spent is None:
        return True
    reason = places.spent_sentence()
    move(spent, BookingState.CANCELLED, what="limit", actor=actor, at=at, note=reason, reasons=[reason])
    tell(spent, at=at, reason=reason)
    return False


def _offered(booking: Booking, occasion: Occasion, rules: list[Rule], actor: Actor, at: datetime) -> None:
    quotas = sorted(needs_of(rules, booking, occasion.pk))
    booking.occasion = occasion
    move(
        booking, BookingState.OFFERED, what="offered", actor=actor, at=at, occasion_id=occasion.pk, quota_ids=quotas,
        limit_key=booking.limit_key, expires_at=offer_until(booking, at),
    )  # fmt: skip
    audit.record(actor, "offers.offered", booking, at=at, owner_person_id=booking.person_id)
    tell(booking, at=at)


def offer_until(booking: Booking, at: datetime) -> datetime:
    """Until when somebody answers an offered place: the policy's hours, before the occasion at the latest."""
    hours = int(policies.value("offers.offer_hours", path=booking.path, on=local_date(at)))
    return min(at + timedelta(hours=hours), booking.occasion.open_until)


@transaction.atomic
def fill_now(*, offer_id: int, actor: Actor, at: datetime) -> int:
    """Offer what is free to the line; safe at any time. Returns how many were offered a place."""
    offer = Offer.objects.get(pk=offer_id)
    places.hold_still(offer)
    return len(fill(offer=offer, actor=actor, at=at))
