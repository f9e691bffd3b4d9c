"""Employers that go into another, whole or in part: everything follows with dates, and taking it back leaves no trace."""

from datetime import date, timedelta

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry import kinds, queries
from smartunion.ground.registry.flows import restructuring, tallies
from smartunion.ground.registry.flows.restructuring import carry, undo
from smartunion.ground.registry.flows.restructuring.decide import RestructuringOpen
from smartunion.ground.registry.flows.restructuring.decide_employers import unions_covering
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Restructuring, TradeUnion
from smartunion.ground.registry.rules import LinkKind, MembershipState
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_restructuring import dump, quiet

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


class Firms:
    """甲 with a union of its own, and 乙 with one too; people of every state at 甲, and one of 乙 in a joint union."""

    def __init__(self) -> None:
        self.county = make.federation("宁海县总工会")
        self.cadre = make.cadre(self.county)
        self.first, self.second = make.union("甲公司工会", self.county), make.union("乙公司工会", self.county)
        self.joint = make.union("园区联合工会", self.county, kind="joint")
        self.gone = make.employer("甲公司", looked_after_by=self.county, insured_count=30, staff_count=31)
        self.stays = make.employer("乙公司", looked_after_by=self.county, insured_count=50)
        make.link(self.first, self.gone)
        make.link(self.second, self.stays)
        self.members = [make.member(self.first, employer=self.gone) for _one in range(3)]
        self.retained = make.member(self.first, employer=self.gone, state=MembershipState.RETAINED)
        self.waiting = make.member(self.county, employer=self.gone, state=MembershipState.PREPARATORY)
        self.in_joint = make.member(self.joint, employer=self.gone)

    def absorb(self, union: TradeUnion | None, **changes: object) -> Restructuring:
        given = {
            "actor": self.cadre, "employer_id": self.gone.pk, "into_id": self.stays.pk, "on": ON, "reason": "吸收合并",
            "union_id": union.pk if union else None, "version": self.gone.version, "at": make.AT,
        }  # fmt: skip
        return restructuring.decide_absorption(**given | changes)

    def hive_off(self, people: list[int], union: TradeUnion | None, **changes: object) -> Restructuring:
        given = {
            "actor": self.cadre, "employer_id": self.gone.pk, "into_id": self.stays.pk, "on": ON, "reason": "分立",
            "union_id": union.pk if union else None, "version": self.gone.version, "people": people, "at": make.AT,
        }  # fmt: skip
        return restructuring.decide_hive_off(**given | changes)


def carried(made: Restructuring) -> Restructuring:
    return carry.carry_out(restructuring_id=made.pk, at=make.AT, progress=quiet)


def where(spell: Membership) -> tuple[int, int | None, str]:
    row = Membership.objects.get(person=spell.person, ended_on=None)
    return row.union_id, row.employer_id, row.state


def test_an_absorbed_employer_hands_people_and_union_to_the_other_one() -> None:
    firms = Firms()

    done = carried(firms.absorb(firms.second))

    firms.gone.refresh_from_db()
    firms.stays.refresh_from_db()
    firms.first.refresh_from_db()
    second, stays = firms.second.pk, firms.stays.pk
    assert (done.state, done.people, done.undo_until) == ("done", 6, make.TODAY + timedelta(days=30))
    assert [where(one) for one in [*firms.members, firms.in_joint]] == [(second, stays, "active")] * 4
    assert where(firms.retained) == (second, stays, "retained")
    assert where(firms.waiting) == (firms.county.pk, stays, "preparatory")
    assert (firms.gone.state, firms.stays.former_name, firms.stays.insured_count, firms.stays.staff_count) == (
        "closed", "甲公司", 80, 31,
    )  # fmt: skip
    assert (firms.first.state, firms.first.closed_on) == ("closed", ON)
    assert not EmployerLink.objects.filter(employer=firms.gone, valid_to=None).exists()
    assert tallies.recount() == []
    moved = facts.totals([kinds.MEMBER_TRANSFERRED], firms.county.path, ON)
    assert (
        moved[kinds.MEMBER_TRANSFERRED] == 4
    )  # the waiting one moved nowhere, the retained one is no member
    said = {
        row.subject_id: (row.data["from"], row.data["to"])
        for row in AuditEvent.objects.filter(event__contains="absorb_").exclude(event__endswith="decided")
    }
    assert said[firms.gone.pk] == said[firms.stays.pk] == (firms.gone.name, firms.stays.name)


def test_the_absorbed_employers_union_may_be_the_one_that_stays() -> None:
    firms = Firms()
    other = make.member(firms.second, employer=firms.stays)

    carried(firms.absorb(firms.first))

    assert where(firms.members[0]) == (firms.first.pk, firms.stays.pk, "active")
    assert where(other) == (firms.first.pk, firms.stays.pk, "active")
    assert TradeUnion.objects.get(pk=firms.second.pk).state == "closed"
    link = EmployerLink.objects.get(employer=firms.stays, valid_to=None)
    assert (link.union_id, link.kind, link.valid_from) == (firms.first.pk, LinkKind.OWN, ON)
    spells = Membership.objects.filter(person=firms.members[0].person).order_by("pk")
    assert [(one.employer_id, one.ended_on) for one in spells] == [
        (firms.gone.pk, ON),
        (firms.stays.pk, None),
    ]
    assert tallies.recount() == []


@pytest.mark.parametrize("of", ["second", "first"])
def test_taking_it_back_leaves_the_registry_as_it_was(of: str) -> None:
    firms = Firms()
    before, counted = dump(), queries.counts(TradeUnion.objects.all())
    done = carried(firms.absorb(getattr(firms, of)))
    assert dump() != before

    restructuring.ask_undo(actor=firms.cadre, restructuring_id=done.pk, reason="撤回", at=make.AT)
    back = undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet)

    assert (back.state, back.kept) == ("undone", 0)
    assert dump() == before
    assert queries.counts(TradeUnion.objects.all()) == counted
    assert tallies.recount() == []
    sums = facts.totals([kinds.UNION_CLOSED, kinds.MEMBER_TRANSFERRED], firms.county.path, ON)
    assert set(sums.values()) == {0}


def test_part_of_an_employer_goes_to_another_and_both_stand_on() -> None:
    firms = Firms()
    before = dump()
    people = [firms.members[0].person_id, firms.in_joint.person_id]

    done = carried(firms.hive_off(people, firms.second))

    assert done.people == 2
    assert where(firms.members[0]) == where(firms.in_joint) == (firms.second.pk, firms.stays.pk, "active")
    assert where(firms.members[1]) == (firms.first.pk, firms.gone.pk, "active")
    assert set(Employer.objects.values_list("state", flat=True)) == {"active"}
    restructuring.ask_undo(actor=firms.cadre, restructuring_id=done.pk, reason="撤回", at=make.AT)
    undo.take_back(restructuring_id=done.pk, at=make.AT, progress=quiet)
    assert dump() == before


def test_where_no_union_covers_either_people_stay_and_work_elsewhere() -> None:
    firms = Firms()
    EmployerLink.objects.update(valid_to=ON)
    tallies.add_one(firms.first, tallies.Counts(employers=-1))
    tallies.add_one(firms.second, tallies.Counts(employers=-1))

    carried(firms.absorb(None))

    assert where(firms.members[0]) == (firms.first.pk, firms.stays.pk, "active")
    assert TradeUnion.objects.get(pk=firms.first.pk).state == "active"
    assert facts.totals([kinds.MEMBER_TRANSFERRED], firms.county.path, ON)[kinds.MEMBER_TRANSFERRED] == 0
    assert tallies.recount() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"on": make.TODAY + timedelta(days=1)}, "on"),
    ],
)
def test_wrong_decisions_are_refused_and_change_nothing(changes: dict[str, object], field: str) -> None:
    firms = Firms()
    before = dump()

    with pytest.raises(InvalidInput) as refused:
        firms.absorb(firms.second, **changes)

    assert refused.value.field == field
    assert (dump(), Restructuring.objects.count()) == (before, 0)


def test_strangers_stale_pages_second_decisions_and_odd_choices_are_refused() -> None:
    firms = Firms()
    with pytest.raises(NotVisible):
        firms.absorb(firms.second, actor=make.cadre(make.federation("象山县总工会")))
    with pytest.raises(StaleEdit):
        firms.absorb(firms.second, version=7)
    with pytest.raises(InvalidInput) as refused:
        firms.absorb(firms.joint)
    assert refused.value.field == "union"
    with pytest.raises(InvalidInput) as refused:
        firms.absorb(firms.second, into_id=firms.gone.pk)
    assert refused.value.field == "into"
    with pytest.raises(InvalidInput) as refused:
        firms.hive_off([make.person().pk], firms.second)
    assert refused.value.field == "people"
    assert unions_covering(firms.gone, firms.stays) == [firms.first, firms.second]
    assert unions_covering(firms.stays, firms.gone) == [firms.second, firms.first]
    assert firms.absorb(None).target == firms.second
    with pytest.raises(RestructuringOpen):
        firms.absorb(firms.second)
    assert Restructuring.objects.count() == 1
