"""Mergers and splits: everything goes over dated, counts stay exact, and taking it back leaves no trace."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.jobs import runner
from smartunion.core.jobs.flows import settle
from smartunion.core.jobs.models import Job, JobState
from smartunion.ground.facts import queries as facts
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import kinds, queries
from smartunion.ground.registry.flows import memberships, reminders, restructuring, tallies, unions
from smartunion.ground.registry.flows.officers import NewTerm, set_term
from smartunion.ground.registry.flows.restructuring import NewSplit, carry, of_unions, undo
from smartunion.ground.registry.flows.restructuring.decide import RestructuringOpen
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.flows.unions.close import UnderRestructuring
from smartunion.ground.registry.models import (
    Certificate,
    EmployerLink,
    Membership,
    Officer,
    Restructuring,
    RestructuringRow,
    Term,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.rules import (
    ChangeReason,
    ChangeType,
    Elected,
    LinkKind,
    MembershipState,
    Organ,
    Post,
    UnionKind,
)
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db

ON = make.TODAY - timedelta(days=2)


def quiet(done: int, total: int) -> None:
    assert done <= total


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of the registry but counts (compared by themselves), running numbers and the journal."""
    left_out = {"uniontally", "uniontallydelta", "numberseries", "restructuring", "restructuringrow"}
    models = list(apps.get_app_config("registry").get_models())
    return {
        model._meta.model_name: list(model._base_manager.order_by("pk").values())
        for model in models
        if model._meta.model_name not in left_out
    }


class Merger:
    """Two joint unions below a county; one with members of all states, employers, a branch, officers, a certificate."""

    def __init__(self) -> None:
        self.who = make.cast()
        county = self.who.county
        joint = {"kind": UnionKind.JOINT}
        self.old = make.union("西店联合工会", county, founded_on=date(2020, 5, 1), **joint)
        self.new = make.union("强蛟联合工会", county, **joint)
        self.branch = make.union("西店一车间分会", self.old, kind=UnionKind.BRANCH)
        self.firms = [make.employer(looked_after_by=county) for _n in range(2)]
        for firm in self.firms:
            make.link(self.old, firm, LinkKind.JOINT)
        make.link(self.new, self.firms[1], LinkKind.JOINT)
        self.members = [make.member(self.old, employer=self.firms[n % 2]) for n in range(5)]
        self.retained = make.member(self.old, state=MembershipState.RETAINED)
        self.deep = make.member(self.branch)
        term = NewTerm(date(2024, 5, 1), 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "张三")])
        set_term(actor=self.who.cadre, union_id=self.old.pk, data=term, at=make.AT)
        Certificate.objects.create(
            union=self.old, number="宁海工证字1号", issued_on=date(2020, 5, 1), issued_by="县总工会"
        )
        self.coming = make.transfer(self.who.xiaobo, self.old)
        self.going_over = make.transfer(self.members[0], self.new)
        self.going_on = make.transfer(self.members[1], self.who.union)
        self.old.refresh_from_db()

    def decide(self, **values: Any) -> Restructuring:
        given = {
            "actor": self.who.cadre, "union_id": self.old.pk, "target_id": self.new.pk, "version": self.old.version,
            "on": ON, "reason": "两会合并决议", "at": make.AT,
        } | values  # fmt: skip
        return restructuring.decide_merge(**given)

    def carry(self) -> Restructuring:
        return carry.carry_out(restructuring_id=self.decide().pk, at=make.AT, progress=quiet)


def test_a_merger_carries_everything_over_with_dates() -> None:
    world = Merger()

    done = world.carry()

    old = TradeUnion.objects.get(pk=world.old.pk)
    assert (done.state, done.people, done.undo_until) == ("done", 6, make.TODAY + timedelta(days=30))
    assert (old.state, old.closed_on) == ("closed", ON)
    for spell in [*world.members, world.retained]:
        spell.refresh_from_db()
        follower = Membership.objects.get(person=spell.person, ended_on=None)
        assert (spell.ended_on, spell.end_type, spell.reason) == (ON, "transferred_out", "union_closed")
        assert (follower.union, follower.state, follower.started_on) == (world.new, spell.held_as, ON)
        assert follower.employer_id == spell.employer_id
    ended = EmployerLink.objects.filter(union=old).values_list("valid_to", flat=True)
    assert list(ended) == [ON, ON]
    running = EmployerLink.objects.filter(union=world.new, valid_to=None).values_list(
        "employer_id", flat=True
    )
    assert sorted(running) == [firm.pk for firm in world.firms]
    world.branch.refresh_from_db()
    assert world.branch.path.startswith(world.new.path)
    assert Officer.objects.get(name="张三").left_on == ON
    assert Certificate.objects.get(union=old).ended_on == ON
    world.coming.refresh_from_db()
    assert (world.coming.state, world.coming.to_union) == ("asked", world.new)
    assert {
        one.person_id: (one.state, one.from_path, one.membership.union)
        for one in Transfer.objects.exclude(pk=world.coming.pk)
    } == {
        world.members[0].person_id: ("withdrawn", world.new.path, world.new),  # she is there
        world.members[1].person_id: ("asked", world.new.path, world.new),
    }
    assert facts.totals([kinds.UNION_CLOSED], world.who.county.path, ON)[kinds.UNION_CLOSED] == 1
    assert tallies.recount() == []


def test_taking_a_merger_back_leaves_the_registry_as_it_was() -> None:
    world = Merger()
    before, counted = dump(), queries.counts(TradeUnion.objects.all())
    done = world.carry()
    assert dump() != before

    restructuring.ask_undo(actor=world.who.cadre, restructuring_id=done.pk, reason="决议撤销", at=make.AT)
    back = undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet)

    assert (back.state, back.kept, back.rows.count()) == ("undone", 0, 0)
    assert dump() == before
    assert queries.counts(TradeUnion.objects.all()) == counted
    assert tallies.recount() == []
    sums = facts.totals([kinds.UNION_CLOSED, kinds.MEMBER_TRANSFERRED], world.who.county.path, ON)
    assert set(sums.values()) == {0}


def test_certificates_overwritten_by_an_old_merger_are_mended_and_it_can_still_be_taken_back() -> None:
    world = Merger()
    Certificate.objects.filter(union=world.old).update(valid_to=date(2029, 5, 1))
    before = dump()
    done = world.carry()
    row = RestructuringRow.objects.get(restructuring=done, model="registry.certificate")
    kept = Certificate.objects.get(pk=row.row_id)
    as_it_was = {
        "before": row.before | {"valid_to": "2029-05-01"},
        "after": row.after | {"valid_to": ON.isoformat()},
    }
    RestructuringRow.objects.filter(pk=row.pk).update(**as_it_was)
    Certificate.objects.filter(pk=kept.pk).update(valid_to=ON)
    mend = import_module(
        "smartunion.ground.registry.migrations.0034_certificates_of_mergers_hold_as_printed"
    ).mend

    for _again in range(2):
        mend(apps, None)

    kept.refresh_from_db()
    done.refresh_from_db()
    assert (kept.valid_to, kept.ended_on, kept.is_end_lost) == (date(2029, 5, 1), ON, False)
    assert done.plan["certificates_mended"] == [[kept.pk, ON.isoformat()]]
    restructuring.ask_undo(actor=world.who.cadre, restructuring_id=done.pk, reason="决议撤销", at=make.AT)
    assert undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet).kept == 0
    assert dump() == before


def test_a_member_who_moved_on_since_stays_where_she_is() -> None:
    world = Merger()
    done = world.carry()
    moved_on = world.members[0].person
    follower = Membership.objects.get(person=moved_on, ended_on=None)
    memberships.end(
        actor=world.who.cadre, membership_id=follower.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.TODAY, at=make.AT,
    )  # fmt: skip

    restructuring.ask_undo(actor=world.who.cadre, restructuring_id=done.pk, reason="决议撤销", at=make.AT)
    back = undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet)

    assert back.kept == 1
    assert not Membership.objects.filter(person=moved_on, ended_on=None).exists()
    assert Membership.objects.filter(union=world.old, ended_on=None).count() == 5
    assert tallies.recount() == []


def test_it_can_be_taken_back_only_within_its_days() -> None:
    world = Merger()
    done = world.carry()
    late = make.AT + timedelta(days=31)

    with pytest.raises(InvalidInput):
        restructuring.ask_undo(actor=world.who.cadre, restructuring_id=done.pk, reason="晚了", at=late)

    done.refresh_from_db()
    assert done.state == "done"


def test_the_job_carries_it_out_and_running_it_again_changes_nothing() -> None:
    world = Merger()
    planned = world.decide()

    runner.drain()
    first = dump()
    again = carry.carry_out(restructuring_id=planned.pk, at=make.AT, progress=quiet)

    assert again.state == "done"
    assert dump() == first


def given_up(world: Merger, monkeypatch: pytest.MonkeyPatch) -> Restructuring:
    """A merger whose job carried two people and then failed for good."""
    monkeypatch.setattr(of_unions, "PORTION", 2)
    what = world.decide()

    def break_off(_done: int, _total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        carry.carry_out(restructuring_id=what.pk, at=make.AT, progress=break_off)
    with pytest.raises(StaleState):
        restructuring.ask_undo(actor=world.who.cadre, restructuring_id=what.pk, reason="太早", at=make.AT)
    Job.objects.filter(pk=what.job_id).update(state="failed", finished_at=make.AT, error="磁盘已满")
    what.refresh_from_db()
    return what


def test_a_merger_given_up_is_carried_on_where_it_stood_and_a_second_click_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Merger()
    what = given_up(world, monkeypatch)
    assert (what.state, restructuring.is_given_up(what)) == ("running", True)
    carried = set(what.rows.values_list("pk", flat=True))
    again = {"restructuring_id": what.pk, "at": make.AT}
    with pytest.raises(NotVisible):
        restructuring.carry_on(actor=world.who.laoqin_actor, **again)

    first = restructuring.carry_on(actor=world.who.cadre, **again)
    second = restructuring.carry_on(actor=world.who.cadre, **again)
    runner.drain()

    assert first.job_id == second.job_id != what.job_id
    what.refresh_from_db()
    assert (what.state, carried <= set(what.rows.values_list("pk", flat=True))) == ("done", True)
    assert not Membership.objects.filter(union=world.old, ended_on=None).exists()
    assert tallies.recount() == []
    with pytest.raises(StaleState):
        restructuring.carry_on(actor=world.who.cadre, **again)


def test_a_union_is_not_closed_while_a_merger_from_or_into_it_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Merger()
    what = given_up(world, monkeypatch)
    before = dump()

    for union in (world.old, world.new):
        union.refresh_from_db()
        with pytest.raises(UnderRestructuring) as refused:
            unions.close_union(
                actor=world.who.cadre,
                union_id=union.pk,
                version=union.version,
                on=make.TODAY,
                reason="试试",
                at=make.AT,
            )
        assert refused.value.message == f"{world.old.name}的合并决定正在办理。"

    assert dump() == before
    assert Restructuring.objects.get(pk=what.pk).state == "running"


def test_whoever_decided_is_told_once_when_the_work_gives_up() -> None:
    world = Merger()
    what = world.decide()
    Job.objects.filter(pk=what.job_id).update(state="running", user_id=7, attempts=4)
    job = Job.objects.get(pk=what.job_id)

    for _again in range(2):
        settle(job=job, state=JobState.FAILED, at=make.AT, error="磁盘已满")

    (told,) = Notice.objects.filter(template="registry.restructuring_stopped")
    assert (told.user_id, told.title, told.link) == (7, "合并办理中断", f"/desk/restructurings/{what.pk}/")
    assert told.body.startswith(f"{world.old.name}：试过多次仍未办完。")


def test_a_merger_left_alone_is_reminded_of_until_somebody_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Merger()
    what = given_up(world, monkeypatch)
    Job.objects.filter(pk=what.job_id).update(user_id=7)
    head = make.person("周主席")
    above = TradeUnion.objects.get(pk=world.old.parent_id)
    term = Term.objects.create(
        union=above, ordinal=1, starts_on=make.DAY, ends_on=make.TODAY + timedelta(days=900)
    )
    Officer.objects.create(term=term, person=head, name=head.name, organ="committee", post="chair")
    told = Notice.objects.filter(template="registry.restructuring_waits").order_by("pk")

    reminders.remind_of_endings(at=make.AT + timedelta(days=2))
    assert not told.exists()
    for day in (3, 4, 5):  # once, whenever the job runs
        reminders.remind_of_endings(at=make.AT + timedelta(days=day))
    assert [(one.user_id, one.person_id) for one in told.all()] == [(7, None)]
    assert told[0].title == "合并已中断3天"
    reminders.remind_of_endings(at=make.AT + timedelta(days=6))
    assert [(one.user_id, one.person_id) for one in told.all()] == [(7, None), (7, None), (None, head.pk)]

    restructuring.carry_on(actor=world.who.cadre, restructuring_id=what.pk, at=make.AT)
    reminders.remind_of_endings(at=make.AT + timedelta(days=30))
    assert told.count() == 3


def test_a_merger_given_up_half_way_is_taken_back_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Merger()
    before = dump()
    what = given_up(world, monkeypatch)
    assert dump() != before

    restructuring.ask_undo(actor=world.who.cadre, restructuring_id=what.pk, reason="不合了", at=make.AT)
    runner.drain()

    what.refresh_from_db()
    assert (what.state, what.kept, dump() == before) == ("undone", 0, True)
    assert tallies.recount() == []


def test_what_cannot_be_merged_is_refused_and_changes_nothing() -> None:
    world = Merger()
    before = dump()
    other_county = make.cadre(world.who.elsewhere.parent)

    with pytest.raises(NotVisible):
        world.decide(actor=other_county)
    with pytest.raises(NotVisible):
        world.decide(target_id=world.who.elsewhere.pk)
    with pytest.raises(NotAllowed):
        world.decide(actor=make.inspector(world.who.county))
    with pytest.raises(InvalidInput):
        world.decide(target_id=world.who.county.pk)
    with pytest.raises(InvalidInput):
        world.decide(target_id=world.branch.pk)
    with pytest.raises(InvalidInput):
        world.decide(target_id=world.old.pk)
    with pytest.raises(InvalidInput):
        world.decide(on=make.TODAY + timedelta(days=1))
    with pytest.raises(InvalidInput):
        world.decide(reason=" ")
    with pytest.raises(StaleEdit):
        world.decide(version=world.old.version + 1)

    assert dump() == before
    assert not Restructuring.objects.exists()


def test_two_mergers_of_one_union_at_once_are_one_too_many() -> None:
    world = Merger()
    world.decide()

    with pytest.raises(RestructuringOpen):
        world.decide()


def test_a_split_takes_an_employer_and_its_people_into_a_new_union_and_back() -> None:
    world = Merger()
    before = dump()
    firm = world.firms[0]
    data = NewSplit("宁海一厂工会", UnionKind.INDEPENDENT, [firm.pk])
    planned = restructuring.decide_split(
        actor=world.who.cadre, union_id=world.old.pk, data=data, version=world.old.version, on=ON, reason="单独建会",
        at=make.AT,
    )  # fmt: skip

    done = carry.carry_out(restructuring_id=planned.pk, at=make.AT, progress=quiet)

    new = TradeUnion.objects.get(name="宁海一厂工会")
    assert (new.parent, new.state, new.founded_on) == (world.who.county, "active", ON)
    mine = Membership.objects.filter(union=new, ended_on=None)
    assert sorted(mine.values_list("person_id", flat=True)) == [world.members[n].person_id for n in (0, 2, 4)]
    assert Membership.objects.filter(union=world.old, ended_on=None).count() == 3
    row = EmployerLink.objects.get(union=new)
    assert (row.employer, row.kind, row.valid_from, row.valid_to) == (firm, "own", ON, None)
    assert tallies.recount() == []

    restructuring.ask_undo(actor=world.who.cadre, restructuring_id=done.pk, reason="决议撤销", at=make.AT)
    undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet)

    assert dump() == before
    assert tallies.recount() == []


def test_a_split_names_what_is_wrong() -> None:
    world = Merger()
    foreign = make.employer(looked_after_by=world.who.county)

    for data, field in [
        (NewSplit("新工会", UnionKind.JOINT, []), "employers"),
        (NewSplit("新工会", UnionKind.JOINT, [foreign.pk]), "employers"),
        (NewSplit("新工会", UnionKind.INDEPENDENT, [firm.pk for firm in world.firms]), "kind"),
        (NewSplit("新工会", UnionKind.FEDERATION, [world.firms[0].pk]), "kind"),
    ]:
        with pytest.raises(InvalidInput) as refusal:
            restructuring.decide_split(
                actor=world.who.cadre, union_id=world.old.pk, data=data, version=world.old.version, on=ON,
                reason="单独建会", at=make.AT,
            )  # fmt: skip
        assert refusal.value.field == field
    assert not TradeUnion.objects.filter(name="新工会").exists()


def test_an_independent_union_is_not_split_from_its_only_employer() -> None:
    who = make.cast()
    firm = make.employer(looked_after_by=who.county)
    make.link(who.union, firm)
    before = dump()

    with pytest.raises(InvalidInput) as refusal:
        restructuring.decide_split(
            actor=who.cadre, union_id=who.union.pk, data=NewSplit("新工会", UnionKind.INDEPENDENT, [firm.pk]),
            version=who.union.version, on=ON, reason="单独建会", at=make.AT,
        )  # fmt: skip

    assert refusal.value.field == "employers"
    assert dump() == before
