"""Drafts of areas: proposed, changed by hand, published with history, taken back; refusals that change nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows import plans
from smartunion.systems.organising.flows.plans import Asked
from smartunion.systems.organising.models import Area, AreaAssignment, AreaPlan, AreaUnion, Finding
from smartunion.systems.organising.tests.field_world import AT, BEGAN, TODAY, Town, finding, town

LATER = AT + timedelta(days=3)
LATER_DAY = date(2026, 7, 8)


@pytest.fixture
def world(db: None) -> Town:
    made = town()
    for number in range(4):
        village = make.region(f"第{number}村", made.federation.territory, lon=121.4 + number * 0.02, lat=29.4)
        union = make.union(f"第{number}村联合工会", made.federation, kind="joint", region=village)
        made.unions.append(union)
    return made


def drafted(world: Town, **asked: Any) -> AreaPlan:
    return plans.propose(
        actor=world.actor("林静"), union_id=world.federation.pk, title="", asked=Asked(**({"unions": 4, "members": 5000} | asked)),
        at=AT,
    )  # fmt: skip


def standing(world: Town, day: date = TODAY) -> dict[str, set[int]]:
    rows: dict[str, set[int]] = {}
    for name, pk in AreaUnion.objects.standing_on(day).values_list("area__name", "union_id"):
        rows.setdefault(name, set()).add(pk)
    return rows


def everything() -> list[Any]:
    tables = (Area, AreaUnion, AreaAssignment, Finding)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


def test_a_draft_holds_every_union_once_and_changes_nothing(world: Town) -> None:
    before = everything()

    plan = drafted(world)

    held = [key for part in plan.parts for key in part["unions"]]
    assert sorted(held) == sorted([union.pk for union in world.unions] + [world.joint.pk])
    assert len(plan.parts) == 3
    assert everything() == before


def test_a_union_ticked_twice_is_moved_once(world: Town) -> None:
    plan = drafted(world)
    key = plan.parts[0]["unions"][0]

    plan = plans.put(actor=world.actor("林静"), plan_id=plan.pk, union_ids=[key, key], part=1, at=AT)

    assert [key in part["unions"] for part in plan.parts] == [False, True, False]


def test_a_union_closed_since_is_left_out_of_what_is_published(world: Town) -> None:
    plan = drafted(world)
    gone, *rest = plan.parts[0]["unions"]
    TradeUnion.objects.filter(pk=gone).update(state="closed", closed_on=TODAY)

    plan = plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)

    assert plan.parts[0]["unions"] == rest
    assert gone not in {pk for keys in standing(world, LATER_DAY).values() for pk in keys}


def test_a_union_closed_since_is_in_no_area_that_is_brought_back(world: Town) -> None:
    plan = drafted(world)
    plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=AT)
    first = standing(world)
    plan = plans.rework(actor=world.actor("林静"), plan_id=drafted(world).pk, asked=Asked(20, 5000), at=LATER)
    plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)
    gone = world.unions[0]
    TradeUnion.objects.filter(pk=gone.pk).update(state="closed", closed_on=LATER_DAY)

    plans.undo(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)

    assert standing(world, LATER_DAY) == {name: keys - {gone.pk} for name, keys in first.items()}


def test_a_draft_made_before_a_union_was_founded_is_not_published(world: Town) -> None:
    plan = drafted(world)
    make.union("新建工会", world.federation)
    before = everything()

    with pytest.raises(InvalidInput, match="新建工会"):
        plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)
    assert everything() == before
    plan = plans.rework(actor=world.actor("林静"), plan_id=plan.pk, asked=Asked(4, 5000), at=LATER)

    assert plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=LATER).state == "published"


def test_areas_that_go_on_keep_their_name_and_organiser(world: Town) -> None:
    plan = plans.publish(actor=world.actor("林静"), plan_id=drafted(world).pk, at=LATER)

    names = {part["name"]: part["area"] for part in plan.parts}
    assert names["西店北片区"] == world.north.pk
    assert world.actor("阿丽", on=LATER_DAY).area_ids == (world.north.pk,)
    assert standing(world, LATER_DAY) == {part["name"]: set(part["unions"]) for part in plan.parts}
    assert standing(world, TODAY) == {
        "西店北片区": {union.pk for union in world.unions[:3]}, "西店南片区": {world.unions[3].pk},
    }  # fmt: skip


def test_findings_follow_their_village(world: Town) -> None:
    plan = drafted(world, unions=2)
    village = world.unions[-1].region
    firm = make.employer(looked_after_by=world.federation, region=village)
    one = finding(world, employer=firm, subject_key="employer:x")

    published = plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)

    one.refresh_from_db()
    area = next(part["area"] for part in published.parts if world.unions[-1].pk in part["unions"])
    assert one.area_id == area


@pytest.mark.parametrize("at", [AT, LATER], ids=["same day", "later"])
def test_taking_back_brings_areas_names_and_organisers_back(world: Town, at: Any) -> None:
    before = standing(world)
    held = world.actor("阿丽").area_ids, world.actor("小波").area_ids
    plan = drafted(world, areas=1, unions=50)
    plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=AT)
    assert len(standing(world)) == 1

    plans.undo(actor=world.actor("林静"), plan_id=plan.pk, at=at)

    day = LATER_DAY if at == LATER else TODAY
    assert standing(world, day) == before
    assert (world.actor("阿丽", on=day).area_ids, world.actor("小波", on=day).area_ids) == held
    assert standing(world, BEGAN) == before


def test_it_is_not_taken_back_over_later_changes(world: Town) -> None:
    plan = plans.publish(actor=world.actor("林静"), plan_id=drafted(world).pk, at=AT)
    AreaUnion.objects.filter(union=world.joint, valid_to=None).delete()
    before = everything()

    with pytest.raises(InvalidInput):
        plans.undo(actor=world.actor("林静"), plan_id=plan.pk, at=LATER)

    assert everything() == before
    assert AreaPlan.objects.get().state == "published"


def test_unions_put_by_hand_stay_when_it_is_divided_anew(world: Town) -> None:
    plan = drafted(world, areas=2, unions=50)
    moving = plan.parts[0]["unions"][0]

    plan = plans.put(actor=world.actor("林静"), plan_id=plan.pk, union_ids=[moving], part=1, at=AT)
    assert moving in plan.parts[1]["unions"]
    plan = plans.rework(actor=world.actor("林静"), plan_id=plan.pk, asked=Asked(40, 5000, 2), at=AT)

    assert moving in plan.parts[1]["unions"]
    held = [key for part in plan.parts for key in part["unions"]]
    assert sorted(held) == sorted([union.pk for union in world.unions] + [world.joint.pk])


def test_what_hands_overfill_is_said(world: Town) -> None:
    plan = drafted(world, areas=2, unions=5)

    plan = plans.put(
        actor=world.actor("林静"), plan_id=plan.pk, union_ids=plan.parts[0]["unions"][:2], part=1, at=AT
    )

    assert [problem["code"] for problem in plan.problems] == ["by_hand"]


def test_an_empty_area_cannot_be_published(world: Town) -> None:
    plan = drafted(world, areas=2, unions=50)
    plans.put(actor=world.actor("林静"), plan_id=plan.pk, union_ids=plan.parts[0]["unions"], part=1, at=AT)
    before = everything()

    with pytest.raises(InvalidInput):
        plans.publish(actor=world.actor("林静"), plan_id=plan.pk, at=AT)

    assert everything() == before


def test_a_county_is_divided_town_by_town(world: Town) -> None:
    make.union("深甽第一厂工会", world.elsewhere)
    county = world.federation.parent
    assert county is not None
    user = world.people["林静"]
    user.role_grants.update(union=county)

    plan = plans.propose(
        actor=world.actor("林静"), union_id=county.pk, title="", asked=Asked(50, 5000, 4), at=AT
    )

    counted = {}
    for part in plan.parts:
        counted[part["federation"]] = counted.get(part["federation"], 0) + 1
    assert counted == {world.federation.pk: 3, world.elsewhere.pk: 1}


@pytest.mark.parametrize("who", ["阿丽", "老秦"])
def test_organisers_and_strangers_design_nothing(world: Town, who: str) -> None:
    plan = drafted(world)

    with pytest.raises((NotAllowed, NotVisible)):
        plans.propose(
            actor=world.actor(who), union_id=world.federation.pk, title="", asked=Asked(50, 5000), at=AT
        )
    with pytest.raises(NotVisible):
        plans.publish(actor=world.actor(who), plan_id=plan.pk, at=AT)

    assert AreaPlan.objects.get().state == "draft"


def test_the_pages_carry_a_draft_to_its_publication(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    client = Client()
    client.force_login(world.people["林静"])

    made = client.post(
        "/desk/coverage/areas/plans/",
        {"union": world.federation.pk, "unions": 50, "members": 5000, "areas": 2},
    )
    page = client.get(made["Location"])
    assert (page.status_code, len(page.context["page"].object_list), page.context["opened"]) == (200, 2, None)
    renamed = client.post(f"{made['Location']}rename/", {"area": 0, "part": 0, "name": "沿海片区"})
    assert renamed["Location"] == f"{made['Location']}?area=0#area-0"
    wrong = client.post(f"{made['Location']}rework/", {"unions": 0, "members": 5000}, follow=True)
    assert wrong.status_code == 200
    client.post(f"{made['Location']}publish/")

    assert set(standing(world)) == {"沿海片区", AreaPlan.objects.get().parts[1]["name"]}
    assert client.get(made["Location"]).status_code == 200


def test_a_union_can_be_moved_only_within_its_town_and_many_problems_open(world: Town) -> None:
    other = make.federation("深甽镇二分会总工会", world.federation.parent, territory=make.region("深甽二镇"))
    far = [make.union(f"深甽第{number}厂工会", other) for number in range(2)]
    assert world.federation.parent is not None
    boss = User.objects.create_user("county", None, name="周县", created_at=AT)
    RoleGrant.objects.create(user=boss, role=Role.CADRE, union=world.federation.parent, valid_from=BEGAN)
    client = Client()
    client.force_login(boss)
    for union in [*world.unions, world.joint, *far]:
        make.member(union)
        make.member(union)

    answer = client.post(
        "/desk/coverage/areas/plans/",
        {"union": world.federation.parent_id, "unions": 1, "members": 1, "title": ""},
    )
    plan = AreaPlan.objects.get()
    pages = [client.get(f"{answer['Location']}?area={number}") for number in range(11)]
    offered = [len(page.context["opened"].others) for page in pages]
    assert (len(plan.parts), sorted(offered)) == (11, [1, 1] + [8] * 9)
    assert (len(pages[0].context["problems"]), len(pages[0].context["more_problems"])) == (5, 7)
    assert "另有 7 条提示" in pages[0].content.decode()


def test_a_page_of_a_draft_shows_so_many_areas_those_they_replace_and_the_unions_of_one(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.systems.organising.views.plans._AREAS", 5)
    plan = drafted(world, unions=1)
    empty = Area.objects.create(name="空片区", union=world.federation, path=world.federation.path)
    client = Client()
    client.force_login(world.people["林静"])
    address = f"/desk/coverage/areas/plans/{plan.pk}/"

    seen = [client.get(f"{address}?{asked}").context for asked in ("page=1", "page=2", "area=7", "area=99")]

    names = [part["name"] for part in plan.parts]
    assert [[load.name for load in one["page"]] for one in seen] == [
        names[:5],
        names[5:],
        names[5:],
        names[5:],
    ]
    assert [one["opened"] and one["opened"].number for one in seen] == [None, None, 7, None]
    assert [key for key, *_rest in seen[2]["opened"].unions] == plan.parts[7]["unions"]
    assert {load.name for one in seen[:2] for load in one["before"]} == {
        world.north.name,
        world.south.name,
        empty.name,
    }
    assert sum(len(one["before"]) for one in seen[:2]) == 3
