"""A comparison writes what changed and nothing else."""

import re
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartunion.core.errors import StaleState
from smartunion.core.jobs import flows as jobs
from smartunion.ground.registry.models import Employer, EmployerLink
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.links import cover
from smartunion.systems.organising.flows import runs, verdicts
from smartunion.systems.organising.models import Finding, LinkLabel, MatchLink
from smartunion.systems.organising.tests.comparing_world import AT, JUDGE, County, county

pytestmark = pytest.mark.django_db
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
RECORDS = {
    "organising_matchlink", "organising_finding", "organising_findingevent", "registry_employer", "registry_employerlink",
    "facts_fact",
}  # fmt: skip


def written(captured: CaptureQueriesContext) -> set[str]:
    found = (WRITES.match(query["sql"]) for query in captured.captured_queries)
    return {match[2] for match in found if match} & RECORDS


def test_a_first_run_fills_links_lists_and_register() -> None:
    here = county()

    run = here.compare()

    assert set(MatchLink.objects.values_list("union__name", "employer__entity_id", "rule", "is_auto")) == {
        ("宁海得力文具有限公司工会", "E1", "name", True),
        ("宁海云海户外用品有限公司工会委员会", "E2", "name", True),
    }
    assert run.counts["stored_links"]["new"] == 2
    assert run.counts["register"] == {"created": 3, "changed": 0, "same": 0}
    kinds = sorted(Finding.objects.values_list("kind", flat=True))
    assert kinds == ["no_union", "not_members", "not_members", "spot_check", "spot_check"]
    assert run.change["new"] == 5


def test_the_same_again_writes_no_link_finding_or_employer() -> None:
    here = county()
    here.compare()

    with CaptureQueriesContext(connection) as captured:
        run = here.compare()

    assert written(captured) == set()
    assert {key: number for key, number in run.counts["stored_links"].items() if number} == {
        "auto": 2,
        "kept": 2,
    }
    assert {key: number for key, number in run.change.items() if number} == {"kept": 5}


def test_one_changed_row_touches_one_employer_and_what_hangs_on_it() -> None:
    here = county()
    here.compare()
    here.market[2]["status"] = "注销"
    here.send(month=11)

    run = here.compare()

    assert run.counts["register"]["changed"] == 1
    assert Employer.objects.get(entity_id="E3").state == "closed"
    assert (run.change["closed"], run.change["new"]) == (1, 1)
    asked = Finding.objects.get(kind="disagreement")
    assert (asked.work_list, asked.employer.entity_id if asked.employer else "") == ("verify", "E3")
    assert asked.reasons[0]["values"] == [
        {"table": "market", "value": "注销", "month": "2026-11"}, {"table": "social", "value": "30", "month": "2026-11"},
    ]  # fmt: skip
    assert Finding.objects.get(kind="no_union").state == "closed"
    assert run.counts["stored_links"]["kept"] == 2


def test_what_a_comparison_covered_does_not_confirm_itself() -> None:
    here = county()
    here.compare()
    here.compare()

    assert set(MatchLink.objects.values_list("rule", flat=True)) == {"name"}
    assert Employer.objects.get(entity_id="E1").uscc == here.market[0]["uscc"]


def covered(here: County) -> set[tuple[str, str]]:
    rows = EmployerLink.objects.filter(valid_to=None).values_list("union__name", "employer__entity_id")
    return {(name, entity) for name, entity in rows if entity == "E1"}


def test_an_employer_with_a_union_of_its_own_is_covered_by_no_joint_one_unless_somebody_says_so() -> None:
    here = county()
    run = here.compare()
    joint = make.union("西店镇联合工会", here.federation, kind=UnionKind.JOINT)
    own = "宁海得力文具有限公司工会"
    first, third = (Employer.objects.get(entity_id=key) for key in ("E1", "E3"))
    alike = {
        "union": joint,
        "rule": "address",
        "confidence": 1,
        "is_auto": True,
        "path": joint.path,
        "is_live": True,
    }
    pair = MatchLink.objects.create(employer=first, **alike)
    MatchLink.objects.create(employer=third, **alike)

    assert cover(run, at=AT) == (1, 0)
    assert covered(here) == {(own, "E1")}
    assert EmployerLink.objects.get(union=joint).employer == third

    make.link(joint, first, LinkKind.JOINT, source="match:1")  # as comparisons did before
    assert cover(run, at=AT) == (0, 1)
    assert covered(here) == {(own, "E1")}

    MatchLink.objects.filter(pk=pair.pk).update(verdict="yes")
    assert cover(run, at=AT) == (1, 0)
    assert covered(here) == {(own, "E1"), (joint.name, "E1")}


def test_a_link_no_longer_found_is_withdrawn_with_its_coverage() -> None:
    here = county()
    here.compare()
    here.market[0]["name"] = "象山水产冷冻厂"
    here.market[0]["uscc"] = ""
    EmployerLink.objects.filter(employer__entity_id="E1").delete()
    here.send(month=11)

    run = here.compare()

    assert run.counts["stored_links"]["withdrawn"] == 1
    assert MatchLink.objects.filter(is_live=True).count() == 1
    assert not EmployerLink.objects.filter(employer__entity_id="E1", valid_to=None).exists()


def test_a_wrong_link_is_out_of_every_list_from_the_next_run_on() -> None:
    here = county()
    here.compare()
    link = MatchLink.objects.get(employer__entity_id="E1")

    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, note="另一家同名企业", at=AT)
    here.compare()

    label = LinkLabel.objects.get()
    assert (label.verdict, label.rule, label.origin, label.was_auto) == ("wrong", "name", "spot_check", True)
    assert (label.reason, label.sampled, label.passed) == ("另一家同名企业", True, True)
    assert not EmployerLink.objects.filter(employer__entity_id="E1", valid_to=None).exists()
    assert Finding.objects.filter(kind="no_union", employer__entity_id="E1", state="open").exists()


def test_every_judgement_stays_and_saying_the_same_twice_adds_none() -> None:
    here = county()
    here.compare()
    link = MatchLink.objects.get(employer__entity_id="E1")

    for is_right in (True, True, False):
        verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=is_right, at=AT)
    verdicts.withdraw_verdict(actor=here.cadre, link_id=link.pk, at=AT)
    verdicts.withdraw_verdict(actor=here.cadre, link_id=link.pk, at=AT)

    assert list(LinkLabel.objects.order_by("pk").values_list("verdict", flat=True)) == [
        "right",
        "wrong",
        "withdrawn",
    ]


def test_a_verdict_somebody_gave_meanwhile_is_shown_before_it_is_replaced() -> None:
    here = county()
    here.compare()
    link = MatchLink.objects.get(employer__entity_id="E1")
    first = verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=True, seen="", at=AT)

    for act in (verdicts.withdraw_verdict, partial(verdicts.judge_link, is_right=False)):
        with pytest.raises(StaleState) as refused:
            act(actor=here.cadre, link_id=link.pk, seen="", at=AT)
        assert "cadre" in str(refused.value)
        link.refresh_from_db()
        assert link.verdict == "yes"
    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, seen=first.verdict, at=AT)

    assert list(LinkLabel.objects.order_by("pk").values_list("verdict", flat=True)) == ["right", "wrong"]


def test_a_comparison_stopped_before_it_began_does_not_keep_the_next_one_waiting() -> None:
    here = county()
    here.send()
    cadre = make.actor("cadre", JUDGE | {"registry.view"}, here.federation)
    first = runs.start_run(actor=cadre, union_id=here.federation.pk, at=AT)

    jobs.cancel(actor=cadre, job_id=first.job_id or 0, at=AT)
    second = runs.start_run(actor=cadre, union_id=here.federation.pk, at=AT)

    first.refresh_from_db()
    assert (first.state, second.state) == ("failed", "waiting")
