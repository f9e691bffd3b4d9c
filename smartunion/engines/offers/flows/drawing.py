"""Giving places out at the close of sign-up: by draw, or by need with the draw deciding between equals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.errors import StaleState
from smartunion.engines.offers.flows import places
from smartunion.engines.offers.flows.booking import keep_booked
from smartunion.engines.offers.flows.history import event_values, move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.flows.waiting import needs_together, offer_until
from smartunion.engines.offers.handlers import HANDLERS
from smartunion.engines.offers.models import Booking, BookingEvent, Offer
from smartunion.engines.offers.queries.places import free_of, rules_of, wished
from smartunion.engines.offers.rules import draw
from smartunion.engines.offers.rules.quotas import Rule
from smartunion.engines.offers.rules.words import Allocation, BookingState, OfferState

#: At least so many wait after a draw; otherwise as many as have won.
FEWEST_WAITING = 50
_PART = 1000


@dataclass
class _Result:
    """What a draw decided. given: entry → occasion; waiting: in turn; spent: limit used up elsewhere; scores: by entry."""

    given: dict[int, int] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)


@transaction.atomic
def allot(*, offer_id: int, at: datetime, actor: Actor | None = None) -> Offer:
    """Draw: open the secret, rank every entry, give places until none is left, put the next in line.

    Everything in one transaction: there is a whole draw or none. Who was not drawn is noted and told afterwards, by
    `settle`. Again: the drawn offer unchanged. Raises StaleState (sign-up is open, or nothing is drawn here).
    """
    actor = actor or system()
    offer = Offer.objects.get(pk=offer_id)
    if offer.state == OfferState.ALLOTTED:
        return offer
    due = Offer.objects.filter(
        pk=offer.pk,
        state=OfferState.PUBLISHED,
        closes_at__lte=at,
        allocation__in=[Allocation.DRAW, Allocation.RANKED],
    )
    if due.update(state=OfferState.ALLOTTING) != 1:
        raise StaleState
    entries = entries_of(offer.pk)
    seed = draw.seed_of(offer.secret, entries.digest)
    sizes = {str(quota): places for quota, places in free_of(offer.pk).items()}
    result = _decide(offer, entries, seed, at)
    _write(offer, result, actor, at)
    Offer.objects.filter(pk=offer.pk, state=OfferState.ALLOTTING).update(
        state=OfferState.ALLOTTED, allotted_at=at, updated_at=at, digest=entries.digest, seed=seed,
        opened_secret=offer.secret, drawn_sizes=sizes, drawn_entries=len(entries),
        winners=len(result.given), version=F("version") + 1,
    )  # fmt: skip
    offer.refresh_from_db()
    audit.record(
        actor, "offers.drawn", offer, at=at,
        data={"seed": seed, "entries": len(entries), "winners": len(result.given), "waiting": len(result.waiting)},
    )  # fmt: skip
    return offer


def entries_of(offer_id: int) -> draw.Entries:
    """The numbers of all entries that stand, ascending."""
    entries = draw.Entries()
    table = connection.ops.quote_name(Booking._meta.db_table)
    sql = f"SELECT id FROM {table} WHERE offer_id = %s AND state = %s AND is_entry ORDER BY id"  # noqa: S608  # our own table
    with connection.cursor() as cursor:
        cursor.execute(sql, [offer_id, BookingState.ENTERED])
        while part := cursor.fetchmany(20_000):
            entries.add([row[0] for row in part])
    return entries


def _decide(offer: Offer, entries: draw.Entries, seed: str, at: datetime) -> _Result:
    free, rules = free_of(offer.pk), rules_of(offer.pk)
    capacity = sum(rule_free for quota, rule_free in free.items() if _is_for_all(rules, quota))
    wanted = capacity + max(FEWEST_WAITING, capacity)
    order = (
        _by_need(offer, entries, seed, at)
        if offer.allocation == Allocation.RANKED
        else entries.in_order(seed, expected=wanted)
    )
    result = _Result()
    for party in _parties(offer, order):
        if not _any_left(free, rules):
            _put_in_line(result, party)
            if len(result.waiting) >= max(FEWEST_WAITING, len(result.given)):
                break
            continue
        wishes = [(occasion, needs_together(rules, party, occasion)) for occasion in wished(party[0])]
        at_wish = draw.first_that_fits([needs for _occasion, needs in wishes], free)
        if at_wish is None:
            _put_in_line(result, party)
        elif places.use_limits(offer, party, at) is None:
            result.given |= {booking.pk: wishes[at_wish][0] for booking in party}
        else:
            result.spent += [booking.pk for booking in party]
            for quota, taken in wishes[at_wish][1].items():
                free[quota] += taken
    return result


def _is_for_all(rules: Iterable[Rule], quota: int) -> bool:
    return any(rule.id == quota and rule.scope == "all" and rule.occasion_id is not None for rule in rules)


def _any_left(free: dict[int, int], rules: list[Rule]) -> bool:
    """Whether some occasion has a place left for everybody, as far as its own and the offer's total go."""
    whole = [free[rule.id] for rule in rules if rule.scope == "all" and rule.occasion_id is None]
    return min(whole, default=1) > 0 and any(
        free[rule.id] > 0 for rule in rules if rule.scope == "all" and rule.occasion_id is not None
    )


def _put_in_line(result: _Result, party: list[Booking]) -> None:
    if len(result.waiting) < 100_000:
        result.waiting += [booking.pk for booking in party]


def _by_need(offer: Offer, entries: draw.Entries, seed: str, at: datetime) -> Iterator[int]:
    """Entries by score, highest first, equal ones as drawn. Scores and reasons are kept with the entries."""
    handler = HANDLERS[offer.ranking]
    ranked: list[tuple[Decimal, int, int]] = []
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED, is_entry=True)
    for booking in rows.select_related("offer", "occasion").order_by("pk").iterator(_PART):
        scored = handler.score(booking, at=at)
        Booking.objects.filter(pk=booking.pk).update(score=scored.points, reasons=list(scored.reasons))
        ranked.append((-scored.points, draw.rank_of(seed, booking.pk), booking.pk))
    return (number for _points, _rank, number in sorted(ranked))


def _parties(offer: Offer, order: Iterator[int]) -> Iterator[list[Booking]]:
    """Entries in order; a group stands where the lowest of its numbers does (one ticket, however many they are)."""
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED, is_entry=True)
    while part := list(islice(order, _PART)):
        known = rows.in_bulk(part)
        for number in part:
            booking = known[number]
            booking.offer = offer
            if not booking.group_code:
                yield [booking]
                continue
            party = list(rows.filter(group_code=booking.group_code).order_by("pk"))
            leads = (
                number == party[0].pk
                if offer.allocation == Allocation.DRAW
                else _is_first(known, party, part, number)
            )
            if leads:
                yield party


def _is_first(known: dict[int, Booking], party: list[Booking], part: list[int], number: int) -> bool:
    """By need: a group stands where the one in greatest need does."""
    best = max(party, key=lambda booking: (booking.score or Decimal(0), -booking.pk))
    return best.pk == number


def _write(offer: Offer, result: _Result, actor: Actor, at: datetime) -> None:
    rules = rules_of(offer.pk)
    total: dict[int, int] = {}
    won = Booking.objects.select_related("offer", "occasion").in_bulk(list(result.given))
    for number, occasion_id in result.given.items():
        for quota, taken in needs_together(rules, [won[number]], occasion_id).items():
            total[quota] = total.get(quota, 0) + taken
    if total and not places.take(total):
        raise StaleState  # somebody took places beside the draw; it is done again from the start
    key = places.limit_of(offer, at)
    for number, occasion_id in result.given.items():
        _wins(won[number], occasion_id, rules, key, actor, at)
    _line_up(offer, result, actor, at)


def _wins(
    booking: Booking, occasion_id: int, rules: list[Rule], key: str, actor: Actor, at: datetime
) -> None:
    if booking.occasion_id != occasion_id:
        booking.occasion = booking.offer.occasions.get(pk=occasion_id)
    values: dict[str, Any] = {
        "occasion_id": occasion_id, "limit_key": key,
        "quota_ids": sorted(needs_together(rules, [booking], occasion_id)),
    }  # fmt: skip
    if booking.offer.needs_confirming:
        until = offer_until(booking, at)
        move(booking, BookingState.OFFERED, what="drawn", actor=actor, at=at, expires_at=until, **values)
    else:
        move(booking, BookingState.CONFIRMED, what="drawn", actor=actor, at=at, **values)
        keep_booked(booking, actor, at)
    tell(booking, at=at)


def _line_up(offer: Offer, result: _Result, actor: Actor, at: datetime) -> None:
    if result.spent:
        reason = places.spent_sentence()
        Booking.objects.filter(pk__in=result.spent).update(reasons=[reason])
    most = max(FEWEST_WAITING, len(result.given))
    for start in range(0, min(most, len(result.waiting)), _PART):
        part = result.waiting[start : min(most, start + _PART)]
        rows = Booking.objects.select_related("offer", "occasion").in_bulk(part)
        for turn, number in enumerate(part, start + 1):
            move(rows[number], BookingState.WAITING, what="lined_up", actor=actor, at=at, rank=turn)
            tell(rows[number], at=at, reason=_("Your turn is %(turn)s.") % {"turn": turn})


@transaction.atomic
def settle(*, offer_id: int, at: datetime, most: int = 1000) -> int:
    """Note and tell some of those who were not drawn; again until it returns 0. Safe to run twice."""
    offer = Offer.objects.get(pk=offer_id)
    if offer.state not in (OfferState.ALLOTTED, OfferState.CLOSED):
        return 0
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED)
    part = list(rows.select_related("offer", "occasion").order_by("pk")[:most])
    fresh = rows.filter(pk__in=[booking.pk for booking in part])
    if fresh.update(
        state=BookingState.NOT_DRAWN, closed_at=at, updated_at=at, version=F("version") + 1
    ) != len(part):
        raise StaleState
    for booking in part:
        booking.state, booking.version = BookingState.NOT_DRAWN, booking.version + 1
        tell(booking, at=at, reason=" ".join(booking.reasons) if offer.allocation == Allocation.DRAW else "")
    BookingEvent.objects.bulk_create([
        BookingEvent(**event_values(booking, BookingState.ENTERED, what="not_drawn", actor=system(), at=at)) for booking in part
    ])  # fmt: skip
    return len(part)
