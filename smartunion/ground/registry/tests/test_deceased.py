"""Nobody recorded as deceased becomes a member again, by hand, by list or by code; a mistake is taken back."""

from datetime import date

import pytest

from smartunion.core.errors import InvalidInput
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.flows import joining, memberships, mending, spells, tallies, unions
from smartunion.ground.registry.flows.memberships import NewMembership, Start
from smartunion.ground.registry.flows.people import PersonData
from smartunion.ground.registry.models import Membership, Person, PlatformWork, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, ChangeType, EmployerState, MembershipState
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_imports import bring, members_file

pytestmark = pytest.mark.django_db

NUMBER = make.resident_id(931)


def _dead(union: TradeUnion, on: date = make.TODAY) -> Membership:
    spell = make.membership(make.person("王小波", resident_id=NUMBER), union)
    return memberships.end(
        actor=make.chair(union), membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.DECEASED, on=on,
        at=make.AT,
    )  # fmt: skip


def test_she_is_not_entered_anew_in_her_union_or_elsewhere() -> None:
    who = make.cast()
    _dead(who.union)

    for actor, union in ((make.chair(who.union), who.union), (make.chair(who.elsewhere), who.elsewhere)):
        with pytest.raises(spells.RecordedDeceased) as refused:
            joining.add_member(
                actor=actor,
                person=PersonData("王小波", NUMBER),
                at=make.AT,
                data=NewMembership(0, union.pk, make.TODAY),
            )
        assert refused.value.field == "resident_id"
        assert "撤回" in refused.value.remedy or "takes the ending back" in refused.value.remedy

    assert not Membership.objects.filter(person__name="王小波", ended_on=None).exists()


def test_one_among_several_who_join_together_refuses_them() -> None:
    who = make.cast()
    spell = _dead(who.union, date(2026, 6, 1))
    other = make.person("李新来")
    chair = make.chair(who.union)

    with pytest.raises(spells.RecordedDeceased):
        memberships.start_many(
            starts=[
                Start(chair, NewMembership(person_id, who.union.pk, make.TODAY)) for person_id in (other.pk, spell.person_id)
            ],
            at=make.AT,
        )  # fmt: skip

    assert not Membership.objects.filter(person=other).exists()


def test_a_mistake_is_taken_back_and_then_she_is_a_member() -> None:
    who = make.cast()
    spell = _dead(who.union)

    mending.take_back_end(
        actor=make.chair(who.union), membership_id=spell.pk, reason="同名同姓登记错了", at=make.AT
    )

    assert Membership.objects.get(person=spell.person, ended_on=None).pk == spell.pk
    with pytest.raises(spells.AlreadyMember):
        memberships.start(
            actor=make.chair(who.union),
            data=NewMembership(spell.person_id, who.union.pk, make.TODAY),
            at=make.AT,
        )


def test_nor_where_the_union_that_knew_it_has_closed_since() -> None:
    who = make.cast()
    spell = _dead(who.union, date(2026, 6, 1))
    unions.close_union(
        actor=who.cadre, union_id=who.union.pk, version=who.union.version, on=make.TODAY, reason="撤销", at=make.AT
    )  # fmt: skip
    before = list(Membership.objects.order_by("pk").values())

    with pytest.raises(spells.RecordedDeceased) as refused:
        joining.add_member(
            actor=make.chair(who.elsewhere), person=PersonData("王小波", NUMBER), at=make.AT,
            data=NewMembership(0, who.elsewhere.pk, make.TODAY),
        )  # fmt: skip

    assert ("上级工会撤回" in refused.value.remedy, refused.value.field) == (True, "resident_id")
    assert list(Membership.objects.order_by("pk").values()) == before
    mending.take_back_end(actor=who.cadre, membership_id=spell.pk, reason="同名同姓登记错了", at=make.AT)
    assert Membership.objects.get(person=spell.person, ended_on=None).union == who.county


def test_who_left_alive_may_come_back() -> None:
    who = make.cast()
    spell = who.laoqin
    memberships.end(
        actor=make.chair(who.elsewhere), membership_id=spell.pk, end_type=ChangeType.LEFT,
        reason=ChangeReason.OWN_WISH, on=make.TODAY, at=make.AT,
    )  # fmt: skip

    row = memberships.start(
        actor=make.chair(who.union), data=NewMembership(spell.person_id, who.union.pk, make.TODAY), at=make.AT
    )

    assert row.union_id == who.union.pk


def test_a_list_names_her_row_and_makes_nobody_a_member() -> None:
    place = make.region("宁海县")
    union = make.union("宁海云海户外用品有限公司工会委员会", make.federation(territory=place, region=place))
    _dead(union)
    content = members_file([1, "王小波", "男", NUMBER, "", "宁海云海户外用品有限公司", "", "2026-06-01"])

    batch = bring(union, content)

    row = batch.rows.get()
    assert (row.outcome, [one["code"] for one in row.problems]) == ("refuse", ["recorded_deceased"])
    assert not Membership.objects.filter(ended_on=None).exists()
    assert Person.objects.filter(name="王小波").count() == 1


def test_nobody_begins_at_an_employer_out_of_business() -> None:
    who = make.cast()
    firm = make.employer("停业厂", state=EmployerState.CLOSED)

    with pytest.raises(InvalidInput) as refused:
        joining.add_member(
            actor=make.chair(who.union), person=PersonData("李新来", make.resident_id(932)), at=make.AT,
            data=NewMembership(0, who.union.pk, make.TODAY, employer_id=firm.pk),
        )  # fmt: skip

    assert refused.value.field == "employer"
    assert not Person.objects.filter(name="李新来").exists()


def test_death_ends_her_work_for_platforms_and_a_mistake_lets_it_run_on() -> None:
    who = make.cast()
    first, second = (make.employer(name, is_platform=True) for name in ("甲平台", "乙平台"))
    spell = make.membership(make.person("王小波", resident_id=NUMBER), who.union)
    early, day = date(2026, 3, 2), date(2026, 6, 1)
    given_up = PlatformWork.objects.create(
        person=spell.person, platform=second, started_on=early, ended_on=date(2026, 4, 1), created_at=make.AT
    )
    for platform, since in ((first, early), (second, date(2026, 7, 1))):
        PlatformWork.objects.create(
            person=spell.person, platform=platform, started_on=since, created_at=make.AT
        )
    others = PlatformWork.objects.create(
        person=who.xiaobo.person, platform=first, started_on=early, created_at=make.AT
    )

    def days() -> list[tuple[date, date | None]]:
        rows = PlatformWork.objects.filter(person=spell.person).exclude(pk=given_up.pk).order_by("pk")
        return list(rows.values_list("started_on", "ended_on"))

    before = days()
    memberships.end(
        actor=who.ali, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.DECEASED, on=day, at=make.AT
    )  # fmt: skip
    assert days() == [(early, day), (date(2026, 7, 1), date(2026, 7, 1))]
    mending.correct_day(
        actor=who.ali, membership_id=spell.pk, field="ended_on", on=date(2026, 8, 1), reason="户籍注销证明", at=make.AT
    )  # fmt: skip
    assert days() == [(early, date(2026, 8, 1)), (date(2026, 7, 1), date(2026, 8, 1))]

    mending.take_back_end(actor=who.ali, membership_id=spell.pk, reason="同名同姓登记错了", at=make.AT)

    assert days() == before
    given_up.refresh_from_db()
    others.refresh_from_db()
    assert (given_up.ended_on, others.ended_on) == (date(2026, 4, 1), None)


def test_who_leaves_alive_keeps_her_work_for_platforms() -> None:
    who = make.cast()
    work = PlatformWork.objects.create(
        person=who.xiaobo.person,
        platform=make.employer(is_platform=True),
        started_on=make.DAY,
        created_at=make.AT,
    )

    memberships.end(
        actor=who.ali, membership_id=who.xiaobo.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.TODAY, at=make.AT,
    )  # fmt: skip

    work.refresh_from_db()
    assert work.ended_on is None


@pytest.mark.parametrize("held", [MembershipState.ACTIVE, MembershipState.RETAINED])
def test_a_mistaken_death_in_a_union_closed_since_is_taken_back_and_she_is_kept_above(
    held: MembershipState,
) -> None:
    who = make.cast()
    spell = make.membership(make.person("王小波", resident_id=NUMBER), who.union, state=held)
    memberships.end(
        actor=who.ali, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.DECEASED,
        on=date(2026, 6, 1), at=make.AT,
    )  # fmt: skip
    unions.close_union(
        actor=who.cadre, union_id=who.union.pk, version=who.union.version, on=make.TODAY, reason="撤销", at=make.AT
    )  # fmt: skip

    row = mending.take_back_end(
        actor=who.cadre, membership_id=spell.pk, reason="同名同姓登记错了", at=make.AT
    )

    spell.refresh_from_db()
    assert (spell.state, spell.ended_on) == ("ended", make.TODAY)
    assert (row.union, row.state, row.started_on) == (who.county, "retained", make.TODAY)
    assert not Fact.objects.filter(
        kind="registry.member_left", person_id=spell.person_id, reverses=None, reversed_by=None
    ).exists()
    assert tallies.recount() == []
