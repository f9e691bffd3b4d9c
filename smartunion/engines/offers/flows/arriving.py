"""Bookings that arrive together are written together, with as many statements as one (docs/decisions/0013).

Whoever is known already, is refused or books for somebody else is left out and worked off alone (`booking.book_alone`),
and so are all of a batch when anything in it goes wrong: one set of rules, and no answer before it is in the database.
"""

import contextlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language, override

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.convoy import Convoy
from smartunion.core.errors import DomainError, StaleState
from smartunion.core.together import together
from smartunion.engines.offers.flows import places, waiting
from smartunion.engines.offers.flows.booking import (
    Around,
    Wish,
    book_alone,
    confirm,
    hold_until,
    keep_booked,
    others_wished,
    prepared,
)
from smartunion.engines.offers.flows.history import event_values
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, BookingEvent, Occasion, Offer
from smartunion.engines.offers.queries import people
from smartunion.engines.offers.queries.places import fits, free_of, is_line, needs_of, rules_of
from smartunion.engines.offers.rules.conditions import Facts
from smartunion.engines.offers.rules.quotas import Rule
from smartunion.engines.offers.rules.words import LIVE, Allocation, BookingState, OfferState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """A wish on its way. language: in which she is answered."""

    actor: Actor
    wish: Wish
    at: datetime
    language: str


class _Arrival(NamedTuple):
    """A booking as it would be, and who books. place: in the batch."""

    place: int
    booking: Booking
    who: people.Who
    actor: Actor
    waits: bool


def book(*, actor: Actor, wish: Wish, at: datetime) -> Booking:
    """A place (first come), an entry (draw, ranking) or a turn in the waiting list; the state says which.

    Sending the same client_id again gives the same booking. Those that arrive together are written together.
    Raises NotVisible, NotAllowed, NotOpen, NotEligible, Banned, AlreadyBooked, LimitSpent, Full (does not wait);
    InvalidInput naming also, guests, or a question's key. Then nothing is stored.
    """
    return _CONVOY.ask(Asking(actor, wish, at, get_language() or settings.LANGUAGE_CODE))


def book_all(batch: Sequence[Asking]) -> list[Booking | Exception]:
    """`book` for those who wait: a booking or the refusal of each, in their order."""
    answers: dict[int, Booking | Exception] = {}
    for language in dict.fromkeys(one.language for one in batch):
        with override(language):
            mine = {place: one for place, one in enumerate(batch) if one.language == language}
            if len(mine) > 1:
                answers |= _together(mine)
            for place, one in mine.items():
                if place not in answers:
                    answers[place] = _alone(one)
    return [answers[place] for place in range(len(batch))]


_CONVOY: Convoy[Asking, Booking] = Convoy(book_all)


def _alone(one: Asking) -> Booking | Exception:
    try:
        return book_alone(actor=one.actor, wish=one.wish, at=one.at)
    except Exception as refusal:  # noqa: BLE001  whatever it is, it is raised where she is answered
        return refusal


def _together(batch: Mapping[int, Asking]) -> dict[int, Booking]:
    """Those of whom nothing is to be refused, offer by offer; what goes wrong for one offer parts its bookings alone."""
    by_offer: dict[int, list[_Arrival]] = {}
    for arrival in _arrivals(batch):
        by_offer.setdefault(arrival.booking.offer_id, []).append(arrival)
    written: dict[int, Booking] = {}
    for offer_id, arrivals in sorted(by_offer.items()):
        if len(arrivals) < 2:
            continue
        at = max(batch[arrival.place].at for arrival in arrivals)
        try:
            written |= _written(arrivals, at)
        except Exception as error:  # noqa: BLE001  whoever spoiled it meets the same again alone
            log.warning(
                "offers.batch_parted offer=%s size=%s reason=%s",
                offer_id,
                len(arrivals),
                type(error).__name__,
            )
    return written


def _arrivals(batch: Mapping[int, Asking]) -> list[_Arrival]:
    """The bookings of the batch that meet every condition, in the order they came; six statements."""
    wishes = [one.wish for one in batch.values()]
    known = set(
        Booking.objects.filter(client_id__in=[wish.client_id for wish in wishes]).values_list(
            "client_id", flat=True
        )
    )
    wanted = {pk for wish in wishes for pk in (wish.occasion_id, *wish.also)}
    shown = Occasion.objects.filter(offer__in=Offer.objects.shown())
    occasions = shown.select_related("offer").in_bulk(wanted)
    persons = [one.actor.person_id for one in batch.values() if one.actor.person_id is not None]
    facts = people.facts_of_many(persons)
    bars = people.bars_of_many(persons, on=local_date(min(one.at for one in batch.values())))
    slots = _slots({row.offer_id for row in occasions.values()}, persons)
    uses = _uses(occasions.values(), persons, min(one.at for one in batch.values()))
    found: list[_Arrival] = []
    seen: set[object] = set(known)
    for place, one in batch.items():
        occasion, person_id = occasions.get(one.wish.occasion_id), one.actor.person_id
        if occasion is None or person_id is None or one.wish.person_id not in (None, person_id):
            continue
        hers = (occasion.offer_id, person_id)
        if one.wish.client_id in seen or hers in seen:
            continue
        seen |= {one.wish.client_id, hers}
        who = people.Who(person_id, one.actor.user_id, facts.get(person_id, Facts()))
        others = frozenset(
            pk for pk in others_wished(occasion, one.wish)
            if pk in occasions and occasions[pk].offer_id == occasion.offer_id and occasions[pk].cancelled_at is None
        )  # fmt: skip
        around = Around(
            occasion,
            who,
            bars.get(person_id, ()),
            frozenset(slots.get(hers, ())),
            others,
            uses.get(person_id, {}),
        )
        with contextlib.suppress(DomainError):
            booking = prepared(one.actor, one.wish, around, one.at)
            found.append(_Arrival(place, booking, who, one.actor, one.wish.waits))
    return found


def _uses(occasions: Iterable[Occasion], persons: Iterable[int], at: datetime) -> dict[int, dict[str, int]]:
    """What they have used of the limits of these offers; no statement where there is none."""
    names = {name for one in occasions for name in places.limit_names(one.offer, at)}
    return people.uses_of_many(persons, names) if names else {}


def _slots(offers: Iterable[int], persons: Iterable[int]) -> dict[tuple[int, int], list[int]]:
    rows = Booking.objects.filter(offer_id__in=offers, person_id__in=persons, state__in=sorted(LIVE))
    slots: dict[tuple[int, int], list[int]] = {}
    for offer_id, person_id, slot in rows.values_list("offer_id", "person_id", "slot"):
        if person_id is not None:
            slots.setdefault((offer_id, person_id), []).append(slot)
    return slots


def _written(arrivals: Sequence[_Arrival], at: datetime) -> dict[int, Booking]:
    offer = arrivals[0].booking.offer
    if offer.state == OfferState.ALLOTTED:
        return _wait(arrivals, at)
    if offer.allocation in (Allocation.DRAW, Allocation.RANKED):
        return _enter(arrivals, at)
    placed = _take_places(arrivals, at)
    left = [arrival for arrival in arrivals if arrival.place not in placed]
    return placed | (_wait(left, at) if left else {})


def _enter(arrivals: Sequence[_Arrival], at: datetime) -> dict[int, Booking]:
    offer_id = arrivals[0].booking.offer_id
    with transaction.atomic(), together():
        for arrival in arrivals:
            arrival.booking.state, arrival.booking.is_entry = BookingState.ENTERED, True
        _insert(arrivals, "entered", at)
        # Last, as for one alone: whoever gets past this line is in the draw.
        open_ = Offer.objects.filter(pk=offer_id, state=OfferState.PUBLISHED, closes_at__gt=at)
        if open_.update(entries=F("entries") + len(arrivals)) != 1:
            raise StaleState
    return {arrival.place: arrival.booking for arrival in arrivals}


def _take_places(arrivals: Sequence[_Arrival], at: datetime) -> dict[int, Booking]:
    """Places for the first who fit, until one does not: from her on everybody stands in line.

    Whoever has used up a limit is told so alone. Raises StaleState when somebody else took the places meanwhile.
    """
    offer = arrivals[0].booking.offer
    with transaction.atomic(), together():
        total: dict[int, int] = {}
        placed: list[_Arrival] = []
        rules, free = rules_of(offer.pk), {} if is_line(offer.pk) else free_of(offer.pk)
        key = places.limit_of(offer, at)
        until = hold_until(offer, at) if offer.needs_confirming else None
        fitting = _first_who_fit(arrivals, rules, free)
        for arrival, needs in sorted(fitting, key=lambda pair: pair[0].who.person_id or 0):
            if not places.use_limit(key, offer.limit_per, arrival.who, years=places.years_of(offer)):
                continue
            booking = arrival.booking
            booking.state = BookingState.HELD if until else BookingState.CONFIRMED
            booking.expires_at, booking.quota_ids, booking.limit_key = until, sorted(needs), key
            _add(total, needs)
            placed.append(arrival)
        if not placed:
            return {}
        placed.sort(key=lambda arrival: arrival.place)
        _insert(placed, BookingState.HELD if until else BookingState.CONFIRMED, at)
        if until is None:
            for arrival in placed:
                keep_booked(arrival.booking, arrival.actor, at)
        if not places.take(total):
            raise StaleState
    return {arrival.place: arrival.booking for arrival in placed}


def _first_who_fit(
    arrivals: Sequence[_Arrival], rules: Iterable[Rule], free: dict[int, int]
) -> list[tuple[_Arrival, dict[int, int]]]:
    known, fitting = list(rules), []
    for arrival in arrivals:
        needs = needs_of(known, arrival.booking, arrival.booking.occasion_id)
        if not fits(needs, free):
            break
        for quota, taken in needs.items():
            free[quota] -= taken
        fitting.append((arrival, needs))
    return fitting


def _add(total: dict[int, int], needs: Mapping[int, int]) -> None:
    for quota, taken in needs.items():
        total[quota] = total.get(quota, 0) + taken


def _wait(arrivals: Sequence[_Arrival], at: datetime) -> dict[int, Booking]:
    """Turns in line in the order they came; whoever of them a free place fits has it in the same breath."""
    staying = [arrival for arrival in arrivals if arrival.waits]
    if not staying:
        return {}
    offer = staying[0].booking.offer
    with transaction.atomic(), together():
        places.hold_still(offer)
        for arrival in staying:
            booking = arrival.booking
            booking.pk, booking.state, booking.rank = None, BookingState.WAITING, waiting.last_turn(at)
            booking.expires_at, booking.quota_ids, booking.limit_key = None, [], ""
        _insert(staying, "waiting", at)
        offered = {row.pk for row in waiting.fill(offer=offer, actor=system(), at=at)}
        if not offer.needs_confirming:
            for arrival in staying:
                if arrival.booking.pk in offered:  # she asks for it now: no need to ask her again
                    confirm(actor=arrival.actor, booking_id=arrival.booking.pk, at=at)
        changed = Booking.objects.select_related("offer", "occasion").in_bulk(offered)
    return {arrival.place: changed.get(arrival.booking.pk, arrival.booking) for arrival in staying}


def _insert(arrivals: Sequence[_Arrival], what: str, at: datetime) -> None:
    Booking.objects.bulk_create([arrival.booking for arrival in arrivals])
    BookingEvent.objects.bulk_create([
        BookingEvent(**event_values(arrival.booking, "", what=what, actor=arrival.actor, at=at)) for arrival in arrivals
    ])  # fmt: skip
    for arrival in arrivals:
        booking = arrival.booking
        audit.record(
            arrival.actor, f"offers.{what}", booking, at=at, data={"offer": booking.offer_id},
            owner_person_id=booking.person_id,
        )  # fmt: skip
        tell(booking, at=at)
