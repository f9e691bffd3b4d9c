"""Many people at few places, on PostgreSQL with real threads: never one too many, no place stranded, none lost."""

import contextlib
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
from smartunion.engines.offers.flows import checkin, drawing, leaving, places, waiting
from smartunion.engines.offers.flows.occasions import end_called_off
from smartunion.engines.offers.models import Booking, LimitUse, Offer, Quota, Scan
from smartunion.engines.offers.queries.pages import now_at
from smartunion.engines.offers.rules.words import LIVE
from smartunion.engines.offers.tests.test_lifecycle import check_limits, is_recomputed, strands_nobody
from smartunion.engines.offers.tests.world import (
    CLOSES,
    NOW,
    STARTS,
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
    strands_nobody(offer, NOW)
    for pk, state in (row for kept in results for row in kept):
        now = Booking.objects.get(pk=pk).state
        assert now == state if state else now in LIVE
    later = NOW + timedelta(days=2)
    for pk in Booking.objects.filter(offer=offer, state__in=["held", "offered"]).values_list("pk", flat=True):
        leaving.lapse(actor=system(), booking_id=pk, at=later)
    check_books(offer)
    strands_nobody(offer, NOW)


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
    strands_nobody(offer, NOW)


def a_draw_beside_entering_leaving_expiring_and_resizing_keeps_the_books(seed: int) -> None:
    here = world(0)
    offer = scarce(
        here, allocation="draw", needs_confirming=bool(seed % 2), limit_key="trip", is_transferable=True
    )
    occasions = [row.pk for row in offer.occasions.order_by("pk")]
    quotas = list(Quota.objects.filter(offer=offer).order_by("pk").values_list("pk", flat=True))
    people = crowd(here, HANDS * 5)
    early = [
        book(offer, who, occasion_id=occasions[n % 2], also=(occasions[1 - n % 2],))
        for n, who in enumerate(people[:20])
    ]
    last = CLOSES - timedelta(microseconds=1)

    def work(number: int) -> list[int]:
        random, kept = Random(seed * 100 + number), list[int]()
        for turn in range(14):
            with contextlib.suppress(DomainError):
                if number < 2:
                    drawing.allot(offer_id=offer.pk, at=CLOSES)
                act, at = random.random(), CLOSES if turn > 6 else last
                if act < 0.35:
                    who = people[20 + random.randrange(len(people) - 20)]
                    kept.append(book(offer, who, at=at, occasion_id=random.choice(occasions)).pk)
                elif act < 0.6:
                    gone = random.choice(early)
                    offers.cancel(actor=here.ali, booking_id=gone.pk, at=at)
                elif act < 0.75:
                    row = (
                        Booking.objects.filter(offer=offer, state__in=["offered", "confirmed"])
                        .order_by("?")
                        .first()
                    )
                    if row is not None:
                        offers.confirm(actor=here.ali, booking_id=row.pk, at=at)
                elif act < 0.85:
                    offers.resize_quota(
                        actor=here.ali, quota_id=random.choice(quotas), size=random.randrange(2, 9), at=at
                    )
                else:
                    jobs.expire(CLOSES + timedelta(hours=25), most=2)
                    jobs.settle_drawn(CLOSES)
        return kept

    acknowledged = [pk for kept in at_once(work) for pk in kept]

    drawing.allot(offer_id=offer.pk, at=CLOSES)
    while jobs.settle_drawn(CLOSES):
        pass
    jobs.fill_free(CLOSES)
    offer.refresh_from_db()
    check_books(offer)
    check_limits(offer)
    strands_nobody(offer, CLOSES)
    is_recomputed(offer)
    ends = {"not_drawn", "lapsed"}
    states = dict(Booking.objects.filter(pk__in=acknowledged).values_list("pk", "state"))
    spent = set(Booking.objects.filter(reasons=[places.spent_sentence()]).values_list("pk", flat=True))
    assert all(states[pk] in LIVE | ends or pk in spent for pk in acknowledged)
    assert not Booking.objects.filter(offer=offer, state="entered").exists()


def one_code_at_many_gates_lets_in_once() -> None:
    here = world(1)
    offer = published(here, occasion(3))
    row, door = book(offer, here.members[0]), offer.occasions.get()
    for number in range(HANDS):
        checkin.open_gate(
            actor=here.ali, occasion_id=door.pk, key=f"gate-no-{number}", label="", share=0, at=NOW
        )

    def work(number: int) -> Any:
        read = checkin.Read(uuid4(), row.code, STARTS, gate_key=f"gate-no-{number}", is_offline=number % 2 == 1,
                            was_let_in=number % 2 == 1)  # fmt: skip
        return [
            checkin.check_in(actor=here.ali, occasion_id=door.pk, read=read, at=STARTS).outcome
            for _twice in "ab"
        ]

    at_once(work)

    assert Scan.objects.filter(booking=row, outcome="admitted").count() == 1
    assert Scan.objects.count() == HANDS
    row.refresh_from_db()
    assert row.state == "attended"
    assert now_at(door).inside == 1


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
    one_code_at_many_gates_lets_in_once,
]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_race(race: Callable[[], None]) -> None:
    race()


@pytest.mark.parametrize("seed", range(4))
def test_any_mix(seed: int) -> None:
    any_mix_of_bookings_and_cancellations_keeps_the_books(seed)


@pytest.mark.parametrize("seed", range(4))
def test_a_draw_in_the_middle_of_it(seed: int) -> None:
    a_draw_beside_entering_leaving_expiring_and_resizing_keeps_the_books(seed)
