"""Money from its release by two people to the bank's answer and back, and somebody in danger who writes to a counsellor."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from smartunion.core.clock import now
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import acting
from smartunion.engines.payments import service as payments
from smartunion.engines.payments.models import Fund, Payable, PaymentList
from smartunion.engines.payments.queries.ledger import ledger_faults
from smartunion.engines.payments.tests.payments_world import card
from smartunion.ground.accounts.rules import Role
from smartunion.systems.counselling.flows import hours
from smartunion.systems.counselling.models import Consultation
from smartunion.systems.counselling.rules import Rank
from tests.e2e.walking import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def owed(here: Town, who: str, yuan: str) -> Payable:
    """What a programme decided to pay somebody."""
    person = here.user(who).person
    assert person is not None
    return payments.owe(
        actor=acting(here.user("officer")), at=now(), programme="aid", key=f"walk:{person.pk + 990_000}", union_id=here.world.grassroots.pk,
        person_id=person.pk, payee=payments.Payee(person.name, card(person.pk), "宁海农商银行"), amount_yuan=Decimal(yuan),
        title="医疗帮扶", record=f"aid.aidgiven:{person.pk + 990_000}", decided_by=here.user("officer").pk,
    )  # fmt: skip


def test_a_list_is_released_by_another_goes_to_the_bank_and_what_comes_back_is_paid_anew(
    here: Town, tmp_path: Path
) -> None:
    county = here.world.county
    here.more |= {
        "officer": make.user("帮扶员", role=Role.AID, at=county), "kuaiji": make.user("会计", role=Role.FINANCE, at=county),
        "chuna": make.user("出纳", role=Role.FINANCE, at=county),
    }  # fmt: skip
    owed(here, "ali", "1500.00")
    back = owed(here, "xiaobo", "320.50")
    maker, second = here.desk("kuaiji"), here.desk("chuna")

    maker.goto("/desk/funds/new/")
    for name, value in {"code": "BF1", "name": "帮扶资金"}.items():
        maker.locator(f"main [name={name}]").fill(value)
    maker.locator("input[name=source][value=government]").check(force=True)
    maker.locator("main form button.btn-primary").click()
    maker.wait_for_url(re.compile(r"/desk/funds/\d+/$"))
    for name, value in {"amount": "5000", "text": "县财政拨款"}.items():
        maker.locator(f"main [name={name}]").fill(value)
    maker.locator("form[action$='/receive/'] button").click()
    expect(maker.locator("main")).to_contain_text("5,000.00")

    maker.goto("/desk/payments/lists/new/")
    maker.locator("main form button.btn-primary").click()
    maker.wait_for_url(re.compile(r"/desk/payments/lists/\d+/$"))
    paylist = PaymentList.objects.get()
    maker.locator("form[action$='/add/'] button").click()
    maker.locator("form[action$='/propose/'] button").click()
    expect(maker.locator("main")).to_contain_text("待核准")
    expect(maker.locator("form[action$='/release/']")).to_have_count(0)  # not by whoever made it

    second.goto("/desk/")
    second.get_by_role("link", name=paylist.number).click()
    second.locator("form[action$='/release/'] button").click()
    with second.expect_download() as got:
        second.locator("form[action$='/file/'] button[value=csv]").first.click()
    sent = Path(got.value.path()).read_bytes().decode("utf-8-sig", "replace") + Path(
        got.value.path()
    ).read_bytes().decode("gb18030", "replace")
    assert f"{paylist.number}-2" in sent

    answers = tmp_path / "回盘.csv"
    rows = ["附言,收款账号,交易金额,处理结果,失败原因", f"{paylist.number}-1,,1500.00,成功,", f"{paylist.number}-2,,320.50,失败,账号已销户",
            "别的-9,,1.00,成功,"]  # fmt: skip
    answers.write_bytes("\r\n".join(rows).encode("gb18030"))
    second.reload()
    second.set_input_files("input[name=file]", answers)
    second.locator("form[action$='/answers/'] button").click()
    expect(second.locator("main")).to_contain_text("账号已销户")

    worker = here.phone("xiaobo")
    worker.goto("/me/payments/")
    expect(worker.locator("main")).to_contain_text("账号已销户")
    worker.locator("[name=account]").fill(card(99))
    worker.locator("[name=bank]").fill("工商银行宁海支行")
    worker.locator("form[action$='/account/'] button").click()
    worker.wait_for_load_state()
    back.refresh_from_db()
    assert (back.state, back.payee_account, back.attempts) == ("owed", card(99), 1)
    paid = here.phone("ali")
    paid.goto("/me/payments/")
    expect(paid.locator("main")).to_contain_text("1,500.00")
    fund = Fund.objects.get()
    assert (fund.available_yuan, ledger_faults()) == (Decimal("3500.00"), [])


def test_somebody_in_danger_sees_the_number_is_answered_and_handed_up_with_nobody_else_reading(
    here: Town,
) -> None:
    for name, where, rank in (("wen", here.world.town, Rank.BRANCH), ("xu", here.world.county, Rank.CENTRE)):
        here.more[name] = make.user(name, role=Role.COUNSELLOR, at=where)
        hours.introduce(
            actor=acting(here.more[name]),
            profile=hours.Profile(rank, f"{name}老师", "国家二级心理咨询师"),
            at=now(),
        )
    worker, near, far = here.phone("ali"), here.desk("wen"), here.desk("xu")

    worker.goto("/counselling/")
    worker.locator("a[href*='/counselling/ask/']").first.click()
    worker.locator("input[name=topic][value=stress]").check(force=True)
    worker.locator("[name=words]").fill("最近真的不想活了")
    worker.locator("[name=alias]").fill("小草")
    worker.locator("main form button.btn-primary").last.click()
    worker.wait_for_url(re.compile(r"/counselling/\d+/$"))
    expect(worker.locator("main")).to_contain_text("12356")
    row = Consultation.objects.get()
    assert (row.is_urgent, row.counsellor.name) == (True, "wen老师")

    near.goto("/desk/counselling/")
    near.get_by_role("link", name="小草").first.click()
    near.locator("[name=body]").first.fill("谢谢您告诉我，您现在身边有人吗？")
    near.locator("form:has([name=body]) button").first.click()
    near.wait_for_load_state()
    worker.reload()
    expect(worker.locator("main")).to_contain_text("您现在身边有人吗")
    form = near.locator("form[action$='/hand-on/']")
    form.locator("select[name=to]").select_option(index=0)
    form.locator("[name=summary]").fill("有轻生念头，已稳定情绪")
    form.locator("button").last.click()
    near.wait_for_load_state()

    row.refresh_from_db()
    assert row.counsellor.name == "xu老师"
    far.goto(f"/desk/counselling/{row.pk}/")
    expect(far.locator("main")).to_contain_text("有轻生念头")
    for stranger in ("xiaobo", "town_cadre", "wen"):
        answer = here.desk(stranger).goto(f"/desk/counselling/{row.pk}/")
        assert answer is not None
        assert answer.status == 404
