"""Whose employer has closed: a membership that goes on keeps no employer that is out of business."""

import pytest

from smartunion.ground.registry.flows import memberships, mending, tallies
from smartunion.ground.registry.models import Employer, Membership
from smartunion.ground.registry.rules import (
    ChangeReason,
    ChangeType,
    EmployerState,
    LinkKind,
    MembershipState,
    UnionKind,
)
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


class World:
    """A joint union whose firm has closed; somebody is retained there."""

    def __init__(self, covered: int) -> None:
        self.county = make.federation()
        self.union = make.union("西店联合工会", self.county, kind=UnionKind.JOINT)
        self.cadre = make.cadre(self.county)
        self.closed = make.employer("旧厂", state=EmployerState.CLOSED)
        make.link(self.union, self.closed, LinkKind.JOINT)  # a register closed it: coverage stays
        self.firms = [make.employer(f"新{number}厂") for number in range(covered)]
        for firm in self.firms:
            make.link(self.union, firm, LinkKind.JOINT)

    def member(self, state: MembershipState = MembershipState.ACTIVE) -> Membership:
        return make.member(self.union, state=state, employer=self.closed)

    def restored(self) -> Employer | None:
        spell = self.member(MembershipState.RETAINED)
        row = memberships.activate(actor=self.cadre, membership_id=spell.pk, on=make.TODAY, at=make.AT)
        spell.refresh_from_db()
        assert spell.employer == self.closed
        return row.employer


def test_who_is_restored_works_for_the_one_employer_the_union_covers_now() -> None:
    world = World(covered=1)

    assert world.restored() == world.firms[0]


@pytest.mark.parametrize("covered", [0, 2])
def test_where_it_covers_none_or_several_nobody_guesses(covered: int) -> None:
    assert World(covered).restored() is None


def test_an_employer_in_business_stays_and_a_retained_member_keeps_hers() -> None:
    world = World(covered=1)
    Employer.objects.filter(pk=world.closed.pk).update(state=EmployerState.ACTIVE)
    assert world.restored() == world.closed
    Employer.objects.filter(pk=world.closed.pk).update(state=EmployerState.CLOSED)

    kept = memberships.retain(
        actor=world.cadre, membership_id=world.member().pk, reason=ChangeReason.UNEMPLOYED, on=make.TODAY, at=make.AT
    )  # fmt: skip

    assert kept.employer == world.closed


def test_whose_ending_is_taken_back_works_from_today_for_the_one_covered_now() -> None:
    world = World(covered=1)
    spell = world.member()
    memberships.end(
        actor=world.cadre, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.DAY, at=make.AT,
    )  # fmt: skip

    row = mending.take_back_end(actor=world.cadre, membership_id=spell.pk, reason="登记错了", at=make.AT)

    spell.refresh_from_db()
    assert (spell.employer, spell.ended_on, spell.end_type) == (world.closed, make.TODAY, "transferred_out")
    assert (row.employer, row.started_on, row.state) == (world.firms[0], make.TODAY, "active")
    assert tallies.recount() == []
