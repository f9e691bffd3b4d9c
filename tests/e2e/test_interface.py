"""What only a browser shows: the security policy, nothing wider than the screen, swaps, keys, drawers, charts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page

from smartunion.core.jobs.models import Job
from smartunion.ground.accounts.models import RoleGrant, User
from tests.browser import BOARD, PC, PHONE, person, until

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
SMALL = {"width": 360, "height": 740}
WATCH = "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective + ' ' + e.blockedURI));"


@pytest.fixture
def cookie(settings: Any) -> str:
    """A signed-in keeper of a demo installation with sixty jobs."""
    settings.DEMO = True
    user = User.objects.create_user("keeper", name="李敏", created_at=AT)
    for role in ("operator", "admin"):
        RoleGrant.objects.create(user=user, role=role, valid_from=date(2020, 1, 1))
    Job.objects.bulk_create(
        Job(
            kind="k", title=f"名册{number:02}", state="failed" if number % 3 == 0 else "done", user_id=user.pk, run_after=AT,
            created_at=AT + timedelta(hours=number), finished_at=AT + timedelta(days=3, hours=number),
        )
        for number in range(60)
    )  # fmt: skip
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Watched:
    """A page whose complaints are collected."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.add_init_script(WATCH)
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def complaints(self) -> list[str]:
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return (
            self.errors + self.page.evaluate("window.refused") + ([f"{wide} px too wide"] if wide > 0 else [])
        )


def open_page(chromium: Browser, url: str, cookie: str, size: dict[str, int], **values: Any) -> Watched:
    context = person(chromium, size=size, url=url, **values)
    context.add_cookies([{"name": "su_session", "value": cookie, "url": url}])
    return Watched(context.new_page())


@pytest.mark.parametrize("size", [SMALL, PHONE, PC, BOARD], ids=lambda size: str(size["width"]))
def test_pages_keep_the_policy_and_fit_the_screen(
    chromium: Browser, live_server: Any, cookie: str, size: dict[str, int]
) -> None:
    watched = open_page(chromium, live_server.url, cookie, size)

    found = {}
    for path in (
        "/desk/design/",
        "/desk/design/portal/",
        "/desk/design/board/",
        "/desk/jobs/",
        "/desk/jobs/?print=1",
    ):
        watched.page.goto(path)
        watched.page.wait_for_load_state("networkidle")
        found[path] = watched.complaints()

    assert {path: said for path, said in found.items() if said} == {}


def test_large_text_fits_the_smallest_screen(chromium: Browser, live_server: Any, cookie: str) -> None:
    watched = open_page(chromium, live_server.url, cookie, SMALL)
    watched.page.context.add_cookies([{"name": "su_elder", "value": "1", "url": live_server.url}])

    watched.page.goto("/desk/design/portal/")

    sizes = watched.page.evaluate(
        """() => [getComputedStyle(document.body).fontSize, getComputedStyle(document.querySelector('h1')).fontSize,
        Math.min(...[...document.querySelectorAll('a.btn, .tabbar a, .tile, .cell')].map((e) => e.getBoundingClientRect().height))]"""
    )
    assert watched.complaints() == []
    assert sizes[:2] == ["20px", "30px"]
    assert sizes[2] >= 60


def test_nothing_that_is_tapped_is_small(chromium: Browser, live_server: Any, cookie: str) -> None:
    watched = open_page(chromium, live_server.url, cookie, PHONE)

    watched.page.goto("/desk/design/")

    small = watched.page.evaluate(
        """() => [...document.querySelectorAll('main a.btn, main button, main input:not([type=hidden]), main select, summary.btn, .tabs a, .tile, .cell')]
        .filter((e) => e.offsetParent && e.type !== 'checkbox' && e.type !== 'radio' && e.getBoundingClientRect().height < 43.5)
        .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_way_back_from_a_record_leads_to_the_list_as_it_was_left(
    chromium: Browser, live_server: Any, cookie: str
) -> None:
    watched = open_page(chromium, live_server.url, cookie, PC)
    page = watched.page
    page.goto("/desk/jobs/")
    page.select_option("select[name=state]", "failed")
    page.wait_for_selector("text=共 20 项任务")

    page.click("tbody a.row-link >> nth=0")
    page.click(".crumbs a >> nth=1")

    page.wait_for_selector("text=共 20 项任务")
    assert "state=failed" in page.url
    page.reload()
    page.wait_for_selector("text=共 20 项任务")
    page.evaluate("document.querySelector('form[action=\\'/signout/\\']').requestSubmit()")
    page.wait_for_url(f"{live_server.url}/")
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert [key for key in kept if key.startswith("su:")] == []
    assert watched.complaints() == []


def test_a_filter_swaps_the_rows_and_the_back_button_undoes_it(
    chromium: Browser, live_server: Any, cookie: str
) -> None:
    watched = open_page(chromium, live_server.url, cookie, PC)
    page = watched.page
    page.goto("/desk/jobs/")
    page.evaluate("window.stayed = true")

    page.select_option("select[name=state]", "failed")
    page.wait_for_selector("text=共 20 项任务")
    filtered = page.url
    page.click("thead a:has-text('结束时间')")
    page.wait_for_selector("th[aria-sort=ascending]")

    assert filtered.endswith("?state=failed&begun_from=&begun_to=")
    assert page.locator("tbody tr").count() == 20
    assert page.evaluate("window.stayed") is True  # never a whole page
    page.go_back()
    page.go_back()
    page.wait_for_selector("text=共 60 项任务")
    assert watched.complaints() == []


def test_pages_turn_and_keys_walk(chromium: Browser, live_server: Any, cookie: str) -> None:
    watched = open_page(chromium, live_server.url, cookie, PC)
    page = watched.page
    page.goto("/desk/jobs/")
    page.click("text=下一页")
    page.wait_for_selector("text=名册00")

    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    marked = page.locator("tr[data-at] .row-link").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('名册08')")

    assert marked == "名册08"
    assert watched.complaints() == []


def test_the_phone_menu_opens_and_closes(chromium: Browser, live_server: Any, cookie: str) -> None:
    page = open_page(chromium, live_server.url, cookie, PHONE).page
    page.goto("/desk/jobs/")
    menu = page.locator("#menu")

    page.click(".menu-open")
    page.wait_for_selector("#menu.show:not(.showing)")
    opened = menu.is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("#menu", state="hidden")

    assert opened


def test_a_folded_group_of_the_menu_stays_folded(chromium: Browser, live_server: Any, cookie: str) -> None:
    page = open_page(chromium, live_server.url, cookie, PC).page
    page.goto("/desk/jobs/")
    group = page.locator("#menu [data-menu-group]").first
    was_open = group.get_attribute("open") is not None

    group.locator("summary").click()
    until(page, "document.cookie.includes('su_menu')")
    page.reload()

    assert (group.get_attribute("open") is not None) is not was_open


def test_lists_work_without_script(chromium: Browser, live_server: Any, cookie: str) -> None:
    context = person(chromium, size=PC, url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": "su_session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/desk/jobs/")

    page.select_option("select[name=state]", "failed")
    page.click("button.only-no-js")

    assert page.locator("tbody tr").count() == 20
    page.click("summary:has-text('显示列')")
    assert page.locator("text=显示这些列").is_visible()


def test_charts_are_drawn(chromium: Browser, live_server: Any, cookie: str) -> None:
    page = open_page(chromium, live_server.url, cookie, BOARD).page
    page.goto("/desk/design/board/")

    page.locator(".chart-canvas canvas").nth(4).wait_for()
    page.evaluate(
        """() => { const figure = document.querySelector('[data-chart=d-hbar]');
        const data = JSON.parse(figure.querySelector('script').textContent);
        data.series[0].values[0] = 999; figure.dispatchEvent(new CustomEvent('su:chart', {bubbles: true, detail: data})); }"""
    )

    assert page.locator("[data-chart=d-hbar] tbody td").first.inner_text() == "999"


def test_a_phone_number_typed_into_a_list_never_enters_an_address(
    chromium: Browser, live_server: Any, cookie: str
) -> None:
    page = open_page(chromium, live_server.url, cookie, PC).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/desk/accounts/")

    page.locator("[data-listing-search]").press_sequentially("13800138000")
    page.locator(".toast-item").or_(page.locator("main:not(:has([data-listing-search]))")).first.wait_for()

    assert [url for url in asked if "13800138000" in url] == []
    assert "13800138000" not in page.url
