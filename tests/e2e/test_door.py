"""Two phones without signal at two gates, from the list they keep to what holds once both are heard; and signing up to the door."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import drawing
from smartunion.engines.offers.models import Booking, Occasion, Offer, Scan
from smartunion.engines.offers.queries.pages import now_at
from tests.browser import PHONE, person
from tests.refusals_world import Town, build

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def signed_in(chromium: Browser, url: str, user: Any) -> BrowserContext:
    context = person(chromium, size=PHONE, url=url)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    context.add_cookies([{"name": "su_session", "value": str(session.session_key), "url": url}])
    return context


@pytest.fixture
def town(chromium: Browser, live_server: Any) -> Iterator[Town]:
    yield build()[0]


def an_offer(town: Town, **values: Any) -> Offer:
    now = clock.now()
    data = {
        "kind": "class", "title": "急救培训", "opens_at": now - timedelta(days=1), "closes_at": now + timedelta(hours=1),
        "occasions": (offers.OccasionData(now + timedelta(hours=2), now + timedelta(hours=4), 6),),
        "allocation": "first_come", "questions": (offers.Question("allergy", "对什么过敏？", asked="door"),),
    } | values  # fmt: skip
    made = offers.create_offer(
        actor=system(), union_id=town.federation.pk, data=offers.OfferData(**data), at=now
    )
    return offers.publish(actor=system(), offer_id=made.pk, at=now)


def begin(offer: Offer) -> Occasion:
    """It begins now."""
    now = clock.now()
    Occasion.objects.filter(offer=offer).update(
        starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=2)
    )
    return offer.occasions.get()


def door(context: BrowserContext, occasion: Occasion) -> Page:
    page = context.new_page()
    page.goto(f"/checkin/{occasion.pk}/")
    page.wait_for_selector("[data-door][data-ready][data-kept]")
    return page


def read(page: Page, code: str, outcome: str, way: str = "in") -> None:
    page.locator(f"[name=way][value={way}]").check(force=True)
    page.fill("#door-code", code)
    page.locator("[data-door-form] button").click()
    expect(page.locator(f"[data-door-answer][data-outcome={outcome}]")).to_be_visible()


def test_two_phones_without_signal_at_two_gates_then_both_are_heard(
    chromium: Browser, live_server: Any, town: Town
) -> None:
    offer = an_offer(town)
    occasion = offer.occasions.get()
    people = [Actor(user_id=10**6 + n, person_id=None, name="x") for n in range(3)]
    member = Actor(user_id=town.people["worker"].pk, person_id=town.people["worker"].person_id)
    offer.conditions = {"members_only": False}
    offer.save(update_fields=["conditions"])
    codes = [
        offers.book(actor=who, wish=offers.Wish(occasion.pk, uuid4()), at=clock.now()).code
        for who in [member, *people[:2]]
    ]
    occasion = begin(offer)
    phones = [signed_in(chromium, live_server.url, town.people["station"]) for _n in range(2)]
    east, west = (door(phone, occasion) for phone in phones)
    for phone in phones:
        phone.set_offline(True)

    read(east, codes[0], "admitted")
    expect(east.locator("[data-door-questions]")).to_be_visible()
    east.fill("[data-door-questions] [name=q_allergy]", "花生")
    east.locator("[data-door-questions] button").click()
    read(east, codes[0], "already_in")
    read(west, codes[0], "admitted")
    read(west, codes[1], "admitted")
    read(west, codes[1], "left", way="out")
    read(west, "NOBODY", "unknown")
    east.reload()
    east.wait_for_selector("[data-door][data-ready]")
    read(east, codes[2], "admitted")
    assert Scan.objects.count() == 0
    for page, phone in ((west, phones[1]), (east, phones[0])):
        phone.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("[data-door-status]")).to_contain_text("记录全部发送")
    east.reload()

    states = list(Booking.objects.filter(offer=offer).order_by("pk").values_list("state", flat=True))
    assert states == ["attended"] * 3
    assert Scan.objects.filter(outcome="admitted").count() == 3
    now = now_at(occasion)
    assert (now.inside, now.came) == (2, 3)
    assert [scan.outcome for scan in now.conflicts] == ["already_in"]
    expect(east.locator("[data-conflict=already_in]").first).to_be_visible()
    assert "花生" in str(Booking.objects.get(code=codes[0]).door_answers)
    for phone in phones:
        phone.close()


@pytest.mark.walk
def test_signing_up_drawn_told_and_let_in(chromium: Browser, live_server: Any, town: Town) -> None:
    offer = an_offer(town, allocation="draw", questions=())
    worker = signed_in(chromium, live_server.url, town.people["worker"])
    page = worker.new_page()
    page.goto(f"/offers/{offer.pk}/")
    page.locator(".action-bar button").click()
    expect(page.locator("body")).to_contain_text("已报名")
    row = Booking.objects.get(offer=offer)
    assert row.state == "entered"

    drawing.allot(offer_id=offer.pk, at=offer.closes_at)
    page.goto("/messages/")
    expect(page.locator("body")).to_contain_text("急救培训")
    page.goto(f"/me/bookings/{row.pk}/")
    expect(page.locator(".door-code svg")).to_be_visible()
    page.locator("a", has_text="抽签").first.click()
    expect(page.locator("body")).to_contain_text(Offer.objects.get(pk=offer.pk).seed)

    occasion = begin(offer)
    phone = signed_in(chromium, live_server.url, town.people["station"])
    read(door(phone, occasion), row.code, "admitted")
    page.goto(f"/me/bookings/{row.pk}/")
    expect(page.locator("body")).to_contain_text("已到场")
    worker.close()
    phone.close()
