"""Paths of the registrar that only a browser shows: suggestions, long lists of boxes, sheets, refused lines on a phone."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.models import Finding
from tests.browser import PC, PHONE, person

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Registrar:
    """A cadre of the county at her desk."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self.chromium, self.url, self.cast = chromium, url, make.cast()
        self.user = User.objects.create_user("limin", name="李敏", created_at=make.AT)
        RoleGrant.objects.create(
            user=self.user, role="cadre", union=self.cast.county, valid_from=date(2020, 1, 1)
        )

    def page(self, size: dict[str, int]) -> Page:
        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.create()
        context = person(self.chromium, size=size, url=self.url)
        context.add_cookies([{"name": "su_session", "value": str(session.session_key), "url": self.url}])
        return context.new_page()


@pytest.fixture
def registrar(chromium: Browser, live_server: Any) -> Registrar:
    return Registrar(chromium, live_server.url)


def test_a_split_is_chosen_from_a_narrowed_list_and_named_by_itself(registrar: Registrar) -> None:
    county = registrar.cast.county
    joint = make.union("西店联合工会", county, kind=UnionKind.JOINT)
    for number in range(14):
        make.link(joint, make.employer(f"宁海第{number}文具厂", looked_after_by=county), LinkKind.JOINT)
    page = registrar.page(PC)
    page.goto(f"/desk/unions/{joint.pk}/split/")

    page.fill(".choices-find input", "第7文")
    expect(page.locator(".choices label:visible")).to_have_count(1)
    page.locator(".choices label:visible").click()
    expect(page.locator(".choices-find .muted")).to_contain_text("1")
    page.fill("[name=reason]", "单独建会")
    page.click("main .btn-primary")

    expect(page.locator("main")).to_contain_text("宁海第7文具厂工会委员会")
    expect(page.locator("main")).to_contain_text("30 天内可以撤回")


def test_a_union_is_suggested_while_its_name_is_typed_but_no_long_number_is_sent(
    registrar: Registrar,
) -> None:
    make.union("宁海强蛟联合工会", registrar.cast.county, kind=UnionKind.JOINT)
    page = registrar.page(PC)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pick/" in request.url else None)
    page.goto(f"/desk/unions/{registrar.cast.union.pk}/merge/")
    field = page.locator("[name=to_union]")

    field.press_sequentially("330226199003071234")
    page.wait_for_timeout(400)  # longer than the script waits before it asks
    field.fill("")
    with page.expect_response("**/desk/pick/unions/**"):
        field.press_sequentially("强蛟")

    expect(page.locator("datalist option[value='宁海强蛟联合工会']")).to_have_count(1)
    assert len(asked) == 1


def test_refused_lines_and_questions_asked_once_more_fit_a_phone(registrar: Registrar) -> None:
    union = registrar.cast.union
    page = registrar.page(PHONE)
    page.goto(f"/desk/unions/{union.pk}/members/add-many/")
    page.fill(
        "[name=people]",
        f"欧阳娜娜 330226198805125510 13700003333\n王新一 {make.resident_id(701)} 13900000701",
    )
    page.click("main .btn-primary")
    expect(page.locator("tbody tr").first).to_contain_text("欧阳娜娜")
    assert page.evaluate(TOO_WIDE) <= 0

    page.click("main .btn-primary")

    expect(page.locator("[name=people]")).to_have_value("欧阳娜娜 330226198805125510 13700003333")
    page.goto(f"/desk/unions/{union.pk}/history/")
    here = page.locator(".tabs [aria-current]").bounding_box()
    assert here is not None
    assert 0 <= here["x"] < PHONE["width"] - here["width"] + 1


def test_what_to_do_about_a_finding_comes_before_its_history_on_a_phone_and_beside_it_on_a_desk(
    registrar: Registrar,
) -> None:
    firm = make.employer("宁海得力集团有限公司", looked_after_by=registrar.cast.county)
    finding = Finding.objects.create(
        kind="no_union", subject_key=f"employer:{firm.pk}", path=registrar.cast.county.path, work_list="task",
        employer=firm, found_at=make.AT,
    )  # fmt: skip
    titles = {}
    for size in (PHONE, PC):
        page = registrar.page(size)
        page.goto(f"/desk/coverage/findings/{finding.pk}/")
        boxes = {
            word: page.get_by_role("heading", name=word, exact=True).bounding_box()
            for word in ("为什么在清单上", "处理办法", "走访", "处理记录")
        }
        titles[size["width"]] = [word for word, _box in sorted(boxes.items(), key=lambda one: one[1]["y"])]  # type: ignore[index]  # shown

    assert titles[390] == ["为什么在清单上", "处理办法", "走访", "处理记录"]
    assert set(titles[1440][:2]) == {"为什么在清单上", "处理办法"}
