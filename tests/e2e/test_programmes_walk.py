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
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.offers.models import Booking, LimitUse, Occasion, Offer
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.tests.payments_world import card
from smartunion.ground.accounts.models import User
from smartunion.systems.programmes.tests.adopting import begin, booking_of, fund_of, members
from tests.browser import PC, PHONE, person
from tests.e2e.walking import answered, pressed, sent
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


def drawn_now(device: Open, offer: Offer) -> None:
    """Sign-up is over; the cadre draws."""
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() - timedelta(seconds=1))
    desk = device("cadre")
    desk.goto(f"/desk/offers/{offer.pk}/")
    form = desk.locator("form[action$='/draw/']")
    desk.locator("details.confirm", has=form).locator("summary").click()
    form.locator("button.btn-primary").click()
    desk.wait_for_load_state()
    offer.refresh_from_db()
    assert offer.state == "allotted"


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


def test_recuperation_refuses_who_had_one_two_years_ago_and_she_complains(device: Open, town: Town) -> None:
    offer = adopted(device, town, "一线职工疗休养（一线不低于九成）", place="黄山工人疗养院")
    published(device, offer, yuan="40,000.00")
    goes, had = members(town, 2)
    year = offer.occasions.get().starts_at.year
    LimitUse.objects.create(key=f"recuperation:{year - 2}", person=had.person, taken=1)
    for who in (goes, had):
        signed_up(device, offer, who, q1="一线生产（工作）岗位")
    drawn_now(device, offer)

    page = device(goes, phone=True)
    page.goto(f"/me/bookings/{booking_of(offer, goes).pk}/")
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("main")).to_contain_text("已确认")
    refused = booking_of(offer, had)
    page = device(had, phone=True)
    page.goto(f"/me/bookings/{refused.pk}/")
    page.get_by_role("link", name="对这个结果提意见").click()
    page.get_by_role("button", name="开始办理").click()
    page.wait_for_url("**/cases/*/fill/")
    form = page.locator("[data-casework-form]")
    expect(form.locator("[name=about_case]")).to_have_value(refused.code)
    answered(page, form, {"why": "wrong", "about": "我两年前没有去成"})
    sent(page)
    complaint = CaseFile.objects.get(service_key="complaint")
    assert complaint.path == (town.federation.parent.path if town.federation.parent else "")


def test_a_degree_subsidy_is_drawn_proven_and_owed(device: Open, town: Town) -> None:
    offer = adopted(device, town, "求学圆梦·学历补助（摇号）", o_capacity="2")
    published(device, offer)
    people = members(town, 3)
    for who in people:
        signed_up(device, offer, who)
    drawn_now(device, offer)
    won = next(who for who in people if booking_of(offer, who).state == "confirmed")
    booking = Booking.objects.get(pk=booking_of(offer, won).pk)

    page = device(won, phone=True)
    page.goto(f"/me/bookings/{booking.pk}/")
    page.locator("main a", has_text="交证明").click()
    page.get_by_role("button", name="开始办理").click()
    page.wait_for_url("**/cases/*/fill/")
    form = page.locator("[data-casework-form]")
    expect(form.locator("[name=place]")).to_have_value(booking.code)
    answered(page, form, {
        "degree": "bachelor", "school": "国家开放大学", "number": "511611202505000001", "account": card(7), "bank": "宁海农商行",
    })  # fmt: skip
    sent(page)
    case = CaseFile.objects.get(service_key="degree_subsidy")
    desk = device("cadre")
    desk.goto(f"/desk/cases/{case.pk}/")
    expect(desk.locator("main")).to_contain_text("1,000.00")
    pressed(desk, desk.locator("form[action$='/approve/']"))

    owed = Payable.objects.get(programme="degree_subsidy")
    assert (owed.amount_yuan, owed.state, owed.person_id) == (1000, "owed", won.person_id)
    page.goto("/me/payments/")
    expect(page.locator("main")).to_contain_text("1,000.00 元")
