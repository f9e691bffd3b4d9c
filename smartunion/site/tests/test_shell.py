"""What every page knows: menu, text size, language, unread notices."""

import sys
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.urls.base import get_script_prefix, set_script_prefix
from django.utils.translation import override

from smartunion.core.actor import STRANGER, Actor, Grant
from smartunion.core.menu import Entry
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.models import Notice
from smartunion.site.context import desk_menu, portal_tabs, role_text, unread_count

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


@pytest.fixture
def keeper() -> User:
    user = User.objects.create_user("keeper", name="李敏", created_at=AT)
    RoleGrant.objects.create(user=user, role="operator", valid_from=date(2020, 1, 1))
    return user


@pytest.fixture(autouse=True)
def _entries(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        Entry("desk", "a", "名册", "jobs:list", "x", group="台账", order=1),
        Entry("desk", "b", "规范", "design:guide", "x", group="工具", order=2, permission="settings.edit"),
        Entry("desk", "c", "没有的页", "nowhere:at_all", "x", group="工具", order=3),
        Entry("desk", "d", "再来", "jobs:list", "x", group="台账", order=4, badge=lambda actor: 12),
        Entry("portal", "e", "首页", "jobs:list", "x", group="tabs"),
        Entry("portal", "f", "别的", "jobs:list", "x", group="其他"),
    ]
    monkeypatch.setattr("smartunion.core.menu.ENTRIES", {entry.key: entry for entry in entries})


def test_menu_is_grouped_allowed_and_only_of_pages_that_exist() -> None:
    actor = Actor(user_id=1, grants=(Grant("operator", None, "", frozenset({"settings.edit"})),))

    shown = [
        (group["label"], [item["label"] for item in group["items"]])
        for group in desk_menu(actor, "/desk/jobs/5/")
    ]
    plain = [
        (group["label"], [item["label"] for item in group["items"]])
        for group in desk_menu(STRANGER, "/desk/")
    ]

    assert shown == [("台账", ["名册", "再来"]), ("工具", ["规范"])]
    assert plain == [("台账", ["名册", "再来"])]


def test_groups_of_a_long_menu_stay_as_they_were_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.site.context.MOST_OPEN", 2)
    actor = Actor(user_id=1, grants=(Grant("operator", None, "", frozenset({"settings.edit"})),))

    def opened(path: str, kept: str = "") -> list[tuple[str, bool, int]]:
        return [(group["key"], group["is_open"], group["badge"]) for group in desk_menu(actor, path, kept)]

    assert opened("/desk/") == [("a", True, 12), ("b", False, 0)]
    assert opened("/desk/design/board/") == [("a", True, 12), ("b", True, 0)]
    assert opened("/desk/", "-a,b,nonsense") == [("a", False, 12), ("b", True, 0)]
    assert opened("/desk/design/board/", "-a,-b") == [("a", False, 12), ("b", True, 0)]


def test_the_present_place_is_marked_by_the_longest_address() -> None:
    actor = Actor(user_id=1, grants=(Grant("operator", None, "", frozenset({"settings.edit"})),))

    items = [item for group in desk_menu(actor, "/desk/design/board/") for item in group["items"]]

    assert [item["label"] for item in items if item["is_current"]] == ["规范"]


def test_tabs_are_the_portal_entries_of_that_group() -> None:
    assert [tab["label"] for tab in portal_tabs(STRANGER, "/")] == ["首页"]


def test_a_sixth_tab_drives_out_the_one_that_yields_never_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = ["首页", "办事", "办件", "消息", "会员证", "我的"]
    entries = [
        Entry("portal", label, label, "jobs:list", "x", group="tabs", order=order, yields=label == "办件")
        for order, label in enumerate(labels)
    ]
    monkeypatch.setattr("smartunion.core.menu.ENTRIES", {entry.key: entry for entry in entries})
    assert [tab["label"] for tab in portal_tabs(STRANGER, "/")] == ["首页", "办事", "消息", "会员证", "我的"]

    monkeypatch.setattr("smartunion.core.menu.ENTRIES", {entry.key: entry for entry in entries[:5]})
    assert [tab["label"] for tab in portal_tabs(STRANGER, "/")] == labels[:5]


def test_roles_in_words() -> None:
    actor = Actor(
        user_id=1, grants=(Grant("cadre", 1, "1/", frozenset()), Grant("system", 1, "", frozenset()))
    )

    assert role_text(actor).count("、") == 0
    assert role_text(STRANGER) == ""


def test_unread_notices_are_ones_own() -> None:
    for number, user in enumerate((1, 1, 2)):
        Notice.objects.create(user_id=user, template="t", title="t", body="b", created_at=AT, key=str(number))
    Notice.objects.create(user_id=1, template="t", title="t", body="b", created_at=AT, key="read", read_at=AT)

    assert unread_count(Actor(user_id=1)) == 2
    assert unread_count(STRANGER) == 0


def test_large_text_and_language_are_kept_in_the_browser(client: Client) -> None:
    answer = client.post("/preferences/", {"elder": "1", "language": "en", "next": "/desk/x/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/desk/x/?a=1")
    assert (answer.cookies["su_elder"].value, answer.cookies["su_language"].value) == ("1", "en")


def test_they_are_kept_on_the_account_too(client: Client, keeper: User) -> None:
    client.force_login(keeper)

    client.post("/preferences/", {"elder": "1", "language": "en"})

    keeper.refresh_from_db()
    assert (keeper.elder_mode, keeper.language) == (True, "en")


@pytest.mark.parametrize("post", [{"elder": "2"}, {"language": "xx"}, {"elder": "1' --"}])
def test_other_values_change_nothing(client: Client, keeper: User, post: dict[str, str]) -> None:
    client.force_login(keeper)

    answer = client.post("/preferences/", post)

    keeper.refresh_from_db()
    assert answer.status_code == 302
    assert set(answer.cookies) & {"su_elder", "su_language"} == set()
    assert (keeper.elder_mode, keeper.language) == (False, "")


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_way_back_stays_inside(client: Client, onward: str) -> None:
    assert client.post("/preferences/", {"elder": "1", "next": onward})["Location"] == "/"


def test_the_account_decides_where_the_browser_knows_nothing(
    client: Client, keeper: User, settings: Any
) -> None:
    settings.DEMO = True
    User.objects.filter(pk=keeper.pk).update(elder_mode=True)
    client.force_login(keeper)

    assert '<html lang="zh-hans" class=" elder">' in client.get("/desk/design/").content.decode()
    client.cookies["su_elder"] = "0"
    assert '<html lang="zh-hans" class="">' in client.get("/desk/design/").content.decode()


def test_the_guide_is_for_keepers_of_demo_installations(client: Client, keeper: User, settings: Any) -> None:
    settings.DEMO, settings.DEBUG = True, False
    pages = ["/desk/design/", "/desk/design/board/", "/desk/design/portal/"]

    strangers = [client.get(page).status_code for page in pages]
    client.force_login(keeper)
    keepers = [client.get(page).status_code for page in pages]
    settings.DEMO = False

    assert (strangers, keepers) == ([404] * 3, [200] * 3)
    assert client.get("/desk/design/").status_code == 404


def test_refusals_say_what_next_and_give_the_number(client: Client) -> None:
    answer = client.get("/nothing/here/")

    body = answer.content.decode()
    assert answer.status_code == 404
    assert "这个页面或记录不存在，或者您无权查看。" in body
    assert answer["X-Request-Id"] in body
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_address_of_a_form_opened_anew_says_where_to_go(client: Client) -> None:
    opened = client.get("/signout/", headers={"referer": "http://testserver/desk/?a=1"})
    asked = client.get("/signout/", headers={"accept": "application/json"})

    body = opened.content.decode()
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "这个地址只接收表单提交的内容" in body
    assert 'href="/desk/?a=1"' in body
    assert opened["X-Request-Id"] in body
    assert (asked.status_code, asked["Allow"]) == (405, "POST")
    assert asked.json()["code"] == "method_not_allowed"


def test_the_head_of_a_page_is_that_of_the_page(client: Client) -> None:
    page, head = client.get("/signin/"), client.head("/signin/")

    assert (page.status_code, head.status_code) == (200, 200)
    assert head["Content-Type"] == page["Content-Type"]
    assert head.content == b""
    assert client.head("/nothing/here/").status_code == 404
    assert client.head("/signout/").status_code == 405


def test_a_request_under_another_host_name_is_a_bad_request_and_no_error_of_ours(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["ghw.example"]

    answer = Client(headers={"host": "evil.example", "referer": "https://evil.example/"}).get("/")

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_an_address_is_that_of_the_addresses_prefix_and_language_of_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def listed(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    moved = ModuleType("moved_addresses")
    moved.urlpatterns = i18n_patterns(  # type: ignore[attr-defined]  # a module made here
        path("moved/", include(([path("all/", listed, name="list")], "jobs")))
    )
    monkeypatch.setitem(sys.modules, moved.__name__, moved)

    def where() -> list[str]:
        return [item["url"] for item in portal_tabs(STRANGER, "/")]

    usual = where()
    with override_settings(ROOT_URLCONF=moved.__name__):
        languages = []
        for language in ("zh-hans", "en"):
            with override(language):
                languages.append(where())
    before = get_script_prefix()
    set_script_prefix("/union/")
    below = where()
    set_script_prefix(before)

    assert (usual, below, where()) == (["/desk/jobs/"], ["/union/desk/jobs/"], ["/desk/jobs/"])
    assert languages == [["/zh-hans/moved/all/"], ["/en/moved/all/"]]
