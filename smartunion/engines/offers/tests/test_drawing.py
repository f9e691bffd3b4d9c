"""Draws and rankings on real bookings."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from smartunion.core.errors import StaleState
from smartunion.engines.offers import handlers, jobs
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import drawing, refusing
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.offers.rules import draw
from smartunion.engines.offers.tests.test_draw_rules import recomputed
from smartunion.engines.offers.tests.world import (
    CLOSES,
    NOW,
    STARTS,
    World,
    book,
    check_books,
    occasion,
    published,
    states,
    world,
)
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def entered(here: World, *occasions: offers.OccasionData, **values: object) -> Offer:
    offer = published(here, *occasions, **({"allocation": "draw"} | values))
    for who in here.members:
        book(offer, who)
    return offer


def test_a_draw_gives_every_place_lines_up_the_rest_and_opens_its_secret() -> None:
    here = world(7)
    offer = entered(here, occasion(3))
    offer.refresh_from_db()
    before = (offer.commitment, offer.opened_secret, offer.seed, offer.entries)

    assert (jobs.draw_due(CLOSES), jobs.draw_due(CLOSES)) == (1, 0)

    offer.refresh_from_db()
    assert before == (draw.commitment_of(offer.opened_secret), "", "", 7)
    assert sorted(states(offer)) == ["confirmed"] * 3 + ["waiting"] * 4
    assert (offer.state, offer.winners, offer.drawn_entries) == ("allotted", 3, 7)
    check_books(offer)
    for booking in Booking.objects.filter(offer=offer):
        assert Notice.objects.filter(person_id=booking.person_id).count() == 2


def test_the_published_list_and_the_script_give_the_same_winners() -> None:
    here = world(9)
    quotas = (offers.QuotaData("union", 2, path=here.union.path), offers.QuotaData("all", 3))
    offer = published(
        here, occasion(2), occasion(2), allocation="draw", party_max=2, quotas=(quotas[1], quotas[0]),
        limit_key="trip",
    )  # fmt: skip
    both = [row.pk for row in offer.occasions.order_by("pk")]
    for n, who in enumerate([*here.members, here.laoqin]):
        book(
            offer, who, occasion_id=both[n % 2], also=(both[1 - n % 2],) if n % 3 else (),
            guests=("小明",) if n == 4 else (), group_code="pair" if n in (1, 2) else "",
        )  # fmt: skip

    drawing.allot(offer_id=offer.pk, at=CLOSES)

    offer.refresh_from_db()
    rows = list(offers.entry_list(offer))
    said = recomputed(
        offer.opened_secret, offer.drawn_sizes, [(number, wishes) for number, wishes, _r in rows]
    )
    won = set(Booking.objects.filter(offer=offer, state="confirmed").values_list("pk", flat=True))
    mates = list(Booking.objects.filter(group_code="PAIR").order_by("pk").values_list("pk", flat=True))
    whole = {*said, *(mates if mates[0] in said else ())}
    assert whole == won == {number for number, _wishes, result in rows if result == "place"}
    check_books(offer)


def test_when_a_share_is_full_the_free_places_go_to_the_next_they_are_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("_PART", 3), ("FEWEST_WAITING", 2), ("_MANY", 4)):
        monkeypatch.setattr(drawing, name, value)
    here = world(30)
    here.members += [make.worker(make.member(here.elsewhere).person) for _n in range(6)]
    share = offers.QuotaData("union", 2, path=here.union.path)
    offer = published(here, occasion(6, share), allocation="draw")
    for n, who in enumerate(here.members):
        book(offer, who, group_code="pair" if n in (34, 35) else "")

    drawing.allot(offer_id=offer.pk, at=CLOSES)

    offer.refresh_from_db()
    rows = list(offers.entry_list(offer))
    listed = [(number, wishes) for number, wishes, _result in rows]
    said = set(recomputed(offer.opened_secret, offer.drawn_sizes, listed))
    mates = set(Booking.objects.filter(group_code="PAIR").values_list("pk", flat=True))
    won = {number for number, _wishes, result in rows if result == "place"}
    assert won == (said | mates if said & mates else said)
    assert Booking.objects.filter(pk__in=won, union_path=here.union.path).count() == 2
    assert len(won) == 6
    assert states(offer).count("waiting") >= 6
    check_books(offer)


def test_who_won_elsewhere_is_passed_over_with_the_reason() -> None:
    here = world(3)
    first_one = entered(here, occasion(3), limit_key="trip")
    second = entered(here, occasion(1), limit_key="trip")

    drawing.allot(offer_id=first_one.pk, at=CLOSES)
    drawing.allot(offer_id=second.pk, at=CLOSES)
    drawing.settle(offer_id=second.pk, at=CLOSES)

    assert (states(first_one), states(second)) == (["confirmed"] * 3, ["not_drawn"] * 3)
    row = Booking.objects.filter(offer=second)[0]
    assert "次数已满" in Notice.objects.filter(person_id=row.person_id).order_by("-pk")[0].body


def test_entries_end_at_the_close_and_a_draw_before_is_refused() -> None:
    here = world(2)
    offer = entered(here)

    with pytest.raises(StaleState):
        drawing.allot(offer_id=offer.pk, at=CLOSES - timedelta(seconds=1))
    with pytest.raises(refusing.NotOpen):
        book(offer, here.laoqin, at=CLOSES)

    offer.refresh_from_db()
    assert (offer.state, offer.entries) == ("published", 2)


def test_who_withdraws_before_is_not_in_the_draw_and_who_tries_afterwards_learns_why() -> None:
    here = world(60)
    offer = entered(here, occasion(2))
    gone = Booking.objects.filter(offer=offer).order_by("pk")[0]
    offers.cancel(actor=here.members[0], booking_id=gone.pk, at=NOW)

    drawing.allot(offer_id=offer.pk, at=CLOSES)

    assert gone.pk not in {number for number, _w, _r in offers.entry_list(Offer.objects.get(pk=offer.pk))}
    left = Booking.objects.filter(offer=offer, state="entered")[0]
    mine = next(who for who in here.members if who.person_id == left.person_id)
    with pytest.raises(StaleState):
        offers.cancel(actor=mine, booking_id=left.pk, at=CLOSES)
    assert (jobs.settle_drawn(CLOSES), jobs.settle_drawn(CLOSES)) == (7, 0)


def test_a_winner_who_cancels_makes_room_in_the_order_of_the_draw() -> None:
    here = world(4)
    offer = entered(here, occasion(1))
    drawing.allot(offer_id=offer.pk, at=CLOSES)
    winner = Booking.objects.get(offer=offer, state="confirmed")

    offers.cancel(actor=here.ali, booking_id=winner.pk, at=CLOSES)

    assert Booking.objects.get(offer=offer, state="offered").rank == 1


def test_confirmation_may_be_asked_of_winners() -> None:
    here = world(2)
    offer = entered(here, occasion(1), needs_confirming=True)
    drawing.allot(offer_id=offer.pk, at=CLOSES)

    assert sorted(states(offer)) == ["offered", "waiting"]
    assert jobs.expire(CLOSES + timedelta(hours=24)) == 1
    assert sorted(states(offer)) == ["lapsed", "offered"]


def test_a_draw_nobody_entered_is_a_draw() -> None:
    here = world(0)
    offer = entered(here)

    drawing.allot(offer_id=offer.pk, at=CLOSES)

    offer.refresh_from_db()
    assert (offer.state, offer.winners, list(offers.entry_list(offer))) == ("allotted", 0, [])


class Eldest(handlers.OfferHandler):
    """Older keys first, for the test."""

    key, label = "eldest", "eldest"

    def score(self, booking: Booking, *, at: datetime) -> offers.Scored:
        return offers.Scored(Decimal(-booking.pk // 2), (f"第{booking.pk}号",))


def test_need_goes_first_and_its_reasons_are_kept() -> None:
    here = world(4)
    handlers.register(Eldest())
    try:
        offer = entered(here, occasion(2), allocation="ranked", ranking="eldest")
        drawing.allot(offer_id=offer.pk, at=CLOSES)
    finally:
        handlers.HANDLERS.pop("eldest")

    rows = list(Booking.objects.filter(offer=offer).order_by("pk"))
    best = sorted(
        rows, key=lambda row: (-(row.score or 0), draw.rank_of(Offer.objects.get(pk=offer.pk).seed, row.pk))
    )
    assert [row.state for row in best] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert rows[0].reasons == [f"第{rows[0].pk}号"]
    assert list(offers.entry_list(Offer.objects.get(pk=offer.pk))) == []
    assert (
        offers.cancel(actor=here.ali, booking_id=best[0].pk, at=STARTS - timedelta(days=1)).state
        == "cancelled"
    )
