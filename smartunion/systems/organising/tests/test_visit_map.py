"""The map of visits: shares by place and month, each number opening what it counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.systems.organising.flows.planned import keep_plans
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Area
from smartunion.systems.organising.queries.visit_map import Measure, next_month
from smartunion.systems.organising.rules import FindingState, VisitResult, WorkList
from smartunion.systems.organising.tests.field_world import AT, Town, finding, noted, town

PAGE = "/desk/coverage/visits/map/"


@pytest.fixture
def world(db: None) -> Town:
    """Four firms in the north, one in the south, one in no area. 阿丽 met somebody at one firm twice, nobody at another."""
    made = town()
    now = clock.now()
    firms = [finding(made) for _number in range(4)]
    for at, result in ((0, VisitResult.REFUSES), (0, VisitResult.REFUSES), (1, VisitResult.NOBODY)):
        note_visit(
            actor=made.actor("阿丽", on=clock.today()), at=now,
            visit=noted(result, finding_id=firms[at].pk, noted_at=now),
        )  # fmt: skip
    finding(made, made.south)
    unplaced = finding(made, work_list=WorkList.TASK)
    type(unplaced).objects.filter(pk=unplaced.pk).update(area=None)
    closed = finding(made, state=FindingState.CLOSED, closed_at=AT - timedelta(days=3000))
    assert closed.area_id == made.north.pk
    return made


def shown(client: Client, **asked: str) -> dict[str, tuple[int, int, int]]:
    page = client.get(PAGE, asked)
    return {name: (row.firms, row.reached, row.visits) for row, name, _to, _in in page.context["rows"]}


def test_shares_by_area_and_each_number_opens_its_visits(world: Town, client: Client) -> None:
    client.force_login(world.people["林静"])

    page = client.get(PAGE)

    assert shown(client) == {"西店北片区": (4, 2, 3), "西店南片区": (1, 0, 0), "未划入片区": (1, 0, 0)}
    assert [row.pct for row, *_rest in page.context["rows"]] == [50, 0, 0]
    for row, _name, to, _inside in page.context["rows"]:
        assert client.get(to).context["page"].count == row.visits
    assert client.get(page.context["total_href"]).context["page"].count == page.context["total"].visits == 3
    chart = page.context["chart"]
    assert list(chart.series[0].values) == [50, 0]
    assert chart.data["full"] == 50


def test_somebody_there_counts_firms_once(world: Town, client: Client) -> None:
    client.force_login(world.people["林静"])

    assert shown(client, of="met")["西店北片区"] == (4, 1, 2)
    to = client.get(PAGE, {"of": "met"}).context["rows"][0][2]
    assert client.get(to).context["page"].count == 2


def test_agreed_firms_are_those_that_come_back_in_the_month(world: Town, client: Client) -> None:
    day = next_month(clock.today().replace(day=1))
    finding(world, world.south, due_on=day)
    keep_plans(at=clock.now())
    client.force_login(world.people["林静"])

    asked = {"of": "planned", "month": f"{day:%Y-%m}"}

    assert shown(client, **asked)["西店南片区"] == (2, 1, 1)
    to = client.get(PAGE, asked).context["rows"][1][2]
    assert client.get(to).context["page"].count == 1


def test_a_month_before_anything_was_found_is_empty(world: Town, client: Client) -> None:
    months = Measure.VISITED.months(clock.today())
    client.force_login(world.people["林静"])

    assert len(months) == 12
    assert shown(client, month=f"{months[0]:%Y-%m}")["西店北片区"] == (0, 0, 0)
    assert client.get(PAGE, {"month": f"{months[0]:%Y-%m}"}).context["chart"] is None


def test_of_a_county_the_towns_are_the_places(world: Town, client: Client) -> None:
    county = world.federation.parent
    RoleGrant.objects.filter(user=world.people["林静"]).update(union=county, role=Role.CADRE)
    client.force_login(world.people["林静"])

    assert shown(client) == {"西店镇": (6, 2, 3), "深甽镇": (0, 0, 0)}
    inside = client.get(PAGE).context["rows"][0][3]
    deeper: Any = client.get(inside).context
    assert [name for _row, name, *_rest in deeper["rows"]] == ["西店北片区", "西店南片区", "未划入片区"]


def test_organisers_see_their_own_areas_and_strangers_none(world: Town, client: Client) -> None:
    seen = {}
    for name in ("阿丽", "小波", "老秦"):
        client.force_login(world.people[name])
        seen[name] = shown(client)
        assert client.get(PAGE, {"in": world.federation.pk}).status_code == 404
    client.logout()

    assert seen == {"阿丽": {"西店北片区": (4, 2, 3)}, "小波": {"西店南片区": (1, 0, 0)}, "老秦": {}}
    assert client.get(PAGE).status_code == 302
    assert Area.objects.count() == 2
