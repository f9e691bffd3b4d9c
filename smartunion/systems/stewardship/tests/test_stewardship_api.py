"""Duplicates and corrections over the API: done once however often it is called, refused to everybody else."""

from typing import Any

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.jobs.runner import drain
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows.tokens import create_token
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Employer, Merge, MergeKind, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows.searching import search
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy, Pair
from smartunion.systems.stewardship.rules.corrections import State
from smartunion.systems.stewardship.tests.correcting_world import compare, firm, the_item, told
from smartunion.systems.stewardship.tests.test_corrections import REGISTRY, rows_of
from smartunion.systems.stewardship.tests.test_duplicates import the_cluster, twins

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/stewardship"


class Caller:
    """Somebody with a role and a token."""

    def __init__(self, role: str, union: TradeUnion, name: str = "") -> None:
        self.user = User.objects.create(username=name or role, name=name or role, created_at=make.AT)
        RoleGrant.objects.create(user=self.user, role=role, union=union, valid_from=make.DAY)
        actor = actor_of(self.user, on=clock.today(), source="web")
        _row, plain = create_token(actor=actor, name="接口", days=30, at=clock.now())
        self.headers = {"authorization": f"Bearer {plain}"}

    def get(self, path: str) -> Any:
        """Read."""
        return Client().get(f"{ROOT}{path}", headers=self.headers)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send."""
        return Client().post(f"{ROOT}{path}", body or {}, "application/json", headers=self.headers)


def callers(cast: make.Cast) -> tuple[Caller, list[Caller]]:
    """The cadre, and everybody who may not decide."""
    return Caller("cadre", cast.county), [
        Caller("inspector", cast.county), Caller("leader", cast.county), Caller("cadre", cast.elsewhere, "other"),
    ]  # fmt: skip


def test_records_are_made_one_once_and_parted_once() -> None:
    cast = make.cast()
    cadre, others = callers(cast)
    one, two = twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    group = the_cluster().pk
    body = {"keep_id": one.person_id, "versions": {one.person_id: 1, two.person_id: 1}, "reason": "同一个人",
            "running_id": one.pk}  # fmt: skip
    for other in others:
        assert other.post(f"/groups/{group}/merge", body).status_code == 404
    assert cadre.post(f"/groups/{group}/merge", body | {"reason": ""}).status_code == 422
    assert not Merge.objects.exists()

    first = cadre.post(f"/groups/{group}/merge", body)
    again = cadre.post(f"/groups/{group}/merge", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["survivor_id"], first.json()["merged"]) == (one.person_id, [two.person_id])
    merge = first.json()["id"]
    for other in others:
        assert other.get(f"/merges/{merge}").status_code == 404
        assert other.post(f"/merges/{merge}/undo", {"reason": "弄错了吧"}).status_code == 404
    undone = cadre.post(f"/merges/{merge}/undo", {"reason": "弄错了，父子"})
    assert undone.json()["undone_at"] is not None
    assert cadre.post(f"/merges/{merge}/undo", {"reason": "再来一次"}).json() == undone.json()
    assert Merge.objects.count() == 1
    assert Pair.objects.get().state == "apart"


def test_records_are_told_apart_once() -> None:
    cast = make.cast()
    cadre, others = callers(cast)
    twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    group = the_cluster().pk
    for other in others:
        assert other.post(f"/groups/{group}/apart", {"reason": "父子"}).status_code == 404

    assert cadre.post(f"/groups/{group}/apart", {"reason": "父子"}).json() == {"pairs": 1}
    assert cadre.post(f"/groups/{group}/apart", {"reason": "父子"}).json() == {"pairs": 0}


def test_a_correction_is_decided_once_and_undone_once() -> None:
    cast = make.cast()
    cadre, others = callers(cast)
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    before = rows_of(*REGISTRY, Discrepancy)
    item = cadre.get("/corrections/").json()["items"][0]
    where, body = f"/corrections/{item['id']}", {"act": "take", "version": item["version"]}
    assert (item["ours"], item["theirs"], item["table"], item["row"]) == (
        "老街 1 号",
        "新街 2 号",
        "market",
        "E7",
    )
    for other in others:
        assert other.get("/corrections/").json()["items"] == []
        assert other.get(where).status_code == 404
        assert other.post(f"{where}/decide", body).status_code == 404
    assert cadre.post(f"{where}/decide", body | {"version": 99}).status_code == 409
    assert cadre.post(f"{where}/decide", body | {"act": "keep"}).status_code == 422
    assert cadre.post(f"{where}/decide", body | {"act": "answer"}).status_code == 422
    assert rows_of(*REGISTRY, Discrepancy) == before

    first, again = cadre.post(f"{where}/decide", body), cadre.post(f"{where}/decide", body)

    assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json())
    assert first.json()["state"] == "taken"
    assert cadre.post(f"{where}/decide", body | {"act": "keep", "reason": "反悔"}).status_code == 409
    decision = first.json()["decision_id"]
    for other in others:
        assert other.post(f"/corrections/decisions/{decision}/undo").status_code == 404
    assert cadre.post(f"/corrections/decisions/{decision}/undo").json()["state"] == "open"
    assert cadre.post(f"/corrections/decisions/{decision}/undo").status_code == 200
    assert rows_of(*REGISTRY, Discrepancy) == before
    assert Decision.objects.count() == 1


def test_sealed_values_never_leave_in_clear() -> None:
    cast = make.cast()
    cadre, _others = callers(cast)
    compare(9, cast.county.path, told(cast.xiaobo, "mobile", "13700001111", table="social"))

    text = cadre.get("/corrections/?kind=person").content.decode()

    assert "13700001111" not in text
    assert "137****1111" in text or the_item().ours[:5] == "13700"


def test_a_union_that_was_asked_answers() -> None:
    cast = make.cast()
    cadre, others = callers(cast)
    chair = Caller("chair", cast.union)
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    where = f"/corrections/{the_item().pk}"

    asked = cadre.post(f"{where}/decide", {"act": "ask", "version": the_item().version, "reason": "请核实"})

    assert asked.json()["state"] == "asked"
    assert chair.post(f"{where}/answer", {"said": "other"}).status_code == 422
    assert chair.post(f"{where}/decide", {"act": "take", "version": the_item().version}).status_code == 403
    for other in others:
        assert other.post(f"{where}/answer", {"said": "ours"}).status_code == 404
    assert chair.post(f"{where}/answer", {"said": "ours"}).json()["answer"] == "ours"
    assert the_item().state == State.ANSWERED


def test_many_are_decided_and_taken_back() -> None:
    cast = make.cast()
    cadre, others = callers(cast)
    employer = firm(cast, address="老街 1 号", legal_person="王明")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"),
            told(employer, "legal_person", "李明", rule="people"))  # fmt: skip
    ids = list(Discrepancy.objects.values_list("pk", flat=True))
    body = {"ids": ids, "act": "take", "reason": "已核对执照"}
    for other in others:
        assert other.post("/corrections/batches", body).status_code == 422
    assert cadre.post("/corrections/batches", body | {"act": "write"}).status_code == 422
    assert not CorrectionBatch.objects.exists()

    begun = cadre.post("/corrections/batches", body)
    drain()

    assert begun.status_code == 202
    where = f"/corrections/batches/{begun.json()['id']}"
    found = cadre.get(where).json()
    assert (found["state"], found["done"], found["refused"], found["rows"], found["reasons"]) == (
        "done",
        2,
        0,
        2,
        {},
    )
    assert Employer.objects.get(pk=employer.pk).address == "新街 2 号"
    for other in others:
        assert other.get(where).status_code == 404
        assert other.post(f"{where}/undo").status_code == 404
    for _again in range(2):
        assert cadre.post(f"{where}/undo").status_code == 202
        drain()
    assert cadre.get(where).json()["state"] == "undone"
    assert Employer.objects.get(pk=employer.pk).address == "老街 1 号"
