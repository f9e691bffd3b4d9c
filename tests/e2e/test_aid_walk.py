"""The hardship archive through four reviews, regular help, watch and fall-back; refusals that are appealed; vacancies issue by issue."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from smartunion.core import clock
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.payments.models import Payable
from smartunion.ground.registry.models import Employer
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.aid.tests.aid_world import aided
from smartunion.systems.mutual.models import Claim
from smartunion.systems.vacancies.flows.proposing import end_overdue
from smartunion.systems.vacancies.models import Issue, Vacancy
from smartunion.systems.vacancies.tests.world import place
from tests.e2e.walking import (
    Decided,
    Town,
    Walk,
    answered,
    at_home,
    begun,
    decided,
    pressed,
    refused,
)
from tests.e2e.walks_aid import (
    AID_REQUEST,
    AID_REQUEST_REFUSED,
    MODEL_WORKER_AID,
    MODEL_WORKER_AID_REFUSED,
    MUTUAL_CLAIM,
    MUTUAL_CLAIM_REFUSED,
    she_is_covered,
)
from tests.e2e.walks_founding import HARDSHIP

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def city(chromium: Browser, live_server: Any) -> Iterator[Town]:
    """A firm's union, a town, a county and a city, each federation with its assistance officer."""
    made = aided()
    make.shipped()
    town = Town(chromium, live_server.url, made.here)
    town.more |= {f"aid_{level}": officer for level, officer in made.officers.items()}
    yield town
    town.close()


@pytest.fixture
def works(chromium: Browser, live_server: Any) -> Iterator[Town]:
    """A firm with its code, its chair, a cadre who publishes, and somebody who looks for work."""
    made = place()
    town = Town(chromium, live_server.url, made.usual)
    yield town
    town.close()


def appealed(town: Town, case: CaseFile, words: str) -> None:
    """From the refused case on her phone to the union above, once."""
    page = town.phone("ali")
    page.goto(f"/cases/{case.pk}/")
    form = page.locator("form[action$='/appeal/']")
    form.locator("[name=reason]").fill(words)
    form.locator("button").click()
    page.wait_for_load_state()
    expect(page.locator("form[action$='/appeal/']")).to_have_count(0)
    case.refresh_from_db()
    assert (case.state, case.appealed_at is not None) == ("open", True)


def assessed(desk: Page, file: HardshipFile, **sums: str) -> None:
    """A year of the household assessed again."""
    desk.goto(f"/desk/aid/{file.pk}/")
    desk.get_by_role("link", name="重新评估").click()
    for name, value in sums.items():
        desk.locator(f"main [name={name}]").fill(value)
    desk.locator("main form .btn-primary").click()
    desk.wait_for_load_state()
    file.refresh_from_db()


def test_a_household_passes_four_reviews_is_helped_watched_and_comes_back(city: Town) -> None:
    """Rules 5.8: (60,000 − 30,000) ÷ 12 ÷ 3 = 833.33, below 1,000: deep difficulty."""
    case = begun(city, HARDSHIP)
    for who, key in (
        ("xiaobo", "unit"),
        ("aid_town", "higher"),
        ("aid_county", "industry"),
        ("aid_city", "centre"),
    ):
        decided(city, HARDSHIP, case, Decided(who, {f"opinion_{key}": "核对无误，同意"}))
    file = HardshipFile.objects.get()
    assert (file.state, file.category, file.reviews.filter(is_agreed=True).count()) == ("active", "deep", 4)
    phone = city.phone("ali")
    phone.goto("/me/aid/")
    for words in ("在档", "833.33 < 1,000.00", "宁波市总工会"):
        expect(phone.locator("main")).to_contain_text(words)

    desk = city.desk("aid_county")
    desk.goto("/desk/aid/")
    assert "阿丽" not in desk.locator("main").inner_text()
    desk.goto(f"/desk/aid/{file.pk}/")
    form = desk.locator("form[action$='/give/']")
    answered(
        desk, form, {"kind": "goods", "what": "米面油，中秋慰问", "amount": "500", "fund": "工会帮扶资金"}
    )
    pressed(desk, form)
    form = desk.locator("form[action$='/child/']")
    answered(desk, form, {"child": "小米，实验小学", "item": "书包", "quantity": "1"})
    form.locator("button").click()
    desk.wait_for_load_state()
    expect(desk.locator("main")).to_contain_text("书包 × 1")
    assert "小米" not in desk.locator("main").inner_text()
    form = desk.locator("form[action$='/look/']")
    form.locator("[name=reason]").fill("中秋走访前核对地址")
    form.locator("button").click()
    expect(desk.locator("main")).to_contain_text("尿毒症透析")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("500")
    expect(phone.locator("main")).to_contain_text("中秋走访前核对地址")

    assessed(desk, file, people="3", income="120000", rigid="30000")
    assert (file.state, file.category, file.watch_until is not None) == ("watch", "none", True)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("2,500.00")
    assessed(desk, file, people="3", income="60000", rigid="30000")
    assert (file.state, file.category, file.watch_until) == ("active", "deep", None)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("833.33")


def test_a_household_that_was_refused_appeals_and_is_taken_in(city: Town) -> None:
    case = begun(city, HARDSHIP)
    refused(city, case, "xiaobo", "没有附透析病历，无法核实支出。请补病历后再申请，或请上级工会复核。")
    page = at_home(city, HARDSHIP, case, ("没有附透析病历", "再申请"))
    expect(page.locator(".case-head")).to_have_attribute("data-state", "refused")
    assert HardshipFile.objects.get().state == "refused"

    appealed(city, case, "病历已当面交给车间，没有转上去")
    assert HardshipFile.objects.get().state == "review"
    decided(city, HARDSHIP, case, Decided("aid_town", {"opinion_centre": "已向医院核实，同意建档"}))
    file = HardshipFile.objects.get()
    assert (file.state, file.category) == ("active", "deep")
    page.goto("/me/aid/")
    expect(page.locator("main")).to_contain_text("在档")


def test_a_mutual_aid_claim_that_was_refused_is_granted_on_appeal_with_its_sum(here: Town) -> None:
    """Yuecheng 2024: (20,000 − 12,000 − 1,000 − 500) × 40 % = 2,600."""
    she_is_covered(here)
    case = begun(here, MUTUAL_CLAIM_REFUSED)
    refused(here, case, "aid", "诊断证明看不清，无法认定住院日期。")
    at_home(here, MUTUAL_CLAIM, case, ("诊断证明看不清",))
    assert (Claim.objects.get().state, Payable.objects.count()) == ("refused", 0)

    appealed(here, case, "原件可以当面核对")
    desk = here.desk("aid_county")
    claim = Claim.objects.get()
    desk.goto(f"/desk/mutual/claims/{claim.pk}/")
    expect(desk.locator("main")).to_contain_text("2,600.00")
    desk.locator("form[method=post] button.btn-primary").first.click()
    desk.wait_for_load_state()
    decided(here, MUTUAL_CLAIM, case, Decided("aid_county"))
    decided(here, MUTUAL_CLAIM, case, Decided("aid_county", {"union_bank": ""}))
    claim.refresh_from_db()
    assert (claim.state, Payable.objects.get().amount_yuan) == ("granted", Decimal("2600.00"))
    page = here.phone("ali")
    page.goto("/me/payments/")
    expect(page.locator("main")).to_contain_text("2,600.00")


@pytest.mark.parametrize(
    ("ask", "refusal", "yuan", "fund"),
    [(AID_REQUEST, AID_REQUEST_REFUSED, "9000.00", "中央财政帮扶资金"), (MODEL_WORKER_AID, MODEL_WORKER_AID_REFUSED, "7200.00", "劳模专项资金")],
    ids=lambda one: one.key if isinstance(one, Walk) else str(one),
)  # fmt: skip
def test_aid_that_was_refused_is_granted_on_appeal_by_who_took_no_part(
    here: Town, ask: Walk, refusal: Walk, yuan: str, fund: str
) -> None:
    """Illness: (30,000 − 12,000) × 50 % = 9,000; a model worker: (3,000 − 2,400) × 12 = 7,200."""
    assert ask.prepare is not None
    ask.prepare(here)
    case = begun(here, refusal)
    refused(here, case, "aid", "缺少近三个月的证明，请补齐后再申请，或请上级工会复核。")
    at_home(here, ask, case, ("请补齐后再申请",))
    assert Payable.objects.count() == 0
    appealed(here, case, "证明在窗口交过，有回执")
    decided(here, ask, case, Decided("aid_county", {"fund": fund}))
    owed = Payable.objects.get()
    case.refresh_from_db()
    assert (owed.amount_yuan, owed.payee_name, case.state) == (Decimal(yuan), "阿丽", "approved")


def proposed(town: Town, **changes: str) -> Page:
    """A vacancy written by the chair of the firm's union; the page that answers."""
    desk, firm = town.desk("xiaobo"), town.world.firm
    until = (clock.today() + timedelta(days=14)).isoformat()
    values = {
        "code": firm.uscc, "title": "注塑工", "text": "操作注塑机，两班倒，包住，缴纳五险。", "requirements": "会看工艺卡", "headcount": "8",
        "pay_from_yuan": "5000", "pay_to_yuan": "6500", "place": "科园路8号", "contact_name": "周经理", "contact_phone": "0574-65551234",
        "valid_until": until,
    }  # fmt: skip
    desk.goto("/desk/vacancies/new/")
    for name, value in (values | changes).items():
        desk.locator(f"main [name={name}]").fill(value)
    desk.locator("main [name=trade]").select_option("factory")
    desk.locator("main [name=region]").select_option(index=1)
    desk.get_by_role("button", name="报送").click()
    desk.wait_for_load_state()
    return desk


def test_a_vacancy_is_checked_issued_complained_about_posted_again_and_expires(works: Town) -> None:
    """Xinghua 2024: notices issue by issue, from employers the register knows to be in business."""
    chair = proposed(works, code="91330226MA2AF00009")
    expect(chair.locator("main")).to_contain_text("代码")
    assert Vacancy.objects.count() == 0
    chair = proposed(works, requirements="限女性，35 岁以下")
    assert re.search(r"/desk/vacancies/\d+/$", chair.url), chair.locator("main").inner_text()[:500]
    expect(chair.locator("main")).to_contain_text("就业促进法")
    unfair = Vacancy.objects.get()
    cadre = works.desk("town_cadre")
    cadre.goto(f"/desk/vacancies/{unfair.pk}/")
    form = cadre.locator("form[action$='/check/']")
    form.locator("button").click()
    cadre.wait_for_load_state()
    unfair.refresh_from_db()
    assert unfair.state == "proposed"
    form = cadre.locator("form[action$='/refuse/']")
    cadre.locator("details.confirm", has=form).locator("summary").click()
    form.locator("[name=reason]").fill("不得限定性别和年龄，请删去后重新提出。")
    form.locator("button.btn-danger").click()
    cadre.wait_for_load_state()
    chair.reload()
    expect(chair.locator("main")).to_contain_text("请删去后重新提出")

    chair.get_by_role("link", name="照此再报一条").click()
    chair.locator("main [name=requirements]").fill("会看工艺卡")
    chair.locator("main [name=valid_until]").fill((clock.today() + timedelta(days=14)).isoformat())
    chair.get_by_role("button", name="报送").click()
    chair.wait_for_load_state()
    job = Vacancy.objects.latest("pk")
    assert (job.state, job.requirements) == ("proposed", "会看工艺卡")
    cadre.goto(f"/desk/vacancies/{job.pk}/")
    cadre.locator("form[action$='/check/'] button").click()
    cadre.wait_for_load_state()
    cadre.goto("/desk/vacancies/issues/new/")
    cadre.locator("[name=title]").fill("牛助理招聘专刊")
    cadre.get_by_role("button", name="发布本期").click()
    cadre.wait_for_load_state()
    issue = Issue.objects.get()
    assert (issue.number, Vacancy.objects.get(pk=job.pk).state) == (1, "posted")

    phone = works.phone("ali")
    phone.goto("/jobs/")
    expect(phone.locator("main")).to_contain_text("5,000")
    phone.get_by_role("link", name=re.compile("注塑工")).first.click()
    expect(phone.locator("main")).to_contain_text("057465551234")
    phone.locator("details.panel summary").click()
    phone.locator("label", has=phone.locator("[name=fault][value=money]")).click()
    phone.locator("[name=text]").fill("面试时要交三百元服装费")
    phone.get_by_role("button", name="告诉工会").click()
    phone.wait_for_load_state()
    job.refresh_from_db()
    assert job.state == "held"
    phone.goto("/jobs/")
    assert "注塑工" not in phone.locator("main").inner_text().replace("工种", "")
    cadre.goto(f"/desk/vacancies/{job.pk}/")
    cadre.locator("#id_reason").fill("到厂核实：不收费，是中介冒名，已提醒。")
    cadre.get_by_role("button", name="不属实，恢复发布").click()
    cadre.wait_for_load_state()
    job.refresh_from_db()
    assert job.state == "posted"
    phone.goto("/messages/")
    expect(phone.locator("main")).to_contain_text("到厂核实")

    Vacancy.objects.filter(pk=job.pk).update(valid_until=clock.today() - timedelta(days=1))
    assert end_overdue(at=clock.now()) == 1
    job.refresh_from_db()
    assert job.state == "ended"
    phone.goto(f"/jobs/issues/{issue.pk}/")
    expect(phone.locator("main")).to_contain_text("第1期")
    Employer.objects.filter(pk=works.world.firm.pk).update(state="closed")
    chair = proposed(works, title="质检员")
    expect(chair.locator("main")).to_contain_text("如果该单位实际仍在经营")
    assert not Vacancy.objects.filter(title="质检员").exists()
