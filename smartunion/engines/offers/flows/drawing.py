"""Giving places out at the close of sign-up: by draw, or by need with the draw deciding between equals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit, bulk
from smartunion.core.actor import Actor, system
from smartunion.core.errors import StaleState
from smartunion.core.together import together
from smartunion.engines.offers.flows import changes, places
from smartunion.engines.offers.flows.booking import keep_booked
from smartunion.engines.offers.flows.history import move_many
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.flows.waiting import needs_together, offer_until
from smartunion.engines.offers.handlers import HANDLERS
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.offers.queries.places import free_of, hopeless, needs_of, rules_of, wished
from smartunion.engines.offers.rules import draw
from smartunion.engines.offers.rules.quotas import Rule
from smartunion.engines.offers.rules.words import Allocation, BookingState, ChangeKind, OfferState

#: At least so many wait after a draw; otherwise as many as have won.
FEWEST_WAITING = 50
_PART = 900
_MANY = 100_000
_LONGEST_LINE = 100_000
_SEALED = ("guests", "answers")


class _Given(NamedTuple):
    """What an entry got: the occasion, and the quotas it counts against, ascending."""

    occasion_id: int
    quota_ids: tuple[int, ...]


@dataclass
class _Result:
    """What a draw decided. given: by entry; taken: places by quota; waiting: in turn; spent: limit used up elsewhere."""

    given: dict[int, _Given] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
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
    line = min(len(result.waiting), max(FEWEST_WAITING, len(result.given)))
    changes.note(offer, ChangeKind.DRAWN, actor=actor, at=at, told=len(result.given) + line)
    audit.record(
        actor, "offers.drawn", offer, at=at,
        data={"seed": seed, "entries": len(entries), "winners": len(result.given), "waiting": len(result.waiting)},
    )  # fmt: skip
    return offer


def entries_of(offer_id: int) -> draw.Entries:
    """The numbers of all entries that stand, ascending.

    An entry has no rank yet, so that the index of the line, which ends with the number, gives them in order.
    """
    entries = draw.Entries()
    table = connection.ops.quote_name(Booking._meta.db_table)
    lines = (
        "string_agg(id::text, chr(10))" if connection.vendor == "postgresql" else "group_concat(id, char(10))"
    )
    sql = f"""SELECT {lines}, max(id) FROM (
        SELECT id FROM {table} WHERE offer_id = %s AND state = %s AND rank IS NULL AND id > %s ORDER BY rank, id LIMIT %s
    ) AS next"""  # noqa: S608  our own table
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [offer_id, BookingState.ENTERED, last, _MANY])
            numbers, last = cursor.fetchone()
            if not numbers:
                return entries
            entries.add_lines(f"{numbers}\n".encode())


def _decide(offer: Offer, entries: draw.Entries, seed: str, at: datetime) -> _Result:
    free, rules = free_of(offer.pk), rules_of(offer.pk)
    capacity = sum(rule_free for quota, rule_free in free.items() if _is_for_all(rules, quota))
    line = min(_LONGEST_LINE, max(FEWEST_WAITING, capacity))
    order = (
        _by_need(offer, entries, seed, at)
        if offer.allocation == Allocation.RANKED
        else entries.in_order(seed, expected=capacity + line)
    )
    result, size = _Result(), _PART
    while part := list(islice(order, size)):
        before = len(result.given)
        for party in _parties(offer, part):
            _give_or_line_up(offer, party, rules, free, result, at)
        size = _PART
        if len(result.waiting) < line:
            continue
        if not _any_left(free, rules):
            break
        if (len(result.given) - before) * 8 < len(
            part
        ):  # few of them: look only at those whom what is left can hold
            order, size = _hopeful_behind(offer, order, part[-1], _hopeful(offer, rules, free), seed), _MANY
    return result


def _give_or_line_up(
    offer: Offer, party: list[Booking], rules: list[Rule], free: dict[int, int], result: _Result, at: datetime
) -> None:
    wishes = [(occasion, needs_together(rules, party, occasion)) for occasion in wished(party[0])]
    at_wish = draw.first_that_fits([needs for _occasion, needs in wishes], free)
    if at_wish is None:
        if len(result.waiting) < _LONGEST_LINE:
            result.waiting += [booking.pk for booking in party]
        return
    occasion_id, together_need = wishes[at_wish]
    if places.use_limits(offer, party, at) is not None:
        result.spent += [booking.pk for booking in party]
        for quota, taken in together_need.items():
            free[quota] += taken
        return
    for booking in party:
        needs = needs_of(rules, booking, occasion_id)
        result.given[booking.pk] = _Given(occasion_id, tuple(sorted(needs)))
    for quota, taken in together_need.items():
        result.taken[quota] = result.taken.get(quota, 0) + taken


def _hopeful_behind(
    offer: Offer, order: Iterator[int], last: int, hopeful: set[int], seed: str
) -> Iterator[int]:
    """The rest of the order behind `last`, of those who may still get something."""
    if offer.allocation == Allocation.RANKED:
        return iter([number for number in order if number in hopeful])
    turn = (draw.rank_of(seed, last), last)
    ranked = ((draw.rank_of(seed, number), number) for number in hopeful)
    return (number for _rank, number in sorted(one for one in ranked if one > turn))


def _hopeful(offer: Offer, rules: list[Rule], free: dict[int, int]) -> set[int]:
    """Entries whom what is free may still hold."""
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED, is_entry=True)
    return set(rows.exclude(hopeless(rules, free)).values_list("pk", flat=True).iterator(20_000))


def _is_for_all(rules: Iterable[Rule], quota: int) -> bool:
    return any(rule.id == quota and rule.scope == "all" and rule.occasion_id is not None for rule in rules)


def _any_left(free: dict[int, int], rules: list[Rule]) -> bool:
    """Whether some occasion has a place left for everybody, as far as its own and the offer's total go."""
    whole = [free[rule.id] for rule in rules if rule.scope == "all" and rule.occasion_id is None]
    return min(whole, default=1) > 0 and any(
        free[rule.id] > 0 for rule in rules if rule.scope == "all" and rule.occasion_id is not None
    )


def _by_need(offer: Offer, entries: draw.Entries, seed: str, at: datetime) -> Iterator[int]:
    """Entries by score, highest first, equal ones as drawn. Scores and reasons are kept with the entries."""
    handler = HANDLERS[offer.ranking]
    ranked: list[tuple[Decimal, int, int]] = []
    kept: list[tuple[int, Decimal, list[str]]] = []
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED, is_entry=True)
    for booking in rows.select_related("offer", "occasion").order_by("pk").iterator(_PART):
        scored = handler.score(booking, at=at)
        kept.append((booking.pk, scored.points, list(scored.reasons)))
        ranked.append((-scored.points, draw.rank_of(seed, booking.pk), booking.pk))
    for start in range(0, len(kept), _PART):
        bulk.update(Booking, ("score", "reasons"), kept[start : start + _PART])
    return (number for _points, _rank, number in sorted(ranked))


def _parties(offer: Offer, part: list[int]) -> Iterator[list[Booking]]:
    """Entries in order; a group stands where the lowest of its numbers does (one ticket, however many they are)."""
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED, is_entry=True).defer(*_SEALED)
    for start in range(0, len(part), _PART):
        numbers = part[start : start + _PART]
        known = rows.in_bulk(numbers)
        for number in numbers:
            booking = known[number]
            booking.offer = offer
            if not booking.group_code:
                yield [booking]
                continue
            party = list(rows.filter(group_code=booking.group_code).order_by("pk"))
            if number == (party[0] if offer.allocation == Allocation.DRAW else _neediest(party)).pk:
                yield party


def _neediest(party: list[Booking]) -> Booking:
    """By need: a group stands where the one in greatest need does."""
    return max(party, key=lambda booking: (booking.score or Decimal(0), -booking.pk))


def _write(offer: Offer, result: _Result, actor: Actor, at: datetime) -> None:
    if result.taken and not places.take(result.taken):
        raise StaleState  # somebody took places beside the draw; it is done again from the start
    key, occasions = places.limit_of(offer, at), offer.occasions.in_bulk()
    winners = list(result.given)
    for start in range(0, len(winners), _PART):
        with together():
            _win(offer, winners[start : start + _PART], result, occasions, key, actor, at)
    _line_up(offer, result, actor, at)


def _rows(offer: Offer, numbers: list[int]) -> dict[int, Booking]:
    rows = Booking.objects.defer(*_SEALED).select_related("occasion").in_bulk(numbers)
    for booking in rows.values():
        booking.offer = offer
    return rows


def _win(
    offer: Offer, numbers: list[int], result: _Result, occasions: dict[int, Occasion], key: str, actor: Actor, at: datetime
) -> None:  # fmt: skip
    rows = _rows(offer, numbers)
    alike: dict[_Given, list[Booking]] = {}
    for number in numbers:
        alike.setdefault(result.given[number], []).append(rows[number])
    for given, won in alike.items():
        values: dict[str, Any] = {
            "occasion_id": given.occasion_id, "limit_key": key, "quota_ids": list(given.quota_ids),
        }  # fmt: skip
        for booking in won:
            booking.occasion = occasions[given.occasion_id]
        if offer.needs_confirming:
            until = offer_until(won[0], at)
            move_many(won, BookingState.OFFERED, what="drawn", actor=actor, at=at, expires_at=until, **values)
        else:
            move_many(won, BookingState.CONFIRMED, what="drawn", actor=actor, at=at, **values)
            for booking in won:
                keep_booked(booking, actor, at)
    for number in numbers:
        tell(rows[number], at=at)


def _line_up(offer: Offer, result: _Result, actor: Actor, at: datetime) -> None:
    reason = places.spent_sentence()
    for start in range(0, len(result.spent), _PART):
        Booking.objects.filter(pk__in=result.spent[start : start + _PART]).update(reasons=[reason])
    line = result.waiting[: max(FEWEST_WAITING, len(result.given))]
    for start in range(0, len(line), _PART):
        part = line[start : start + _PART]
        rows = _rows(offer, part)
        with together():
            move_many(
                [rows[number] for number in part], BookingState.WAITING, what="lined_up", actor=actor, at=at
            )
            bulk.update(Booking, ("rank",), [(number, turn) for turn, number in enumerate(part, start + 1)])
            for turn, number in enumerate(part, start + 1):
                rows[number].rank = turn
                tell(rows[number], at=at, reason=_("Your turn is %(turn)s.") % {"turn": turn})


@transaction.atomic
def settle(*, offer_id: int, at: datetime, most: int = 1000) -> int:
    """Note and tell some of those who were not drawn; again until it returns 0. Safe to run twice."""
    offer = Offer.objects.get(pk=offer_id)
    if offer.state not in (OfferState.ALLOTTED, OfferState.CLOSED):
        return 0
    rows = Booking.objects.filter(offer=offer, state=BookingState.ENTERED).defer(*_SEALED)
    part = list(rows.select_related("occasion").order_by("pk")[:most])
    for booking in part:
        booking.offer = offer
    with together():
        move_many(part, BookingState.NOT_DRAWN, what="not_drawn", actor=system(), at=at)
        for booking in part:
            tell(
                booking,
                at=at,
                reason=" ".join(booking.reasons) if offer.allocation == Allocation.DRAW else "",
            )
    changes.told_not_drawn(offer, actor=system(), people=len(part), at=at)
    return len(part)
