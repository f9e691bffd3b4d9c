"""Ready programmes in the browser: adopted on the desk, money from finance, signed up for on the phone, and what follows."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.engines.casework import service as casework
from smartunion.engines.offers.models import Occasion, Offer
from smartunion.ground.accounts.models import User
from smartunion.systems.programmes.tests.adopting import begin, booking_of, fund_of, members
from tests.browser import PC, PHONE, person
from tests.refusals_world import Town, build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
Open = Callable[..., Page]


@pytest.fixture
def town() -> Town:
    made = build()[0]
    casework.ship(actor=system(), at=clock.now())
    fund_of(made)
    return made


@pytest.fixture
def device(chromium: Browser, live_server: Any, town: Town) -> Iterator[Open]:
    """A page of somebody signed in: a role at the desk, or a user on her phone."""
    contexts = []

    def opened(who: str | User, *, phone: bool = False) -> Page:
        client = Client()
        client.force_login(town.people[who] if isinstance(who, str) else who)
        context = person(chromium, size=PHONE if phone else PC, url=live_server.url)
        value = client.cookies["su_session"].value
        context.add_cookies([{"name": "su_session", "value": value, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def adopted(device: Open, town: Town, title: str, **fields: str) -> Offer:
    """From the gallery to a draft; only what the source leaves open is filled in."""
    desk = device("cadre")
    desk.goto("/desk/offers/")
    desk.get_by_role("link", name="从现成项目新建").click()
    desk.locator("main a", has_text=title).first.click()
    desk.get_by_role("link", name="采用这个项目").click()
    expect(desk.locator("main")).to_contain_text(f"采用：{title}")
    desk.locator("[name=audience]").select_option(town.federation.path)
    for name, value in fields.items():
        desk.locator(f"[name={name}]").first.fill(value)
    desk.get_by_role("button", name="保存草稿").click()
    desk.wait_for_url(re.compile(r"/desk/offers/\d+/$"))
    return Offer.objects.latest("pk")


def published(device: Open, offer: Offer, *, yuan: str = "") -> None:
    """Refused without its money, set aside by finance, published; a confirmation each time."""
    desk = device("cadre")
    desk.goto(f"/desk/offers/{offer.pk}/")
    if yuan:
        _publish(desk)
        expect(desk.locator("main")).to_contain_text(yuan)
        finance = device("finance")
        finance.goto("/desk/programmes/money/")
        finance.locator("section", has_text=offer.title).get_by_role("button", name="划出").click()
        expect(finance.locator("main")).to_contain_text("经费已到位")
        desk.goto(f"/desk/offers/{offer.pk}/")
    _publish(desk)
    expect(desk.locator("main")).to_contain_text("报名中")
    Offer.objects.filter(pk=offer.pk).update(opens_at=clock.now() - timedelta(hours=1))


def _publish(desk: Page) -> None:
    form = desk.locator("form[action$='/publish/']")
    desk.locator("details.confirm", has=form).locator("summary").click()
    form.locator("button.btn-primary").click()
    desk.wait_for_load_state()


def signed_up(device: Open, offer: Offer, who: User, *, every: bool = False, **answers: str) -> Page:
    """On the phone: the occasions, the questions, and the button."""
    page = device(who, phone=True)
    page.goto(f"/offers/{offer.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    boxes = page.locator("label.pick", has=page.locator("[name=occasion]"))
    for at in range(boxes.count() if every else 1):
        if not boxes.nth(at).locator("input").is_checked():
            boxes.nth(at).click()
    for name, value in answers.items():
        page.locator(f"[name=q_{name}]").select_option(value)
    page.locator(".action-bar button").click()
    page.wait_for_url("**/me/bookings/*/")
    return page


def at_door(device: Open, occasion: Occasion, code: str, words: str) -> None:
    """The keeper of the door types the code."""
    door = device("station", phone=True)
    door.goto(f"/checkin/{occasion.pk}/")
    door.locator("#door-code").fill(code)
    door.locator("#door-code").press("Enter")
    expect(door.locator("main")).to_contain_text(words)


def test_a_gift_is_collected_by_code(device: Open, town: Town) -> None:
    offer = adopted(device, town, "夏送清凉·清凉包", place="工会驿站", i_stock="1000")
    published(device, offer, yuan="60,000.00")
    ali = members(town, 1)[0]
    page = signed_up(device, offer, ali)
    booking = booking_of(offer, ali)
    expect(page.locator("main")).to_contain_text("清凉包")

    occasion = begin(offer)
    at_door(device, occasion, booking.code, "可以入场")
    at_door(device, occasion, booking.code, "以先入场的一次为准")

    page.reload()
    expect(page.get_by_role("link", name="领取凭证")).to_be_visible()
    page.goto(f"/offers/{offer.pk}/")
    expect(page.locator("main")).to_contain_text("您已经报过名")
