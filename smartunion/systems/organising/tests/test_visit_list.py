"""Visits on the desk: the weeks and the areas say what the list says, and each number opens its visits."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import AreaUnion
from smartunion.systems.organising.queries import visits as queries
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import BEGAN, Town, finding, noted, town


@pytest.fixture
def world(db: None) -> Town:
    """阿丽 was at three firms this week and the week before, 小波 at one; one comes back next week."""
    made = town()
    AreaUnion.objects.update(valid_from=BEGAN)
    now = clock.now()
    monday = now - timedelta(days=clock.today().weekday())
    for result, at in (
        (VisitResult.REAL, now), (VisitResult.NOBODY, monday - timedelta(days=3)), (VisitResult.REFUSES, monday - timedelta(days=7)),
    ):  # fmt: skip
        note_visit(
            actor=made.actor("阿丽", on=clock.today()), at=now,
            visit=noted(result, finding_id=finding(made).pk, noted_at=at, was_offline=True),
        )  # fmt: skip
    note_visit(
        actor=made.actor("小波", on=clock.today()), at=now,
        visit=noted(finding_id=finding(made, made.south).pk, noted_at=now),
    )  # fmt: skip
    finding(made, due_on=clock.today() + timedelta(days=7))
    return made


def opened(client: Client, address: str) -> int:
    return int(client.get(address).context["page"].count)


def test_each_number_opens_what_it_counts(world: Town, client: Client) -> None:
    client.force_login(world.people["林静"])

    page = client.get("/desk/coverage/visits/")

    weeks, stats = page.context["chart"], page.context["stats"]
    assert {name: number for name, (number, _to) in stats.items()} == {
        "all": 4,
        "met": 3,
        "nobody": 1,
        "due": 1,
    }
    assert [opened(client, to) for _number, to in stats.values()] == [4, 3, 1, 1]
    sums = [sum(values) for values in zip(*(one.values for one in weeks.series), strict=True)]
    assert sums[-6:-4] == [2, 2]
    assert [opened(client, to) for to in weeks.links] == sums
    rows = {one.name: (one, to) for one, to in page.context["rows"]}
    one, to = rows["西店北片区"]
    assert (one.organiser, one.visits, one.met, one.nobody) == ("阿丽", 3, 2, 1)
    assert [opened(client, to[key]) for key in ("all", "met", "nobody", "planned", "owed")] == [
        3, 2, 1, one.planned, one.owed,
    ]  # fmt: skip


def test_narrowed_to_an_area_the_weeks_are_that_areas(world: Town, client: Client) -> None:
    client.force_login(world.people["林静"])

    page = client.get(f"/desk/coverage/visits/?area={world.south.pk}")

    assert [number for number, _to in page.context["stats"].values()] == [1, 1, 0, 0]


def test_organisers_see_their_own_areas_visits_and_strangers_none(world: Town, client: Client) -> None:
    seen: dict[str, Any] = {}
    for name in ("阿丽", "小波", "老秦"):
        client.force_login(world.people[name])
        seen[name] = client.get("/desk/coverage/visits/").context["stats"]["all"][0]
    client.logout()

    assert seen == {"阿丽": 3, "小波": 1, "老秦": 0}
    assert client.get("/desk/coverage/visits/").status_code == 302
    assert queries.visits_for(world.actor("老秦", on=clock.today())).count() == 0


def test_an_area_beyond_those_offered_is_found_by_its_number(
    world: Town, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.systems.organising.unit_filter._OFFERED", 0)
    client.force_login(world.people["林静"])
    assert opened(client, f"/desk/coverage/visits/?area={world.south.pk}") == 1
    assert opened(client, f"{reverse('coverage:list', args=['work'])}?area={world.south.pk}") == 1
    client.force_login(world.people["小波"])
    assert opened(client, f"/desk/coverage/visits/?area={world.north.pk}") == 0, "not hers to name"
