"""Holiday care, friendship and women's care from the ready programme to the end, with the numbers of their sources."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from smartunion.core import clock
from smartunion.engines.offers.flows import roll
from smartunion.engines.offers.jobs import end_courses
from smartunion.engines.offers.models import Ban, Booking, Occasion
from smartunion.systems.programmes.models import Badge
from smartunion.systems.programmes.tests.adopting import actor
from tests.e2e.programme_steps import Stage, begin, booking_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def called(stage: Stage, occasion: Occasion, booking: Booking, marks: list[str]) -> None:
    """The roll of all days but the last by the flow, the last on the page."""
    days = roll.days_of(occasion)
    for on, mark in zip(days[:-1], marks[:-1], strict=True):
        roll.mark_roll(
            actor=actor(stage.town, "station"),
            occasion_id=occasion.pk,
            on=on,
            marks={booking.pk: mark},
            at=clock.now(),
        )
    door = stage.phone("station")
    door.goto(f"/checkin/{occasion.pk}/roll/?on={days[-1].isoformat()}")
    door.evaluate(  # the page keeps what is chosen for everybody on it
        "keep => document.querySelectorAll('[name=booking]').forEach(one => one.value === keep || one.closest('fieldset').remove())",
        str(booking.pk),
    )
    door.locator(f"[name=mark_{booking.pk}][value={marks[-1]}]").check(force=True)
    door.locator(".action-bar button").click()
    door.wait_for_load_state()


def test_holiday_care_counts_days_as_its_source_does_and_who_came_too_seldom_waits(stage: Stage) -> None:
    """麻章 2025: 20 days; 13 there and 2 ill are 72 %, 12 there and 6 without a word 66 %: not in the next term."""
    offer = stage.adopted("暑期爱心托管班", place="智能幼儿学校")
    stage.published(offer)
    good, bad = stage.members(2)
    for at, who in enumerate((good, bad)):
        page = stage.signed_up(who, offer, guests=[f"小朋友{at}"], agrees=True, q1="一年级", q2="奶奶")
        expect(page.locator("main")).to_contain_text("2 人")
    stage.drawn(offer)
    start = clock.now().replace(hour=0, minute=30, second=0, microsecond=0) - timedelta(days=28)
    start -= timedelta(days=start.weekday())
    occasion = offer.occasions.get()
    Occasion.objects.filter(pk=occasion.pk).update(
        starts_at=start, ends_at=start + timedelta(days=25, hours=9)
    )
    occasion.refresh_from_db()
    type(offer).objects.filter(pk=offer.pk).update(absences_most=0)
    called(stage, occasion, booking_of(offer, good), ["present"] * 13 + ["absent"] * 5 + ["excused"] * 2)
    called(stage, occasion, booking_of(offer, bad), ["present"] * 12 + ["absent"] * 6 + ["excused"] * 2)
    assert end_courses(clock.now()) == 2

    following = stage.adopted("暑期爱心托管班", place="智能幼儿学校", title="暑期爱心托管班（第二期）")
    type(offer).objects.filter(pk=following.pk).update(limit_key="")
    stage.published(following)
    stage.refused(bad, following, "出勤天数不够", "请联系组织者")
    ban = Ban.objects.get()
    stage.appealed(
        bad, booking_of(offer, bad), offer, words="有四天是住院，忘了请假", found="upheld", answer="有住院证明，四天按请假算。", done="已请原单位恢复资格"
    )  # fmt: skip
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/bookings/{ban.booking_id}/")
    stage.confirmed(desk, "lift", reason="住院四天，按请假算")
    stage.signed_up(bad, following, guests=["小朋友1"], agrees=True, q1="一年级", q2="奶奶")
    stage.signed_up(good, following, guests=["小朋友0"], agrees=True, q1="一年级", q2="奶奶")


def yes_to(page: Page, number: int) -> None:
    page.locator("#id_number").fill(str(number))
    page.locator("form:has(#id_number) button").first.click()
    page.wait_for_load_state()


def test_who_would_meet_again_is_known_to_two_who_both_want_it(stage: Stage) -> None:
    """兴化 2024: 20 women and 20 men; 1 says yes to 7 and 9, 7 to 1: only 1 and 7 see each other's contact."""
    offer = stage.adopted("青年职工交友联谊", place="职工之家")
    stage.published(offer)
    assert list(offer.quotas.filter(occasion=None).order_by("key").values_list("key", "size")) == [
        ("men", 20),
        ("women", 20),
    ]
    older = stage.members(1, birth_date=date(clock.today().year - 50, 1, 1), sex="m")[0]
    stage.refused(older, offer, "22 至 40 岁")
    stage.appealed(
        older,
        offer,
        offer,
        words="单身不分年龄",
        found="part",
        answer="本场按青年办；下半年另办一场不限年龄。",
        done="已列入下半年计划",
    )
    people = [
        *stage.crowd(offer, 5, sex="f", birth_date=date(1998, 5, 1)),
        *stage.crowd(offer, 3, sex="m", birth_date=date(1998, 5, 1)),
    ]
    last = stage.members(1, sex="m", birth_date=date(1998, 5, 1))[0]
    stage.signed_up(last, offer)
    stage.drawn(offer)
    occasion = begin(offer)
    for who in (*people, last):
        stage.let_in_one(occasion, booking_of(offer, who))
    pages: dict[int, Any] = {}
    for number in (1, 7, 9):
        badge = Badge.objects.get(offer=offer, number=number)
        page = pages[number] = stage.phone(
            next(who for who in (*people, last) if who.pk == badge.booking.user_id)
        )
        page.goto(f"/me/bookings/{badge.booking_id}/")
        page.locator("main a", has_text=f"{number}").first.click()
        page.wait_for_url("**/me/meetings/*/")
        page.locator("[name=called]").fill(f"{number}号")
        page.locator("[name=contact]").fill(f"wx-secret-{number}")
        page.locator("form:has([name=contact]) button").click()
        page.wait_for_load_state()
    yes_to(pages[1], 7)
    yes_to(pages[1], 9)
    assert "wx-secret-1" not in pages[9].content().replace('value="wx-secret-9"', "")
    yes_to(pages[7], 1)
    pages[1].reload()
    expect(pages[1].locator("main")).to_contain_text("wx-secret-7")
    expect(pages[7].locator("main")).to_contain_text("wx-secret-1")
    pages[9].reload()
    assert "wx-secret-1" not in pages[9].content()
    assert "wx-secret-9" not in pages[1].content()
    desk = stage.desk("cadre")
    desk.goto(f"/desk/offers/{offer.pk}/people/")
    assert not [one.name for one in people if one.name in desk.locator("main").inner_text()]


def test_womens_care_tells_totals_and_nobody_who_came(stage: Stage) -> None:
    """兴化 2024: eight sessions of 40, 320 in all; only the total is told."""
    offer = stage.adopted("女职工关爱讲座和专家咨询", place="职工之家", repeat_days="8")
    desk = stage.published(offer)
    assert [offer.occasions.count(), sum(offer.occasions.values_list("capacity", flat=True))] == [8, 320]
    man, ali = stage.members(1, sex="m")[0], stage.members(1, sex="f")[0]
    stage.refused(man, offer, "面向女职工", "看看其他名额和活动")
    stage.appealed(
        man,
        offer,
        offer,
        words="我想替家人问",
        found="not",
        answer="本场由女职工本人参加；家属可以拨打心理热线。",
    )
    page = stage.signed_up(ali, offer)
    stage.crowd(offer, 11, sex="f")
    stage.at_door(begin(offer), booking_of(offer, ali).code, "可以入场")
    page.reload()
    expect(page.locator("main")).to_contain_text("已到场")
    desk.goto(f"/desk/offers/{offer.pk}/")
    expect(desk.locator("main tbody tr").first).to_contain_text("12")
    desk.goto(f"/desk/offers/{offer.pk}/people/")
    assert ali.name not in desk.locator("main").inner_text()
