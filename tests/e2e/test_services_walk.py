"""Every ready service from the form on the phone to the rating, with a supplement and a refusal, through the real pages."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from smartunion.core.actor import system
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.tests import factories as make
from tests.browser import browser
from tests.e2e.walking import Town, Walk, walk_to_a_refusal, walk_to_the_end
from tests.e2e.walks import WALKS

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with browser() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def town(chromium: Browser, live_server: Any) -> Iterator[Town]:
    made = make.world()
    casework.ship(actor=system(), at=make.NOW)
    here = Town(chromium, live_server.url, made)
    yield here
    here.close()


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.key)
def test_a_service_is_supplemented_decided_and_refused(town: Town, walk: Walk) -> None:
    if walk.prepare:
        walk.prepare(town)

    walk_to_the_end(town, walk)
    walk_to_a_refusal(town, walk)
