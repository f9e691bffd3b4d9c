"""One browser for a file of walks, and a fresh town for each walk."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from smartunion.core.actor import system
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.tests import factories as make
from tests.browser import browser
from tests.e2e.walking import Town


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread, beside our queries
    with browser() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def here(chromium: Browser, live_server: Any) -> Iterator[Town]:
    """A town in which every ready service is open."""
    made = make.world()
    casework.ship(actor=system(), at=make.NOW)
    town = Town(chromium, live_server.url, made)
    yield town
    town.close()
