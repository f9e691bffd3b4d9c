"""The API does what the pages do, and tells nobody who told of a hazard."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW
from smartunion.ground.accounts.models import User
from smartunion.systems.matters.models import Demand, Hazard
from smartunion.systems.matters.tests.matters_world import asked
from smartunion.systems.matters.tests.test_hazards import HERE, officer_of, shot
from smartunion.systems.matters.tests.test_wishes import shown

pytestmark = pytest.mark.django_db
BASE = "/api/v1/matters"


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)


def call(who: User | None, method: str, address: str, **body: Any) -> tuple[int, Any]:
    client = Client()
    if who is not None:
        client.force_login(who)
    data = json.dumps(body) if method == "post" else None
    answer = client.generic(method.upper(), f"{BASE}{address}", data or "", content_type="application/json")
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_a_hazard_goes_its_whole_way_and_the_office_never_reads_who_sent_it() -> None:
    here = make.world()
    guard = officer_of(here)
    picture = base64.b64encode(shot(HERE)).decode()
    sent = {"client_id": str(uuid4()), "kind": "machine", "at_work": True, "photos": [picture]}

    status, made = call(here.ali, "post", "/hazards", **sent)
    _status, again = call(here.ali, "post", "/hazards", **sent)
    assert (status, made["lon"], again["id"], Hazard.objects.count()) == (200, 121.4321, made["id"], 1)

    own = f"/hazards/{made['id']}"
    steps = [
        (here.xiaobo, "assign", {"level": "general", "officer_id": guard.pk, "note": "装回"}, "assigned"),
        (guard, "rectify", {"note": "好了", "photos": [picture]}, "rectified"),
        (here.xiaobo, "check", {"is_right": True, "note": "看过"}, "closed"),
    ]
    version = made["version"]
    for who, act, body, state in steps:
        status, now = call(who, "post", f"{own}/{act}", version=version, **body)
        assert (status, now["state"]) == (200, state), act
        version = now["version"]
    _status, listed = call(here.town_cadre, "get", "/hazards?state=closed")
    assert [row["id"] for row in listed["items"]] == [made["id"]]
    assert "阿丽" not in json.dumps(listed, ensure_ascii=False)
    assert call(here.stranger, "get", own)[0] == 404
    assert [row["id"] for row in call(here.ali, "get", "/hazards/mine")[1]["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"photos": ["???"]}, "photos"),
        ({"kind": "x"}, "kind"),
        ({"at_work": False, "about": "出口被堵"}, "region"),
    ],
)
def test_refusals_name_the_field(body: dict[str, Any], field: str) -> None:
    here = make.world()
    good: dict[str, Any] = {
        "client_id": str(uuid4()),
        "kind": "fire",
        "at_work": True,
        "about": "出口被堵住了",
    }

    status, problem = call(here.ali, "post", "/hazards", **(good | body))

    assert (status, problem["field"], Hazard.objects.count()) == (422, field, 0)


def test_demands_are_gathered_taken_and_listed() -> None:
    made = asked()
    who = made.here.town_cadre

    status, demand = call(
        who, "post", "/demands", title="暑托班", text="办班", cases=[case.pk for case in made.care]
    )
    _status, taken = call(who, "post", f"/demands/{demand['id']}/take", text="定教室", due_on="2026-07-01")

    assert (status, demand["matters"], taken["state"], taken["due_on"]) == (200, 3, "taken", "2026-07-01")
    assert [row["id"] for row in call(who, "get", "/demands?state=taken")[1]["items"]] == [
        Demand.objects.get().pk
    ]
    assert call(made.workers[0], "get", "/demands")[1]["items"] == []


def test_the_wish_board_is_open_and_taking_up_needs_somebody() -> None:
    made = asked()
    wish = shown(made)

    status, board = call(None, "get", "/wishes")
    assert (status, [row["title"] for row in board["items"]]) == (200, [wish.title])
    assert call(None, "post", f"/wishes/{wish.pk}/claim", client_id=str(uuid4()))[0] == 401
    assert call(made.workers[0], "post", f"/wishes/{wish.pk}/claim", client_id=str(uuid4()))[0] == 204
    assert call(None, "get", "/wishes")[1]["items"] == []
