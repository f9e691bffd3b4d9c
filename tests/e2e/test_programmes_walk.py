"""Gifts, cover and fairs from the ready programme to what is left of the money, with the numbers of their sources."""

import pytest
from playwright.sync_api import expect

from smartunion.engines.offers.models import Booking
from tests.e2e.programme_steps import Stage, begin, booking_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_a_thousand_heat_packages_are_collected_by_code_and_the_rest_of_the_money_goes_back(
    stage: Stage,
) -> None:
    offer = stage.adopted("夏送清凉·清凉包", place="工会驿站", i_stock="1000")
    stage.published(offer, yuan="60,000.00")
    ali = stage.members(1)[0]
    page = stage.signed_up(ali, offer)
    expect(page.locator("main")).to_contain_text("清凉包")
    stage.crowd(offer, 939)
    occasion = begin(offer)
    booking = booking_of(offer, ali)
    stage.at_door(occasion, booking.code, "可以入场")
    stage.at_door(occasion, booking.code, "以先入场的一次为准")
    page.reload()
    expect(page.get_by_role("link", name="领取凭证")).to_be_visible()
    stage.let_in(offer, occasion, 939)

    money = stage.over(offer)
    for words in ("60,000.00", "56,400.00", "3,600.00"):
        expect(money.locator("section", has_text=offer.title)).to_contain_text(words)
    assert Booking.objects.filter(offer=offer, state="attended").count() == 940
