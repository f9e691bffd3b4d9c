"""Pages of the parameters, tried by administrator, cadre, worker and nobody."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from smartunion.ground.policies.models import PolicyValue

pytestmark = pytest.mark.django_db
KEY = "test.silence_days"
GIVEN = {
    "place": "*", "value": "20", "valid_from": "2026-05-01", "valid_to": "", "source": "市总办〔2026〕4号",
}  # fmt: skip


@pytest.fixture
def operator(make_user: Any, signed_in: Any) -> Client:
    return signed_in(make_user("chen", "operator"))  # type: ignore[no-any-return]


def test_the_page_says_what_held_on_a_day_and_why(operator: Client) -> None:
    operator.post(f"/desk/policies/{KEY}/enter/", GIVEN)

    before = operator.get(f"/desk/policies/{KEY}/", {"place": "*", "on": "2026-04-30"}).content.decode()
    after = operator.get(f"/desk/policies/{KEY}/", {"place": "*", "on": "2026-05-03"}).content.decode()

    assert "15 天" in before
    assert "尚未施行" in before
    assert "市总办〔2026〕4号" in after
    assert "执行中" in after


def test_a_wrong_value_is_refused_beside_its_field_and_stores_nothing(operator: Client) -> None:
    for changes in (
        {"value": "很多"},
        {"source": " "},
        {"valid_from": "昨天"},
        {"valid_to": "2026-04-01"},
        {"place": "9/"},
    ):
        answer = operator.post(f"/desk/policies/{KEY}/enter/", GIVEN | changes)
        assert answer.status_code == 422

    assert (
        "这不是数字"
        in operator.post(f"/desk/policies/{KEY}/enter/", GIVEN | {"value": "很多"}).content.decode()
    )
    assert not PolicyValue.objects.exists()


def test_withdrawing_needs_a_reason(operator: Client) -> None:
    operator.post(f"/desk/policies/{KEY}/enter/", GIVEN)
    row = PolicyValue.objects.get()

    assert operator.post(f"/desk/policies/values/{row.pk}/withdraw/", {"reason": ""}).status_code == 422
    row.refresh_from_db()
    assert row.withdrawn_at is None
    assert operator.post(f"/desk/policies/values/{row.pk}/withdraw/", {"reason": "录错了"}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_reason == "录错了"


def test_the_export_holds_every_parameter(operator: Client) -> None:
    operator.post(f"/desk/policies/{KEY}/enter/", GIVEN)

    found = json.loads(operator.get("/desk/policies/export.json", {"place": "*", "on": "2026-05-03"}).content)

    by_key = {one["key"]: one for one in found["parameters"]}
    assert (by_key[KEY]["value"], by_key[KEY]["valid_from"], by_key[KEY]["set_for"]["name"]) == (
        20,
        "2026-05-01",
        "全部范围",
    )
    assert by_key["notices.quiet_from"]["value"] == "21:30"


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [("cadre", 200, 404), ("", 404, 404), ("organiser", 200, 404), ("operator", 200, 302)],
)
def test_everybody_on_the_desk_reads_and_few_write(
    make_user: Any, signed_in: Any, role: str, read: int, write: int
) -> None:
    client = signed_in(make_user("somebody", role))

    assert client.get("/desk/policies/").status_code == read
    assert client.get(f"/desk/policies/{KEY}/").status_code == read
    assert client.post(f"/desk/policies/{KEY}/enter/", GIVEN).status_code == write
    assert PolicyValue.objects.exists() == (write == 302)


def test_nobody_is_asked_to_sign_in() -> None:
    assert Client().get("/desk/policies/").status_code == 302
    assert Client().post(f"/desk/policies/{KEY}/enter/", GIVEN).status_code == 401


@pytest.mark.parametrize("query", [{"on": "x"}, {"place": "7/"}, {"on": "0000-00-00"}])
def test_an_address_that_cannot_be_is_said_so(operator: Client, query: dict[str, str]) -> None:
    assert operator.get("/desk/policies/", query).status_code == 422
    assert operator.get("/desk/policies/no.such/").status_code == 404


def test_the_overview_costs_few_queries(operator: Client, django_assert_max_num_queries: Any) -> None:
    for day in range(1, 9):
        operator.post(f"/desk/policies/{KEY}/enter/", GIVEN | {"valid_from": date(2026, 5, day).isoformat()})

    with django_assert_max_num_queries(11):
        operator.get("/desk/policies/")
