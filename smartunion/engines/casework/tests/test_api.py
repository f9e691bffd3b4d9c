"""The service hall over the API: the same rights and refusals as the pages."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.engines.casework.definition import Route
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.models import User

pytestmark = pytest.mark.django_db
BASE = "/api/v1/casework"
GOOD = {"kind": "goods", "about": "想要一把遮阳伞", "people": 12}


@pytest.fixture
def town() -> make.World:
    made = make.world()
    make.published(
        replace(
            WISH,
            steps=(replace(WISH.steps[0], route=Route.OWN_UNION, roles=("cadre", "chair")), WISH.steps[1]),
        )
    )
    return made


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def test_from_catalogue_to_result(town: make.World) -> None:
    ali, chair = client_of(town.ali), client_of(town.xiaobo)
    assert [one["key"] for one in Client().get(f"{BASE}/services", {"q": "心愿"}).json()] == ["wish"]
    assert Client().get(f"{BASE}/services/wish").json()["definition"]["steps"][0]["key"] == "accept"
    key = str(uuid4())

    sent = post(ali, "/cases", {"service": "wish", "client_id": key, "answers": GOOD})
    again = post(ali, "/cases", {"service": "wish", "client_id": key, "answers": GOOD})

    case = sent.json()
    assert (sent.status_code, case["state"], case["acts"]) == (200, "open", ["urge", "note", "withdraw"])
    assert (
        post(ali, f"/cases/{case['id']}/urge", {"version": case["version"]}).json()["code"] == "stale_state"
    )
    assert again.json()["id"] == case["id"]
    assert [one["id"] for one in chair.get(f"{BASE}/queue").json()["items"]] == [case["id"]]
    step = post(chair, f"/cases/{case['id']}/approve", {"version": case["version"]}).json()
    stale = post(
        chair, f"/cases/{case['id']}/approve", {"version": case["version"], "values": {"done": "好"}}
    )
    done = post(
        chair, f"/cases/{case['id']}/approve", {"version": step["version"], "values": {"done": "已送到"}}
    ).json()
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_state")
    assert (done["state"], done["step"]) == ("approved", "")
    assert [one["title"] for one in ali.get(f"{BASE}/cases").json()["items"]] == ["微心愿：物品"]


def test_refusals_name_every_field(town: make.World) -> None:
    refused = post(
        client_of(town.ali),
        "/cases",
        {"service": "wish", "client_id": str(uuid4()), "answers": {"people": 0}},
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "answers_refused")
    assert CaseFile.objects.get().state == "draft"


def test_others_are_told_nothing(town: make.World) -> None:
    case = post(
        client_of(town.ali), "/cases", {"service": "wish", "client_id": str(uuid4()), "answers": GOOD}
    ).json()

    for user, code in ((None, 401), (town.stranger, 404)):
        client = client_of(user)
        assert client.get(f"{BASE}/cases/{case['id']}").status_code == code
        assert post(client, f"/cases/{case['id']}/approve", {"version": case["version"]}).status_code == code
    assert client_of(town.ali).get(f"{BASE}/queue").status_code == 404
    assert (
        post(client_of(town.ali), f"/cases/{case['id']}/approve", {"version": case["version"]}).status_code
        == 403
    )
    assert (
        post(client_of(town.ali), f"/cases/{case['id']}/submit", {"version": case["version"]}).status_code
        == 403
    )
    assert post(client_of(town.ali), f"/cases/{case['id']}/explode", {"version": 1}).status_code == 422
    assert CaseFile.objects.get().version == case["version"]
