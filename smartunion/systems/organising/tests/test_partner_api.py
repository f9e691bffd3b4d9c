"""A platform sends people who join: each answered by itself, once, with her consent kept."""

import json
from typing import Any

import pytest
from django.test import Client

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.flows import partners
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Consent, Membership, Person
from smartunion.systems.organising.flows import partner_joiners
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


def told(plain: str, key: str) -> tuple[int, str, str]:
    """Status, outcome and message of a joiner read back."""
    answer = Client().get(
        f"/api/v1/exchange/joining/joiners/{key}", headers={"Authorization": f"Bearer {plain}"}
    )
    found = answer.json() if answer.status_code == 200 else {}
    return answer.status_code, found.get("outcome", ""), found.get("message", "")


def test_a_platform_reads_back_what_the_union_decided(here: make.World) -> None:
    plain = token_of(here, here.town.pk)
    firm = {"employer_name": here.covered.name}
    send(
        plain,
        here.town_drive.code,
        joiner(1, **firm),
        joiner(2, **firm),
        joiner(3, employer_name="老王汽修铺"),
    )
    send(plain, here.drive.code, joiner(4))
    asked = [told(plain, key) for key in ("k1", "k2", "k3", "k4")]

    first, second = CaseFile.objects.filter(state="open").order_by("pk")
    chair = make.acting(here.chair)
    casework.approve(on=casework.ActOn(first.pk, first.version, chair, make.NOW))
    casework.refuse(on=casework.ActOn(second.pk, second.version, chair, make.NOW), reason="不在本单位工作")
    waiting = Membership.objects.get(state="preparatory")
    registry.memberships.activate(
        actor=system(), membership_id=waiting.pk, union_id=here.union.pk, on=make.TODAY, at=make.NOW
    )

    assert asked == [(200, "asked", ""), (200, "asked", ""), (200, "pooled", ""), (200, "joined", "")]
    assert [told(plain, key) for key in ("k1", "k2", "k3")] == [
        (200, "joined", ""), (200, "refused", "不在本单位工作"), (200, "joined", "")
    ]  # fmt: skip


def since(plain: str, number: int, **more: int) -> tuple[list[tuple[str, str]], int]:
    """Keys and outcomes that came after a number, and the next number."""
    answer = Client().get(
        "/api/v1/exchange/joining/joiners",
        {"since": number, **more},
        headers={"Authorization": f"Bearer {plain}"},
    )
    found = answer.json()
    return [(one["key"], one["outcome"]) for one in found["items"]], found["next"]


def test_a_platform_asks_for_what_changed_since_it_last_asked(here: make.World) -> None:
    plain, other = token_of(here, here.town.pk), token_of(here, here.town.pk, "别的平台")
    firm = {"employer_name": here.covered.name}
    send(
        plain,
        here.town_drive.code,
        joiner(1, **firm),
        joiner(2, **firm),
        joiner(3, employer_name="老王汽修铺"),
    )
    send(plain, here.drive.code, joiner(4), joiner(5, mobile="12"))
    first, seen = since(plain, 0)
    quiet = since(plain, seen)

    chair = make.acting(here.chair)
    asked, withdrawn = CaseFile.objects.filter(state="open").order_by("pk")
    casework.refuse(on=casework.ActOn(asked.pk, asked.version, chair, make.NOW), reason="不在本单位工作")
    casework.approve(on=casework.ActOn(withdrawn.pk, withdrawn.version, chair, make.NOW))
    waiting = Membership.objects.get(state="preparatory")
    registry.memberships.activate(
        actor=system(), membership_id=waiting.pk, union_id=here.union.pk, on=make.TODAY, at=make.NOW
    )
    changed = [partner_joiners.refresh(at=make.NOW) for _again in range(2)]

    assert first == [("k1", "asked"), ("k2", "asked"), ("k3", "pooled"), ("k4", "joined")]
    assert quiet == ([], seen)
    assert changed == [3, 0]
    news, last = since(plain, seen)
    assert news == [("k1", "refused"), ("k2", "joined"), ("k3", "joined")]
    assert since(plain, last) == ([], last)
    assert since(plain, 0, limit=2)[0] == [("k4", "joined"), ("k1", "refused")]
    assert since(other, 0) == ([], 0)
    rows = (
        Client()
        .get("/api/v1/exchange/joining/joiners", headers={"Authorization": f"Bearer {plain}"})
        .json()["items"]
    )
    assert [one["message"] for one in rows] == ["", "不在本单位工作", "", ""]


def test_sending_again_is_no_news_unless_something_came_of_it(here: make.World) -> None:
    plain = token_of(here, here.union.pk)
    send(plain, here.drive.code, joiner(1), joiner(1))
    news, seen = since(plain, 0)

    send(plain, here.drive.code, joiner(1))

    assert news == [("k1", "joined")]
    assert since(plain, seen) == ([], seen)
    refused = Client().get("/api/v1/exchange/joining/joiners", headers={"Authorization": "Bearer sp_nothing"})
    assert refused.status_code == 401


def test_a_platform_reads_back_its_own_joiners_only(here: make.World) -> None:
    plain, other = token_of(here, here.union.pk), token_of(here, here.union.pk, "别的平台")
    send(plain, here.drive.code, joiner(1), joiner(2, mobile="12"))

    assert [told(plain, key)[0] for key in ("k1", "k2", "unknown")] == [200, 404, 404]
    assert told(other, "k1")[0] == 404
    assert told("sp_nothing", "k1")[0] == 401
