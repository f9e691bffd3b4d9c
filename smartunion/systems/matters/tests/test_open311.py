"""Open311: services, requests out without anybody's name or words, requests in with a key, errors as specified."""

import json
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.files.exif import Spot
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, World, acting
from smartunion.ground.accounts.flows.tokens import create_token
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.systems.matters.flows import hazards as flows
from smartunion.systems.matters.models import Hazard, HazardReporter
from smartunion.systems.matters.open311 import body
from smartunion.systems.matters.services import MATTER
from smartunion.systems.matters.tests.test_hazards import officer_of, on, taken
from smartunion.systems.matters.views import open311

BASE = "/open311/v2"


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    make.published(MATTER)
    return make.world()


def key_of(who: User) -> str:
    _row, token = create_token(actor=acting(who), name="城管平台", days=90, at=NOW)
    return token


def got(address: str, **asked: str) -> tuple[int, Any]:
    answer = Client().get(f"{BASE}/{address}", asked)
    return answer.status_code, json.loads(answer.content)


def sent(**values: str) -> tuple[int, Any]:
    answer = Client().post(f"{BASE}/requests.json", values)
    return answer.status_code, json.loads(answer.content)


def test_services_are_the_kinds_of_hazards_and_matters(here: World) -> None:
    status, rows = got("services.json")

    assert status == 200
    assert len(rows) == 9 + 12
    assert rows[0] == {
        "service_code": "hazard.machine", "service_name": "机械防护", "description": "", "metadata": False,
        "type": "realtime", "keywords": "", "group": "安全隐患",
    }  # fmt: skip
    outer = fromstring(Client().get(f"{BASE}/services.xml").content)
    assert (outer.tag, outer[0].tag, outer[0].findtext("metadata"), len(outer)) == (
        "services",
        "service",
        "false",
        21,
    )


def test_hazards_go_out_without_the_words_until_the_intake_has_looked(here: World) -> None:
    hazard = taken(here, spot=Spot(121.4321, 29.2988), about="老王没戴安全帽")

    _status, rows = got("requests.json")
    assert [(row["service_request_id"], row["status"], row["description"]) for row in rows] == [
        (hazard.reference, "open", "")
    ]
    assert (rows[0]["lat"], rows[0]["long"], rows[0]["agency_responsible"]) == (
        29.2988,
        121.4321,
        here.grassroots.name,
    )
    assert "阿丽" not in json.dumps(rows, ensure_ascii=False)
    guard = officer_of(here)
    flows.assign(on=on(hazard, here.xiaobo), data=flows.Order(level="general", officer_id=guard.pk))
    assert got(f"requests/{hazard.reference}.json")[1][0]["description"] == "老王没戴安全帽"


def test_the_period_state_and_kind_narrow_the_list(here: World) -> None:
    first = taken(here)
    flows.refuse(on=on(first, here.xiaobo), reason="不是隐患")
    second = flows.report(actor=acting(here.ali), at=NOW - timedelta(days=100), data=flows.Told(
        client_id=Hazard().client_id, kind="fire", about="堵住了出口", at_work=True))  # fmt: skip

    assert [row["service_request_id"] for row in got("requests.json", status="closed")[1]] == [
        first.reference
    ]
    assert got("requests.json", status="open")[1] == []
    old = got("requests.json", service_code="hazard.fire", start_date=(NOW - timedelta(days=101)).isoformat())
    assert [row["service_request_id"] for row in old[1]] == [second.reference]
    assert got("requests.json", service_code="matter.wages")[1] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"status": "x"}, "status is open or closed."), ({"start_date": "gestern"}, "start_date is no date"),
     ({"end_date": "2026-03-02T00:00:00"}, "end_date needs a time zone")],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_answered_as_specified(
    here: World, asked: dict[str, str], words: str
) -> None:
    status, rows = got("requests.json", **asked)

    assert (status, rows[0]["code"]) == (400, 400)
    assert rows[0]["description"].startswith(words)


def test_a_hazard_comes_in_once_a_day_with_its_place_and_without_a_reporter(here: World) -> None:
    given_ = {
        "api_key": key_of(here.stranger), "service_code": "hazard.fire", "description": "楼道堆满纸箱", "address_id": "330226100",
        "lat": "29.2988", "long": "121.4321", "address_string": "兴宁路 8 号", "first_name": "强", "last_name": "李",
    }  # fmt: skip

    status, rows = sent(**given_)
    again = sent(**given_)[1]

    hazard = Hazard.objects.get()
    assert (status, rows[0]["service_request_id"], again) == (201, hazard.reference, rows)
    assert (hazard.union, hazard.source, hazard.lat, hazard.place) == (
        here.town,
        "open311",
        29.2988,
        "兴宁路 8 号",
    )
    assert not HazardReporter.objects.exists()


def test_a_matter_comes_in_to_the_union_of_the_place_and_is_told_by_reference_only(here: World) -> None:
    portal = make.user("城管平台", role=Role.STATION, at=here.county)
    status, rows = sent(api_key=key_of(portal), service_code="matter.wages", description="三个月没发工资", address_id="330226100",
                        last_name="李", first_name="强", phone="13900001111")  # fmt: skip

    case = CaseFile.objects.get()
    assert (status, rows[0]["service_request_id"], case.path) == (201, case.reference, here.town.path)
    _status, told = got(f"requests/{case.reference}.json")
    assert (told[0]["status"], told[0]["service_code"], told[0]["description"]) == (
        "open",
        "matter.wages",
        "",
    )
    text = json.dumps([told, got("requests.json")[1]], ensure_ascii=False)
    assert not any(secret in text for secret in ("李", "13900001111", "三个月"))
    assert got("requests.json")[1] == []


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"api_key": "falsch"}, 403, "api_key"),
        ({"api_key": ""}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code was not provided."),
        ({"service_code": "pothole"}, 404, "service_code was not found."),
        ({"address_id": ""}, 400, "No place"),
        ({"lat": "99"}, 400, "lat lies outside"),
        ({"description": ""}, 400, "description was not provided."),
    ],
)
def test_what_is_missing_is_said_in_the_error_body_and_leaves_nothing(
    here: World, values: dict[str, str], code: int, words: str
) -> None:
    good = {
        "api_key": key_of(here.stranger),
        "service_code": "hazard.fire",
        "description": "楼道堆满",
        "address_id": "330226100",
    }

    status, rows = sent(**(good | values))

    assert (status, rows[0]["code"]) == (code, code)
    assert rows[0]["description"].startswith(words)
    assert not Hazard.objects.exists()


def test_unknown_ids_and_services_are_404_in_xml_too(here: World) -> None:
    for address in ("requests/X.xml", "services/x.xml"):
        answer = Client().get(f"{BASE}/{address}")
        assert (answer.status_code, fromstring(answer.content)[0].findtext("code")) == (404, "404")


def test_too_many_calls_are_told_when_to_come_again(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open311, "PER_NETWORK", open311.Limit(2, timedelta(minutes=10)))

    answers = [Client().get(f"{BASE}/services.json") for _call in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"].isdigit()


@given(text=st.text(max_size=40))
@pytest.mark.once
def test_any_text_makes_xml_that_can_be_read(text: str) -> None:
    found = fromstring(
        body("service_requests", [{"description": text}], "xml").encode("utf-8", "surrogatepass")
    )

    assert found[0][0].tag == "description"
