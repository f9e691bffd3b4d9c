"""One verdict on many findings: done in the background, refused line by line, stopped, taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files.intake import open_file
from smartunion.core.jobs import batches as engine
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows import batches, findings
from smartunion.systems.organising.flows.batches import Saying
from smartunion.systems.organising.models import Finding, FindingEvent, MatchLink, VerdictBatch
from smartunion.systems.organising.rules import BatchVerdict, WorkList
from smartunion.systems.organising.tests.field_world import AT, Town, finding, town
from smartunion.systems.organising.views.batches import VerdictForm

MOVED = Saying(BatchVerdict.MOVED, "整栋楼已搬空")


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    return town()


def judged(world: Town, rows: list[Finding], saying: Saying = MOVED, who: str = "林静") -> VerdictBatch:
    batch = batches.pick(actor=world.actor(who), finding_ids=[row.pk for row in rows], at=AT)
    batches.begin(actor=world.actor(who), batch_id=batch.pk, saying=saying, at=AT)
    drain()
    batch.refresh_from_db()
    return batch


def state_of(rows: list[Finding]) -> list[tuple[Any, ...]]:
    fields = ("pk", "state", "work_list", "due_on", "closed_at", "closed_because")
    return list(Finding.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list(*fields))


def closed_facts(world: Town) -> int:
    return facts.total("organising.finding_closed", world.federation.path)


def test_many_are_closed_with_one_reason_and_taken_back_as_they_were(world: Town) -> None:
    rows = [
        finding(world), finding(world, state="visited"), finding(world, state="taken_up", work_list=WorkList.WORK),
        finding(world, world.south, due_on=AT.date()),
    ]  # fmt: skip
    before = state_of(rows)

    batch = judged(world, rows)

    assert (batch.state, batch.done, batch.refused) == ("done", 4, 0)
    assert {(row[1], row[5]) for row in state_of(rows)} == {("closed", "moved")}
    assert closed_facts(world) == 4

    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    batch.refresh_from_db()
    assert (batch.state, batch.undone, state_of(rows), closed_facts(world)) == ("undone", 4, before, 0)


def test_refusals_are_counted_and_listed_and_the_others_go_through(world: Town) -> None:
    rows = [
        finding(world), finding(world, state="closed"), finding(world, state="founding"),
        finding(world, kind="closed_union", subject_key="union:1", employer=None, union=world.unions[0]),
    ]  # fmt: skip
    duplicate = Saying(BatchVerdict.DUPLICATE, "同一家", related_employer_id=rows[0].employer_id)

    batch = judged(world, rows, duplicate)

    assert (batch.done, batch.refused) == (0, 4)
    stored = Job.objects.get(pk=batch.job_id).result_file
    assert stored is not None
    lines = open_file(stored).read().decode("utf-8-sig").splitlines()
    assert len(lines) == 5


def test_covered_by_a_joint_union_is_kept_as_a_verdict_on_the_pair_and_given_back(world: Town) -> None:
    rows = [finding(world), finding(world)]

    batch = judged(world, rows, Saying(BatchVerdict.COVERED, "沿街商户", related_union_id=world.joint.pk))

    assert set(MatchLink.objects.values_list("employer_id", "verdict", "is_live")) == {
        (row.employer_id, "yes", True) for row in rows
    }

    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    assert set(MatchLink.objects.values_list("verdict", "is_live")) == {("", False)}


@pytest.mark.parametrize(("was", "left"), [("", "withdrawn"), ("no", "wrong"), ("yes", "right")])
def test_a_batch_taken_back_teaches_no_rule(world: Town, was: str, left: str) -> None:
    row = finding(world)
    link = MatchLink.objects.create(
        union=world.joint, employer=row.employer, rule="name", confidence=1, is_auto=False, is_live=True,
        path=world.federation.path, verdict=was,
    )  # fmt: skip

    batch = judged(world, [row], Saying(BatchVerdict.COVERED, "沿街商户", related_union_id=world.joint.pk))
    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    link.refresh_from_db()
    assert (link.verdict, link.is_live) == (was, True)
    assert [label.verdict for label in link.labels.order_by("pk")][-1] == left
    assert link.labels.order_by("pk")[0].reason == "沿街商户"


def test_what_somebody_changed_since_stays_when_the_rest_is_taken_back(world: Town) -> None:
    rows = [finding(world), finding(world)]
    batch = judged(world, rows)
    findings.reopen(actor=world.actor("林静"), finding_id=rows[0].pk, reason="又开业", at=AT)
    findings.take_up(actor=world.actor("林静"), finding_id=rows[0].pk, at=AT)

    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    batch.refresh_from_db()
    assert batch.undone == 1
    assert [row[1] for row in state_of(rows)] == ["taken_up", "open"]


def test_an_organiser_judges_her_own_area_and_no_other(world: Town) -> None:
    mine, hers = finding(world), finding(world, world.south)

    batch = judged(world, [mine, hers], who="阿丽")

    assert (batch.done, batch.refused) == (1, 1)
    assert [row[1] for row in state_of([mine, hers])] == ["closed", "open"]


def test_a_stranger_can_neither_pick_nor_begin_nor_undo(world: Town) -> None:
    row = finding(world)
    with pytest.raises(InvalidInput):
        batches.pick(actor=world.actor("老秦"), finding_ids=[row.pk], at=AT)
    batch = judged(world, [row])

    for act in (
        lambda: batches.begin(actor=world.actor("老秦"), batch_id=batch.pk, saying=MOVED, at=AT),
        lambda: batches.undo(actor=world.actor("老秦"), batch_id=batch.pk, at=AT),
    ):
        with pytest.raises((NotVisible, NotAllowed)):
            act()

    assert VerdictBatch.objects.get().state == "done"


def test_saying_it_twice_starts_one_job(world: Town) -> None:
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[finding(world).pk], at=AT)
    batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)

    with pytest.raises(StaleState):
        batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)

    assert Job.objects.filter(kind=batches.JUDGE).count() == 1


def test_a_stopped_batch_keeps_what_it_did_and_can_be_taken_back(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [finding(world) for _ in range(3)]
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[row.pk for row in rows], at=AT)
    batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)
    batch.refresh_from_db()
    monkeypatch.setattr(engine, "_STEP", 1)
    real = batches.judge_one

    def then_cancel(**values: Any) -> Finding:
        done = real(**values)
        jobs.cancel(actor=world.actor("林静"), job_id=batch.job_id or 0, at=AT)
        return done

    monkeypatch.setattr(batches, "judge_one", then_cancel)
    drain()

    batch.refresh_from_db()
    assert (batch.state, batch.done, Job.objects.get(pk=batch.job_id).state) == ("stopped", 1, "cancelled")

    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    assert {row[1] for row in state_of(rows)} == {"open"}


def test_taking_back_that_was_stopped_half_way_can_be_ended(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [finding(world) for _ in range(3)]
    batch = judged(world, rows)
    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    batch.refresh_from_db()
    monkeypatch.setattr(engine, "_STEP", 1)
    real = batches.undo_one

    def then_cancel(**values: Any) -> None:
        real(**values)
        jobs.cancel(actor=world.actor("林静"), job_id=batch.job_id or 0, at=AT)

    monkeypatch.setattr(batches, "undo_one", then_cancel)
    drain()
    batch.refresh_from_db()
    stopped = (batch.state, batch.undone, sorted(row[1] for row in state_of(rows)))

    monkeypatch.setattr(batches, "undo_one", real)
    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    batch.refresh_from_db()
    assert stopped == ("stopped", 1, ["closed", "closed", "open"])
    assert (batch.state, batch.undone, {row[1] for row in state_of(rows)}) == ("undone", 3, {"open"})


def test_the_refused_of_a_batch_stopped_half_way_are_opened(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [finding(world) for _ in range(4)]
    Finding.objects.filter(pk=rows[0].pk).update(state="closed")
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[row.pk for row in rows], at=AT)
    batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)
    batch.refresh_from_db()
    monkeypatch.setattr("smartunion.core.jobs.batches._STEP", 1)
    real = batches.judge_one

    def then_cancel(**values: Any) -> Finding:
        closed = real(**values)
        jobs.cancel(actor=world.actor("林静"), job_id=batch.job_id or 0, at=AT)
        return closed

    monkeypatch.setattr(batches, "judge_one", then_cancel)
    drain()
    client = Client()
    client.force_login(world.people["林静"])
    base = f"/desk/coverage/verdicts/{batch.pk}/"

    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused) == ("stopped", 1, 1)
    assert f'href="{base}findings/?outcome=refused"' in client.get(base).content.decode()
    refused = client.get(f"{base}findings/?outcome=refused").context["page"].lines
    assert [line.pk for line in refused] == [rows[0].pk]
    [(reason, left)] = batch.left_because
    assert left == [rows[0].pk]
    page = client.get(base).content.decode()
    assert (reason in page, f'href="{base}findings/?why_not=0"' in page) == (True, True)
    why = client.get(f"{base}findings/?why_not=0")
    assert [line.pk for line in why.context["page"].lines] == [rows[0].pk]
    assert reason in why.content.decode()
    file = client.get(f"{base}findings/", {"export": "csv"}).getvalue().decode()
    assert [reason in line for line in file.splitlines()[1:]].count(True) == 1


def test_a_batch_stopped_before_its_work_began_stands_still_with_nothing_done(world: Town) -> None:
    row = finding(world)
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[row.pk], at=AT)
    batch = batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)

    jobs.cancel(actor=world.actor("林静"), job_id=batch.job_id or 0, at=AT)
    drain()

    batch.refresh_from_db()
    assert (batch.state, batch.done, state_of([row])[0][1]) == ("stopped", 0, "open")


def test_what_a_batch_given_up_had_done_is_counted_and_can_be_taken_back(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [finding(world), finding(world)]
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[row.pk for row in rows], at=AT)
    batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)
    real = batches.judge_one

    def then_break(**values: Any) -> Finding:
        if values["finding"].pk == rows[1].pk:
            raise RuntimeError
        return real(**values)

    monkeypatch.setattr(batches, "judge_one", then_break)
    for hour in range(5):
        monkeypatch.setattr("smartunion.core.clock.now", lambda hour=hour: AT + timedelta(hours=hour))
        drain()
    batch.refresh_from_db()
    given_up = (batch.state, batch.done, [row[1] for row in state_of(rows)])
    batches.undo(actor=world.actor("林静"), batch_id=batch.pk, at=AT)
    drain()

    batch.refresh_from_db()
    assert given_up == ("stopped", 1, ["closed", "open"])
    assert (batch.state, batch.undone, {row[1] for row in state_of(rows)}) == ("undone", 1, {"open"})


def test_a_killed_job_goes_on_where_it_stopped(world: Town) -> None:
    rows = [finding(world) for _ in range(3)]
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[row.pk for row in rows], at=AT)
    batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=MOVED, at=AT)
    batch.refresh_from_db()
    batches.judge_one(batch=batch, finding=rows[0], actor=world.actor("林静"), at=AT)

    drain()

    batch.refresh_from_db()
    assert (batch.done, batch.refused) == (3, 0)
    assert FindingEvent.objects.filter(finding=rows[0]).count() == 1


@pytest.mark.parametrize(
    ("saying", "field"),
    [
        (Saying(BatchVerdict.MOVED, " "), "reason"), (Saying(BatchVerdict.COVERED, "沿街"), "related_union"),
        (Saying(BatchVerdict.DUPLICATE, "同一家"), "related_employer"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(world: Town, saying: Saying, field: str) -> None:
    batch = batches.pick(actor=world.actor("林静"), finding_ids=[finding(world).pk], at=AT)

    with pytest.raises(InvalidInput) as refused:
        batches.begin(actor=world.actor("林静"), batch_id=batch.pk, saying=saying, at=AT)

    assert refused.value.field == field
    assert (VerdictBatch.objects.get().state, Job.objects.count()) == ("draft", 0)


def test_from_the_list_to_the_verdict_and_back(world: Town) -> None:
    rows = [finding(world), finding(world)]
    client = Client()
    client.force_login(world.people["林静"])

    sent = client.post("/desk/coverage/lists/task/", {"bulk": "judge", "pick": [row.pk for row in rows]})
    batch = VerdictBatch.objects.get()
    assert sent["Location"] == f"/desk/coverage/verdicts/{batch.pk}/"
    wrong = client.post(
        sent["Location"], {"verdict": "covered", "related_union": "没有的工会", "reason": "沿街"}
    )
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["related_union"])
    client.post(sent["Location"], {"verdict": "covered", "related_union": world.joint.name, "reason": "沿街"})
    drain()
    page = client.get(sent["Location"])
    client.post(f"/desk/coverage/verdicts/{batch.pk}/undo/")
    drain()

    assert page.context["batch"].done == 2
    assert {row[1] for row in state_of(rows)} == {"open"}


def test_one_of_several_firms_of_one_name_is_named_by_what_tells_it_apart(world: Town) -> None:
    firms = [
        make.employer("力洋小吃店", looked_after_by=world.federation, uscc="", address=f"环镇路{door}号")
        for door in (1, 9)
    ]
    texts = [f"力洋小吃店#{firm.pk}" for firm in firms]
    actor, given = world.actor("林静"), {"verdict": "duplicate", "reason": "同一家"}

    several = VerdictForm(actor, given | {"related_employer": "力洋小吃店"})
    one = VerdictForm(actor, given | {"related_employer": texts[1]})

    assert several.errors == {
        "related_employer": [
            f"有多家同名单位，请改填其中一项：{texts[0]}（环镇路1号）；{texts[1]}（环镇路9号）"
        ]
    }
    assert (one.is_valid(), one.cleaned_data["employer_id"]) == (True, firms[1].pk)


def test_every_finding_of_a_verdict_is_seen_before_and_after_it(world: Town) -> None:
    rows = [finding(world) for _ in range(13)] + [finding(world, world.south)]
    client, other = Client(), Client()
    client.force_login(world.people["阿丽"])
    other.force_login(world.people["老秦"])
    batch = batches.pick(actor=world.actor("阿丽"), finding_ids=[row.pk for row in rows], at=AT)
    base = f"/desk/coverage/verdicts/{batch.pk}/"
    picked = client.get(f"{base}findings/").context["page"].count

    before = client.get(base).content.decode()
    sent = {"verdict": "moved", "reason": "整村搬迁"}
    first, again = client.post(base, sent), client.post(base, sent)
    drain()
    after = client.get(base).content.decode()

    assert picked == 13  # the one of another organiser's area is not hers to see
    assert f'href="{base}findings/"' in before
    assert "关闭这 14 条" in before
    assert (first.status_code, again.status_code, again["Location"]) == (302, 302, base)
    assert Job.objects.filter(kind=batches.JUDGE).count() == 1
    assert f'href="{base}findings/?outcome=done"' in after
    assert client.get(f"{base}findings/?outcome=done").context["page"].count == 13
    assert client.get(f"{base}findings/?outcome=refused").context["page"].count == 0
    assert other.get(f"{base}findings/").status_code == 404

    client.post(f"{base}undo/")
    drain()
    counts = {
        one: client.get(f"{base}findings/?outcome={one}").context["page"].count
        for one in ("done", "undone", "refused", "not_reached")
    }
    assert counts == {"done": 13, "undone": 13, "refused": 0, "not_reached": 0}
