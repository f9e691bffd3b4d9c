"""Posts within a term on the desk: ended, a chair missing said everywhere, filled by a by-election."""

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.registry.models import Officer
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk
from smartunion.site.desk.tests.test_changes import text, url

pytestmark = pytest.mark.django_db


def test_a_chair_goes_and_another_is_by_elected(desk: Desk) -> None:
    union, today = desk.cast.union, clock.today().isoformat()
    for name in ("陈主席", "林委员"):
        make.member(union, name)
    desk.cadre.post(url("union_term", union), {
        "starts_on": "2026-03-01", "years": "5", "chair": "陈主席", "committee": "林委员",
    })  # fmt: skip
    chair = Officer.objects.get(post="chair")
    ending = {"on": today, "reason": "replaced", "note": ""}

    assert "结束任职" in text(desk.cadre.get(url("union_offices", union)))
    unsaid = desk.cadre.post(url("post_end", chair), ending)
    assert (unsaid.status_code, "写明调整或罢免所依据的决议" in text(unsaid)) == (422, True)
    ended = desk.cadre.post(url("post_end", chair), ending | {"note": "会员大会2026年第2号决议"})
    again = desk.cadre.post(url("post_end", chair), ending | {"note": "会员大会2026年第2号决议"})
    assert (ended.status_code, ended["Location"], again.status_code) == (
        302,
        url("union_offices", union),
        422,
    )

    assert "撤回终止" in text(desk.cadre.get(url("union_offices", union)))
    back = desk.cadre.post(url("post_take_back", chair), {"reason": "登记错了人"})
    once_more = desk.cadre.post(url("post_take_back", chair), {"reason": "登记错了人"})
    assert (back.status_code, back["Location"], once_more.status_code) == (
        302,
        url("union_offices", union),
        422,
    )
    assert "撤回终止" not in text(desk.cadre.get(url("union_offices", union)))
    desk.cadre.post(url("post_end", chair), ending | {"note": "会员大会2026年第2号决议"})

    for name in ("union", "union_offices"):
        page = text(desk.cadre.get(url(name, union)))
        assert ("工会主席空缺：陈主席" in page, "撤换" in page, "登记补选" in page) == (
            True,
            True,
            True,
        )
    assert f"空缺（自{today}起）" in text(desk.cadre.get(url("union", union)))
    assert f"空缺（自{today}起）" in text(desk.cadre.get(reverse("desk:unions"), {"q": union.name}))
    assert (
        f"空缺（自{today}起）" in desk.cadre.get(reverse("desk:terms"), {"export": "csv"}).getvalue().decode()
    )
    assert union.name in text(desk.cadre.get(reverse("desk:terms"), {"standing": "vacant"}))
    assert union.name not in text(desk.cadre.get(reverse("desk:terms"), {"standing": "ending"}))

    seat = {
        "seat": "chair", "name": "没有的人", "on": today, "due_count": "30", "present_count": "20", "votes": "16",
    }  # fmt: skip
    nobody = desk.cadre.post(url("union_by_election", union), seat)
    assert (nobody.status_code, "没有叫没有的人的会员" in text(nobody)) == (422, True)
    few = desk.cadre.post(url("union_by_election", union), seat | {"name": "林委员", "votes": "15"})
    assert (few.status_code, "须超过 30 人的半数" in text(few)) == (422, True)
    unsaid = desk.cadre.post(url("union_by_election", union), seat | {"name": "林委员", "votes": ""})
    assert (unsaid.status_code, Officer.objects.filter(name="林委员", post="chair").exists()) == (422, False)
    done = desk.cadre.post(url("union_by_election", union), seat | {"name": "林委员"})

    assert (done.status_code, done["Location"]) == (302, url("union_offices", union))
    page = text(desk.cadre.get(url("union_offices", union)))
    assert ("工会主席空缺" in page, "补选，自" in page) == (False, True)
    told = text(desk.cadre.get(url("union_history", union)))
    for line in (
        "第1届", f"陈主席 · 工会委员会 · 主席（主任） · {today} · 撤换", "陈主席 · 工会委员会 · 主席（主任）",
        f"林委员 · 工会委员会 · 主席（主任） · {today}",
    ):  # fmt: skip
        assert line in told
    assert union.name not in text(desk.cadre.get(reverse("desk:terms")))
    head = text(desk.cadre.get(url("union", union)))
    assert ("林委员" in head, "陈主席" in head) == (True, False)


def test_members_of_one_name_are_told_apart_by_their_phones(desk: Desk) -> None:
    union = desk.cast.union
    first, second = (make.member(union, "李伟") for _n in range(2))
    tail = first.person.mobile_tail

    desk.cadre.post(url("union_term", union), {
        "starts_on": "2026-03-01", "years": "5", "chair": f"李伟{tail}", "committee": f"李伟（{second.person.mobile_tail}）",
        "women": "李伟",
    })  # fmt: skip
    nameless = Officer.objects.get(organ="women")

    held = dict(Officer.objects.filter(organ="committee").values_list("post", "person_id"))
    assert held == {"chair": first.person_id, "member": second.person_id}
    assert "未认定是哪位会员" in text(desk.cadre.get(url("union_offices", union)))
    unsaid = desk.cadre.post(url("post_holder", nameless), {"phone_tail": ""})
    said = desk.cadre.post(url("post_holder", nameless), {"phone_tail": tail})
    assert (unsaid.status_code, said.status_code) == (422, 302)
    assert "未认定是哪位会员" not in text(desk.cadre.get(url("union_offices", union)))


def test_others_neither_end_posts_nor_enter_by_elections(desk: Desk) -> None:
    union = desk.cast.union
    desk.cadre.post(url("union_term", union), {"starts_on": "2026-03-01", "years": "5", "chair": "阿丽"})
    chair = Officer.objects.get()
    ending = {"on": clock.today().isoformat(), "reason": "resigned", "note": ""}
    before = list(Officer.objects.values())

    for client in (desk.stranger, desk.ali):
        assert client.post(url("post_end", chair), ending).status_code == 404
        assert client.post(url("post_take_back", chair), {"reason": "登记错了人"}).status_code == 404
        elected = {"seat": "audit", "name": "小波", "on": clock.today().isoformat()}
        assert client.post(url("union_by_election", union), elected).status_code == 404

    assert list(Officer.objects.values()) == before
    assert "结束任职" not in text(desk.ali.get(url("union_offices", union)))


def test_that_a_full_time_chair_is_possible_stands_on_the_unions_pages_until_it_is_noted(desk: Desk) -> None:
    union, today = desk.cast.union, clock.today()
    make.member(union, "陈主席")
    make.link(union, make.employer("宁海大厂", looked_after_by=desk.cast.county, staff_count=200))
    desk.cadre.post(
        url("union_term", union),
        {"starts_on": "2026-03-01", "years": "5", "chair": "陈主席", "committee": ""},
    )
    chair = Officer.objects.get(post="chair")
    names = ("union", "union_offices")

    before = [text(desk.cadre.get(url(name, union))) for name in names]
    seen = text(desk.inspector.get(url("union", union)))
    form = text(desk.cadre.get(url("post_full_time", chair)))
    noted = desk.cadre.post(url("post_full_time", chair), {"since": today.isoformat(), "note": ""})
    after = [text(desk.cadre.get(url(name, union))) for name in names]

    assert ["本会覆盖 200 人，200 人以上可以设专职主席。" in page for page in before] == [True, True]
    assert ("本会覆盖 200 人" in seen, "登记专职主席" in seen) == (True, False)
    assert "《工会法》第十四条" in form
    assert noted["Location"] == url("union_offices", union)
    assert [("可以设专职主席" in page, "专职" in page) for page in after] == [(False, True), (False, True)]
    assert desk.inspector.post(url("post_full_time", chair), {"since": ""}).status_code == 404
    chair.refresh_from_db()
    assert chair.full_time_since == today


def test_the_overview_shows_a_term_that_is_over_and_who_still_holds_its_posts(desk: Desk) -> None:
    union = desk.cast.union
    before = text(desk.cadre.get(url("union", union)))
    assert ("没有届次记录" in before, "登记选举结果" in before) == (True, True)

    desk.cadre.post(url("union_term", union), {"starts_on": "2019-03-01", "years": "5", "chair": "陈主席"})
    over = text(desk.cadre.get(url("union", union)))
    assert "第 1 届：2019-03-01 至 2024-03-01" in over
    assert ("届满未换届" in over, "陈主席" in over, "登记选举结果" in over) == (True, True, True)

    desk.cadre.post(url("union_term", union), {"starts_on": "2024-03-01", "years": "5", "chair": "林主席"})
    running = text(desk.cadre.get(url("union", union)))
    assert ("届满未换届" in running, "林主席" in running, "登记选举结果" in running) == (False, True, False)
