"""A platform sends people who join: each answered by itself, once, with her consent kept."""

import json
from typing import Any

import pytest
from django.test import Client

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.accounts.flows import partners
from smartunion.ground.registry.models import Consent, Membership, Person
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> make.World:
    from smartunion.core import clock

    monkeypatch.setattr(clock, "now", lambda: make.NOW)
    monkeypatch.setattr(clock, "today", lambda: make.TODAY)
    return make.world()


def token_of(here: make.World, union_id: int, name: str = "满程物流") -> str:
    boss = system()
    made = partners.add_partner(actor=boss, union_id=union_id, name=name, purpose="司机入会", at=make.NOW)
    return partners.issue_token(
        actor=boss, partner_id=made.pk, name="t", scopes=["joins.send"], days=30, at=make.NOW
    )[1]


def joiner(number: int, **more: Any) -> dict[str, Any]:
    form = make.form(number)
    consent = {
        "purposes": ["membership", "identity_number"],
        "text_version": "P-1",
        "given_at": "2026-03-01T09:00:00+08:00",
    }
    return {
        "key": f"k{number}", "name": form.name, "id_number": form.id_number, "mobile": form.mobile,
        "employer_name": form.employer_name, "consent": consent,
    } | more  # fmt: skip


def send(plain: str, code: str, *people: dict[str, Any]) -> Any:
    return Client().post(
        "/api/v1/exchange/joining/joiners", json.dumps({"code": code, "joiners": people}),
        content_type="application/json", headers={"Authorization": f"Bearer {plain}"},
    )  # fmt: skip


def test_each_is_answered_by_itself_and_sending_again_joins_nobody_twice(here: make.World) -> None:
    plain = token_of(here, here.union.pk)
    people = [
        joiner(1),
        joiner(2, mobile="12"),
        joiner(3, consent=joiner(3)["consent"] | {"purposes": ["membership"]}),
    ]

    first, second = send(plain, here.drive.code, *people), send(plain, here.drive.code, *people)

    found = first.json()
    assert [one["key"] for one in found] == ["k1", "k2", "k3"]
    assert [(one["outcome"], one["field"]) for one in found] == [
        ("joined", ""),
        ("", "mobile"),
        ("", "agree_identity_number"),
    ]
    assert (Person.objects.count(), Membership.objects.count(), Consent.objects.count()) == (1, 1, 2)
    assert second.json()[0] == found[0]
    kept = AuditEvent.objects.filter(event="organising.joined_by_partner").first()
    assert kept is not None
    assert (kept.actor_name, kept.data["consent"]) == ("满程物流", "P-1")


def test_a_member_already_is_only_known_to_the_platform(here: make.World) -> None:
    plain = token_of(here, here.union.pk)
    send(plain, here.drive.code, joiner(1))

    again = send(plain, here.drive.code, joiner(1, key="another")).json()

    assert (again[0]["outcome"], again[0]["reference"]) == ("known", "")
    assert Membership.objects.count() == 1


def test_a_partner_uses_codes_of_its_own_union_only(here: make.World) -> None:
    refused = send(token_of(here, here.other.pk, "别的平台"), here.drive.code, joiner(1))

    assert (refused.status_code, Person.objects.count()) == (404, 0)


def test_nobody_joins_without_a_token_of_that_scope(here: make.World) -> None:
    assert send("sp_nothing", here.drive.code, joiner(1)).status_code == 401
    assert Person.objects.count() == 0
