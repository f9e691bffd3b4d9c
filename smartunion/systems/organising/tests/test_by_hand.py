"""Small firms that people put on the list themselves, and what becomes of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Employer, Region
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.settle import settle
from smartunion.systems.organising.flows import by_hand
from smartunion.systems.organising.flows.by_hand import put_on_list
from smartunion.systems.organising.flows.findings import dismiss
from smartunion.systems.organising.flows.modes import propose_modes
from smartunion.systems.organising.models import Finding, MatchRun
from smartunion.systems.organising.tests.field_world import AT, Town, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Town:
    world = town()
    village = make.region("崔家村", world.federation.territory)
    world.north.regions.add(village)
    return world


def village() -> Region:
    return Region.objects.get(name="崔家村")


def small(here: Town, name: str = "崔家小食店", **values: Any) -> Employer:
    given = {"insured_count": 6, "region": village()} | values
    return make.employer(name, looked_after_by=here.federation, **given)


def test_an_organiser_puts_a_small_firm_of_her_village_on_the_list(here: Town) -> None:
    firm = small(here)

    found = put_on_list(actor=here.actor("阿丽"), employer_id=firm.pk, at=AT)

    assert (found.kind, found.state, found.work_list, found.area, found.headcount, found.by_hand) == (
        "no_union", "open", "task", here.north, 6, True,
    )  # fmt: skip
    assert found.reasons == [{"code": "people", "people": 6}, {"code": "listed", "who": "阿丽"}]
    assert list(found.events.values_list("event", "actor_name")) == [("listed", "阿丽")]
    counted = Fact.objects.filter(kind="organising.finding_found", subject_id=found.pk)
    assert counted.aggregate(n=Sum("quantity"))["n"] == 1


@pytest.mark.parametrize("who", ["小波", "老秦"])
def test_a_stranger_to_the_village_cannot(here: Town, who: str) -> None:
    firm = small(here)

    with pytest.raises((NotVisible, NotAllowed)):
        put_on_list(actor=here.actor(who), employer_id=firm.pk, at=AT)
    assert not Finding.objects.exists()


def test_a_covered_a_closed_and_a_listed_firm_are_refused(here: Town) -> None:
    covered, closed, listed = (small(here, name) for name in ("甲店", "乙店", "丙店"))
    make.link(here.joint, covered, kind="joint")
    Employer.objects.filter(pk=closed.pk).update(state="closed")
    put_on_list(actor=here.actor("林静"), employer_id=listed.pk, at=AT)

    for firm, said in ((covered, "沿街小微企业联合工会"), (closed, "乙店"), (listed, "丙店")):
        with pytest.raises(InvalidInput, match=said):
            put_on_list(actor=here.actor("林静"), employer_id=firm.pk, at=AT)
    assert Finding.objects.count() == 1


def test_what_was_closed_is_opened_again_and_counts_once(here: Town) -> None:
    firm = small(here)
    first = put_on_list(actor=here.actor("林静"), employer_id=firm.pk, at=AT)
    dismiss(actor=here.actor("林静"), finding_id=first.pk, reason="暂不建会", at=AT)

    again = put_on_list(actor=here.actor("阿丽"), employer_id=firm.pk, at=AT + timedelta(days=9))

    assert (again.pk, again.state, again.closed_because) == (first.pk, "open", "")
    assert again.reasons == [{"code": "people", "people": 6}, {"code": "listed", "who": "阿丽"}]
    assert Fact.objects.filter(kind="organising.finding_found").count() == 1


def test_a_comparison_leaves_it_until_a_union_covers_the_firm(here: Town) -> None:
    stays, goes = small(here, "甲店"), small(here, "乙店")
    for firm in (stays, goes):
        put_on_list(actor=here.actor("林静"), employer_id=firm.pk, at=AT)
    make.link(here.joint, goes, kind="joint")
    run = MatchRun.objects.create(
        union=here.federation, path=here.federation.path, state="running", started_at=AT
    )

    counts = settle(run, [], actor=here.actor("林静"), at=AT)

    assert counts["closed"] == 1
    assert dict(Finding.objects.values_list("employer__name", "state")) == {"甲店": "open", "乙店": "closed"}


def test_neighbours_are_proposed_to_found_jointly_and_a_firm_of_no_village_is_nobodys_neighbour(
    here: Town,
) -> None:
    firms = [small(here, f"{name}店") for name in "甲乙丙丁"]
    far = small(here, "镇上一店", region=here.federation.territory)
    for number in range(4):
        small(here, f"镇上{number}店", region=here.federation.territory)
    for firm in (firms[0], far):
        put_on_list(actor=here.actor("林静"), employer_id=firm.pk, at=AT)

    propose_modes(path="", at=AT, employer_ids=[firms[0].pk, far.pk])

    assert dict(Finding.objects.values_list("employer__name", "mode")) == {
        "甲店": "joint",
        "镇上一店": "regional",
    }


def test_firms_are_picked_in_the_village_ledger_and_the_file_says_what_became_of_each(here: Town) -> None:
    firms = [small(here, f"{name}店") for name in "甲乙丙丁戊"]
    make.link(here.joint, firms[4], kind="joint")
    client = Client()
    client.force_login(here.people["阿丽"])
    url = reverse("coverage:ledger", args=[village().pk])

    answer = client.post(url, {"bulk": "list", "pick": [firm.pk for firm in firms]})
    drain()

    job = Job.objects.get(kind="organising.bulk")
    assert answer["Location"] == reverse("jobs:page", args=[job.pk])
    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert job.result["summary"] == [["已完成", 4], ["未通过", 1]]
    assert dict(Finding.objects.values_list("employer__name", "mode")) == {
        f"{name}店": "joint" for name in "甲乙丙丁"
    }
    told = b"".join(client.get(reverse("jobs:file", args=[job.pk])).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert told.splitlines()[5].startswith(f"{firms[4].pk},未通过,戊店")
    assert "崔家村" not in told
    shown = client.get(
        reverse("coverage:finding", args=[Finding.objects.order_by("pk")[0].pk])
    ).content.decode()
    assert "阿丽从村（社区）台账列入清单" in shown


def test_stopping_keeps_what_was_done_and_its_file(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    firms = [small(here, f"{number}号店") for number in range(25)]
    client = Client()
    client.force_login(here.people["阿丽"])
    client.post(
        reverse("coverage:ledger", args=[village().pk]), {"bulk": "list", "pick": [firm.pk for firm in firms]}
    )
    listed = by_hand.put_on_list

    def stop_at_the_third(**given: Any) -> Finding:
        if Finding.objects.count() == 2:
            Job.objects.update(cancel_requested=True)
        return listed(**given)

    monkeypatch.setattr(by_hand, "put_on_list", stop_at_the_third)
    drain()

    job = Job.objects.get(kind="organising.bulk")
    assert job.state == "cancelled"
    assert Finding.objects.count() == 20  # the next safe point
    assert job.result["summary"] == [["已完成", 20], ["未通过", 0], ["未处理", 5]]
    assert job.result_file is not None
