"""The registry over the API, called with a browser's session."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core import clock
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.registry.models import Membership, Transfer
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db
API = "/api/v1/registry"


def get(client: Client, path: str, **query: object) -> Any:
    answer = client.get(f"{API}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(client: Client, path: str, **body: object) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


def test_unions_come_with_counts_and_only_of_the_own_reach(desk: Desk) -> None:
    make.member(desk.cast.union, state=MembershipState.RETAINED)

    found = get(desk.cadre, "/unions/")
    one = get(desk.cadre, f"/unions/{desk.cast.county.pk}")

    assert [(u["name"], u["members"], u["retained"], u["unions"]) for u in found["items"]] == [
        ("宁海县总工会", 1, 1, 1), ("宁海得力工会", 1, 1, 1),
    ]  # fmt: skip
    assert (one["id"], one["kind"], one["parent_id"], one["path"]) == (
        desk.cast.county.pk, "federation", None, desk.cast.county.path
    )  # fmt: skip
    assert desk.stranger.get(f"{API}/unions/{desk.cast.county.pk}").status_code == 404
    assert desk.nobody.get(f"{API}/unions/").status_code == 401
    assert [u["name"] for u in get(desk.cadre, "/unions/", q="得力")["items"]] == ["宁海得力工会"]
    assert get(desk.cadre, "/unions/", kind="federation", under=desk.cast.union.pk)["items"] == []


def test_lists_page_by_cursor_without_gap_or_repeat(desk: Desk) -> None:
    names = ["小波", *(make.member(desk.cast.union).person.name for _n in range(7))]
    seen: list[str] = []
    cursor = ""

    while True:
        got = get(desk.cadre, "/members/", limit=3, cursor=cursor)
        seen += [row["person"]["name"] for row in got["items"]]
        cursor = got["next"]
        if cursor is None:
            break

    assert sorted(seen) == sorted(names)
    foreign = get(desk.cadre, "/unions/", limit=1)["next"]
    refused = desk.cadre.get(f"{API}/members/", {"cursor": foreign})
    assert (refused.status_code, refused.json()["field"]) == (422, "cursor")
    assert desk.cadre.get(f"{API}/members/", {"limit": 100_000}).status_code == 422


def test_members_are_masked_and_listed_as_of_any_day(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    make.member(
        desk.cast.union, "甲旧人", state="ended", held_as="active", started_on=date(2025, 1, 1), ended_on=date(2026, 1, 1),
        end_type="left",
    )  # fmt: skip

    now = get(desk.cadre, "/members/", union=desk.cast.county.pk)
    then = get(desk.cadre, "/members/", as_of="2025-06-01", state="active")

    assert [row["person"]["name"] for row in now["items"]] == ["小波"]
    assert now["items"][0]["person"]["mobile"] == f"{person.mobile[:3]}****{person.mobile[-4:]}"
    assert person.resident_id not in str(now)
    assert [(row["person"]["name"], row["held_as"], row["ended_on"]) for row in then["items"]] == [
        ("甲旧人", "active", "2026-01-01")
    ]
    history = get(desk.cadre, f"/members/{desk.cast.xiaobo.pk}/history")
    assert (history["member_since"], len(history["spells"])) == (make.DAY.isoformat(), 1)
    assert desk.stranger.get(f"{API}/members/{desk.cast.xiaobo.pk}/history").status_code == 404


def test_joining_is_repeatable_and_names_what_is_wrong(desk: Desk) -> None:
    body = {
        "union_id": desk.cast.union.pk, "name": "单小明", "resident_id": make.resident_id(901), "mobile": "13900005678",
        "approved_on": clock.today().isoformat(),
    }  # fmt: skip

    first, second = post(desk.ali, "/members/", **body), post(desk.ali, "/members/", **body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["state"] == "active"
    for wrong, field in [
        ({"resident_id": "330226199003070016"}, "resident_id"), ({"mobile": "1"}, "mobile"), ({"id_type": "x"}, "id_type"),
        ({"confirmed_by": "x"}, "confirmed_by"), ({"approved_on": "2999-01-01"}, "on"), ({"extra": 1}, "extra"),
        ({"approved_on": "gestern"}, "approved_on"),
    ]:  # fmt: skip
        answer = post(desk.ali, "/members/", **(body | {"resident_id": make.resident_id(902)} | wrong))
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content
        assert answer["Content-Type"] == "application/problem+json"
    elsewhere = desk.cast.laoqin.person
    known = post(desk.ali, "/members/", **(body | {"name": "老秦", "resident_id": elsewhere.resident_id}))
    assert (known.status_code, known.json()["code"]) == (422, "already_member")
    assert desk.cast.elsewhere.name not in known.content.decode()
    assert post(desk.stranger, "/members/", **body).status_code == 404
    assert post(desk.inspector, "/members/", **body).status_code == 403
    assert Membership.objects.count() == 3


def test_memberships_change_through_the_api(desk: Desk) -> None:
    today = clock.today().isoformat()

    kept = post(desk.ali, f"/members/{desk.cast.xiaobo.pk}/retain", reason="unemployed", on=today)
    back = post(desk.ali, f"/members/{kept.json()['id']}/restore", on=today)
    wrong = post(desk.ali, f"/members/{back.json()['id']}/end", type="expelled", reason="own_wish", on=today)
    left = post(desk.ali, f"/members/{back.json()['id']}/end", type="left", reason="own_wish", on=today)
    again = post(desk.ali, f"/members/{back.json()['id']}/end", type="left", reason="own_wish", on=today)

    states = [answer.json().get("state") for answer in (kept, back, left)]
    assert states == ["retained", "active", "ended"]
    assert (wrong.status_code, wrong.json()["field"]) == (422, "reason")
    assert again.status_code in {409, 422}
    assert Membership.objects.filter(person=desk.cast.xiaobo.person).count() == 3


def test_transfers_run_through_the_api(desk: Desk) -> None:
    card = desk.cast.laoqin.person.resident_id

    asked = post(desk.ali, "/transfers/", to_union_id=desk.cast.union.pk, name="老秦", resident_id=card)
    assert (asked.status_code, asked.json()["state"]) == (201, "accepted")
    number = asked.json()["id"]
    waiting = get(desk.stranger, "/transfers/", waiting=True)
    assert [row["id"] for row in waiting["items"]] == [number]
    assert get(desk.ali, "/transfers/", waiting=True)["items"] == []
    assert post(desk.ali, f"/transfers/{number}/release").status_code == 403
    refused = post(desk.stranger, f"/transfers/{number}/refuse", reason="劳动合同尚未解除")
    late = post(desk.stranger, f"/transfers/{number}/release")

    assert (refused.json()["state"], late.status_code) == ("refused", 409)
    assert Transfer.objects.get().note == "劳动合同尚未解除"
    nobody = post(desk.ali, "/transfers/", to_union_id=desk.cast.union.pk, name="老秦", resident_id="1")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "nothing_to_transfer")


def test_a_look_needs_a_reason_and_is_recorded(desk: Desk) -> None:
    person = desk.cast.xiaobo.person

    refused = post(desk.ali, f"/members/people/{person.pk}/reveal", field="mobile", reason="")
    shown = post(desk.ali, f"/members/people/{person.pk}/reveal", field="mobile", reason="通知体检时间")

    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert shown.json() == {"value": person.mobile}
    assert AuditEvent.objects.get(event="registry.field_revealed").reason == "通知体检时间"
    assert (
        post(
            desk.stranger, f"/members/people/{person.pk}/reveal", field="mobile", reason="例行检查"
        ).status_code
        == 404
    )


@pytest.mark.parametrize("path", ["/unions/", "/employers/", "/members/", "/transfers/"])
def test_lists_ask_the_database_as_often_for_one_row_as_for_fifty(desk: Desk, path: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            get(desk.cadre, path)
        return len(caught)

    def fill(number: int) -> None:
        for _n in range(number):
            union = make.union("", desk.cast.county)
            make.link(union, make.employer(looked_after_by=desk.cast.county))
            make.transfer(make.member(union), desk.cast.union)

    fill(1)
    statements()
    few = statements()
    fill(49)

    assert statements() == few


def test_employers_are_found_by_code_and_by_the_name_behind_the_place(desk: Desk) -> None:
    employer = make.employer(
        "宁波市宁海县得力集团有限公司", looked_after_by=desk.cast.county, uscc=make.uscc(77)
    )
    make.link(desk.cast.union, employer)

    for query in ({"uscc": make.uscc(77)}, {"q": "得力"}, {"covered": True}):
        items = get(desk.cadre, "/employers/", **query)["items"]
        assert [(e["id"], e["covered_by"][0]["union"]["name"]) for e in items] == [
            (employer.pk, desk.cast.union.name)
        ]
    assert get(desk.cadre, "/employers/", covered=False)["items"] == []
    assert get(desk.stranger, "/employers/", uscc=make.uscc(77))["items"] == []
    assert desk.stranger.get(f"{API}/employers/{employer.pk}").status_code == 404


@pytest.mark.parametrize("note", ["甲\x00乙", "\x00"])
def test_the_one_sign_no_database_keeps_is_refused_wherever_it_stands(desk: Desk, note: str) -> None:
    address = "/api/v1/organising/findings/1/take-up"

    in_body = desk.cadre.post(address, {"note": note}, content_type="application/json")
    in_address = desk.cadre.get("/api/v1/registry/unions/", {"q": note})
    escaped = desk.cadre.post(address, {"note": r"甲\u0000乙"}, content_type="application/json")

    for answer in (in_body, in_address):
        said = answer.json()
        assert (answer.status_code, said["title"], said["detail"]) == (
            422, "文字中有 U+0000，这不是字符。", "请删去后重新发送。",
        )  # fmt: skip
    assert escaped.status_code == 404  # a backslash and four digits are a text like any other
