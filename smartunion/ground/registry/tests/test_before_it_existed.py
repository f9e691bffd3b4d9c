"""A day before a union or an employer existed is refused, and nothing is done: a slip of the year ends no membership."""

from collections.abc import Callable
from datetime import date

import pytest

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.flows import employers, joining, memberships, mending, restructuring, unions
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.flows.people import PersonData
from smartunion.ground.registry.flows.unions import NewUnion
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Person,
    Restructuring,
    TradeUnion,
)
from smartunion.ground.registry.rules import LinkKind, MembershipState, UnionKind, UnionLevel, UnionState
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db

FOUNDED, LONG_AGO = date(2020, 5, 1), date(1926, 11, 21)


def _world() -> tuple[TradeUnion, TradeUnion, TradeUnion, Employer, Membership]:
    county = make.federation()
    joint = make.union("西店联合工会", county, kind=UnionKind.JOINT, founded_on=FOUNDED)
    firm, other = make.employer("甲厂", looked_after_by=county), make.employer("乙厂", looked_after_by=county)
    make.link(joint, firm, LinkKind.JOINT, valid_from=FOUNDED)
    make.link(joint, other, LinkKind.JOINT, valid_from=FOUNDED)
    return (
        county,
        joint,
        make.union("丙厂工会", county, founded_on=FOUNDED),
        firm,
        make.member(joint, employer=firm),
    )


def _stands() -> list[object]:
    """Everything a change would touch."""
    kept = Membership.objects.order_by("pk").values_list("state", "started_on", "ended_on", "union_id")
    links = EmployerLink.objects.order_by("pk").values_list("valid_from", "valid_to", "union_id")
    return [
        *kept, *links, *TradeUnion.objects.order_by("pk").values_list("name", "state"),
        *Employer.objects.order_by("pk").values_list("state"), Person.objects.count(), Restructuring.objects.count(),
    ]  # fmt: skip


CHANGES: dict[str, Callable[[TradeUnion, TradeUnion, TradeUnion, Employer, Membership], object]] = {
    "close an employer": lambda county, joint, own, firm, spell: employers.close_employer(
        actor=make.cadre(county), employer_id=firm.pk, version=1, on=LONG_AGO, reason="注销", at=make.AT
    ),
    "close a union": lambda county, joint, own, firm, spell: unions.close_union(
        actor=make.cadre(county), union_id=joint.pk, version=1, on=LONG_AGO, reason="撤销", at=make.AT
    ),
    "rename": lambda county, joint, own, firm, spell: unions.rename(
        actor=make.cadre(county), union_id=joint.pk, version=1, name="西店镇联合工会", on=LONG_AGO, reason="", at=make.AT
    ),
    "cover": lambda county, joint, own, firm, spell: employers.link(
        actor=make.cadre(county), union_id=own.pk, employer_id=firm.pk, kind=LinkKind.OWN, on=LONG_AGO, at=make.AT
    ),
    "merge": lambda county, joint, own, firm, spell: restructuring.decide_merge(
        actor=make.cadre(county), union_id=joint.pk, target_id=own.pk, version=1, on=LONG_AGO, reason="决定", at=make.AT
    ),
    "split": lambda county, joint, own, firm, spell: restructuring.decide_split(
        actor=make.cadre(county), union_id=joint.pk, version=1, on=LONG_AGO, reason="决定", at=make.AT,
        data=restructuring.NewSplit("甲厂工会", UnionKind.INDEPENDENT, [firm.pk]),
    ),
    "absorb": lambda county, joint, own, firm, spell: restructuring.decide_absorption(
        actor=make.cadre(county), employer_id=firm.pk, into_id=Employer.objects.get(name="乙厂").pk, union_id=None,
        version=1, on=LONG_AGO, reason="决定", at=make.AT,
    ),
    "move a member": lambda county, joint, own, firm, spell: memberships.move(
        actor=make.cadre(county), membership_id=spell.pk, union_id=_younger(county).pk, on=date(2026, 6, 1),
        reason=memberships.ChangeReason.EMPLOYMENT_CHANGED, at=make.AT,
    ),
    "join": lambda county, joint, own, firm, spell: joining.add_member(
        actor=make.cadre(county), person=PersonData("王小波", make.resident_id(1)), at=make.AT,
        data=NewMembership(0, own.pk, date(2019, 5, 1)),
    ),
    "correct the first day": lambda county, joint, own, firm, spell: mending.correct_day(
        actor=make.cadre(county), membership_id=spell.pk, field="started_on", on=LONG_AGO, reason="核对原始材料", at=make.AT
    ),
}  # fmt: skip


def _younger(county: TradeUnion) -> TradeUnion:
    found = TradeUnion.objects.filter(name="丙厂工会")
    found.update(founded_on=date(2026, 7, 1))
    return found.get()


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_is_done_on_a_day_before_it_existed(what: str) -> None:
    world = _world()
    before = _stands()

    with pytest.raises(InvalidInput) as refused:
        CHANGES[what](*world)

    assert refused.value.field == "on"
    assert "2020-05-01" in str(refused.value) or "2026-0" in str(refused.value)
    assert _stands() == before


def test_an_employer_is_as_old_as_it_is_known_to_be() -> None:
    _county, _joint, _own, firm, spell = _world()
    Membership.objects.filter(pk=spell.pk).update(started_on=date(2018, 1, 2))

    assert employers.known_since(firm) == date(2018, 1, 2)

    Employer.objects.filter(pk=firm.pk).update(founded_on=date(2003, 4, 5))
    assert employers.known_since(Employer.objects.get(pk=firm.pk)) == date(2003, 4, 5)


def test_a_union_cannot_be_split_off_whole_under_another_name() -> None:
    county, joint, _own, _firm, spell = _world()
    everybody = list(EmployerLink.objects.filter(union=joint).values_list("employer_id", flat=True))

    with pytest.raises(InvalidInput) as refused:
        restructuring.decide_split(
            actor=make.cadre(county), union_id=joint.pk, version=1, on=make.TODAY, reason="决定", at=make.AT,
            data=restructuring.NewSplit("另一联合工会", UnionKind.JOINT, everybody),
        )  # fmt: skip

    assert refused.value.field == "employers"
    assert not TradeUnion.objects.filter(name="另一联合工会").exists()
    assert Membership.objects.get(ended_on=None) == spell
    assert spell.state == MembershipState.ACTIVE


@pytest.mark.parametrize("kind", [UnionKind.BRANCH, UnionKind.GROUP])
def test_a_branch_or_group_is_not_older_than_its_union(kind: UnionKind) -> None:
    county, _joint, own, _firm, _spell = _world()
    actor, early = make.cadre(county), date(1900, 1, 1)
    inner = make.union("二分厂分会", own, kind=UnionKind.BRANCH)  # its own day is not known

    def found(parent: TradeUnion, on: date, state: UnionState = UnionState.ACTIVE) -> TradeUnion:
        data = NewUnion(f"{on}车间", kind, UnionLevel.GRASSROOTS, parent.pk, founded_on=on, state=state)
        return unions.create_union(actor=actor, data=data, at=make.AT)

    for parent in (own, inner):
        with pytest.raises(InvalidInput) as refused:
            found(parent, early)
        assert refused.value.field == "founded_on"
        assert "2020-05-01" in str(refused.value)
    assert TradeUnion.objects.filter(kind=kind).exclude(pk=inner.pk).count() == 0
    made = found(own, FOUNDED)
    with pytest.raises(InvalidInput):
        unions.update_union(
            actor=actor, union_id=made.pk, version=made.version, changes={"founded_on": early}, at=make.AT
        )
    group = make.union("三车间", own, kind=kind, state=UnionState.PREPARATORY)
    with pytest.raises(InvalidInput):
        unions.activate_union(actor=actor, union_id=group.pk, founded_on=early, at=make.AT)
    made.refresh_from_db()
    group.refresh_from_db()
    assert (made.founded_on, group.state) == (FOUNDED, "preparatory")


def test_a_union_of_its_own_may_be_older_than_the_one_it_stands_below() -> None:
    county, _joint, own, _firm, _spell = _world()
    data = NewUnion(
        "丙厂分公司工会", UnionKind.INDEPENDENT, UnionLevel.GRASSROOTS, own.pk, founded_on=date(2010, 1, 2)
    )

    made = unions.create_union(actor=make.cadre(county), data=data, at=make.AT)

    assert made.founded_on == date(2010, 1, 2)
