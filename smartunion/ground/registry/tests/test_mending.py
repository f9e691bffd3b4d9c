"""Memberships put right: another employer in the same union, wrong days, an ending that never was."""

from datetime import date, timedelta

import pytest

from smartunion.core.actor import Actor, system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import memberships, mending, tallies, workplace
from smartunion.ground.registry.flows.memberships import AlreadyMember, NewMembership
from smartunion.ground.registry.models import Correction, Membership, PlatformWork
from smartunion.ground.registry.rules import ChangeReason, ChangeType, LinkKind, MembershipState, UnionKind
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
REASON = "入会批复写的是另一天"


def snapshot() -> list[tuple[object, ...]]:
    return [
        *Membership.objects.order_by("pk").values_list(), *Fact.objects.order_by("pk").values_list(),
        *Correction.objects.values_list("pk"), *Notice.objects.order_by("pk").values_list("pk"),
    ]  # fmt: skip


def joined(who: make.Cast, on: date = date(2026, 3, 2)) -> Membership:
    """A member with the fact of her joining."""
    data = NewMembership(make.person().pk, who.union.pk, on)
    return memberships.start(actor=who.ali, data=data, at=make.AT)


def standing_facts() -> list[tuple[str, date, int]]:
    """Facts that have not been taken back, by day."""
    rows = Fact.objects.filter(reverses=None, reversed_by=None).order_by("happened_on", "pk")
    return [(row.kind.partition(".")[2], row.happened_on, row.quantity) for row in rows]


def test_another_employer_in_the_same_union_is_another_spell_and_no_transfer() -> None:
    who = make.cast()
    joint = make.union("西店镇联合工会", who.county, kind=UnionKind.JOINT)
    first, second = make.employer("甲厂"), make.employer("乙厂")
    for employer in (first, second):
        make.link(joint, employer, kind=LinkKind.JOINT)
    spell = make.member(joint, employer=first)

    row = workplace.change_employer(
        actor=who.cadre, membership_id=spell.pk, employer_id=second.pk, on=date(2026, 11, 2), at=make.AT
    )

    spell.refresh_from_db()
    assert (spell.ended_on, spell.employer_id, spell.end_type, spell.reason) == (
        date(2026, 11, 2), first.pk, "transferred_out", "employment_changed"
    )  # fmt: skip
    assert (row.union_id, row.employer_id, row.state, row.started_on, row.start_type) == (
        joint.pk, second.pk, "active", date(2026, 11, 2), "transferred_in"
    )  # fmt: skip
    assert (Fact.objects.count(), queries.counts_of(joint).active, tallies.recount()) == (0, 1, [])
    assert Notice.objects.get().template == "registry.workplace_changed"
    assert AuditEvent.objects.get().event == "registry.membership_employer_changed"


def test_a_platform_as_new_employer_is_noted_as_work() -> None:
    who = make.cast()
    platform = make.employer("甲平台", is_platform=True)
    make.link(who.union, platform)

    workplace.change_employer(
        actor=who.ali, membership_id=who.xiaobo.pk, employer_id=platform.pk, on=make.TODAY, at=make.AT
    )

    work = PlatformWork.objects.get()
    assert (work.person_id, work.platform_id, work.started_on) == (
        who.xiaobo.person_id,
        platform.pk,
        make.TODAY,
    )


def test_another_employer_is_refused_and_changes_nothing() -> None:
    who = make.cast()
    mine, strange = make.employer("甲厂"), make.employer("丙厂", looked_after_by=who.county)
    make.link(who.union, mine)
    here = make.member(who.union, employer=mine, started_on=date(2026, 5, 4))
    retained = make.member(who.union, state=MembershipState.RETAINED)
    before = snapshot()

    def change(actor: Actor, spell: Membership, employer_id: int, on: date = make.TODAY) -> None:
        workplace.change_employer(
            actor=actor, membership_id=spell.pk, employer_id=employer_id, on=on, at=make.AT
        )

    for actor, spell, employer_id, on, field in (
        (who.cadre, here, strange.pk, make.TODAY, "employer"),
        (who.cadre, here, mine.pk, make.TODAY, "employer"),
        (who.cadre, retained, mine.pk, make.TODAY, "employer"),
        (who.cadre, who.xiaobo, mine.pk, date(2027, 1, 1), "on"),
        (who.cadre, who.xiaobo, mine.pk, date(1999, 1, 1), "on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            change(actor, spell, employer_id, on)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        change(who.xiaobo_actor, who.xiaobo, mine.pk)
    with pytest.raises(NotVisible):
        change(who.laoqin_actor, who.xiaobo, mine.pk)
    assert snapshot() == before


def test_a_wrong_first_day_is_put_right_and_counted_on_the_right_day() -> None:
    who = make.cast()
    spell = joined(who)

    row = mending.correct_day(
        actor=who.ali, membership_id=spell.pk, field="started_on", on=date(2026, 2, 9), reason=REASON, at=make.AT
    )  # fmt: skip
    again = mending.correct_day(
        actor=who.ali, membership_id=spell.pk, field="started_on", on=date(2026, 3, 2), reason=REASON, at=make.AT
    )  # fmt: skip
    last = mending.correct_day(
        actor=who.ali, membership_id=spell.pk, field="started_on", on=date(2026, 2, 9), reason=REASON, at=make.AT
    )  # fmt: skip

    assert [one.started_on for one in (row, again, last)] == [
        date(2026, 2, 9),
        date(2026, 3, 2),
        date(2026, 2, 9),
    ]
    assert standing_facts() == [("member_joined", date(2026, 2, 9), 1)]
    kept = Correction.objects.order_by("pk").first()
    assert kept is not None
    assert (kept.field, kept.before, kept.after, kept.reason) == (
        "started_on",
        "2026-03-02",
        "2026-02-09",
        REASON,
    )
    event = AuditEvent.objects.filter(event="registry.membership_corrected").first()
    assert event is not None
    assert (event.data["from"], event.data["to"], event.owner_person_id) == (
        "2026-03-02", "2026-02-09", spell.person_id
    )  # fmt: skip
    assert Notice.objects.filter(template="registry.days_corrected").count() == 3
    assert tallies.recount() == []


def test_the_day_between_two_spells_moves_both() -> None:
    who = make.cast()
    spell = joined(who)
    retained = memberships.retain(
        actor=who.ali, membership_id=spell.pk, reason=ChangeReason.RETIRED, on=date(2026, 9, 1), at=make.AT
    )

    mending.correct_day(
        actor=who.ali, membership_id=retained.pk, field="started_on", on=date(2026, 8, 1), reason=REASON, at=make.AT
    )  # fmt: skip

    spell.refresh_from_db()
    retained.refresh_from_db()
    assert (spell.ended_on, retained.started_on) == (date(2026, 8, 1), date(2026, 8, 1))
    assert standing_facts() == [
        ("member_joined", date(2026, 3, 2), 1), ("member_retained", date(2026, 8, 1), 1)
    ]  # fmt: skip


def test_a_wrong_last_day_is_put_right() -> None:
    who = make.cast()
    spell = joined(who)
    memberships.end(
        actor=who.ali, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.DECEASED,
        on=date(2026, 9, 9), at=make.AT,
    )  # fmt: skip

    row = mending.correct_day(
        actor=who.ali, membership_id=spell.pk, field="ended_on", on=date(2026, 9, 6), reason=REASON, at=make.AT
    )  # fmt: skip

    assert row.ended_on == date(2026, 9, 6)
    assert standing_facts() == [("member_joined", date(2026, 3, 2), 1), ("member_left", date(2026, 9, 6), 1)]
    assert not Notice.objects.filter(template="registry.days_corrected").exists()


def test_a_day_that_cannot_be_is_refused_and_changes_nothing() -> None:
    who = make.cast()
    first = make.membership(
        make.person(), who.union, state="ended", started_on=date(2024, 1, 1), ended_on=date(2024, 6, 1), end_type="left"
    )  # fmt: skip
    second = make.membership(first.person, who.union, started_on=date(2025, 1, 1))
    before = snapshot()

    for spell, field, on in (
        (second, "started_on", date(2027, 1, 1)),
        (second, "started_on", date(2024, 5, 31)),
        (second, "started_on", date(2025, 1, 1)),
        (second, "ended_on", date(2026, 1, 1)),
        (first, "ended_on", date(2023, 12, 31)),
        (first, "ended_on", date(2025, 1, 2)),
        (first, "started_on", date(2024, 6, 2)),
    ):
        with pytest.raises(InvalidInput) as refused:
            mending.correct_day(
                actor=who.ali, membership_id=spell.pk, field=field, on=on, reason=REASON, at=make.AT
            )
        assert refused.value.field in {"on", "field"}
    with pytest.raises(InvalidInput) as silent:
        mending.correct_day(
            actor=who.ali, membership_id=second.pk, field="started_on", on=date(2025, 2, 1), reason="", at=make.AT
        )  # fmt: skip
    assert silent.value.field == "reason"
    with pytest.raises(NotVisible):
        mending.correct_day(
            actor=who.laoqin_actor, membership_id=second.pk, field="started_on", on=date(2025, 2, 1), reason=REASON,
            at=make.AT,
        )  # fmt: skip
    assert snapshot() == before


def test_the_day_of_coming_over_is_put_right_by_who_keeps_both_unions() -> None:
    who = make.cast()
    there = make.union("东工会", who.county)
    spell = joined(who)
    moved = memberships.move(
        actor=who.cadre, membership_id=spell.pk, union_id=there.pk, on=date(2026, 9, 1),
        reason=ChangeReason.EMPLOYMENT_CHANGED, at=make.AT,
    )  # fmt: skip
    before = snapshot()

    with pytest.raises(NotAllowed):
        mending.correct_day(
            actor=make.chair(there), membership_id=moved.pk, field="started_on", on=date(2026, 8, 1), reason=REASON,
            at=make.AT,
        )  # fmt: skip
    assert snapshot() == before
    mending.correct_day(
        actor=who.cadre, membership_id=moved.pk, field="started_on", on=date(2026, 8, 1), reason=REASON, at=make.AT
    )  # fmt: skip
    spell.refresh_from_db()
    assert spell.ended_on == date(2026, 8, 1)


@pytest.mark.parametrize("was", [MembershipState.ACTIVE, MembershipState.RETAINED])
def test_an_ending_that_never_was_is_taken_back_as_often_as_it_was_wrong(was: MembershipState) -> None:
    who = make.cast()
    spell = joined(who)
    if was == MembershipState.RETAINED:
        spell = memberships.retain(
            actor=who.ali, membership_id=spell.pk, reason=ChangeReason.RETIRED, on=date(2026, 9, 1), at=make.AT
        )  # fmt: skip
    fields = [field.attname for field in Membership._meta.concrete_fields if field.name != "updated_at"]
    before, facts = Membership.objects.values_list(*fields).get(pk=spell.pk), standing_facts()

    for minute in range(2):
        at = make.AT + timedelta(minutes=minute)
        memberships.end(
            actor=who.ali, membership_id=spell.pk, end_type=ChangeType.EXPELLED, reason=ChangeReason.CRIME,
            on=make.TODAY, at=at, note="会员大会2026年第3号决议",
        )  # fmt: skip
        assert standing_facts()[-1] == ("member_left", make.TODAY, 1)
        row = mending.take_back_end(actor=who.ali, membership_id=spell.pk, reason="同名同姓，弄错了人", at=at)
        assert (row.state, row.ended_on) == (was, None)

    assert Membership.objects.values_list(*fields).get(pk=spell.pk) == before
    assert standing_facts() == facts
    assert tallies.recount() == []
    templates = list(Notice.objects.order_by("pk").values_list("template", flat=True))[-4:]
    assert templates == ["registry.expelled", "registry.end_taken_back"] * 2


def test_taking_an_ending_back_is_refused_and_changes_nothing() -> None:
    who = make.cast()
    spell = joined(who)
    with pytest.raises(StaleState):
        mending.take_back_end(actor=who.ali, membership_id=spell.pk, reason=REASON, at=make.AT)
    memberships.end(
        actor=who.ali, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.TODAY, at=make.AT,
    )  # fmt: skip
    with pytest.raises(NotVisible):
        mending.take_back_end(actor=who.laoqin_actor, membership_id=spell.pk, reason=REASON, at=make.AT)
    with pytest.raises(InvalidInput):
        mending.take_back_end(actor=who.ali, membership_id=spell.pk, reason="", at=make.AT)
    memberships.start(
        actor=system(), data=NewMembership(spell.person_id, who.elsewhere.pk, make.TODAY), at=make.AT
    )
    before = snapshot()

    with pytest.raises(AlreadyMember):
        mending.take_back_end(actor=who.ali, membership_id=spell.pk, reason=REASON, at=make.AT)
    assert snapshot() == before
