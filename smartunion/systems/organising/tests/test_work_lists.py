"""The three lists: what is found in them, in which order, and that their counts are those of the rows."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.rules import FindingState
from smartunion.systems.organising.tests.field_world import Town, finding, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Town:
    return town()


def listed(client: Client, world: Town, **given: Any) -> list[str]:
    client.force_login(world.people["林静"])
    page = client.get(reverse("coverage:list", args=["task"]), given).context["page"]
    assert page.count == len(page.lines)
    return [line.row.subject_name for line in page.lines]


def test_findings_are_found_by_name_initials_and_code(client: Client, world: Town) -> None:
    firms = {
        name: make.employer(name, looked_after_by=world.federation)
        for name in ("宁波海天机械有限公司", "宁波东方纺织有限公司", "海天物流有限公司")
    }
    for number, firm in enumerate(firms.values()):
        finding(world, employer=firm, subject_key=f"employer:{firm.pk}", score=number)
    gone = make.employer("海天餐饮有限公司", looked_after_by=world.federation)
    finding(world, employer=gone, subject_key=f"employer:{gone.pk}", state=FindingState.CLOSED)
    finding(
        world, kind="closed_union", employer=None, union=world.joint, subject_key=f"union:{world.joint.pk}"
    )

    assert listed(client, world, q="海天") == ["海天物流有限公司", "宁波海天机械有限公司"], (
        "highest score first"
    )
    assert listed(client, world, q="宁波东方") == ["宁波东方纺织有限公司"]
    assert listed(client, world, q="纺织") == ["宁波东方纺织有限公司"], "inside the name, when none begins so"
    assert listed(client, world, q=firms["海天物流有限公司"].pinyin[:4]) == ["海天物流有限公司"]
    assert listed(client, world, q=firms["宁波东方纺织有限公司"].uscc.lower()) == ["宁波东方纺织有限公司"]
    assert listed(client, world, q="西店镇沿街") == [world.joint.name]
    assert listed(client, world, q="没有的名字") == []


def test_a_list_asks_as_much_for_many_findings_as_for_one(client: Client, world: Town) -> None:
    taken = []
    for _n in range(3):
        finding(world)
        with CaptureQueriesContext(connection) as caught:
            listed(client, world, q="公司")
        taken.append(len(caught))

    assert len(set(taken[1:])) == 1
