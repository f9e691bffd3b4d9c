"""Headless Chromium for tests: one browser, a fresh context per person."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
PC = {"width": 1440, "height": 900}
BOARD = {"width": 1920, "height": 1080}
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def chromium_path() -> str:
    """Where Chromium is. Raises AssertionError with the remedy when it is nowhere."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise AssertionError("Browser tests need Chromium: sudo apt-get install chromium fonts-noto-cjk")


@contextmanager
def browser() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=_FLAGS)
        try:
            yield running
        finally:
            running.close()


def person(
    running: Browser, *, size: dict[str, int] = PHONE, url: str = "", **values: object
) -> BrowserContext:
    """A context of one person on one device: own cookies, Chinese, no requests to anywhere else."""
    touch = size["width"] < 600
    context = running.new_context(
        viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=url or None, has_touch=touch,
        is_mobile=touch, **values,
    )  # type: ignore[arg-type]  # fmt: skip
    context.set_default_timeout(30_000)  # the first page of a cold server, on a machine with other work
    return context


def until(page: Page, expression: str, *, within_s: float = 30) -> None:
    """Wait until the expression is true in the page.

    Playwright's `wait_for_function` asks again by `eval` in the page, which our Content-Security-Policy forbids.
    """
    deadline = time.monotonic() + within_s
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)
