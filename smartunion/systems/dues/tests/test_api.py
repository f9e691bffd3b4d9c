"""Contributions over the API: under the rights of the desk, with the same numbers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from smartunion.ground.accounts.models import User
from smartunion.systems.dues.flows import payments
from smartunion.systems.dues.models import Reminder
from smartunion.systems.dues.tests.world import AT, CODES, Place, extract, place, row

API = "/api/v1/dues"


@pytest.fixture
def there(db: None) -> Place:
    """恒达物流 owes 200 yuan of its first quarter, 晨光文具 pays the preparatory fund."""
    made = place()
    extract(
        made.county, row("宁海恒达物流有限公司", 202607, 30_000, tax_code=CODES[0], due=50_000),
        row("宁海晨光文具有限公司", 202607, 10_000, due=10_000, item="建会筹备金"), row("没有这家", 202607, 5),
    )  # fmt: skip
    payments.renew(at=AT)
    payments.count(at=AT)
    return made


def get(user: User, path: str, **given: Any) -> Any:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client.get(f"{API}{path}", given)


def post(user: User, path: str, **body: Any) -> Any:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client.post(f"{API}{path}", body, content_type="application/json")


def test_standings_are_those_of_the_desk(there: Place) -> None:
    found = get(there.cadre, "/standings").json()
    behind = get(there.cadre, "/standings", standing="behind").json()["items"]

    assert [one["name"] for one in found["items"]] == ["宁海恒达物流有限公司", "宁海晨光文具有限公司"]
    assert found["next"] is None
    assert [(one["employer_id"], Decimal(one["owed_yuan"])) for one in behind] == [
        (there.covered.pk, Decimal(200))
    ]
    assert behind[0]["union_ids"] == [there.union.pk]
    assert get(there.stranger, "/standings").json()["items"] == []
    assert get(there.chair, "/standings").status_code == 404


def test_one_employer_for_its_territory_and_for_its_chair(there: Place) -> None:
    for user in (there.cadre, there.chair):
        found = get(user, f"/standings/{there.covered.pk}").json()
        assert [
            (one["period_from"], Decimal(one["missing_yuan"]), one["counts"]) for one in found["periods"]
        ] == [("2026-07-01", Decimal(200), True)]
    assert get(there.chair, f"/standings/{there.bare.pk}").status_code == 404
    assert get(there.stranger, f"/standings/{there.covered.pk}").status_code == 404


def test_letters_are_written_listed_printed_and_taken_back(there: Place) -> None:
    refused = post(there.cadre, f"/standings/{there.bare.pk}/letters")
    made = post(there.cadre, f"/standings/{there.covered.pk}/letters", kind="reminder")
    again = post(there.cadre, f"/standings/{there.covered.pk}/letters", kind="reminder")
    letter = made.json()["id"]

    assert (made.status_code, refused.status_code, again.status_code) == (201, 422, 422)
    assert Reminder.objects.count() == 1
    assert [one["id"] for one in get(there.cadre, "/letters", state="open").json()["items"]] == [letter]
    assert get(there.cadre, f"/letters/{letter}.pdf")["Content-Type"] == "application/pdf"
    for path, body in ((f"/letters/{letter}/withdraw", {"reason": "已说明"}),):
        assert post(there.stranger, path, **body).status_code == 404
        assert post(there.cadre, path, **body).json()["state"] == "withdrawn"
    assert get(there.cadre, "/letters", state="open").json()["items"] == []
    assert get(there.stranger, f"/letters/{letter}.pdf").status_code == 404


def test_extracts_say_what_was_read(there: Place) -> None:
    (found,) = get(there.cadre, "/extracts").json()["items"]

    assert (found["rows"], found["unknown"], found["as_of"]) == (3, 1, f"{date(2026, 10, 10)}")
    assert get(there.stranger, "/extracts").json()["items"] == []
