"""Check-ups and screening from the ready programme to who came, with the numbers of their sources; results stay with the person."""

from datetime import date

import pytest
from playwright.sync_api import expect

from smartunion.core import clock
from smartunion.engines.offers.models import Booking
from smartunion.ground.accounts.models import User
from tests.e2e.programme_steps import Stage, begin, booking_of, moment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_check_ups_by_shift_never_stop_a_line_and_go_by_need(stage: Stage) -> None:
    """溧阳 2023: 3,000 people in 75 batches of 40; of one line at most five in a batch."""
    offer = stage.adopted(
        "一线职工免费体检", place="体检中心", repeat_days="25", c_yuan="100", o_start=[moment(28, 7), moment(28, 9), moment(28, 14)],
        o_end=[moment(28, 9), moment(28, 11), moment(28, 16)], o_capacity=["40", "40", "40"], o_label=["夜班批", "早班批", "中班批"],
    )  # fmt: skip
    assert [offer.occasions.count(), sum(offer.occasions.values_list("capacity", flat=True))] == [75, 3000]
    stage.published(offer, yuan="300,000.00")
    ali, had = stage.members(2)
    stage.had(had, offer)
    stage.refused(had, offer, "次数已满", "起可以再报")
    stage.crowd(offer, 6, wishes={"answers": {"q1": "苦脏累险岗位", "q2": "一线班组"}})
    page = stage.signed_up(ali, offer, q1="其他岗位", q2="一线班组")
    expect(page.locator("main")).to_contain_text("按需要")
    stage.drawn(offer)

    first = offer.occasions.order_by("pk")[0]
    placed = Booking.objects.filter(offer=offer, state="confirmed")
    assert list(placed.values_list("occasion", flat=True)) == [first.pk] * 5
    page.reload()
    expect(page.locator("main")).to_contain_text("候补")
    expect(page.locator("main")).to_contain_text("一线岗位：0 分")
    stage.appealed(
        ali, booking_of(offer, ali), offer, words="我在生产线上", found="not", answer="报名时选的是其他岗位，同一条线每批最多五人。"
    )  # fmt: skip
    came = placed.earliest("pk")
    stage.at_door(begin(offer), came.code, "可以入场")
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/{offer.pk}/people/")
    assert "苦脏累险" not in desk.locator("main").inner_text()


def test_a_mobile_check_up_is_drawn_among_riders_and_costs_what_its_source_says(stage: Stage) -> None:
    """云南 2024: one stop, 40 people, 500 yuan each: 20,000 set aside and spent."""
    blank = {name: ["", ""] for name in ("o_start", "o_end", "o_capacity", "o_label")}
    blank |= {"o_start": [moment(14, 8), ""], "o_end": [moment(14, 10), ""], "o_capacity": ["40", ""]}
    offer = stage.adopted("新就业形态劳动者移动体检", place="快递分拣中心", **blank)
    stage.published(offer, yuan="20,000.00")
    fitter, rider = stage.members(1)[0], stage.members(1, is_new_form=True)[0]
    stage.refused(fitter, offer, "新就业形态劳动者", "补登")
    stage.crowd(offer, 40, is_new_form=True)
    page = stage.signed_up(rider, offer)
    expect(page.locator("main")).to_contain_text("您的抽签编号是")
    stage.drawn(offer)
    assert [Booking.objects.filter(offer=offer, state=one).count() for one in ("confirmed", "waiting")] == [
        40,
        1,
    ]
    page.reload()
    page.get_by_role("link", name="抽签过程").click()
    expect(page.locator("main")).to_contain_text(offer.opened_secret)
    hers = Booking.objects.get(offer=offer, state="waiting")
    waits = User.objects.get(pk=hers.user_id)
    stage.appealed(
        waits,
        hers,
        offer,
        words="抽签不公平",
        found="not",
        answer="按公布的种子重算，结果一致，您排候补第 1 位。",
    )

    occasion = begin(offer)
    stage.let_in(offer, occasion, 40)
    money = stage.over(offer).locator("section", has_text=offer.title)
    expect(money).to_contain_text("20,000.00")
    assert Booking.objects.filter(offer=offer, state="attended").count() == 40


def test_an_occupational_check_up_asks_for_consent_and_shows_no_names(stage: Stage) -> None:
    """200 people in five batches of 40; the employer pays, the union nothing (Occupational Diseases Law art. 35)."""
    days = range(28, 33)
    offer = stage.adopted(
        "职业健康检查", place="疾控中心", c_yuan="180", o_start=[moment(day, 8) for day in days], o_end=[moment(day, 10) for day in days],
        o_capacity=["40"] * 5,
    )  # fmt: skip
    desk = stage.published(offer)
    assert [offer.occasions.count(), sum(offer.occasions.values_list("capacity", flat=True))] == [5, 200]
    stage.crowd(offer, 39, wishes={"agrees": True})
    unsure, ali = stage.members(2)
    page = stage.opened(unsure, offer)
    page.locator("main form").first.evaluate("one => one.noValidate = true")
    page.locator("label.pick", has=page.locator("[name=occasion]")).first.click()
    page.locator(".action-bar button").click()
    expect(page.locator("main .note").first).to_contain_text("需要您本人同意")
    expect(page.locator("main .note").first).to_contain_text("请看清交给谁、交哪些信息")
    assert not Booking.objects.filter(offer=offer, user_id=unsure.pk).exists()
    stage.appealed(
        unsure, offer, offer, words="不想把电话交出去", found="not", answer="检查由机构直接联系本人，没有联系方式无法安排；可以到机构当面登记。"
    )  # fmt: skip

    page = stage.signed_up(ali, offer, agrees=True)
    stage.at_door(begin(offer), booking_of(offer, ali).code, "可以入场")
    page.reload()
    expect(page.locator("main")).to_contain_text("已到场")
    desk.goto(f"/desk/offers/{offer.pk}/people/")
    assert ali.name not in desk.locator("main").inner_text()
    desk.goto(f"/desk/offers/{offer.pk}/")
    expect(desk.locator("main tbody tr").first).to_contain_text("40")


def test_screening_is_for_women_of_its_age_and_nobody_sees_who(stage: Stage) -> None:
    """绍兴 2024: 400 places of 520 yuan: 208,000."""
    offer = stage.adopted("女职工“两癌”筛查", place="妇幼保健院", o_capacity="400")
    stage.published(offer, yuan="208,000.00")
    woman = stage.members(1, sex="f", birth_date=date(1985, 5, 1))[0]
    older = stage.members(1, sex="f", birth_date=date(clock.today().year - 60, 5, 1))[0]
    man = stage.members(1, sex="m", birth_date=date(1985, 5, 1))[0]
    stage.refused(man, offer, "面向女职工")
    stage.refused(older, offer, "0 至 55 岁")
    stage.appealed(
        older,
        offer,
        offer,
        words="我还在岗",
        found="part",
        answer="本次按 55 周岁以下办；下半年另有退休前筛查。",
        done="已登记，届时通知",
    )
    page = stage.signed_up(woman, offer, agrees=True)
    stage.crowd(offer, 4, wishes={"agrees": True}, sex="f", birth_date=date(1990, 5, 1))
    desk = stage.drawn(offer)
    page.reload()
    expect(page.locator("main")).to_contain_text("已确认")
    stage.at_door(begin(offer), booking_of(offer, woman).code, "可以入场")
    desk.goto(f"/desk/offers/{offer.pk}/people/")
    assert woman.name not in desk.locator("main").inner_text()
    chair = stage.desk("chair")
    chair.goto("/desk/")
    assert offer.title not in chair.locator("main").inner_text()
