"""Joining on a phone whose signal comes and goes."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from smartunion.systems.organising.tests import joining_world as make
from tests.browser import PHONE, person

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_what_waits_for_a_signal_goes_the_moment_it_is_back(chromium: Browser, live_server: Any) -> None:
    context = person(chromium, size=PHONE, url=live_server.url)
    page = context.new_page()
    page.goto(f"/j/{make.world().drive.code}/")
    page.fill("[name=name]", "阿丽")
    context.set_offline(True)

    page.click("[data-get-code]")
    expect(page.locator("[data-unreached]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()  # nothing is sent by itself yet
    page.click("[data-submit]")
    expect(page.locator("[data-waiting]")).to_be_visible()
    page.wait_for_timeout(7000)  # by now the next try of its own is some seconds off
    with page.expect_response(lambda answer: answer.request.method == "POST", timeout=4000):
        context.set_offline(False)

    expect(page.locator("[data-error=id_number]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("[data-unreached]")).to_be_hidden()
