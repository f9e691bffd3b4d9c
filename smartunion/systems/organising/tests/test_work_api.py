"""An organiser's work, ledgers and campaigns over the API: the pages' flows, by the usual people."""

from typing import Any

import pytest
from django.test import Client

from smartunion.core.jobs.runner import drain
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows.modes import propose_modes
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import (
    FindingEvent,
    HandOver,
    JoiningDrive,
    Target,
    VerdictBatch,
    VisitPromise,
)
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

BASE = "/api/v1/organising"


@pytest.fixture
def world(db: None) -> Town:
    return town()


@pytest.fixture(autouse=True)
def summer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)


def client_of(world: Town, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


def get(world: Town, who: str, path: str, **query: Any) -> Any:
    return client_of(world, who).get(f"{BASE}{path}", query)


def post(world: Town, who: str, path: str, body: dict[str, Any] | None = None) -> Any:
    return client_of(world, who).post(f"{BASE}{path}", body or {}, content_type="application/json")


def test_the_quarter_is_paged_and_counts_the_whole(world: Town) -> None:
    note_visit(
        actor=world.actor("阿丽"), visit=noted(VisitResult.SERVICE, union_id=world.unions[0].pk), at=AT
    )
    this = str(Quarter.of(TODAY))

    first = get(world, "林静", f"/quarters/{this}", limit=3).json()
    rest = get(world, "林静", f"/quarters/{this}", limit=3, cursor=first["next"]).json()
    done = get(world, "阿丽", f"/quarters/{this}", state="done").json()

    assert (first["done"], first["done"] + first["due"] + first["overdue"], len(first["items"])) == (1, 4, 3)
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert [item["union"] for item in done["items"]] == ["宁海第1厂工会"]
    assert get(world, "老秦", f"/quarters/{this}").json()["items"] == []
    assert get(world, "林静", "/quarters/2199-1").status_code == 404
    assert get(world, "林静", "/quarters/x").status_code == 404


def test_an_area_is_handed_over_by_both_sides(world: Town) -> None:
    made = HandOver.objects.create(
        area=world.north, path=world.north.path, from_user=world.people["阿丽"], to_user=world.people["小波"], on=TODAY,
        created_at=AT,
    )  # fmt: skip
    one = finding(world)

    assert get(world, "老秦", f"/handovers/{made.pk}").status_code == 404
    assert [row["id"] for row in get(world, "小波", "/handovers").json()["items"]] == [made.pk]
    assert post(world, "小波", f"/handovers/{made.pk}/take").status_code == 422
    assert (
        post(
            world, "阿丽", f"/handovers/{made.pk}/notes", {"finding_id": one.pk, "note": "周四再去"}
        ).status_code
        == 204
    )
    assert post(world, "阿丽", f"/handovers/{made.pk}/give", {"note": "都交代了"}).json()["state"] == "given"
    assert post(world, "阿丽", f"/handovers/{made.pk}/give").status_code == 409
    assert post(world, "小波", f"/handovers/{made.pk}/take", {"answer": "收到"}).json()["state"] == "taken"
    assert FindingEvent.objects.get(event="handover_note").note == "周四再去"


def test_promises_are_listed_and_closed_once(world: Town) -> None:
    visit = noted(
        VisitResult.SERVICE, union_id=world.unions[0].pk, promise="送章程范本", promise_due_on=TODAY
    )
    note_visit(actor=world.actor("阿丽"), visit=visit, at=AT)
    promise = VisitPromise.objects.get()

    assert [row["text"] for row in get(world, "阿丽", "/promises").json()["items"]] == ["送章程范本"]
    assert get(world, "老秦", "/promises").json()["items"] == []
    assert post(world, "老秦", f"/promises/{promise.pk}/close", {"outcome": "kept"}).status_code == 404
    assert post(world, "阿丽", f"/promises/{promise.pk}/close", {"outcome": "withdrawn"}).status_code == 422
    assert (
        post(world, "阿丽", f"/promises/{promise.pk}/close", {"outcome": "kept"}).json()["outcome"] == "kept"
    )
    assert post(world, "阿丽", f"/promises/{promise.pk}/close", {"outcome": "kept"}).status_code == 409
    assert get(world, "阿丽", "/promises").json()["items"] == []
    assert len(get(world, "阿丽", "/promises", is_open=False).json()["items"]) == 1


def test_many_findings_get_one_verdict_and_it_is_taken_back(world: Town) -> None:
    ids = [finding(world).pk for _ in range(3)]
    said = {"finding_ids": ids, "verdict": "closed", "reason": "市场监管局确认"}

    assert post(world, "阿丽", "/verdicts", said | {"reason": " "}).status_code == 422
    assert not VerdictBatch.objects.exists()
    begun = post(world, "阿丽", "/verdicts", said).json()
    drain()
    found = get(world, "阿丽", f"/verdicts/{begun['id']}").json()
    assert (found["state"], found["picked"], found["done"]) == ("done", 3, 3)
    assert get(world, "小波", f"/verdicts/{begun['id']}").status_code == 404

    post(world, "阿丽", f"/verdicts/{begun['id']}/undo")
    drain()
    assert get(world, "阿丽", f"/verdicts/{begun['id']}").json()["state"] == "undone"


def test_the_day_is_planned_from_where_she_stands(world: Town) -> None:
    first, second = finding(world, score=9.0), finding(world, score=1.0)

    plain = [stop["finding_id"] for stop in get(world, "阿丽", "/day-plan").json()]
    locked = get(world, "阿丽", "/day-plan", first=f"{second.pk}", lon=121.5, lat=29.4).json()

    assert plain == [first.pk, second.pk]
    assert [(stop["finding_id"], stop["is_locked"]) for stop in locked] == [
        (second.pk, True),
        (first.pk, False),
    ]
    assert get(world, "阿丽", "/day-plan", lon=1).status_code == 422
    assert get(world, "阿丽", "/day-plan", lon=999, lat=1).status_code == 422


def test_villages_their_ledgers_and_shares(world: Town) -> None:
    village = make.region("崔家村", world.federation.territory)
    firm = make.employer("甲公司", looked_after_by=world.federation, region=village, insured_count=120)
    make.link(world.unions[0], firm)
    bare = make.employer("乙公司", looked_after_by=world.federation, region=village, insured_count=30)
    one = finding(world, employer=bare, subject_key=f"employer:{bare.pk}", headcount=30)
    propose_modes(path="", at=AT)

    (row,) = get(world, "林静", "/villages").json()["items"]
    lines = get(world, "林静", f"/villages/{village.pk}/employers").json()["items"]
    (none,) = get(world, "林静", f"/villages/{village.pk}/employers", cover="none").json()["items"]
    whole = get(world, "林静", "/shares").json()[0]

    assert (row["name"], row["employers"], row["covered"], row["uncovered"], row["open_findings"]) == (
        "崔家村",
        2,
        1,
        1,
        1,
    )
    assert {line["name"]: (line["cover"], line["next_step"]) for line in lines} == {
        "甲公司": ("own", "win"), "乙公司": ("none", "visit"),
    }  # fmt: skip
    assert (none["finding_id"], none["finding_state"], none["unions"]) == (one.pk, "open", [])
    assert {share["segment"]: (share["covered"], share["total"]) for share in whole["shares"]} == {
        "leading": (1, 1), "own": (0, 1), "foreign": (0, 0), "new_form": (0, 0),
        "scale": (0, 0), "grade": (0, 0), "cluster": (0, 0), "project": (0, 0),
    }  # fmt: skip
    assert get(world, "林静", f"/findings/{one.pk}").json()["mode"] == "independent"
    assert get(world, "老秦", f"/villages/{village.pk}/employers").status_code == 404
    assert get(world, "阿丽", "/shares").status_code == 404


def test_a_campaigns_targets_progress_and_bulletin(world: Town) -> None:
    drive = JoiningDrive.objects.create(
        code="ABCD2345", title="入会月", union=world.federation, path=world.federation.path, starts_on=TODAY,
        ends_on=TODAY.replace(day=30), audience="货车司机", created_at=AT,
    )  # fmt: skip
    body = {"union_id": world.unions[0].pk, "quantity": 12, "counts": MEMBER_JOINED}

    made = post(world, "林静", f"/drives/{drive.pk}/targets", body).json()
    assert (made["union"], made["quantity"], made["done"], made["agreed_on"]) == (
        "宁海第1厂工会",
        12,
        0,
        None,
    )
    assert post(world, "林静", f"/drives/{drive.pk}/targets", body).status_code == 422
    assert post(world, "林静", f"/targets/{made['id']}/agree", {"agreed_by": "厂工会主席"}).status_code == 204
    assert post(world, "林静", f"/targets/{made['id']}/agree", {}).status_code == 409
    progress = get(world, "林静", f"/drives/{drive.pk}/progress").json()
    assert [(one["gap"], one["agreed_by"], one["agreed_on"]) for one in progress["targets"]] == [
        (12, "厂工会主席", "2026-07-05")
    ]
    assert progress["register_as_of"] is None
    assert post(world, "林静", f"/drives/{drive.pk}/checks").status_code == 422
    assert get(world, "林静", f"/drives/{drive.pk}/checks").json() == {"items": [], "next": None}
    said = get(world, "林静", f"/drives/{drive.pk}/bulletin", first="2026-07-01", last="2026-07-05").json()
    assert (said["total"], said["standing"][0]["target"]) == (0, 12)
    assert "累计入会 0 人" in said["text"]
    assert (
        get(world, "林静", f"/drives/{drive.pk}/bulletin", first="2026-07-05", last="2026-07-01").status_code
        == 422
    )
    for who in ("老秦", "阿丽"):
        assert get(world, who, f"/drives/{drive.pk}/progress").status_code == 404
    assert Target.objects.count() == 1
