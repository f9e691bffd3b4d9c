"""Joining, cards and codes over the API."""

from typing import Any

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.ground.accounts.models import PhoneCode
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Membership
from smartunion.systems.organising.queries import cards
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
BASE = "/api/v1/joining"


@pytest.fixture
def here(settings: Any) -> make.World:
    settings.DEMO = True  # the code of the text message is in the answer
    return make.world()


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def application(here: make.World, number: int = 1, **changes: Any) -> dict[str, Any]:
    form = make.form(number)
    sent = post(Client(), "/phone-codes", {"mobile": form.mobile}).json()
    values = {
        "code": here.drive.code, "client_id": str(form.client_id), "name": form.name, "id_number": form.id_number,
        "mobile": form.mobile, "phone_code": sent["shown"], "agreed": ["membership", "identity_number"],
    }  # fmt: skip
    return values | changes


def test_joining_by_api(here: make.World) -> None:
    assert Client().get(f"{BASE}/codes/{here.drive.code}").json()["union"] == here.union.name
    assert Client().get(f"{BASE}/codes/NOSUCHCD").status_code == 404

    body = application(here)
    wrong = post(Client(), "/applications", body | {"phone_code": "000000"})
    answer = post(Client(), "/applications", body)

    assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
    assert answer.json() == {
        "outcome": "joined",
        "union": here.union.name,
        "reference": answer.json()["reference"],
    }
    assert Membership.objects.get().union_id == here.union.pk
    assert PhoneCode.objects.exclude(used_at=None).count() == 1
    reused = post(Client(), "/applications", body)
    assert reused.status_code == 422


def test_card_and_check_by_api(here: make.World) -> None:
    post(Client(), "/applications", application(here))
    spell = Membership.objects.select_related("person__user").get()
    member, station = browser(spell.person.user), browser(make.staff("驿站", Role.STATION, here.town))

    card = member.get(f"{BASE}/card").json()
    seen = post(station, "/card-checks", {"number": card["number"]}).json()

    assert seen == {
        "name": "李*",
        "union": here.union.name,
        "state": "active",
        "since": clock.today().isoformat(),
        "is_member": True,
    }
    assert post(station, "/card-checks", {"token": cards.shown(spell, clock.now()).token}).status_code == 200
    assert post(member, "/card-checks", {"number": card["number"]}).status_code == 404
    assert browser(here.chair).get(f"{BASE}/card").status_code == 404


def test_codes_by_api(here: make.World) -> None:
    chair, member = browser(here.chair), browser(make.staff("阿丽", Role.STATION, here.town))
    body = {"union_id": here.union.pk, "title": "春季", "starts_on": clock.today().isoformat()}

    made = post(chair, "/drives", body).json()

    assert made["joined"] == 0
    assert chair.get(f"{BASE}/drives").json()[0]["code"] == made["code"]
    assert post(chair, f"/drives/{made['id']}/close", {"reason": "换码"}).json()["is_closed"]
    assert post(chair, "/drives", body | {"union_id": here.other.pk}).status_code == 404
    assert member.get(f"{BASE}/drives").status_code == 404
    assert post(Client(), "/drives", body).status_code == 401
