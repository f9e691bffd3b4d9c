"""Whatever the desk decides on pages, it decides over the API: findings, links, comparisons, areas and drafts of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from smartunion.core.jobs.runner import drain
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    AreaPlan,
    Finding,
    FindingEvent,
    FoundingInvitation,
    JoiningDrive,
    LinkLabel,
    MatchLink,
    MatchRun,
    Visit,
)
from smartunion.systems.organising.rules import FindingState, VisitResult
from smartunion.systems.organising.tests import test_two_covers, test_verdict_pages
from smartunion.systems.organising.tests.comparing_world import county
from smartunion.systems.organising.tests.field_world import AT, BEGAN, TODAY, Town, finding, noted, town

pytestmark = pytest.mark.django_db
BASE = "/api/v1/organising"


@pytest.fixture
def world() -> Town:
    return town()


@pytest.fixture
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


def desk(union: Any, role: Role = Role.CADRE) -> Client:
    user = User.objects.create_user("desk", None, name="李敏", created_at=AT)
    RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def test_a_finding_lives_its_life(world: Town, summer: None) -> None:
    one = finding(world)
    at = f"/findings/{one.pk}"

    for who, status in (("老秦", 404), ("阿丽", 403)):
        for act, body in (("take-up", {}), ("dismiss", {"reason": "已注销"}), ("confirm", {})):
            assert post(world, who, f"{at}/{act}", body).status_code == status
    assert Finding.objects.get(pk=one.pk).version == 1
    taken = post(world, "林静", f"{at}/take-up", {"note": "镇里接手"}).json()
    assert (taken["state"], taken["work_list"], taken["answers"]) == ("taken_up", "work", [])
    later = post(world, "阿丽", f"{at}/postpone", {"until": "2026-07-20"}).json()
    assert later["due_on"] == "2026-07-20"
    assert post(world, "阿丽", f"{at}/postpone", {"until": TODAY.isoformat()}).status_code == 422
    assert post(world, "林静", f"{at}/dismiss", {"reason": " "}).status_code == 422
    assert post(world, "林静", f"{at}/dismiss", {"reason": "已注销"}).json()["state"] == "closed"
    assert post(world, "林静", f"{at}/dismiss", {"reason": "已注销"}).status_code == 422
    assert post(world, "林静", f"{at}/reopen", {"reason": "看错了"}).json()["state"] == "open"
    assert list(one.events.order_by("pk").values_list("event", flat=True)) == [
        "taken_up", "postponed", "dismissed", "reopened",
    ]  # fmt: skip
    told = get(world, "林静", f"{at}/events").json()
    assert [(one["event"], one["to_state"], one["note"]) for one in told][::3] == [
        ("reopened", "open", "看错了"), ("taken_up", "taken_up", "镇里接手"),
    ]  # fmt: skip
    assert get(world, "老秦", f"{at}/events").status_code == 404


def test_findings_are_asked_for_by_state_area_and_since_when_something_happened(
    world: Town, summer: None
) -> None:
    moved, still = finding(world), finding(world)
    closed = finding(world, state=FindingState.CLOSED)
    FindingEvent.objects.create(finding=moved, event="found_again", at=AT)
    FindingEvent.objects.create(finding=still, event="found_again", at=AT - timedelta(days=2))

    def found(**asked: Any) -> list[int]:
        answer = get(world, "林静", "/findings", work_list="task", **asked)
        return [one["id"] for one in answer.json()["items"]]

    assert found() == [moved.pk, still.pk]
    assert found(state="closed") == [closed.pk]
    assert found(since=(AT - timedelta(days=1)).isoformat()) == [moved.pk]
    assert found(area=world.north.pk) == [moved.pk, still.pk]
    assert found(area=world.north.pk + 999) == []
    assert get(world, "林静", "/findings", work_list="task", since="2026-07-01").status_code == 422


def test_the_link_to_found_by_is_handed_out_once_and_taken_back(world: Town, summer: None) -> None:
    one = finding(world)
    at = f"/findings/{one.pk}/invitation"

    assert post(world, "阿丽", at).status_code == 403
    first, again = post(world, "林静", at).json(), post(world, "林静", at).json()

    assert first == again
    assert first["link"].endswith(f"/f/{FoundingInvitation.objects.get().code}/")
    gone = client_of(world, "林静").delete(f"{BASE}{at}")
    assert gone.json()["closed_at"] is not None
    assert client_of(world, "林静").delete(f"{BASE}{at}").status_code == 409


def test_many_findings_are_taken_up_and_firms_put_on_the_list(world: Town, summer: None) -> None:
    mine, firm = [finding(world) for _number in range(3)], make.employer(looked_after_by=world.federation)
    ids = [one.pk for one in mine]

    for who, status in (("老秦", 404), ("阿丽", 404)):
        assert post(world, who, "/findings/take-up", {"ids": ids}).status_code == status
    assert post(world, "林静", "/findings/take-up", {"ids": [10**9]}).status_code == 422
    assert post(world, "老秦", "/employers/list", {"ids": [firm.pk]}).status_code == 422
    for path, body in (("/findings/take-up", [*ids, 10**9]), ("/employers/list", [firm.pk])):
        assert post(world, "林静", path, {"ids": body}).json()["job_id"] > 0
    drain()

    assert set(Finding.objects.filter(pk__in=ids).values_list("state", flat=True)) == {"taken_up"}
    assert Finding.objects.get(employer=firm).by_hand


def test_departments_that_disagree_are_settled_by_one_of_the_answers() -> None:
    here = county()
    one = test_verdict_pages.quarrel(here)
    client = desk(here.federation)

    answers = client.get(f"{BASE}/findings/{one.pk}").json()["answers"]
    assert [answer["key"] for answer in answers] == ["market", "social", "none"]
    assert sent(client, f"/findings/{one.pk}/settle", {"table": "tax"}).status_code == 422
    done = sent(client, f"/findings/{one.pk}/settle", {"table": "social", "note": "还在营业"}).json()

    assert (done["state"], done["answers"], LinkLabel.objects.get().evidence["right"]) == (
        "closed",
        [],
        "social",
    )
    assert sent(client, f"/findings/{one.pk}/settle", {"table": "market"}).status_code == 422


def test_of_two_unions_one_covers_and_that_is_taken_back() -> None:
    here, one = test_two_covers.beside()
    client = desk(here.federation)
    before = test_two_covers.running()

    assert [answer["key"] for answer in client.get(f"{BASE}/findings/{one.pk}").json()["answers"]] == [
        "own",
        "joint",
    ]
    assert sent(client, f"/findings/{one.pk}/covers", {"holds": "both"}).status_code == 422
    done = sent(client, f"/findings/{one.pk}/covers", {"holds": "own", "note": "已单独建会"}).json()

    assert (done["state"], test_two_covers.running()) == ("closed", {test_two_covers.OWN})
    assert sent(client, f"/findings/{one.pk}/covers/undo", {}).json()["state"] == "open"
    assert test_two_covers.running() == before
    assert sent(client, f"/findings/{one.pk}/covers/undo", {}).status_code == 422


def test_verdicts_on_many_are_listed_to_whom_they_concern(world: Town, summer: None) -> None:
    said = {"finding_ids": [finding(world).pk], "verdict": "closed", "reason": "已停业"}
    made = post(world, "林静", "/verdicts", said).json()

    assert [row["id"] for row in get(world, "林静", "/verdicts").json()["items"]] == [made["id"]]
    assert get(world, "老秦", "/verdicts").json() == {"items": [], "next": None}


def test_a_link_is_judged_and_nothing_unseen_is_replaced(world: Town) -> None:
    link = MatchLink.objects.create(
        union=world.unions[0], employer=make.employer("宁海得力文具有限公司"), rule="name_exact", confidence="0.970",
        is_auto=True, path=world.unions[0].path,
    )  # fmt: skip
    at = f"/links/{link.pk}"

    assert get(world, "老秦", at).status_code == 404
    assert post(world, "老秦", f"{at}/judge", {"is_right": True}).status_code == 404
    said = post(world, "林静", f"{at}/judge", {"is_right": True, "seen": ""}).json()
    assert (said["verdict"], said["confidence"], said["union"]) == ("yes", 0.97, "宁海第1厂工会")
    assert post(world, "林静", f"{at}/judge", {"is_right": False, "seen": ""}).status_code == 409
    assert post(world, "林静", f"{at}/withdraw", {"seen": "yes"}).json()["verdict"] == ""
    assert LinkLabel.objects.count() == 2


def test_a_comparison_is_started_once_and_followed(world: Town) -> None:
    client = desk(make.federation("象山县总工会", territory=make.region("象山县")), Role.ADMIN)
    union = RoleGrant.objects.get(user__name="李敏").union
    assert union is not None

    assert post(world, "阿丽", "/comparisons", {"union_id": union.pk}).status_code == 404
    answer = sent(client, "/comparisons", {"union_id": union.pk})

    if answer.status_code == 200:
        assert [row["id"] for row in client.get(f"{BASE}/comparisons").json()["items"]] == [
            answer.json()["id"]
        ]
    else:
        assert (answer.status_code, MatchRun.objects.count()) == (422, 0)


def test_areas_are_made_changed_and_handed_out(world: Town, summer: None) -> None:
    village = make.region("岭口村", world.federation.territory)

    assert (
        post(world, "阿丽", "/areas", {"union_id": world.federation.pk, "name": "新片区"}).status_code == 404
    )
    assert (
        post(world, "林静", "/areas", {"union_id": world.elsewhere.pk, "name": "新片区"}).status_code == 404
    )
    made = post(world, "林静", "/areas", {"union_id": world.federation.pk, "name": "新片区"}).json()
    change = {"name": "岭口片区", "region_ids": [village.pk], "union_ids": [world.unions[0].pk]}
    changed = post(world, "林静", f"/areas/{made['id']}/change", change).json()
    hand = {"user_id": world.people["小波"].pk}
    held = post(world, "林静", f"/areas/{made['id']}/organiser", hand).json()

    assert (changed["name"], changed["unions"]) == ("岭口片区", 1)
    assert held == {
        "area_id": made["id"],
        "user_id": world.people["小波"].pk,
        "valid_from": TODAY.isoformat(),
    }
    assert (
        post(
            world, "林静", f"/areas/{made['id']}/organiser", {"user_id": world.people["老秦"].pk}
        ).status_code
        == 422
    )
    assert [row["name"] for row in get(world, "小波", "/areas").json()["items"]] == ["西店南片区", "岭口片区"]
    assert AreaAssignment.objects.filter(valid_to=None).count() == 3


def test_a_draft_of_areas_is_worked_on_published_and_taken_back(world: Town, summer: None) -> None:
    before = set(Area.objects.filter(closed_on=None).values_list("name", flat=True))
    asked = {"unions": 2, "members": 5000}

    assert post(world, "阿丽", "/area-plans", asked | {"union_id": world.federation.pk}).status_code == 404
    assert post(world, "林静", "/area-plans", {"unions": 0, "members": 1, "union_id": 1}).status_code == 422
    plan = post(world, "林静", "/area-plans", asked | {"union_id": world.federation.pk}).json()
    at = f"/area-plans/{plan['id']}"
    assert sorted(key for part in plan["parts"] for key in part["unions"]) == sorted(
        [one.pk for one in world.unions] + [world.joint.pk]
    )
    assert post(world, "老秦", f"{at}/publish").status_code == 404
    moved = plan["parts"][0]["unions"][0]
    put = post(world, "林静", f"{at}/put", {"union_ids": [moved], "part": 1}).json()
    assert moved in put["parts"][1]["unions"]
    named = post(world, "林静", f"{at}/rename", {"part": 0, "name": "东片区"}).json()
    assert (named["parts"][0]["name"], named["version"]) == ("东片区", plan["version"] + 2)
    wide = post(world, "林静", f"{at}/rework", {"unions": 50, "members": 5000, "areas": 1}).json()
    assert [len(part["unions"]) for part in wide["parts"]] == [5]
    assert post(world, "林静", f"{at}/publish").json()["state"] == "published"
    assert Area.objects.filter(closed_on=None).count() == 1
    assert post(world, "林静", f"{at}/undo").json()["state"] == "undone"
    assert set(Area.objects.filter(closed_on=None).values_list("name", flat=True)) == before
    other = post(world, "林静", "/area-plans", asked | {"union_id": world.federation.pk}).json()
    assert client_of(world, "林静").delete(f"{BASE}/area-plans/{other['id']}").json()["state"] == "discarded"
    assert [row["id"] for row in get(world, "林静", "/area-plans").json()["items"]] == [plan["id"]]
    assert AreaPlan.objects.count() == 2


def test_a_visit_is_worded_anew_and_what_it_met_is_answered(world: Town, summer: None) -> None:
    one = finding(world, version=3, state="closed", closed_because="desk")
    visit = note_visit(
        actor=world.actor("阿丽"),
        visit=noted(VisitResult.REAL, finding_id=one.pk, base_version=1, noted_at=AT - timedelta(hours=2)),
        at=AT,
    )
    at = f"/visits/{visit.client_id}"
    words = {"note": "门口已换招牌", "edited_at": (AT - timedelta(minutes=5)).isoformat()}

    assert post(world, "小波", f"{at}/note", words).status_code == 404
    assert post(world, "小波", f"{at}/answer", {"answer": "accepted"}).status_code == 404
    assert post(world, "阿丽", f"{at}/note", words | {"edited_at": "2026-07-05T02:05:00"}).status_code == 422
    assert post(world, "阿丽", f"{at}/note", words).json()["note"] == "门口已换招牌"
    said = post(world, "阿丽", f"{at}/answer", {"answer": "contested", "note": "还在开工"}).json()
    assert (said["answer"], bool(said["conflict"])) == ("contested", True)
    assert post(world, "阿丽", f"{at}/answer", {"answer": "accepted"}).status_code == 409
    assert Visit.objects.get().answer == "contested"


def test_a_target_is_taken_back_and_an_event_has_its_guests(world: Town, summer: None) -> None:
    drive = JoiningDrive.objects.create(
        code="XDTEST22", title="司机集中入会", union=world.federation, path=world.federation.path, starts_on=BEGAN,
        ends_on=date(2026, 12, 31), created_at=AT,
    )  # fmt: skip
    unit = {"union_id": world.unions[0].pk, "quantity": 20}
    client = client_of(world, "林静")

    assert get(world, "老秦", f"/drives/{drive.pk}/progress").status_code == 404
    assert post(world, "老秦", f"/drives/{drive.pk}/target", {"quantity": 100}).status_code == 404
    whole = sent(client, f"/drives/{drive.pk}/target", {"quantity": 100}).json()
    assert (whole["quantity"], whole["union_id"]) == (100, world.federation.pk)
    made = sent(client, f"/drives/{drive.pk}/targets", unit).json()
    assert sent(client, f"/targets/{made['id']}/withdraw", {"reason": " "}).status_code == 422
    assert sent(client, f"/targets/{made['id']}/withdraw", {"reason": "重复"}).status_code == 204
    assert client.get(f"{BASE}/drives/{drive.pk}/progress").json()["targets"] == [whole]
    body = {"title": "入会仪式", "held_on": "2026-07-10", "gift": "保温杯", "stock": 2}
    assert sent(client, f"/drives/{drive.pk}/events", body | {"stock": 0}).status_code == 422
    event = sent(client, f"/drives/{drive.pk}/events", body).json()
    assert [row["id"] for row in client.get(f"{BASE}/drives/{drive.pk}/events").json()["items"]] == [
        event["id"]
    ]
    member = make.member(world.unions[0])
    assert sent(client, f"/events/{event['id']}/guests", {"person_id": member.person_id}).status_code == 404
    assert client.get(f"{BASE}/events/{event['id']}/guests").json() == {"items": [], "next": None}
    assert get(world, "老秦", f"/drives/{drive.pk}/events").status_code == 404
