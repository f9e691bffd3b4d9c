"""One change for many members: each as on her own page, refusals listed, the whole taken back; never beyond one's reach."""

from datetime import date
from typing import Any

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files.intake import open_file
from smartunion.core.jobs import runner
from smartunion.core.jobs.batches import BatchState
from smartunion.core.jobs.models import Job
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import member_batches, memberships, officers
from smartunion.ground.registry.flows.member_batches import Saying
from smartunion.ground.registry.flows.tallies import fold
from smartunion.ground.registry.models import Membership, MembershipBatch, Officer, TradeUnion
from smartunion.ground.registry.queries.trees import counts_of
from smartunion.ground.registry.rules import ChangeReason, MemberChange, MembershipState
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)
RETAIN = Saying(MemberChange.RETAIN, ON, ChangeReason.UNEMPLOYED)


@pytest.fixture
def county() -> TradeUnion:
    place = make.region("宁海县")
    return make.federation(territory=place, region=place)


@pytest.fixture
def union(county: TradeUnion) -> TradeUnion:
    return make.union("宁海云海户外用品有限公司工会委员会", county)


KNOWN: dict[int, Actor] = {}


@pytest.fixture(autouse=True)
def _accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry knows no accounts: here those who act are remembered, with the rights they had last."""
    KNOWN.clear()
    monkeypatch.setattr("smartunion.core.jobs.context._owners", [KNOWN.__getitem__])


def cadre_of(union: TradeUnion, user_id: int = 7) -> Actor:
    held = frozenset({"registry.view", "members.view", "members.edit"})
    KNOWN[user_id] = Actor(
        user_id=user_id, name="陈主席", grants=(Grant("chair", union.pk, union.path, held),)
    )
    return KNOWN[user_id]


def member(seed: int, union: TradeUnion, **more: Any) -> Membership:
    return make.membership(make.person(f"会员{seed}"), union, started_on=date(2024, 3, 1), **more)


def said(actor: Actor, spells: list[Membership], saying: Saying) -> MembershipBatch:
    batch = member_batches.pick(actor=actor, membership_ids=[spell.pk for spell in spells], at=clock.now())
    member_batches.begin(actor=actor, batch_id=batch.pk, saying=saying, at=clock.now())
    return after_jobs(batch)


def after_jobs(batch: MembershipBatch) -> MembershipBatch:
    runner.drain()
    return MembershipBatch.objects.select_related("job__result_file").get(pk=batch.pk)


def taken_back(actor: Actor, batch: MembershipBatch) -> MembershipBatch:
    member_batches.undo(actor=actor, batch_id=batch.pk, at=clock.now())
    return after_jobs(batch)


def running(spell: Membership) -> tuple[str, int] | None:
    found = Membership.objects.filter(person=spell.person_id, ended_on=None).first()
    return (found.state, found.union_id) if found else None


def file_of(batch: MembershipBatch) -> str:
    assert batch.job is not None
    with open_file(batch.job.result_file) as stream:
        return bytes(stream.read()).decode("utf-8-sig")


def test_all_are_retained_who_can_be_and_the_others_are_listed_with_the_reason(union: TradeUnion) -> None:
    one, two = member(1, union), member(2, union)
    gone = member(3, union)
    memberships.end(
        actor=system(), membership_id=gone.pk, end_type=memberships.ChangeType.LEFT,
        reason=ChangeReason.OWN_WISH, on=ON, at=clock.now(),
    )  # fmt: skip

    batch = said(cadre_of(union), [one, two, gone], RETAIN)

    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 2, 1)
    assert [running(spell) for spell in (one, two, gone)] == [("retained", union.pk)] * 2 + [None]
    assert (
        list(Membership.objects.filter(ended_on=None).values_list("started_on", "reason"))
        == [(ON, "unemployed")] * 2
    )
    fold()
    assert (counts_of(union).active, counts_of(union).retained) == (0, 2)
    lines = file_of(batch).splitlines()
    assert len(lines) == 4
    assert lines[3].startswith(f"{gone.pk},会员3,{union.name},未通过,该段会籍已经终止")


@pytest.mark.parametrize(
    "change", [MemberChange.RETAIN, MemberChange.MOVE, MemberChange.END, MemberChange.RESTORE]
)
def test_what_was_taken_back_runs_as_if_nothing_had_been(
    county: TradeUnion, union: TradeUnion, change: MemberChange
) -> None:
    other = make.union("宁海一车间工会", county)
    state = MembershipState.RETAINED if change == MemberChange.RESTORE else MembershipState.ACTIVE
    spells = [
        member(seed, union, state=state, reason="retired" if state == "retained" else "") for seed in (1, 2)
    ]
    reason = {MemberChange.RETAIN: ChangeReason.UNEMPLOYED, MemberChange.END: ChangeReason.OWN_WISH}
    saying = Saying(change, ON, reason.get(change, ChangeReason.NONE), other.pk)
    fold()
    before = (counts_of(union), facts.total("registry.member_left", county.path))

    cadre = cadre_of(county)
    batch = said(cadre, spells, saying)
    assert (batch.done, batch.refused) == (2, 0)
    assert [running(spell) for spell in spells] != [(state, union.pk)] * 2
    batch = taken_back(cadre, batch)

    assert (batch.state, batch.undone) == (BatchState.UNDONE, 2)
    assert [running(spell) for spell in spells] == [(state, union.pk)] * 2
    fold()
    assert (counts_of(union), facts.total("registry.member_left", county.path)) == before
    with pytest.raises(StaleState):
        member_batches.undo(actor=cadre, batch_id=batch.pk, at=clock.now())


@pytest.mark.parametrize("change", [MemberChange.RETAIN, MemberChange.MOVE, MemberChange.END])
def test_posts_that_ended_with_it_run_on_when_it_is_taken_back(
    county: TradeUnion, union: TradeUnion, change: MemberChange
) -> None:
    spell, other = (
        make.member(union, "陈主席", started_on=date(2024, 3, 1)),
        make.union("宁海一车间工会", county),
    )
    elected = [rules.Elected(rules.Organ.COMMITTEE, rules.Post.CHAIR, spell.person.name)]
    officers.set_term(
        actor=system(), union_id=union.pk, data=officers.NewTerm(date(2024, 5, 1), 5, elected), at=clock.now()
    )
    reason = {MemberChange.RETAIN: ChangeReason.UNEMPLOYED, MemberChange.END: ChangeReason.OWN_WISH}
    cadre = cadre_of(county)

    batch = said(cadre, [spell], Saying(change, ON, reason.get(change, ChangeReason.NONE), other.pk))
    gone = Officer.objects.get()
    taken_back(cadre, batch)

    assert (gone.left_on, bool(gone.end_reason)) == (ON, True)
    back = Officer.objects.get()
    assert (back.left_on, back.end_reason, back.person_id) == (None, "", spell.person_id)


def test_whoever_changed_since_stays_as_she_is(county: TradeUnion, union: TradeUnion) -> None:
    one, two = member(1, union), member(2, union)
    cadre = cadre_of(county)
    batch = said(cadre, [one, two], RETAIN)
    now = Membership.objects.get(person=one.person_id, ended_on=None)
    memberships.activate(actor=cadre, membership_id=now.pk, on=date(2026, 11, 9), at=clock.now())

    batch = taken_back(cadre, batch)

    assert (batch.state, batch.undone) == (BatchState.UNDONE, 1)
    assert Membership.objects.get(person=one.person_id, ended_on=None).started_on == date(2026, 11, 9)
    assert "保持不变" in file_of(batch)


def test_a_killed_job_goes_on_and_changes_nobody_twice(union: TradeUnion) -> None:
    spells = [member(seed, union) for seed in (1, 2, 3)]
    cadre = cadre_of(union)
    batch = member_batches.pick(actor=cadre, membership_ids=[spell.pk for spell in spells], at=clock.now())
    member_batches.begin(actor=cadre, batch_id=batch.pk, saying=RETAIN, at=clock.now())
    batch.refresh_from_db()
    acting = Actor(user_id=7, grants=cadre.grants, source="job")
    member_batches.change_one(batch=batch, membership_id=spells[0].pk, actor=acting, at=clock.now())

    batch = after_jobs(batch)

    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 3, 0)
    assert Membership.objects.filter(state="retained").count() == 3


def test_a_stopped_job_keeps_what_was_done_and_that_can_be_taken_back(
    union: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartunion.core.jobs import batches

    monkeypatch.setattr(batches, "_STEP", 1)
    spells = [member(seed, union) for seed in (1, 2, 3)]
    real = member_batches.change_one

    def then_stop(**given: Any) -> Membership:
        Job.objects.filter(pk=given["batch"].job_id).update(cancel_requested=True)
        return real(**given)

    monkeypatch.setattr(member_batches, "change_one", then_stop)
    batch = said(cadre_of(union), spells, RETAIN)

    assert (batch.state, batch.done) == (BatchState.STOPPED, 1)
    batch = taken_back(cadre_of(union), batch)
    assert (batch.state, [running(spell) for spell in spells]) == ("undone", [("active", union.pk)] * 3)


def test_rights_lost_while_the_work_waits_or_runs_are_lost_to_it(
    union: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.jobs.batches._STEP", 2)
    spells = [member(seed, union) for seed in (1, 2, 3, 4)]
    cadre, real = cadre_of(union), member_batches.change_one

    def then_leave(**given: Any) -> Membership:
        KNOWN[7] = Actor(user_id=7, name="陈主席")
        return real(**given)

    monkeypatch.setattr(member_batches, "change_one", then_leave)
    batch = said(cadre, spells, RETAIN)

    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 2, 2)
    assert [running(spell) for spell in spells] == [("retained", union.pk)] * 2 + [("active", union.pk)] * 2
    assert len(file_of(batch).splitlines()) == 5
    with pytest.raises(NotAllowed):
        taken_back(KNOWN[7], batch)


def test_the_counts_move_while_it_runs(union: TradeUnion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.jobs.batches._STEP", 1)
    spells = [member(seed, union) for seed in (1, 2, 3)]
    gone = member(4, union)
    memberships.end(
        actor=system(), membership_id=gone.pk, end_type=memberships.ChangeType.LEFT,
        reason=ChangeReason.OWN_WISH, on=ON, at=clock.now(),
    )  # fmt: skip
    seen, real = [], member_batches.change_one

    def look(**given: Any) -> Membership:
        batch = MembershipBatch.objects.get()
        seen.append((batch.state, batch.done, batch.refused))
        return real(**given)

    monkeypatch.setattr(member_batches, "change_one", look)
    batch = said(cadre_of(union), [spells[0], gone, *spells[1:]], RETAIN)

    assert seen == [("running", 0, 0), ("running", 1, 0), ("running", 1, 1), ("running", 2, 1)]
    assert (batch.state, batch.done, batch.refused, batch.looked_at) == ("done", 3, 1, batch.picked)


def test_nobody_is_changed_beyond_ones_reach(county: TradeUnion, union: TradeUnion) -> None:
    elsewhere = make.union("别家工会", county)
    mine, other = member(1, union), member(2, elsewhere)
    chair = cadre_of(union)

    batch = said(chair, [mine, other], RETAIN)

    assert (batch.done, batch.refused) == (1, 1)
    assert running(other) == ("active", elsewhere.pk)
    with pytest.raises(InvalidInput):
        member_batches.pick(actor=chair, membership_ids=[other.pk], at=clock.now())
    with pytest.raises(NotAllowed):
        member_batches.pick(actor=Actor(user_id=9), membership_ids=[mine.pk], at=clock.now())
    stranger = cadre_of(elsewhere, user_id=8)
    for refused in (member_batches.undo,):
        with pytest.raises(NotVisible):
            refused(actor=stranger, batch_id=batch.pk, at=clock.now())


@pytest.mark.parametrize(
    ("saying", "field"),
    [
        (Saying(MemberChange.END, ON, ChangeReason.DECEASED), "reason"),
        (Saying(MemberChange.END, ON, ChangeReason.DUES_UNPAID), "reason"),
        (Saying(MemberChange.RETAIN, ON, ChangeReason.OWN_WISH), "reason"),
        (Saying(MemberChange.RETAIN, ON, ChangeReason.LAID_OFF_WAITING), "reason"),
        (Saying(MemberChange.RETAIN, date(2099, 1, 1), ChangeReason.UNEMPLOYED), "on"),
        (Saying(MemberChange.MOVE, ON), "union"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_a_draft(
    union: TradeUnion, saying: Saying, field: str
) -> None:
    spell, cadre = member(1, union), cadre_of(union)
    batch = member_batches.pick(actor=cadre, membership_ids=[spell.pk], at=clock.now())

    with pytest.raises(InvalidInput) as refusal:
        member_batches.begin(actor=cadre, batch_id=batch.pk, saying=saying, at=clock.now())

    assert refusal.value.field == field
    batch.refresh_from_db()
    assert (batch.state, batch.job_id, running(spell)) == (BatchState.DRAFT, None, ("active", union.pk))
