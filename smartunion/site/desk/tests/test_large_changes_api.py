"""What used to be done on pages alone, over the API: mergers and splits, lists brought in, one change for many members."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core.jobs import runner
from smartunion.core.jobs.models import Job
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportBatch,
    Membership,
    MembershipBatch,
    Restructuring,
    TradeUnion,
)
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk, account

pytestmark = pytest.mark.django_db
API = "/api/v1/registry"
ON = "2026-11-02"


def get(client: Client, path: str, **query: object) -> Any:
    answer = client.get(f"{API}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(client: Client, path: str, **body: object) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


@pytest.fixture
def other(desk: Desk) -> TradeUnion:
    """Another union of the county, which may take the first one over."""
    return make.union("宁海文具联合工会", desk.cast.county, kind="joint")


def test_a_union_is_merged_once_however_often_it_is_asked_for_and_brought_back(
    desk: Desk, other: TradeUnion
) -> None:
    source = desk.cast.union
    make.member(source, "王小芳")
    there, asked = f"/unions/{source.pk}/merge", {"to_union_id": other.pk, "on": ON}
    decision = asked | {"version": source.version, "reason": "宁总工〔2026〕9号"}

    foreseen = post(desk.cadre, f"{there}/preview", **asked).json()
    before = Restructuring.objects.count()
    first, again = post(desk.cadre, there, **decision), post(desk.cadre, there, **decision)
    runner.drain()
    after = post(desk.cadre, there, **decision)

    assert [(row["label"], row["number"]) for row in foreseen][:2] == [("会员人数", 2), ("保留会籍", 0)]
    assert (before, first.status_code, again.status_code, after.status_code) == (0, 202, 200, 200)
    assert {one.json()["id"] for one in (first, again, after)} == {Restructuring.objects.get().pk}
    done = get(desk.cadre, f"/restructurings/{first.json()['id']}")
    assert (done["kind"], done["state"], done["people"], done["union_id"], done["target_id"], done["is_given_up"]) == (
        "merge", "done", 2, source.pk, other.pk, False
    )  # fmt: skip
    assert Membership.objects.filter(union=other, ended_on=None).count() == 2

    back = post(desk.cadre, f"/restructurings/{done['id']}/undo", reason="决定撤销")
    runner.drain()

    assert (back.status_code, back.json()["state"]) == (202, "undoing")
    assert get(desk.cadre, f"/restructurings/{done['id']}")["state"] == "undone"
    assert Membership.objects.filter(union=source, ended_on=None).count() == 2
    assert [row["id"] for row in get(desk.cadre, "/restructurings/", union=source.pk)["items"]] == [
        done["id"]
    ]


def test_nobody_merges_beyond_her_reach_and_a_stale_version_is_told(desk: Desk, other: TradeUnion) -> None:
    there = f"/unions/{desk.cast.union.pk}/merge"
    asked = {"to_union_id": other.pk, "on": ON}
    decision = asked | {"version": desk.cast.union.version, "reason": "决议"}

    refused = {
        who: [post(client, f"{there}/preview", **asked).status_code, post(client, there, **decision).status_code]
        for who, client in (("nobody", desk.nobody), ("stranger", desk.stranger), ("inspector", desk.inspector), ("chair", desk.ali))
    }  # fmt: skip
    stale = post(desk.cadre, there, **decision | {"version": 99})
    itself = post(desk.cadre, f"{there}/preview", **asked | {"to_union_id": desk.cast.union.pk})

    assert refused == {
        "nobody": [401, 401],
        "stranger": [404, 404],
        "inspector": [403, 403],
        "chair": [403, 403],
    }
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_edit")
    assert (itself.status_code, itself.json()["field"]) == (422, "to_union")
    assert not Restructuring.objects.exists()


def test_employers_of_a_union_become_one_of_their_own(desk: Desk, other: TradeUnion) -> None:
    firms = [make.employer(f"宁海第{n}文具厂", looked_after_by=desk.cast.county) for n in (1, 2)]
    for firm in firms:
        make.link(other, firm)
    make.member(other, "王小芳", employer=firms[0])
    there = f"/unions/{other.pk}/split"
    asked = {
        "name": "宁海第1文具厂工会委员会",
        "kind": "independent",
        "employer_ids": [firms[0].pk],
        "on": ON,
    }
    decision = asked | {"version": other.version, "reason": "宁总工〔2026〕10号"}

    foreseen = post(desk.cadre, f"{there}/preview", **asked).json()
    first, again = post(desk.cadre, there, **decision), post(desk.cadre, there, **decision)
    runner.drain()

    assert (foreseen[0]["label"], foreseen[0]["number"]) == ("会员人数", 1)
    assert (first.status_code, again.status_code, first.json()["id"]) == (202, 200, again.json()["id"])
    new = TradeUnion.objects.get(name="宁海第1文具厂工会委员会")
    assert list(
        EmployerLink.objects.filter(union=new, valid_to=None).values_list("employer_id", flat=True)
    ) == [firms[0].pk]
    unfit = post(desk.cadre, f"{there}/preview", **asked | {"employer_ids": [make.employer("别家").pk]})
    assert (unfit.status_code, unfit.json()["field"]) == (422, "employers")


def test_an_employer_goes_into_another_and_a_part_of_one_to_another(desk: Desk) -> None:
    old, new = (make.employer(name, looked_after_by=desk.cast.county) for name in ("宁海旧厂", "宁海新厂"))
    make.link(desk.cast.union, new)
    make.link(desk.cast.union, old)
    spells = [make.member(desk.cast.union, name, employer=old) for name in ("王小芳", "李小伟")]
    part = {"into_id": new.pk, "person_ids": [spells[0].person_id], "on": ON}
    whole = {"into_id": new.pk, "on": ON}

    going = post(desk.cadre, f"/employers/{old.pk}/hive-off/preview", **part).json()
    moved = post(desk.cadre, f"/employers/{old.pk}/hive-off", **part, version=old.version, reason="分立决议")
    runner.drain()
    old.refresh_from_db()
    foreseen = post(desk.cadre, f"/employers/{old.pk}/absorb/preview", **whole).json()
    absorbed = post(
        desk.cadre, f"/employers/{old.pk}/absorb", **whole, version=old.version, reason="合并决议"
    )
    runner.drain()
    again = post(desk.cadre, f"/employers/{old.pk}/absorb", **whole, version=old.version, reason="合并决议")

    assert [(row["label"], row["number"]) for row in going] == [("转入对方的人", 1), ("留下的人", 1)]
    assert (moved.status_code, absorbed.status_code, again.status_code) == (202, 202, 200)
    assert again.json()["state"] == "done"
    assert foreseen[0]["number"] == 1
    assert Employer.objects.get(pk=old.pk).state != "active"
    assert Membership.objects.filter(employer=new, ended_on=None).count() == 2
    assert post(desk.stranger, f"/employers/{new.pk}/absorb/preview", **whole).status_code in {403, 404}


def sent(client: Client, union: TradeUnion, content: str, **more: object) -> Any:
    file = SimpleUploadedFile("名单.csv", content.encode())
    return client.post(f"{API}/imports/", {"union_id": union.pk, "file": file, **more})


def test_a_list_is_brought_in_looked_at_applied_and_taken_back(desk: Desk) -> None:
    admin = account("管理员", "admin", desk.cast.county)
    good, bad = make.resident_id(71), "330226199003071230"
    content = f"姓名,身份证号,手机号码,入会日期\n王小芳,{good},13800001111,2026-03-01\n李小伟,{bad},13800002222,2026-03-01\n"

    first, again = sent(admin, desk.cast.union, content), sent(admin, desk.cast.union, content)
    runner.drain()
    here = f"/imports/{first.json()['id']}"
    seen, rows = get(admin, here), get(admin, f"{here}/rows")
    faults = admin.get(f"{API}{here}/refused")

    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    assert ImportBatch.objects.count() == 1
    assert (seen["state"], seen["kind"], seen["rows"], seen["creates"], seen["refuses"]) == (
        "preview",
        "members",
        2,
        1,
        1,
    )
    assert [one["rows"] for one in seen["refused"]] == [1]
    assert [(row["outcome"], row["name"]) for row in rows["items"]] == [
        ("create", "王小芳"),
        ("refuse", "李小伟"),
    ]
    assert good not in str(rows)
    assert rows["items"][1]["problems"][0]["label"] == "身份证号"
    assert get(admin, f"{here}/rows", outcome="refuse")["items"] == rows["items"][1:]
    assert b"".join(faults.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a workbook, streamed

    applied = post(admin, f"{here}/apply")
    runner.drain()
    joined = Membership.objects.filter(union=desk.cast.union, person__name="王小芳", ended_on=None)
    assert (applied.status_code, get(admin, here)["state"], joined.count()) == (202, "applied", 1)
    assert post(admin, f"{here}/apply").status_code == 409
    post(admin, f"{here}/undo")
    runner.drain()
    assert (get(admin, here)["state"], joined.count()) == ("undone", 0)
    assert [one["id"] for one in get(admin, "/imports/", state="undone")["items"]] == [first.json()["id"]]


def test_lists_are_brought_in_within_ones_reach_and_read_as_one_says(desk: Desk) -> None:
    admin = account("管理员", "admin", desk.cast.county)
    content = f"甲,乙\n王小芳,{make.resident_id(71)}\n"
    refused = [
        sent(one, desk.cast.union, content).status_code
        for one in (desk.nobody, desk.stranger, desk.inspector)
    ]
    made = sent(admin, desk.cast.union, content, kind="members").json()
    runner.drain()
    here = f"/imports/{made['id']}"

    read = get(admin, here)
    again = post(
        admin, f"{here}/read-again", kind="members", mapping={"甲": "name", "乙": "resident_id"}, rows="1"
    )
    runner.drain()
    unknown = post(admin, f"{here}/read-again", kind="members", mapping={"甲": "nothing"})

    assert refused == [401, 404, 403]
    assert (read["mapping"], read["creates"]) == ({"甲": None, "乙": None}, 0)
    assert (again.status_code, get(admin, here)["mapping"]) == (202, {"甲": "name", "乙": "resident_id"})
    assert (get(admin, here)["state"], get(admin, here)["creates"]) == ("preview", 1)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "mapping")
    assert desk.stranger.get(f"{API}{here}").status_code in {403, 404}
    assert sent(desk.ali, desk.cast.union, content, kind="unions").status_code == 403


def test_many_members_are_changed_watched_and_taken_back(desk: Desk) -> None:
    spells = [make.member(desk.cast.union, name) for name in ("王小芳", "李小伟")]
    gone = make.member(
        desk.cast.union, "赵小平", state="ended", held_as="active", ended_on=make.DAY, end_type="left"
    )
    ids = [one.pk for one in (*spells, gone)]
    said = {"membership_ids": ids, "change": "retain", "reason": "unemployed", "on": ON}

    first, again = post(desk.ali, "/members/batches/", **said), post(desk.ali, "/members/batches/", **said)
    runner.drain()
    here = f"/members/batches/{first.json()['id']}"
    done = get(desk.ali, here)
    refused = get(desk.ali, f"{here}/members", outcome="refused")["items"]
    file = b"".join(desk.ali.get(f"{API}{here}/result").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed

    assert (first.status_code, again.status_code, MembershipBatch.objects.count()) == (202, 200, 1)
    assert (done["state"], done["picked"], done["done"], done["refused"]) == ("done", 3, 2, 1)
    assert [row["id"] for row in refused] == [gone.pk]
    assert len(file.splitlines()) == 4
    assert desk.cadre.get(f"{API}{here}/result").status_code == 404  # not her work

    back = post(desk.cadre, f"{here}/undo")
    runner.drain()
    once_more = post(desk.cadre, f"{here}/undo")

    assert (back.status_code, once_more.status_code) == (202, 202)
    assert (get(desk.ali, here)["state"], get(desk.ali, here)["undone"]) == ("undone", 2)
    assert Job.objects.filter(kind="registry.unchange_many").count() == 1
    assert len(get(desk.ali, f"{here}/members", outcome="undone")["items"]) == 2


def test_many_are_changed_within_ones_reach_alone_and_what_makes_no_sense_leaves_nothing(desk: Desk) -> None:
    spell = make.member(desk.cast.union, "王小芳")
    said: dict[str, object] = {
        "membership_ids": [spell.pk],
        "change": "retain",
        "reason": "unemployed",
        "on": ON,
    }

    assert post(desk.nobody, "/members/batches/", **said).status_code == 401
    assert post(desk.inspector, "/members/batches/", **said).status_code == 403
    assert post(desk.stranger, "/members/batches/", **said).json()["field"] == "pick"
    assert post(desk.ali, "/members/batches/", **said | {"reason": "own_wish"}).json()["field"] == "reason"
    assert (
        post(desk.ali, "/members/batches/", **said | {"change": "move", "reason": ""}).json()["field"]
        == "union"
    )
    assert desk.ali.get(f"{API}/members/batches/9/result").status_code == 404
    assert not MembershipBatch.objects.exists()
    assert Membership.objects.get(pk=spell.pk).state == "active"


def test_lists_of_mergers_imports_and_changes_cost_the_same_for_many(desk: Desk) -> None:
    admin = account("管理员", "admin", desk.cast.county)

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            for path in ("/restructurings/", "/imports/", "/members/batches/"):
                get(admin, path)
        return len(made)

    def more(number: int) -> None:
        for n in range(number):
            union = make.union(f"第{n}批工会{number}", desk.cast.county)
            Restructuring.objects.create(
                kind="merge", source=union, path=union.path, target=desk.cast.union, target_name="x", on=make.DAY, decided_at=make.AT
            )  # fmt: skip
            sent(admin, union, f"姓名\n王{n}\n")
            MembershipBatch.objects.create(path=union.path, user_id=1, created_at=make.AT)

    more(1)
    one = asked()
    more(3)

    assert asked() == one
