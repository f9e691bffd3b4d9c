"""Gifts, cover and fairs from the ready programme to what is left of the money, with the numbers of their sources.

Each with one refusal whose page says why, and one complaint the union above answers.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from smartunion.core import clock
from smartunion.engines.offers.models import Booking, Offer
from smartunion.ground.registry.models import Person
from tests.e2e.programme_steps import Stage, begin, booking_of, moment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_a_thousand_heat_packages_are_collected_by_code_and_the_rest_of_the_money_goes_back(
    stage: Stage,
) -> None:
    """远安 2020: 1,000 of 60 yuan, 940 collected, 3,600 go back."""
    offer = stage.adopted("夏送清凉·清凉包", place="工会驿站", i_stock="1000")
    stage.published(offer, yuan="60,000.00")
    ali, had = stage.members(2)
    page = stage.signed_up(ali, offer)
    expect(page.locator("main")).to_contain_text("清凉包")
    earlier = stage.had(had, offer)
    stage.refused(had, offer, "次数已满", f"{clock.today().year + 1}年1月1日起可以再报")
    stage.appealed(
        had, offer, offer, words="那次领的是我同事的", found="upheld", answer="查了领取记录，确实不是本人领的。", done="已请原单位改正"
    )  # fmt: skip
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/bookings/{earlier.pk}/")
    stage.confirmed(desk, "uncount", reason="同事冒领，已核实")
    stage.signed_up(had, offer)
    stage.crowd(offer, 938)

    occasion = begin(offer)
    booking = booking_of(offer, ali)
    stage.at_door(occasion, booking.code, "可以发放")
    stage.at_door(occasion, booking.code, "以先领的一次为准")
    page.reload()
    expect(page.get_by_role("link", name="领取凭证")).to_be_visible()
    stage.let_in(offer, occasion, 939)

    money = stage.over(offer).locator("section", has_text=offer.title)
    for words in ("60,000.00", "56,400.00", "3,600.00"):
        expect(money).to_contain_text(words)
    assert Booking.objects.filter(offer=offer, state="attended").count() == 940


def test_a_spring_festival_gift_stays_below_its_ceiling_and_is_for_members(stage: Stage) -> None:
    """贵州 2018: 500 yuan at most; 120 members, 300 yuan each, are 36,000."""
    offer = stage.adopted(
        "春节慰问品", place="职工之家", i_label=["米面油礼盒", ""], i_stock=["120", ""], i_yuan=["501", ""]
    )
    desk = stage.desk("cadre")
    stage.confirmed(desk, "publish")
    expect(desk.locator("main .note").first).to_contain_text("上限 500")
    expect(desk.locator("main .note").first).to_contain_text("贵州省基层工会经费收支管理实施细则")
    desk.get_by_role("link", name="修改").first.click()
    desk.locator("[name=i_yuan]").first.fill("300")
    desk.get_by_role("button", name="保存草稿").click()
    stage.published(offer, yuan="36,000.00")

    outsider, ali = stage.outsider(), stage.members(1)[0]
    stage.refused(outsider, offer, "请先加入工会")
    stage.appealed(
        outsider, offer, offer, words="我上个月交了入会申请", found="not", answer="入会申请还在审核，批准后可以领取，年内有效。"
    )  # fmt: skip
    page = stage.signed_up(ali, offer)
    stage.at_door(begin(offer), booking_of(offer, ali).code, "可以发放")
    page.reload()
    expect(page.get_by_role("link", name="领取凭证")).to_be_visible()
    money = stage.over(offer).locator("section", has_text=offer.title)
    for words in ("36,000.00", "300.00", "35,700.00"):
        expect(money).to_contain_text(words)


def test_a_mid_autumn_gift_has_the_lower_ceiling_of_other_festivals(stage: Stage) -> None:
    """贵州 2018: 200 yuan at most; 80 boxes of 98 yuan are 7,840."""
    offer = stage.adopted("中秋、端午等节日慰问品", place="职工之家", i_stock="80", i_yuan="201")
    desk = stage.desk("cadre")
    stage.confirmed(desk, "publish")
    expect(desk.locator("main .note").first).to_contain_text("上限 200")
    desk.get_by_role("link", name="修改").first.click()
    desk.locator("[name=i_yuan]").first.fill("98")
    desk.get_by_role("button", name="保存草稿").click()
    stage.published(offer, yuan="7,840.00")

    ali, had = stage.members(2)
    stage.had(had, offer)
    stage.refused(had, offer, "次数已满", "起可以再报")
    stage.appealed(
        had,
        offer,
        offer,
        words="我还没有领过",
        found="not",
        answer="本月已有一次领取记录，附领取时间和地点。",
    )
    page = stage.signed_up(ali, offer)
    stage.at_door(begin(offer), booking_of(offer, ali).code, "可以发放")
    page.reload()
    expect(page.get_by_role("link", name="领取凭证")).to_be_visible()


def test_a_joining_gift_is_given_once_in_a_life(stage: Stage) -> None:
    """200 of 50 yuan are 10,000; a second one is refused with the reason."""
    offer = stage.adopted("新会员入会礼包", place="工会驿站", i_stock="200", i_yuan="50")
    stage.published(offer, yuan="10,000.00")
    ali, had = stage.members(2)
    page = stage.signed_up(ali, offer)
    stage.at_door(begin(offer), booking_of(offer, ali).code, "可以发放")
    page.goto(f"/offers/{offer.pk}/")
    expect(page.locator("main")).to_contain_text("您已经报过名")
    expect(page.locator(".action-bar")).to_have_count(0)

    stage.had(had, offer, years_ago=4)
    stage.refused(had, offer, "每人一生只有一次")
    stage.appealed(
        had,
        offer,
        offer,
        words="换了单位能不能再领",
        found="not",
        answer="入会礼包一人一生一次，转会不重新计算。",
    )
    assert Booking.objects.filter(offer=offer).count() == 1


def test_accident_cover_is_made_out_to_who_agreed_and_the_number_comes_back(
    stage: Stage, tmp_path: Path
) -> None:
    """河西 2023: 4,099 people; set aside at 25 yuan each are 102,475."""
    offer = stage.adopted(
        "新就业形态劳动者意外伤害保障赠送",
        i_stock="4099",
        details="人保财险，自办理之日起一年；出险拨打 95518。",
    )
    stage.published(offer, yuan="102,475.00")
    rider = stage.members(1, is_new_form=True)[0]
    fitter = stage.members(1)[0]
    stage.refused(fitter, offer, "新就业形态劳动者", "在“我的”页面补登")
    case = stage.complains(fitter, offer, "我下班后送外卖")
    Person.objects.filter(pk=fitter.person_id).update(is_new_form=True)
    stage.answered_above(
        case, offer, found="upheld", answer="已核实兼职送餐，登记已补。", done="补登为新就业形态劳动者"
    )
    stage.signed_up(fitter, offer, agrees=True)
    page = stage.signed_up(rider, offer, agrees=True)

    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/{offer.pk}/")
    desk.locator("main a", has_text="办理").last.click()
    desk.wait_for_url("**/roster/")
    desk.locator("[name=to]").fill("人保财险宁海支公司")
    with desk.expect_download() as got:
        desk.get_by_role("button", name="下载名单").click()
    listed = Path(got.value.path()).read_text(encoding="utf-8-sig")
    codes = [booking_of(offer, who).code for who in (rider, fitter)]
    assert all(code in listed for code in codes)
    desk.locator("[name=numbers]").fill(f"{codes[0]},PICC-2026-0001\n{codes[1]},PICC-2026-0002\nXX,1")
    desk.locator("form[action$='/numbers/'] button").click()
    expect(desk.locator("main")).to_contain_text("XX,1")

    page.reload()
    expect(page.locator("main")).to_contain_text("PICC-2026-0001")
    expect(page.locator("main")).to_contain_text("已办理")
    finance = stage.desk("finance")
    finance.goto("/desk/programmes/money/")
    expect(finance.locator("section", has_text=offer.title)).to_contain_text("50.00")


def test_a_service_fair_is_open_to_everybody_until_it_begins(stage: Stage) -> None:
    """泰州: 3,000 visits: two places, fifteen fairs each, 100 people a fair."""
    offer = stage.adopted(
        "暖新服务集市", for_all=True, place="物流园区广场", repeat_days="15", o_start=[moment(14, 15), moment(14, 15)],
        o_end=[moment(14, 19), moment(14, 19)], o_capacity=["100", "100"], o_label=["北站", "南站"],
    )  # fmt: skip
    desk = stage.published(offer)
    assert [offer.occasions.count(), sum(offer.occasions.values_list("capacity", flat=True))] == [30, 3000]
    outsider, late = stage.outsider(), stage.members(1)[0]
    page = stage.signed_up(outsider, offer, guests=["妻子", "孩子"], q1="法律咨询")
    expect(page.locator("main")).to_contain_text("3 人")
    stage.at_door(begin(offer), booking_of(offer, outsider).code, "3 人")

    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now())
    stage.refused(late, offer, "报名已于", "看看其他名额和活动")
    stage.appealed(
        late,
        offer,
        offer,
        words="通知到得太晚",
        found="part",
        answer="集市现场可以直接进，不需要报名。",
        done="已在通知里写明现场可进",
    )
    desk.reload()
    expect(desk.locator("main tbody tr").first).to_contain_text("97")
