"""Posts over the API: listed as of a day, ended within the term, taken back, by-elected; refusals that change nothing."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from smartunion.core.audit.models import AuditEvent
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Officer, TradeUnion
from smartunion.ground.registry.rules import Organ
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_posts import ON, Committee

pytestmark = pytest.mark.django_db
BASE = "/api/v1/registry/posts"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: make.AT)


def signed_in(union: TradeUnion, role: str = "cadre") -> Client:
    user = User.objects.create_user(f"{role}-{union.pk}", None, name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def test_a_post_is_ended_and_the_ending_taken_back() -> None:
    it = Committee()
    client, post = signed_in(it.union), it.post("林副")
    ending = {"on": ON.isoformat(), "reason": "resigned", "note": "个人申请"}

    assert sent(signed_in(it.who.elsewhere), f"/{post.pk}/end", ending).status_code == 404
    assert sent(signed_in(it.union, "inspector"), f"/{post.pk}/end", ending).status_code == 403
    assert sent(client, f"/{post.pk}/end", ending | {"reason": "tired"}).status_code == 422
    assert Officer.objects.filter(left_on=None).count() == 5
    ended = sent(client, f"/{post.pk}/end", ending).json()
    assert (ended["name"], ended["left_on"], ended["end_reason"]) == ("林副", ON.isoformat(), "resigned")
    assert sent(client, f"/{post.pk}/end", ending).status_code == 409
    assert sent(client, f"/{post.pk}/take-back", {"reason": ""}).status_code == 422
    assert sent(client, f"/{post.pk}/take-back", {"reason": "录错了人"}).json()["left_on"] is None
    assert sent(client, f"/{post.pk}/take-back", {"reason": "录错了人"}).status_code == 409


def test_somebody_is_by_elected_and_the_list_knows_every_day() -> None:
    it = Committee()
    client = signed_in(it.union)
    it.end("陈主席")
    votes = {"due_count": 3, "present_count": 3, "votes": 2}
    election = {"organ": "committee", "post": "chair", "name": "林副", "on": "2026-10-01", **votes}

    assert sent(client, f"/unions/{it.union.pk}", election | {"name": "查无此人"}).status_code == 422
    assert sent(client, f"/unions/{it.union.pk}", election | {"votes": 1}).status_code == 422
    assert sent(client, f"/unions/{it.who.elsewhere.pk}", election).status_code == 404
    made = sent(client, f"/unions/{it.union.pk}", election).json()

    assert (made["name"], made["post"], made["begins"]) == ("林副", "chair", "2026-10-01")
    held = client.get(f"{BASE}/", {"union": it.union.pk}).json()["items"]
    assert [(row["organ"], row["post"], row["name"]) for row in held if row["post"] == "chair"] == [
        ("audit", "chair", "钱会计"), ("women", "chair", "陈主席"), ("committee", "chair", "林副"),
    ]  # fmt: skip
    before = client.get(f"{BASE}/", {"union": it.union.pk, "as_of": "2026-08-01"}).json()["items"]
    assert ("committee", "陈主席") in {(row["organ"], row["name"]) for row in before}
    first = client.get(f"{BASE}/", {"union": it.union.pk, "history": "true", "limit": 4}).json()
    rest = client.get(f"{BASE}/", {"union": it.union.pk, "history": "true", "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)


def test_who_holds_a_nameless_post_is_said_by_the_end_of_her_phone() -> None:
    it = Committee()
    client, post = signed_in(it.union), it.post("周委员")
    Officer.objects.filter(pk=post.pk).update(person=None)
    tail = it.plain.person.mobile_tail

    assert (
        sent(client, f"/{post.pk}/holder", {"phone_tail": "0000" if tail != "0000" else "1111"}).status_code
        == 422
    )
    assert Officer.objects.get(pk=post.pk).person_id is None
    assert sent(client, f"/{post.pk}/holder", {"phone_tail": tail}).json()["person_id"] == it.plain.person_id
    assert client.get(f"{BASE}/{post.pk}").json()["organ"] == Organ.COMMITTEE.value
    assert signed_in(it.who.elsewhere).get(f"{BASE}/{post.pk}").status_code == 404


def test_a_chair_is_full_time_where_those_covered_are_many_enough() -> None:
    it = Committee()
    client, chair = signed_in(it.union), it.post("陈主席")
    small, large = (
        make.employer("小厂", staff_count=150),
        make.employer("大厂", staff_count=10, insured_count=50),
    )
    noted = {"since": ON.isoformat(), "note": "编办批复"}

    unknown = sent(client, f"/{chair.pk}/full-time", noted)
    make.link(it.union, small)
    few = sent(client, f"/{chair.pk}/full-time", noted)
    make.link(it.union, large)
    refused = [
        sent(client, f"/{it.post('林副').pk}/full-time", noted).json()["field"],
        sent(client, f"/{chair.pk}/full-time", noted | {"since": "2026-01-01"}).json()["field"],
        sent(client, f"/{chair.pk}/full-time", noted | {"since": "2099-01-01"}).json()["field"],
        sent(signed_in(it.union, "inspector"), f"/{chair.pk}/full-time", noted).status_code,
        sent(signed_in(it.who.elsewhere), f"/{chair.pk}/full-time", noted).status_code,
    ]
    assert Officer.objects.filter(full_time_since__isnull=False).count() == 0
    made = sent(client, f"/{chair.pk}/full-time", noted)
    listed = client.get(f"{BASE}/{chair.pk}").json()["full_time_since"]
    ended = sent(client, f"/{chair.pk}/full-time", {"since": None})

    assert (unknown.status_code, few.status_code, refused) == (
        422,
        422,
        ["since", "since", "since", 403, 404],
    )
    assert "不详" in unknown.json()["title"]
    assert few.json()["title"] == f"{it.union.name}覆盖 150 人，200 人以上才可以设专职主席。"
    assert (made.status_code, listed) == (200, ON.isoformat())
    assert (ended.json()["full_time_since"], chair.term.union_id) == (None, it.union.pk)
    said = AuditEvent.objects.filter(event="registry.chair_full_time").order_by("pk")
    assert [(one.data["since"], one.reason) for one in said] == [(ON.isoformat(), "编办批复"), (None, "")]
