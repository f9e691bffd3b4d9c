"""Recuperation, degree subsidies and classes from the ready programme to the money or the certificate, with the numbers of their sources."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from smartunion.core import clock
from smartunion.core.jobs import runner
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.offers.jobs import call_off_thin
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.tests.payments_world import card
from smartunion.ground.accounts.models import User
from tests.e2e.programme_steps import Stage, begin, booking_of
from tests.e2e.walking import answered, pressed, sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
FRONT, OFFICE = "一线生产（工作）岗位", "其他岗位"


def test_recuperation_keeps_nine_tenths_for_the_front_line_and_what_nobody_used_goes_back(
    stage: Stage,
) -> None:
    """安徽 2019: 40 places, four for others at most, the union 1,000 each: 40,000, of which 39 people use 39,000."""
    offer = stage.adopted("一线职工疗休养（一线不低于九成）", place="黄山工人疗养院")
    stage.published(offer, yuan="40,000.00")
    goes, had = stage.members(2)
    earlier = stage.had(had, offer, years_ago=2, state="no_show")
    again = earlier.occasion.ends_at.year + 3
    stage.refused(had, offer, "次数已满", f"{again}年1月1日起可以再报")
    stage.appealed(
        had, offer, offer, words="那次因为台风取消，我没有去成", found="upheld", answer="查了出团记录，您确实没有去成。", done="已请原单位不计次数"
    )  # fmt: skip
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/bookings/{earlier.pk}/")
    stage.confirmed(desk, "uncount", reason="台风停航，没有成行")
    stage.signed_up(had, offer, q1=FRONT)
    page = stage.signed_up(goes, offer, q1=FRONT)
    stage.crowd(offer, 34, wishes={"answers": {"q1": FRONT}})
    others = stage.crowd(offer, 6, wishes={"answers": {"q1": OFFICE}})
    stage.drawn(offer)
    assert Counter(booking_of(offer, who).state for who in others) == {"offered": 4, "waiting": 2}

    page.reload()
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("main")).to_contain_text("已确认")
    assert stage.all_confirm(offer) == 39
    waits = Booking.objects.filter(offer=offer, state="waiting").order_by("rank")[0]
    who = User.objects.get(pk=waits.user_id)
    stage.appealed(
        who,
        waits,
        offer,
        words="我多年没去过",
        found="not",
        answer="其他岗位最多四个名额，您排候补第 1 位，依据见规则。",
    )
    stage.let_in(offer, begin(offer), 39)
    money = stage.over(offer).locator("section", has_text=offer.title)
    for words in ("40,000.00", "39,000.00", "1,000.00"):
        expect(money).to_contain_text(words)


def test_recuperation_of_shandong_is_for_who_has_worked_there_three_years(stage: Stage) -> None:
    """山东 2017: 9,000,000 for 15,000 people are 600 each; a group of 50 costs the union 30,000."""
    offer = stage.adopted("一线职工疗休养（省总补贴）", place="青岛工人疗养院", c_yuan=["600", "400"])
    stage.published(offer, yuan="30,000.00")
    new, goes = stage.members(2)
    page = stage.filled(new, offer, q1="苦脏累险岗位", q2="no")
    expect(page.locator("main .note").first).to_contain_text("在本单位满三年")
    expect(page.locator("main .note").first).to_contain_text("填错了请改正")
    assert not Booking.objects.filter(offer=offer).exists()
    stage.appealed(new, offer, offer, words="换了合同，工龄应当连续算", found="upheld", answer="同一单位续签的工龄连续计算，可以填“是”。", done="已向单位核实")  # fmt: skip
    stage.signed_up(new, offer, q1="苦脏累险岗位", q2="yes")
    page = stage.signed_up(goes, offer, q1=FRONT, q2="yes")
    stage.drawn(offer)
    page.reload()
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("main")).to_contain_text("已确认")
    stage.at_door(begin(offer), booking_of(offer, goes).code, "可以入场")
    page.reload()
    page.locator(".offer-star").nth(4).click()
    page.locator("[name=text]").fill("吃住都好")
    page.locator("form[action$='/feedback/'] button").click()
    expect(page.locator("main")).to_contain_text("5")
    money = stage.desk("finance")
    money.goto("/desk/programmes/money/")
    expect(money.locator("section", has_text=offer.title)).to_contain_text("600.00")


def proven(stage: Stage, who: User, booking: Booking, number: str) -> CaseFile:
    """The proof handed in from her place, with the number of the diploma."""
    page = stage.phone(who)
    page.goto(f"/me/bookings/{booking.pk}/")
    page.locator("main a", has_text="交证明").click()
    page.get_by_role("button", name="开始办理").click()
    page.wait_for_url("**/cases/*/fill/")
    form = page.locator("[data-casework-form]")
    expect(form.locator("[name=place]")).to_have_value(booking.code)
    answered(page, form, {
        "degree": "bachelor", "school": "国家开放大学", "number": number, "account": card(7), "bank": "宁海农商行",
    })  # fmt: skip
    sent(page)
    return CaseFile.objects.filter(service_key="degree_subsidy").latest("pk")


def test_a_degree_subsidy_is_drawn_proven_and_owed(stage: Stage) -> None:
    """广东 2024: 1,000 yuan each; 500 places for 1,200 who sign up: 500 are drawn, the others line up as drawn."""
    offer = stage.adopted("求学圆梦·学历补助（摇号）", o_capacity="500")
    stage.published(offer)
    outsider, had = stage.outsider(), stage.members(1)[0]
    stage.refused(outsider, offer, "请先加入工会")
    stage.had(had, offer, years_ago=3)
    stage.refused(had, offer, "每人一生只有一次")
    ali = stage.members(1)[0]
    page = stage.signed_up(ali, offer)
    people = [ali, *stage.crowd(offer, 1199)]
    stage.drawn(offer)
    states = Counter(Booking.objects.filter(offer=offer).values_list("state", flat=True))
    assert states == {"confirmed": 500, "waiting": 500, "not_drawn": 200}
    won = Booking.objects.filter(offer=offer, state="confirmed").earliest("pk")
    who = next(one for one in people if one.pk == won.user_id)
    case = proven(stage, who, won, "511611202505000001")
    desk = stage.desk("cadre")
    desk.goto(f"/desk/cases/{case.pk}/")
    expect(desk.locator("main")).to_contain_text("1,000.00")
    pressed(desk, desk.locator("form[action$='/approve/']"))
    owed = Payable.objects.get(programme="degree_subsidy")
    assert (owed.amount_yuan, owed.state, owed.person_id) == (1000, "owed", who.person_id)
    phone = stage.phone(who)
    phone.goto("/me/payments/")
    expect(phone.locator("main")).to_contain_text("1,000.00 元")

    lost = Booking.objects.filter(offer=offer, state="not_drawn").earliest("pk")
    stage.appealed(
        next(one for one in people if one.pk == lost.user_id), lost, offer, words="摇号不公开", found="not",
        answer="种子报名前已封存，开奖后公布，任何人可按名单重算。",
    )  # fmt: skip
    page.goto(f"/me/bookings/{booking_of(offer, ali).pk}/")  # where she is by now, the draw decided
    page.get_by_role("link", name="抽签过程").click()
    expect(page.locator("main")).to_contain_text("1200")
    expect(page.locator("main")).to_contain_text(offer.opened_secret)


def test_a_degree_subsidy_first_come_is_refused_complained_about_and_paid(stage: Stage) -> None:
    """德州 2025: 500 places of 1,000 yuan; each degree once."""
    offer = stage.adopted("一线职工求学圆梦补助", o_capacity="500")
    desk = stage.published(offer)
    ali = stage.members(1)[0]
    stage.signed_up(ali, offer, q1="一线岗位")
    place = booking_of(offer, ali)
    case = proven(stage, ali, place, "ARXYZ20250901")
    desk.goto(f"/desk/cases/{case.pk}/")
    desk.locator("summary", has_text="不予通过").click()
    form = desk.locator("form[action$='/refuse/']")
    form.locator("[name=reason]").fill("学籍在线验证报告已过期，请重新申请报告后再交。")
    pressed(desk, form)
    page = stage.phone(ali)
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("请重新申请报告后再交")
    assert not Payable.objects.filter(programme="degree_subsidy").exists()

    page.get_by_role("link", name="对办理结果有意见").first.click()
    page.get_by_role("button", name="开始办理").click()
    page.wait_for_url("**/cases/*/fill/")
    fields = page.locator("[data-casework-form]")
    expect(fields.locator("[name=about_case]")).to_have_value(case.reference)
    answered(page, fields, {"why": "wrong", "about": "报告当天还在有效期内"})
    sent(page)
    complaint = CaseFile.objects.get(service_key="complaint")
    above = stage.desk("above")
    above.goto(f"/desk/cases/{complaint.pk}/")
    expect(above.locator("main")).to_contain_text(case.title)
    form = above.locator("form[action$='/approve/']")
    answered(
        above,
        form,
        {"found": "upheld", "answer": "报告提交当天有效，原决定不当。", "done": "请重新提交，当日核发"},
    )
    pressed(above, form)
    page.goto(f"/cases/{complaint.pk}/")
    expect(page.locator("main")).to_contain_text("请重新提交，当日核发")

    again = proven(stage, ali, place, "ARXYZ20250901")
    desk.goto(f"/desk/cases/{again.pk}/")
    pressed(desk, desk.locator("form[action$='/approve/']"))
    owed = Payable.objects.get(programme="degree_subsidy")
    assert (owed.amount_yuan, owed.person_id) == (1000, ali.person_id)
    place.refresh_from_db()
    assert place.state == "attended"


def test_a_class_from_the_menu_is_held_with_ten_and_called_off_with_nine(stage: Stage) -> None:
    """上海地铁 2026: a class of one and a half hours is held from so many people on; with fewer everybody is told."""
    held = stage.adopted("菜单式选学·上门讲学", place="车间会议室", title="西点课", details="西点，陈老师")
    stage.published(held)
    thin = stage.adopted("菜单式选学·上门讲学", place="车间会议室", title="茶艺课", details="茶艺，林老师")
    stage.published(thin)
    ali = stage.members(1)[0]
    page = stage.signed_up(ali, held)
    expect(page.locator("main")).to_contain_text("已确认")
    others = stage.crowd(held, 9)
    stage.signed_up(ali, thin)
    stage.come_in(thin, others[:8])
    Offer.objects.filter(pk__in=[held.pk, thin.pk]).update(closes_at=clock.now())
    assert call_off_thin(clock.now()) == 1
    runner.drain()

    page.goto(f"/me/bookings/{booking_of(thin, ali).pk}/")
    expect(page.locator("main")).to_contain_text("已取消")
    expect(page.locator("main")).to_contain_text("9 人报名，至少需要 10 人")
    stage.refused(stage.members(1)[0], thin, "报名已于", "看看其他名额和活动")
    stage.appealed(
        ali,
        booking_of(thin, ali),
        thin,
        words="九个人也想上",
        found="part",
        answer="按规则满十人开班；可与下一期合并。",
        done="已并入下月同一课程",
    )
    page.goto(f"/me/bookings/{booking_of(held, ali).pk}/")
    stage.at_door(begin(held), booking_of(held, ali).code, "可以入场")
    page.reload()
    page.locator(".offer-star").nth(4).click()
    page.locator("[name=text]").fill("老师讲得好")
    page.locator("form[action$='/feedback/'] button").click()
    expect(page.get_by_role("link", name="参加证明")).to_be_visible()
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/{held.pk}/")
    expect(desk.locator("main")).to_contain_text("老师讲得好")
