"""Offers on the page of benefits: now, needed with why, had; and how many of a union signed up."""

from datetime import timedelta

import pytest

from smartunion.core.benefits import Reach, Standing
from smartunion.engines.offers import benefits
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.rules.words import BookingState
from smartunion.engines.offers.tests import world as make

pytestmark = pytest.mark.django_db


def _lines(actor, at=make.NOW):
    return [(one.title, one.standing) for one in benefits.mine(actor, at)]


def test_what_one_may_sign_up_for_stands_under_now_and_what_not_says_why() -> None:
    here = make.world()
    make.published(here)
    make.published(here, title="老会员疗休养", conditions=offers.Conditions(member_days=36500))

    found = benefits.mine(here.members[0], make.NOW)

    assert [(one.title, one.standing) for one in found] == [
        ("周末亲子采摘", Standing.NOW), ("老会员疗休养", Standing.NEEDED),
    ]  # fmt: skip
    assert found[1].note == "本项目要求入会满 36500 天。"


def test_what_was_signed_up_for_or_is_over_or_for_others_is_not_offered() -> None:
    here = make.world()
    offer = make.published(here)
    make.published(here, title="本会专享", audience_path=here.union.path)
    make.book(offer, here.members[0])

    mine, elsewhere = _lines(here.members[0]), _lines(here.laoqin)
    later = _lines(here.members[1], make.CLOSES + timedelta(seconds=1))

    assert mine == [("本会专享", Standing.NOW)]
    assert elsewhere == [("周末亲子采摘", Standing.NOW)]
    assert later == []


def test_what_one_took_part_in_was_had() -> None:
    here = make.world()
    booking = make.book(make.published(here), here.members[0])
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.ATTENDED, attended_at=make.STARTS)

    assert (("周末亲子采摘", Standing.HAD)) in _lines(here.members[0])
    assert Standing.HAD not in {standing for _title, standing in _lines(here.members[1])}


def test_a_chair_reads_how_many_signed_up() -> None:
    here = make.world(members=3)
    make.book(make.published(here), here.members[0])

    lines = benefits.uptake(here.ali, Reach(here.union.path, 3, make.NOW - timedelta(days=365)))

    assert [(one.title, one.entitled, one.taken, one.left) for one in lines] == [("周末亲子采摘", 3, 1, 2)]
