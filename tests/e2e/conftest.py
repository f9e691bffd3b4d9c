"""One browser for a file of walks, and a fresh town for each walk."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from smartunion.engines.casework.tests import factories as make
from tests.browser import browser
from tests.e2e.programme_steps import Stage
from tests.e2e.walking import Town


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread, beside our queries
    expect.set_options(
        timeout=30_000
    )  # a machine with other work takes its time; what never comes fails all the same
    with browser() as running:
        yield running
    expect.set_options(timeout=5_000)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def here(chromium: Browser, live_server: Any) -> Iterator[Town]:
    """A town in which every ready service is open."""
    made = make.world()
    make.shipped()
    town = Town(chromium, live_server.url, made)
    yield town
    town.close()


@pytest.fixture
def stage(chromium: Browser, live_server: Any) -> Iterator[Stage]:
    """A town that adopts ready programmes, and a federation above it that looks at complaints."""
    made = Stage(chromium, live_server.url)
    yield made
    made.close()
