"""Memberships: started, retained, restored, moved, ended."""

from datetime import date, timedelta

import pytest

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.flows import memberships, tallies
from smartunion.ground.registry.flows.joining import add_member
from smartunion.ground.registry.flows.memberships import AlreadyMember, NewMembership
from smartunion.ground.registry.flows.people import PersonData
from smartunion.ground.registry.models import Membership, Person, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, UnionKind
from smartunion.ground.registry.rules.counts import Counts
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def snapshot() -> list[tuple[object, ...]]:
    return [*Membership.objects.order_by("pk").values_list(), *Fact.objects.order_by("pk").values_list()]


def test_start_makes_a_member_from_the_day_of_approval() -> None:
    who = make.cast()
    person = make.person("单小明")
    employer = make.employer("得力集团")

    row = memberships.start(
        actor=who.ali, at=make.AT,
        data=NewMembership(
            person.pk, who.union.pk, date(2026, 11, 20), employer_id=employer.pk, confirmed_by="paper", source="desk",
            drive_id=7,
        ),
    )  # fmt: skip

    assert (row.state, row.held_as, row.started_on, row.start_type) == (
        "active", "active", date(2026, 11, 20), "joined"
    )  # fmt: skip
    assert (row.union_path, row.name_key, row.employer_name) == (
        who.union.path,
        "shanxiaoming sxm",
        "得力集团",
    )
    assert queries.counts_of(who.county) == Counts(active=2, unions=1)
    fact = Fact.objects.get()
    assert (fact.kind, fact.key, fact.happened_on, fact.path, fact.person_id, fact.drive_id) == (
        "registry.member_joined", f"member_joined:{row.pk}", date(2026, 11, 20), who.union.path, person.pk, 7
    )  # fmt: skip
    notice = Notice.objects.get()
    assert (notice.template, notice.person_id) == ("registry.started", person.pk)
    event = AuditEvent.objects.get()
    assert (event.event, event.owner_person_id) == ("registry.membership_started", person.pk)


def test_nobody_is_a_member_twice_and_only_those_who_may_know_are_told_where() -> None:
    who = make.cast()
    before = snapshot()

    with pytest.raises(AlreadyMember) as refused:
        memberships.start(
            actor=who.ali, data=NewMembership(who.laoqin.person_id, who.union.pk, make.TODAY), at=make.AT
        )
    assert "union_name" not in refused.value.details
    assert who.elsewhere.name not in str(refused.value)
    with pytest.raises(AlreadyMember) as told:
        memberships.start(
            actor=system(), data=NewMembership(who.laoqin.person_id, who.union.pk, make.TODAY), at=make.AT
        )
    assert told.value.details["union_name"] == who.elsewhere.name
    assert snapshot() == before
    assert tallies.recount() == []


def test_a_person_without_union_waits_in_the_pool_and_is_admitted_later() -> None:
    who = make.cast()
    person = make.person()

    waiting = memberships.start(
        actor=who.cadre, at=make.AT,
        data=NewMembership(person.pk, who.county.pk, date(2026, 11, 1), state=MembershipState.PREPARATORY),
    )  # fmt: skip
    assert not Fact.objects.exists()
    assert Notice.objects.get().template == "registry.waiting"
    assert queries.counts_of(who.county) == Counts(active=1, preparatory=1, unions=1)

    admitted = memberships.activate(
        actor=who.cadre, membership_id=waiting.pk, union_id=who.union.pk, on=date(2026, 11, 10), at=make.AT,
        reason=ChangeReason.UNION_FOUNDED,
    )  # fmt: skip
    waiting.refresh_from_db()
    assert (waiting.state, waiting.held_as, waiting.end_type, waiting.ended_on) == (
        "ended", "preparatory", "admitted", date(2026, 11, 10)
    )  # fmt: skip
    assert (admitted.state, admitted.start_type, admitted.started_on) == (
        "active",
        "joined",
        date(2026, 11, 10),
    )
    assert Fact.objects.get().kind == "registry.member_joined"
    assert queries.counts_of(who.county) == Counts(active=2, unions=1)


def test_who_waits_may_join_a_union_directly() -> None:
    who = make.cast()
    waiting = make.member(who.county, state=MembershipState.PREPARATORY, started_on=date(2026, 11, 1))

    row = memberships.start(
        actor=who.ali, data=NewMembership(waiting.person_id, who.union.pk, make.TODAY), at=make.AT
    )

    waiting.refresh_from_db()
    assert (waiting.state, waiting.end_type) == ("ended", "admitted")
    assert (row.state, row.start_type) == ("active", "joined")
    assert tallies.recount() == []


def test_retained_and_restored_are_rows_of_their_own() -> None:
    who = make.cast()

    kept = memberships.retain(
        actor=who.ali,
        membership_id=who.xiaobo.pk,
        reason=ChangeReason.UNEMPLOYED,
        on=date(2026, 6, 1),
        at=make.AT,
    )
    back = memberships.activate(actor=who.ali, membership_id=kept.pk, on=date(2026, 9, 1), at=make.AT)

    rows = Membership.objects.filter(person=who.xiaobo.person).order_by("pk").values_list(
        "held_as", "state", "started_on", "ended_on", "start_type", "end_type", "reason"
    )  # fmt: skip
    assert list(rows) == [
        ("active", "ended", make.DAY, date(2026, 6, 1), "joined", "retained", "unemployed"),
        ("retained", "ended", date(2026, 6, 1), date(2026, 9, 1), "retained", "restored", ""),
        ("active", "active", date(2026, 9, 1), None, "restored", "", ""),
    ]
    assert sorted(Fact.objects.values_list("kind", "happened_on")) == [
        ("registry.member_restored", date(2026, 9, 1)), ("registry.member_retained", date(2026, 6, 1)),
    ]  # fmt: skip
    on = {
        day: list(Membership.objects.active_on(day).filter(union=who.union).values_list("held_as", flat=True))
        for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 9, 1))
    }
    assert on == {date(2026, 5, 31): ["active"], date(2026, 6, 1): ["retained"], date(2026, 9, 1): ["active"]}
    assert back.state == "active"
    assert tallies.recount() == []


def test_nobody_is_expelled_without_naming_the_decision() -> None:
    who = make.cast()
    before = snapshot()

    with pytest.raises(InvalidInput) as refused:
        memberships.end(
            actor=who.ali, membership_id=who.xiaobo.pk, end_type=ChangeType.EXPELLED, reason=ChangeReason.CRIME,
            on=make.TODAY, at=make.AT, note="  ",
        )  # fmt: skip

    assert (refused.value.field, bool(refused.value.remedy)) == ("note", True)
    assert snapshot() == before


def test_nobody_is_taken_out_for_dues_too_early_unspoken_to_or_while_retained() -> None:
    who = make.cast()
    fresh = make.member(who.union, started_on=make.TODAY - timedelta(days=182))
    old = make.member(who.union, started_on=make.TODAY - timedelta(days=183))
    retained = make.member(who.union, state=MembershipState.RETAINED)
    ending = {
        "actor": who.ali, "end_type": ChangeType.LEFT, "reason": ChangeReason.DUES_UNPAID, "on": make.TODAY, "at": make.AT,
    }  # fmt: skip
    before = snapshot()

    for spell, note, field in (
        (fresh, "三次谈话", "on"),
        (old, " ", "note"),
        (retained, "三次谈话", "reason"),
    ):
        with pytest.raises(InvalidInput) as refused:
            memberships.end(**ending, membership_id=spell.pk, note=note)
        assert refused.value.field == field
    assert snapshot() == before

    assert memberships.end(**ending, membership_id=old.pk, note="三次谈话").state == "ended"


def test_whoever_is_laid_off_within_her_unit_stays_a_member_as_she_is() -> None:
    who = make.cast()
    before = snapshot()

    with pytest.raises(rules.StaysMember) as refusal:
        memberships.retain(
            actor=who.ali, membership_id=who.xiaobo.pk, reason=ChangeReason.LAID_OFF_WAITING, on=make.DAY, at=make.AT
        )  # fmt: skip

    assert (refusal.value.code, refusal.value.field) == ("stays_member", "reason")
    assert refusal.value.message == "在本单位下岗待岗或者内退的，会籍不变。"
    assert refusal.value.remedy == "会籍不用改动，请在就业状况中登记为“待（下）岗”或者“退养（内退）”。"
    assert snapshot() == before


@pytest.mark.parametrize(
    ("change", "reason", "fits"),
    [
        (ChangeType.LEFT, ChangeReason.OWN_WISH, True),
        (ChangeType.LEFT, ChangeReason.DECEASED, True),
        (ChangeType.LEFT, ChangeReason.DUES_UNPAID, True),
        (ChangeType.EXPELLED, ChangeReason.CRIME, True),
        (ChangeType.LEFT, ChangeReason.CRIME, False),
        (ChangeType.EXPELLED, ChangeReason.OWN_WISH, False),
        (ChangeType.LEFT, ChangeReason.NONE, False),
        (ChangeType.RETAINED, ChangeReason.UNEMPLOYED, False),
        (ChangeType.JOINED, ChangeReason.NONE, False),
    ],
)
def test_memberships_end_for_reasons_that_fit(change: ChangeType, reason: ChangeReason, fits: bool) -> None:
    who = make.cast()
    before = snapshot()

    def leave() -> Membership:
        return memberships.end(
            actor=who.ali,
            membership_id=who.xiaobo.pk,
            end_type=change,
            reason=reason,
            on=make.TODAY,
            at=make.AT,
            note="决议1号",
        )

    if not fits:
        with pytest.raises(InvalidInput):
            leave()
        assert snapshot() == before
        return
    ended = leave()
    assert (ended.state, ended.ended_on, ended.end_type, ended.reason) == (
        "ended",
        make.TODAY,
        change,
        reason,
    )
    fact = Fact.objects.get()
    assert (fact.kind, fact.attrs) == ("registry.member_left", {"type": change.value, "reason": reason.value})
    assert queries.counts_of(who.union) == Counts(unions=1)
    assert Notice.objects.count() == (0 if reason == ChangeReason.DECEASED else 1)
    with pytest.raises(StaleState):
        memberships.retain(
            actor=who.ali, membership_id=who.xiaobo.pk, reason=ChangeReason.NONE, on=make.TODAY, at=make.AT
        )


def test_leaving_is_free_for_the_member_herself_and_withdraws_her_transfer() -> None:
    who = make.cast()
    asked = make.transfer(who.xiaobo, who.elsewhere)

    with pytest.raises(NotAllowed):
        memberships.end(
            actor=who.xiaobo_actor, membership_id=who.xiaobo.pk, end_type=ChangeType.EXPELLED,
            reason=ChangeReason.CRIME, on=make.TODAY, at=make.AT,
        )  # fmt: skip
    with pytest.raises(NotVisible):
        memberships.end(
            actor=who.laoqin_actor, membership_id=who.xiaobo.pk, end_type=ChangeType.LEFT,
            reason=ChangeReason.OWN_WISH, on=make.TODAY, at=make.AT,
        )  # fmt: skip
    memberships.end(
        actor=who.xiaobo_actor, membership_id=who.xiaobo.pk, end_type=ChangeType.LEFT,
        reason=ChangeReason.OWN_WISH, on=make.TODAY, at=make.AT,
    )  # fmt: skip

    assert Transfer.objects.get(pk=asked.pk).state == "withdrawn"
    again = memberships.start(
        actor=who.ali, data=NewMembership(who.xiaobo.person_id, who.union.pk, make.TODAY), at=make.AT
    )
    assert again.state == "active"
    assert tallies.recount() == []


def test_move_keeps_the_state_and_never_leaves_a_gap() -> None:
    who = make.cast()
    second = make.union("二厂工会", who.county)
    kept = make.member(who.union, state=MembershipState.RETAINED)

    for spell in (who.xiaobo, kept):
        memberships.move(
            actor=who.cadre, membership_id=spell.pk, union_id=second.pk, on=make.TODAY,
            reason=ChangeReason.UNION_FOUNDED, at=make.AT,
        )  # fmt: skip

    rows = (
        Membership.objects.filter(union=second)
        .order_by("pk")
        .values_list("state", "start_type", "started_on")
    )
    assert list(rows) == [
        ("active", "transferred_in", make.TODAY),
        ("retained", "transferred_in", make.TODAY),
    ]
    assert list(Fact.objects.values_list("kind", flat=True)) == ["registry.member_transferred"]
    with pytest.raises(NotVisible):
        memberships.move(
            actor=who.cadre, membership_id=Membership.objects.get(person=kept.person, ended_on=None).pk,
            union_id=who.elsewhere.pk, on=make.TODAY, reason=ChangeReason.NONE, at=make.AT,
        )  # fmt: skip
    assert tallies.recount() == []


def test_start_is_refused_for_days_unions_and_ages_that_do_not_fit() -> None:
    who = make.cast()
    grown, child = make.person(birth_date=date(1990, 3, 7)), make.person(birth_date=date(2010, 11, 22))
    left = make.member(
        who.union, state="ended", started_on=date(2025, 1, 1), ended_on=date(2026, 5, 1), end_type="left"
    )
    forming = make.union("筹备组", who.county, state="preparatory")
    gone = make.union("旧厂工会", who.county, state="closed", closed_on=make.DAY)
    before = snapshot()

    for data, field in [
        (NewMembership(grown.pk, who.union.pk, date(2026, 11, 22)), "on"),
        (NewMembership(left.person_id, who.union.pk, date(2026, 4, 30)), "on"),
        (NewMembership(child.pk, who.union.pk, make.TODAY), "birth_date"),
        (NewMembership(grown.pk, forming.pk, make.TODAY), "union"),
        (NewMembership(grown.pk, gone.pk, make.TODAY), "union"),
        (NewMembership(grown.pk, who.county.pk, make.TODAY), "union"),
        (NewMembership(grown.pk, who.union.pk, make.TODAY, state=MembershipState.PREPARATORY), "union"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            memberships.start(actor=who.cadre, data=data, at=make.AT)
        assert refused.value.field == field
    assert snapshot() == before
    assert memberships.start(
        actor=who.cadre, data=NewMembership(left.person_id, who.union.pk, date(2026, 5, 1)), at=make.AT
    ).pk  # fmt: skip


def test_start_is_closed_to_strangers_to_those_who_only_look_and_for_erased_people() -> None:
    who = make.cast()
    person = make.person()
    erased = make.person(erased_at=make.AT)
    before = snapshot()

    for actor, person_id, error in [
        (make.chair(who.elsewhere), person.pk, NotVisible),
        (make.inspector(who.county), person.pk, NotAllowed),
        (make.worker(person), person.pk, NotVisible),
        (who.ali, erased.pk, NotVisible),
        (who.ali, 987654, NotVisible),
    ]:
        with pytest.raises(error):
            memberships.start(
                actor=actor, data=NewMembership(person_id, who.union.pk, make.TODAY), at=make.AT
            )
    assert snapshot() == before


def test_associations_take_members_too() -> None:
    county = make.federation()
    drivers = make.union("货车司机联合会", county, kind=UnionKind.ASSOCIATION_INDUSTRY, level="county")
    person = make.person()

    row = memberships.start(
        actor=make.cadre(county), data=NewMembership(person.pk, drivers.pk, make.TODAY), at=make.AT
    )

    assert row.state == "active"
    assert queries.counts_of(county) == Counts(active=1)


def test_add_member_enters_the_person_and_the_membership_or_nothing() -> None:
    who = make.cast()
    data = NewMembership(0, who.union.pk, make.TODAY, confirmed_by="paper", source="desk")

    row = add_member(actor=who.ali, person=PersonData("单小明", make.resident_id(900)), data=data, at=make.AT)
    assert (row.person.name, row.union, row.confirmed_by) == ("单小明", who.union, "paper")

    people = Person.objects.count()
    with pytest.raises(AlreadyMember):
        add_member(actor=who.ali, person=PersonData("单小明", make.resident_id(900)), data=data, at=make.AT)
    with pytest.raises(NotVisible):
        add_member(
            actor=make.chair(who.elsewhere),
            person=PersonData("李新", make.resident_id(901)),
            data=data,
            at=make.AT,
        )
    assert Person.objects.count() == people


def test_an_active_member_is_not_restored_into_another_union_and_nobody_moves_into_a_closed_one() -> None:
    who = make.cast()
    there = make.union("东工会", who.county)
    closed = make.union("西工会", who.county, state="closed", closed_on=make.DAY)
    retained = make.member(who.union, state=MembershipState.RETAINED)
    before = snapshot()

    with pytest.raises(InvalidInput) as active:
        memberships.activate(
            actor=who.cadre, membership_id=who.xiaobo.pk, union_id=there.pk, on=make.TODAY, at=make.AT
        )
    with pytest.raises(InvalidInput) as gone:
        memberships.move(
            actor=who.cadre, membership_id=retained.pk, union_id=closed.pk, on=make.TODAY,
            reason=ChangeReason.UNION_CLOSED, at=make.AT,
        )  # fmt: skip

    assert (active.value.field, gone.value.field) == ("end_type", "union")
    assert snapshot() == before
