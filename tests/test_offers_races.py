"""Many people at few places, on PostgreSQL with real threads: never one too many, no place stranded, none lost."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum

from smartunion.core.actor import Actor, system
from smartunion.core.errors import DomainError
from smartunion.engines.offers import jobs
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import drawing, leaving, waiting
from smartunion.engines.offers.flows.occasions import end_called_off
from smartunion.engines.offers.models import Booking, LimitUse, Offer, Quota
from smartunion.engines.offers.queries.places import fits, free_of, needs_of, rules_of, wished
from smartunion.engines.offers.rules.words import LIVE
from smartunion.engines.offers.tests.world import (
    CLOSES,
    NOW,
    World,
    book,
    check_books,
    occasion,
    published,
    world,
)
from smartunion.ground.registry.tests import factories as make
from tests.races import HANDS, ON_POSTGRES, at_once

pytestmark = ON_POSTGRES


def scarce(here: World, **values: Any) -> Offer:
    """One offer whose two occasions, union share and total all bind."""
    share = offers.QuotaData("union", 5, path=here.union.path)
    return published(
        here, occasion(4, share), occasion(4), quotas=(offers.QuotaData("all", 7),), party_max=2, **values
    )  # fmt: skip


def crowd(here: World, count: int) -> list[Actor]:
    return [make.worker(make.member(here.union if n % 3 else here.elsewhere).person) for n in range(count)]


def strands_nobody(offer: Offer) -> None:
    """Nobody waits beside a place she could have."""
    free, rules = free_of(offer.pk), rules_of(offer.pk)
    for booking in Booking.objects.filter(offer=offer, state="waiting"):
        assert not any(fits(needs_of(rules, booking, one), free) for one in wished(booking))


def any_mix_of_bookings_and_cancellations_keeps_the_books(seed: int) -> None:
    here = world(0)
    offer = scarce(here, needs_confirming=bool(seed % 2))
    occasions = [row.pk for row in offer.occasions.order_by("pk")]
    people = crowd(here, HANDS * 6)

    def work(number: int) -> list[tuple[int, str]]:
        random, kept = Random(seed * 100 + number), []
        for who in people[number::HANDS]:
            guests = ("小明",) if random.random() < 0.3 else ()
            asked = offers.Wish(random.choice(occasions), uuid4(), guests=guests)
            row = offers.book(actor=who, wish=asked, at=NOW)
            again = offers.book(actor=who, wish=asked, at=NOW)
            assert again.pk == row.pk
            act = random.random()
            try:
                if act < 0.4:
                    offers.cancel(actor=who, booking_id=row.pk, at=NOW)
                    continue
                if act < 0.6 and row.state in ("held", "offered"):
                    offers.confirm(actor=who, booking_id=row.pk, at=NOW)
                    kept.append((row.pk, "confirmed"))
                    continue
                if act < 0.7:
                    jobs.expire(NOW + timedelta(minutes=1), most=3)
                    waiting.fill_now(offer_id=offer.pk, actor=system(), at=NOW)
            except DomainError:
                pass
            kept.append((row.pk, ""))
        return kept

    results = at_once(work)

    assert not [one for one in results if isinstance(one, DomainError)]
    check_books(offer)
    strands_nobody(offer)
    for pk, state in (row for kept in results for row in kept):
        now = Booking.objects.get(pk=pk).state
        assert now == state if state else now in LIVE
    later = NOW + timedelta(days=2)
    for pk in Booking.objects.filter(offer=offer, state__in=["held", "offered"]).values_list("pk", flat=True):
        leaving.lapse(actor=system(), booking_id=pk, at=later)
    check_books(offer)
    strands_nobody(offer)


def the_last_place_goes_to_one_and_the_others_wait() -> None:
    here = world(HANDS)
    offer = published(here, occasion(1))

    rows = at_once(lambda n: book(offer, here.members[n]))

    assert sorted(row.state for row in rows) == ["confirmed"] + ["waiting"] * (HANDS - 1)
    assert Quota.objects.get(offer=offer).taken == 1


def one_person_in_many_windows_gets_one_place_and_uses_her_limit_once() -> None:
    here = world(1)
    trips = [published(here, occasion(20), limit_key="trip") for _n in range(2)]

    rows = at_once(lambda n: book(trips[n % 2], here.members[0]))

    kept = [row for row in rows if isinstance(row, Booking)]
    assert len(kept) == 1
    assert LimitUse.objects.get().taken == 1
    assert Quota.objects.filter(offer__in=trips).aggregate(all=Sum("taken"))["all"] == 1


def whoever_is_told_that_she_entered_is_in_the_draw_and_it_is_made_once() -> None:
    here = world(0)
    offer = published(here, occasion(5), allocation="draw")
    people = crowd(here, HANDS * 8)
    last = CLOSES - timedelta(microseconds=1)

    def work(number: int) -> list[int]:
        if number < 2:
            drawn = None
            while drawn is None:
                try:
                    drawn = drawing.allot(offer_id=offer.pk, at=CLOSES)
                except DomainError:
                    continue
            return []
        numbers = []
        for who in people[number::HANDS]:
            try:
                numbers.append(book(offer, who, at=last).pk)
            except DomainError:
                break
        return numbers

    acknowledged = {pk for numbers in at_once(work) for pk in numbers}

    offer.refresh_from_db()
    in_draw = {number for number, _wishes, _result in offers.entry_list(offer)}
    waits_behind = set(
        Booking.objects.filter(offer=offer, is_entry=False, rank__gt=10**12).values_list("pk", flat=True)
    )
    assert acknowledged == in_draw | waits_behind
    assert offer.drawn_entries == len(in_draw) == offer.entries
    check_books(offer)
    strands_nobody(offer)


def nobody_keeps_a_place_of_what_was_called_off() -> None:
    here = world(0)
    offer = published(here, occasion(50))
    people = crowd(here, HANDS * 4)

    def work(number: int) -> None:
        if number == 0:
            offers.call_off(actor=here.ali, offer_id=offer.pk, reason="台风", at=NOW)
            return
        for who in people[number::HANDS]:
            book(offer, who)

    at_once(work)
    end_called_off(offer_id=offer.pk, at=NOW)

    assert not Booking.objects.filter(offer=offer, state__in=sorted(LIVE)).exists()
    assert Quota.objects.get(offer=offer).taken == 0


RACES = [
    the_last_place_goes_to_one_and_the_others_wait,
    one_person_in_many_windows_gets_one_place_and_uses_her_limit_once,
    whoever_is_told_that_she_entered_is_in_the_draw_and_it_is_made_once,
    nobody_keeps_a_place_of_what_was_called_off,
]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_race(race: Callable[[], None]) -> None:
    race()


@pytest.mark.parametrize("seed", range(4))
def test_any_mix(seed: int) -> None:
    any_mix_of_bookings_and_cancellations_keeps_the_books(seed)
