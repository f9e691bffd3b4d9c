"""Any order of booking, leaving, expiry, resizing, drawing, passing on and calling off: what must hold always holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.core.tests.lives import live_through
from smartunion.engines.offers import jobs
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import arriving, drawing, places, waiting
from smartunion.engines.offers.flows.occasions import end_called_off
from smartunion.engines.offers.models import Booking, LimitUse, Occasion, Offer, Quota
from smartunion.engines.offers.queries.places import fits, free_of, rules_of, wished
from smartunion.engines.offers.rules import draw
from smartunion.engines.offers.rules.words import LIVE, RUNNING, BookingState, OfferState
from smartunion.engines.offers.tests.world import (
    CLOSES,
    NOW,
    STARTS,
    World,
    check_books,
    occasion,
    published,
    world,
)
from smartunion.ground.registry.tests import factories as make

PEOPLE = st.integers(0, 9)
PICK = st.integers(0, 10**6)


def strands_nobody(offer: Offer, at: datetime) -> None:
    """Nobody waits, alone or with her group, beside places she could have."""
    if Offer.objects.get(pk=offer.pk).state not in RUNNING:
        return
    free, rules = free_of(offer.pk), rules_of(offer.pk)
    open_ = set(
        Occasion.objects.filter(offer=offer, cancelled_at=None, starts_at__gt=at).values_list("pk", flat=True)
    )
    line = list(Booking.objects.filter(offer=offer, state="waiting").order_by("rank", "pk"))
    for booking in line:
        party = [one for one in line if booking.group_code and one.group_code == booking.group_code] or [
            booking
        ]
        for one in wished(party[0]):
            needs = waiting.needs_together(rules, party, one)
            assert one not in open_ or not fits(needs, free), (booking.pk, needs, free)


def check_limits(offer: Offer) -> None:
    """What somebody has used of a limit is what her bookings say."""
    said: dict[tuple[str, int | None], int] = {}
    for booking in Booking.objects.exclude(limit_key=""):
        key = (booking.limit_key, booking.person_id)
        said[key] = said.get(key, 0) + 1
    used = {(row.key, row.person_id): row.taken for row in LimitUse.objects.filter(taken__gt=0)}
    assert used == said
    assert all(taken <= offer.limit_per for taken in used.values())


def is_recomputed(offer: Offer) -> None:
    """The published list of the draw gives the winners that were drawn."""
    rows = list(offers.entry_list(offer))
    tickets = {
        number: tuple(
            {int(q): int(n) for q, n in (need.split(":") for need in wish.split())}
            for wish in wishes.split("|")
        )
        for number, wishes, _result in rows
    }
    entries = draw.Entries(sorted(tickets))
    assert draw.seed_of(offer.opened_secret, entries.digest) == offer.seed
    order = entries.in_order(offer.seed, expected=5)
    free = {int(quota): places for quota, places in offer.drawn_sizes.items()}
    won = set(draw.winners((draw.Ticket(n, tickets[n]) for n in order), free))
    codes = set(
        Booking.objects.filter(pk__in=won).exclude(group_code="").values_list("group_code", flat=True)
    )
    mates = Booking.objects.filter(offer=offer, is_entry=True, group_code__in=codes)
    assert won | set(mates.values_list("pk", flat=True)) == {
        number for number, _w, result in rows if result == "place"
    }


class OneOffer(RuleBasedStateMachine):
    """One offer with two occasions and four quotas, ten people, some in another union."""

    here: ClassVar[World]
    everybody: ClassVar[list[Actor]]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.savepoint()
        self.at = NOW
        self.may_end: set[int] = set()
        self.kept: dict[int, Actor] = {}
        self.random = Random(0)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.undo)

    @initialize(
        allocation=st.sampled_from(["first_come", "draw"]), confirms=st.booleans(), is_limited=st.booleans(),
        sizes=st.tuples(*[st.integers(1, 6)] * 4),
    )  # fmt: skip
    def publish(
        self, allocation: str, confirms: bool, is_limited: bool, sizes: tuple[int, int, int, int]
    ) -> None:
        share = offers.QuotaData("union", sizes[0], path=self.here.union.path)
        self.offer = published(
            self.here, occasion(sizes[1], share), occasion(sizes[2]), quotas=(offers.QuotaData("all", sizes[3]),),
            allocation=allocation, needs_confirming=confirms, limit_key="trip" if is_limited else "", party_max=3,
            is_transferable=True, per_person=1 if is_limited else 2, limit_per=1,
        )  # fmt: skip
        self.occasions = list(self.offer.occasions.order_by("pk").values_list("pk", flat=True))

    @contextmanager
    def acting(self) -> Iterator[None]:
        """A refusal is an answer; what was done before it is undone by the flow itself."""
        try:
            with transaction.atomic():
                yield
        except DomainError:
            pass

    def wish(self, first: int, party: int, group: int, both: bool) -> offers.Wish:
        one, other = self.occasions[first % 2], self.occasions[1 - first % 2]
        return offers.Wish(
            one, uuid4(), guests=("小明", "小红")[: party - 1], group_code=f"G{group}" if group else "",
            also=(other,) if both else (),
        )  # fmt: skip

    WISH = {"first": st.integers(0, 1), "party": st.integers(1, 3), "group": st.sampled_from([0, 0, 0, 1, 2]),
            "both": st.booleans()}  # fmt: skip

    @rule(who=PEOPLE, **WISH)  # type: ignore[arg-type]
    def book(self, who: int, **wanted: int) -> None:
        actor, asked = self.everybody[who], self.wish(**wanted)  # type: ignore[arg-type]
        with self.acting():
            row = offers.book(actor=actor, wish=asked, at=self.at)
            assert offers.book(actor=actor, wish=asked, at=self.at).pk == row.pk
            self.kept[row.pk] = actor

    @rule(people=st.lists(PEOPLE, min_size=2, max_size=6), **WISH)  # type: ignore[arg-type]
    def arrive_together(self, people: list[int], **wanted: int) -> None:
        asked = [
            arriving.Asking(self.everybody[who], self.wish(**wanted), self.at, "zh-hans")  # type: ignore[arg-type]
            for who in people
        ]
        for one, answer in zip(asked, arriving.book_all(asked), strict=True):
            if isinstance(answer, Booking):
                assert Booking.objects.get(pk=answer.pk).state == answer.state
                self.kept[answer.pk] = one.actor
            else:
                assert isinstance(answer, DomainError), answer

    def some(self, pick: int, *states: str) -> Booking | None:
        rows = Booking.objects.filter(offer=self.offer)
        listed = list((rows.filter(state__in=states) if states else rows).order_by("pk"))
        return listed[pick % len(listed)] if listed else None

    @rule(pick=PICK, act=st.sampled_from(["cancel", "cancel", "confirm", "confirm", "decline"]))
    def answer(self, pick: int, act: str) -> None:
        row = self.some(pick, *LIVE)
        if row is None:
            return
        flow: Callable[..., Booking] = {
            "cancel": offers.cancel, "confirm": offers.confirm, "decline": offers.decline
        }[act]  # fmt: skip
        with self.acting():
            done = flow(actor=self.here.ali, booking_id=row.pk, at=self.at)
            if act == "confirm":
                assert done.state == BookingState.CONFIRMED
            else:
                self.may_end.add(row.pk)

    @rule(pick=PICK, to=PEOPLE)
    def pass_on(self, pick: int, to: int) -> None:
        row, heir = self.some(pick, "confirmed"), self.everybody[to]
        if row is None or heir.person_id is None:
            return
        with self.acting():
            made = offers.pass_on(
                actor=self.here.ali,
                booking_id=row.pk,
                person_id=heir.person_id,
                client_id=uuid4(),
                at=self.at,
            )
            self.may_end.add(row.pk)
            self.kept[made.pk] = heir

    @rule(to=PEOPLE, first=st.integers(0, 1))
    def invite(self, to: int, first: int) -> None:
        guest = self.everybody[to]
        assert guest.person_id is not None
        with self.acting():
            made = offers.invite(
                actor=self.here.ali, occasion_id=self.occasions[first], person_id=guest.person_id, client_id=uuid4(),
                at=self.at,
            )  # fmt: skip
            self.kept[made.pk] = guest

    @rule(pick=PICK, size=st.integers(0, 8))
    def resize(self, pick: int, size: int) -> None:
        quotas = list(Quota.objects.filter(offer=self.offer).order_by("pk"))
        with self.acting():
            offers.resize_quota(
                actor=self.here.ali, quota_id=quotas[pick % len(quotas)].pk, size=size, at=self.at
            )

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.at = min(self.at + timedelta(hours=hours), STARTS - timedelta(hours=1))
        late = Booking.objects.filter(offer=self.offer, expires_at__lte=self.at)
        self.may_end |= set(late.values_list("pk", flat=True))
        jobs.expire(self.at)
        jobs.fill_free(self.at)

    @precondition(lambda self: self.offer.allocation == "draw")
    @rule()
    def draw(self) -> None:
        self.at = max(self.at, CLOSES)
        with self.acting():
            made = drawing.allot(offer_id=self.offer.pk, at=self.at)
            if made.allotted_at == self.at and made.version == Offer.objects.get(pk=made.pk).version:
                lost = Booking.objects.filter(offer=self.offer, state__in=["entered", "not_drawn"])
                self.may_end |= set(lost.values_list("pk", flat=True))
            is_recomputed(made)
            jobs.settle_drawn(self.at)

    @precondition(lambda self: len(self.occasions) == 2)
    @rule(first=st.integers(0, 1), sure=st.integers(0, 3))
    def call_one_off(self, first: int, sure: int) -> None:
        if sure or Occasion.objects.filter(offer=self.offer, cancelled_at=None).count() != 2:
            return
        gone = self.occasions[first]
        offers.call_off_occasion(actor=self.here.ali, occasion_id=gone, reason="台风", at=self.at)
        rows = Booking.objects.filter(offer=self.offer, occasion_id=gone)
        self.may_end |= set(rows.values_list("pk", flat=True))
        end_called_off(offer_id=self.offer.pk, at=self.at, occasion_id=gone, reason="台风")
        jobs.fill_free(self.at)

    @invariant()
    def never_oversold_and_the_books_are_right(self) -> None:
        if hasattr(self, "offer"):
            check_books(self.offer)
            check_limits(self.offer)
            now = Offer.objects.get(pk=self.offer.pk)
            if now.state == OfferState.PUBLISHED:
                entered = Booking.objects.filter(offer=now, state="entered", is_entry=True)
                assert now.entries == entered.count()

    @invariant()
    def no_place_is_stranded(self) -> None:
        if hasattr(self, "offer"):
            strands_nobody(self.offer, self.at)

    @invariant()
    def no_acknowledged_booking_is_lost(self) -> None:
        now = dict(Booking.objects.filter(pk__in=self.kept).values_list("pk", "state"))
        assert now.keys() == self.kept.keys()
        gone = [pk for pk, state in now.items() if state not in LIVE and pk not in self.may_end]
        spent = Booking.objects.filter(pk__in=gone, reasons=[places.spent_sentence()])
        assert set(gone) == set(spent.values_list("pk", flat=True))


def any_life(examples: int, steps: int) -> None:
    here = world(7)
    OneOffer.here = here
    OneOffer.everybody = [*here.members, here.laoqin, *_strangers(2)]
    live_through(OneOffer, lives=examples, steps=steps)


def _strangers(count: int) -> list[Actor]:
    union = make.union("奉化海运工会", make.federation("奉化区总工会"))
    return [make.worker(make.member(union).person) for _n in range(count)]


@pytest.mark.django_db
def test_any_life_of_an_offer_keeps_what_was_promised() -> None:
    any_life(4, 16)


@pytest.mark.walk
@pytest.mark.django_db
def test_a_long_life_of_many_offers() -> None:
    any_life(150, 60)
