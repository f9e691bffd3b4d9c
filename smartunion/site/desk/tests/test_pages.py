"""What the desk's pages show, and to whom."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core import audit, clock
from smartunion.core.actor import system
from smartunion.core.audit.events import label_of
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Employer, Person, Region, TradeUnion
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_first_page_says_what_waits_and_how_the_unions_stand(desk: Desk) -> None:
    make.transfer(desk.cast.laoqin, desk.cast.union)
    make.membership(make.person("赵等等"), desk.cast.county, state=MembershipState.PREPARATORY)

    page = text(desk.cadre.get("/desk/"))

    assert "待答复的转会" in page
    assert "老秦" in page
    assert "赵等等" in page
    assert desk.cast.county.name in page
    assert "老秦" not in text(desk.stranger.get("/desk/"))


def test_the_tree_opens_level_by_level(desk: Desk) -> None:
    below = make.union("一分厂工会", desk.cast.union, kind="branch")
    branch = reverse("desk:branch", args=[desk.cast.union.pk])

    page = text(desk.cadre.get("/desk/tree/"))
    part = text(desk.cadre.get(branch, headers={"HX-Request": "true"}))

    assert desk.cast.union.name in page
    assert below.name not in page
    assert f'hx-get="{branch}"' in page
    assert below.name in part
    assert "<html" not in part
    assert "<html" in text(desk.cadre.get(branch))
    assert desk.stranger.get(branch).status_code == 404


def test_lists_mask_numbers_on_screen_and_in_files(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    url = f"{reverse('desk:members')}?cols=name&cols=mobile&cols=resident_id"

    page = text(desk.cadre.get(url))
    sheet = b"".join(desk.cadre.get(f"{url}&export=csv").streaming_content).decode("utf-8-sig")

    for shown in (page, sheet):
        assert "小波" in shown
        assert person.mobile not in shown
        assert person.resident_id not in shown
        assert f"{person.mobile[:3]}****{person.mobile[-4:]}" in shown
        assert "老秦" not in shown


def test_a_unions_pages_show_its_record_and_its_parts(desk: Desk) -> None:
    union = desk.cast.union
    make.link(union, make.employer("得力集团有限公司", looked_after_by=desk.cast.county))
    parts = {
        "union": ["上级工会", desk.cast.county.name], "union_members": ["小波"], "union_employers": ["得力集团有限公司"],
        "union_offices": ["没有届次记录"], "union_history": ["没有变更记录"],
    }  # fmt: skip

    for name, words in parts.items():
        page = text(desk.cadre.get(reverse(f"desk:{name}", args=[union.pk])))
        for word in [union.name, union.number, *words]:
            assert word in page, (name, word)
        assert desk.stranger.get(reverse(f"desk:{name}", args=[union.pk])).status_code == 404
        assert desk.nobody.get(reverse(f"desk:{name}", args=[union.pk])).status_code == 302
    assert desk.cast.union.name in text(
        desk.cadre.get(reverse("desk:union_below", args=[desk.cast.county.pk]))
    )


def test_a_person_is_shown_masked_and_one_value_at_a_time_with_a_reason(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    url = reverse("desk:person", args=[person.pk])
    reveal = reverse("desk:reveal", args=[person.pk, "mobile"])

    page = text(desk.ali.get(url))
    assert person.mobile not in page
    assert person.resident_id not in page
    assert desk.ali.get(reveal).status_code == 405
    assert desk.ali.post(reveal, {"reason": ""}).status_code == 302
    assert not AuditEvent.objects.filter(event="registry.field_revealed").exists()

    shown = desk.ali.post(reveal, {"reason": "通知体检时间"})
    assert person.mobile in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert "通知体检时间" in text(desk.ali.get(url))
    assert desk.inspector.post(reveal, {"reason": "例行检查"}).status_code == 404
    assert desk.stranger.post(reveal, {"reason": "例行检查"}).status_code == 404
    assert (
        desk.ali.post(reverse("desk:reveal", args=[person.pk, "name"]), {"reason": "随便看看"}).status_code
        == 404
    )
    assert AuditEvent.objects.filter(event="registry.field_revealed").count() == 1


def test_search_keeps_personal_numbers_out_of_addresses(desk: Desk) -> None:
    person = desk.cast.xiaobo.person

    by_name = desk.cadre.post("/desk/search/", {"q": "小波"})
    by_id = desk.cadre.post("/desk/search/", {"q": person.resident_id})

    assert (by_name.status_code, by_name["Location"]) == (302, "/desk/search/?q=%E5%B0%8F%E6%B3%A2")
    assert "小波" in text(desk.cadre.get(by_name["Location"]))
    assert "小波" in text(by_id)
    assert person.resident_id not in text(by_id)
    leaked = desk.cadre.get("/desk/search/", {"q": person.resident_id})
    assert (leaked.status_code, leaked["Location"]) == (302, "/desk/search/")
    assert "您的范围内没有找到" in text(desk.stranger.get("/desk/search/?q=小波"))


def test_the_roster_stands_as_of_any_day(desk: Desk) -> None:
    make.member(
        desk.cast.union,
        "甲旧人",
        state="ended",
        started_on=date(2025, 1, 1),
        ended_on=date(2026, 1, 1),
        end_type="left",
    )
    url = reverse("desk:roster", args=[desk.cast.union.pk])

    then, now = text(desk.ali.get(f"{url}?on=2025-06-01")), text(desk.ali.get(url))

    assert "甲旧人" in then
    assert "小波" not in then
    assert "甲旧人" not in now
    assert "小波" in now
    assert desk.ali.get(f"{url}?on=gestern").status_code == 200


def test_the_registration_form_prints_whole_numbers_only_with_a_reason(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    url = reverse("desk:person_form", args=[person.pk])

    assert person.resident_id not in text(desk.ali.get(url))
    assert desk.ali.post(url, {"reason": "x"}).status_code == 302
    assert not AuditEvent.objects.filter(event="registry.field_revealed").exists()
    clear = text(desk.ali.post(url, {"reason": "入会存档"}))

    assert person.resident_id in clear
    assert person.mobile in clear
    assert AuditEvent.objects.filter(event="registry.field_revealed", reason="入会存档").count() == 2
    assert desk.inspector.post(url, {"reason": "入会存档"}).status_code == 403


def test_those_who_only_look_are_offered_nothing_to_change(desk: Desk) -> None:
    union, person = desk.cast.union, desk.cast.xiaobo.person

    pages = text(desk.inspector.get(reverse("desk:union", args=[union.pk]))) + text(
        desk.inspector.get(reverse("desk:person", args=[person.pk]))
    )

    for name in ("union_edit", "union_close", "member_add"):
        assert reverse(f"desk:{name}", args=[union.pk]) not in pages
        assert desk.inspector.get(reverse(f"desk:{name}", args=[union.pk])).status_code == 404
    assert reverse("desk:person_edit", args=[person.pk]) not in pages


@pytest.mark.parametrize(
    "name",
    [
        "desk:unions",
        "desk:employers",
        "desk:members",
        "desk:transfers",
        "desk:home",
        "desk:tree",
        "desk:terms",
    ],
)
def test_pages_ask_the_database_as_often_for_one_row_as_for_fifty(desk: Desk, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.cadre.get(reverse(name)).status_code == 200
        return len(caught)

    def fill(number: int) -> None:
        for _n in range(number):
            union = make.union("", desk.cast.county)
            make.link(union, make.employer(looked_after_by=desk.cast.county))
            make.transfer(make.member(union), desk.cast.union)
            make.membership(make.person(), desk.cast.county, state=MembershipState.PREPARATORY)

    fill(1)
    statements()
    few = statements()
    fill(49)

    assert statements() == few


def test_regions_offered_are_those_of_the_own_territory(desk: Desk) -> None:
    ours, theirs = make.region("宁海县"), make.region("象山县")
    town = make.region("西店镇", ours)
    TradeUnion.objects.filter(pk=desk.cast.county.pk).update(territory=ours)

    page = text(desk.cadre.get(reverse("desk:employer_new")))

    assert f'value="{town.pk}"' in page
    assert f'value="{theirs.pk}"' not in page
    assert Region.objects.count() == 3


def test_pages_survive_hostile_input(desk: Desk) -> None:
    for query in (
        "'; DROP TABLE",
        "%",
        "_",
        "<script>alert(1)</script>",
        "\x00",
        "王" * 300,
        "１" * 18,
        "😀",
    ):
        for name in ("desk:members", "desk:unions", "desk:employers", "desk:transfers", "desk:terms"):
            assert desk.cadre.get(reverse(name), {"q": query}).status_code in {200, 422}, (name, query)
        answer = desk.cadre.post("/desk/search/", {"q": query}, follow=True)
        assert answer.status_code == 200, query
        assert "<script>alert(1)" not in text(answer)
    assert desk.cadre.get("/desk/unions/999999999999999/").status_code == 404
    assert desk.cadre.get("/desk/people/0/").status_code == 404
    assert Person.objects.count() == 2
    assert Employer.objects.count() == 0
    assert clock.today() > date(2020, 1, 1)


def test_member_lists_are_searched_by_name_pinyin_initials_and_phone_tail(desk: Desk) -> None:
    make.membership(make.person("单小明", mobile="13911112222"), desk.cast.union)
    make.membership(make.person("尉迟敬", mobile="13911113333"), desk.cast.union)

    def found(query: str) -> set[str]:
        page = text(desk.cadre.get(reverse("desk:members"), {"q": query}))
        return {name for name in ("单小明", "尉迟敬", "小波") if name in page}

    assert found("单") == found("单小") == found("shan") == found("sxm") == found("2222") == {"单小明"}
    assert found("尉") == found("尉迟") == found("yuchi") == {"尉迟敬"}
    assert found("小波") == {"小波"}
    assert found("明") == set()


def test_employer_lists_are_searched_by_the_name_behind_the_place_and_inside_it(desk: Desk) -> None:
    make.employer("宁波市宁海县得力集团有限公司", looked_after_by=desk.cast.county, uscc=make.uscc(77))

    for query in ("得力", "宁波市宁海", "集团", "nbsnhx", make.uscc(77)):
        assert "得力集团" in text(desk.cadre.get(reverse("desk:employers"), {"q": query})), query
    assert "得力集团" not in text(desk.cadre.get(reverse("desk:employers"), {"q": "水产"}))


def test_what_a_member_asked_for_or_was_paid_is_listed_on_no_page_of_the_desk(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    private = ("mutual.claim_assessed", "payments.paid", "casework.case_refuse", "offers.confirmed")
    for event in (*private, "registry.field_revealed"):
        audit.record(system(), event, person, at=clock.now(), owner_person_id=person.pk)
    herself = Client()
    herself.force_login(
        User.objects.create_user("xiaobo", None, name="小波", person=person, created_at=make.AT)
    )
    address = reverse("desk:person", args=[person.pk])

    at_desk = [text(one.get(address)) for one in (desk.ali, desk.cadre, desk.inspector)]
    own = text(herself.get(reverse("accounts:access_log")))

    assert [label_of("registry.field_revealed") in page for page in at_desk] == [True, True, True]
    assert [event for event in private for page in at_desk if label_of(event) in page] == []
    assert [event for event in private if label_of(event) not in own] == []
