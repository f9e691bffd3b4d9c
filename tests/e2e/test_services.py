"""A cadre builds a service without code; a worker applies, supplements, is refused and decided. One-tap and one-thing services."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from smartunion.engines.casework.models import CaseFile, Service
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.models import User
from smartunion.systems.hall.models import Proof
from tests.browser import PC, PHONE, person

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> make.World:
    made = make.world()
    make.shipped()
    return made


def signed_in(chromium: Browser, url: str, user: User, size: dict[str, int]) -> Page:
    client = Client()
    client.force_login(user)
    context = person(chromium, size=size, url=url)
    context.add_cookies([{"name": "su_session", "value": client.cookies["su_session"].value, "url": url}])
    return context.new_page()


def saved(page: Page, label: str, words: str) -> None:
    """Type and leave the box; the designer saves by itself."""
    box = page.get_by_label(label, exact=True).locator("visible=true").first
    box.fill(words)
    with page.expect_response(lambda answer: "/change/" in answer.url and answer.ok):
        box.blur()


def test_a_cadre_builds_a_service_and_a_worker_is_sent_back_refused_and_served(
    chromium: Browser, live_server: Any, town: make.World
) -> None:
    desk = signed_in(chromium, live_server.url, town.town_cadre, PC)
    desk.goto("/desk/services/")
    desk.get_by_role("button", name="开始编写", exact=True).click()
    saved(desk, "名称", "借用遮阳伞")
    desk.get_by_role("link", name="表单").click()
    desk.locator("li.part summary").first.click()
    saved(desk, "题目", "借几把")
    desk.get_by_role("link", name="步骤").click()
    box = desk.get_by_label("退回补正", exact=True).first
    if not box.is_checked():
        box.check()
    desk.get_by_role("link", name="检查并发布").click()
    expect(desk.get_by_role("heading", name="可以发布")).to_be_visible()
    desk.get_by_role("button", name="发布", exact=True).click()
    expect(desk.get_by_role("heading", name="借用遮阳伞", level=1)).to_be_visible()
    key = Service.objects.get(title="借用遮阳伞").key

    worker = signed_in(chromium, live_server.url, town.ali, PHONE)
    worker.goto("/services/?q=遮阳伞")
    worker.get_by_role("link", name="借用遮阳伞").click()
    worker.get_by_role("button", name="开始办理").click()
    worker.get_by_label("借几把").fill("很多")
    worker.get_by_role("button", name="提交", exact=True).click()
    expect(worker.locator(".case-head")).to_contain_text("办理中")
    case = CaseFile.objects.get(service_key=key)

    desk.goto(f"/desk/cases/{case.pk}/")
    desk.locator("summary", has_text="退回补正").click()
    form = desk.locator("details[open] form")
    form.locator("input[type=checkbox]").first.check()
    form.locator("input[type=text], input:not([type])").first.fill("请写数字")
    form.get_by_role("button", name="退回").click()
    expect(desk.get_by_text("申请人已收到需要补正的内容")).to_be_visible()

    worker.goto("/me/")
    expect(worker.get_by_role("heading", name="等您办理")).to_be_visible()
    worker.get_by_role("link", name="借用遮阳伞").click()
    expect(worker.get_by_text("请写数字").first).to_be_visible()
    worker.get_by_role("link", name="现在填写").click()
    worker.get_by_label("借几把").fill("3")
    worker.get_by_role("button", name="提交", exact=True).click()
    expect(worker.locator(".case-head")).to_contain_text("办理中")

    desk.goto(f"/desk/cases/{case.pk}/")
    desk.locator("summary", has_text="不予通过").click()
    desk.locator("details[open] textarea[name=reason]").fill("伞已借完")
    desk.locator("details[open] form button").last.click()
    worker.reload()
    expect(worker.locator(".case-head")).to_contain_text("伞已借完")

    worker.goto(f"/services/{key}/")
    worker.get_by_role("button", name="开始办理").click()
    worker.get_by_label("借几把").fill("1")
    worker.get_by_role("button", name="提交", exact=True).click()
    expect(worker.locator(".case-head")).to_contain_text("办理中")
    second = CaseFile.objects.filter(service_key=key).latest("pk")
    desk.goto(f"/desk/cases/{second.pk}/")
    desk.get_by_role("button", name="同意").first.click()
    worker.reload()
    expect(worker.locator(".case-head")).to_contain_text("已办结")
    assert [row.state for row in CaseFile.objects.filter(service_key=key).order_by("pk")] == [
        "refused",
        "approved",
    ]


def test_a_certificate_takes_one_tap_and_is_checked_by_a_stranger(
    chromium: Browser, live_server: Any, town: make.World
) -> None:
    page = signed_in(chromium, live_server.url, town.ali, PHONE)
    page.goto("/me/")
    page.get_by_role("link", name="会员证明").click()
    page.get_by_role("link", name="开一份").click()
    page.get_by_role("button", name="一键办理").click()
    page.get_by_role("link", name="查看办理结果").click()
    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible()

    stranger = person(chromium, size=PHONE, url=live_server.url).new_page()
    stranger.goto("/proof/")
    stranger.get_by_label("编号").fill(Proof.objects.get().number.lower())
    stranger.get_by_role("button", name="核验").click()
    expect(stranger.get_by_role("heading", name="证明真实，现在是会员")).to_be_visible()


def test_wages_owed_is_one_form_and_one_line(chromium: Browser, live_server: Any, town: make.World) -> None:
    page = signed_in(chromium, live_server.url, town.ali, PC)
    page.goto("/services/?q=老板拖欠工资")
    page.get_by_role("link", name="欠薪求助一件事").click()
    page.get_by_role("button", name="开始办理").click()
    page.get_by_label("哪一段、什么钱").first.fill("三月工资")
    page.get_by_label("金额", exact=True).first.fill("5200")
    page.locator("[data-question=employed]").get_by_text("是", exact=True).click()
    page.get_by_label("哪天知道权利受侵害").fill("2026-02-01")
    page.get_by_label("经过和理由").fill("三月没有发工资")
    page.locator("[data-question=lawyer]").get_by_text("否", exact=True).click()
    page.get_by_label("联系电话").fill("13800138000")
    page.locator("[data-question=arbitration]").get_by_text("没有申请").click()
    page.locator("[data-question=talked]").get_by_text("是", exact=True).click()
    page.locator("[data-question=about]").get_by_text("工资报酬").click()
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.get_by_role("heading", name="各部分进度")).to_be_visible()
    page.get_by_role("link", name="调解申请").click()
    expect(page.get_by_role("link", name="属于：欠薪求助")).to_be_visible()
    assert CaseFile.objects.filter(whole__service_key="wages_owed").count() == 1
