"""A closing entered late does not cut what is on record after its day; a branch that closes leaves its members members."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from smartunion.core.errors import InvalidInput
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import employers, memberships, mending, officers, tallies, unions
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.unions.closing_days import check_nothing_later
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, TradeUnion
from smartunion.ground.registry.queries.closings import employer_closing_touches, union_closing_touches
from smartunion.ground.registry.rules import ChangeReason, ChangeType, Elected, Organ, Post, UnionKind
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db

ON, LATER = date(2026, 9, 1), date(2026, 10, 10)


def close(who: make.Cast, union: TradeUnion, on: date = ON) -> TradeUnion:
    return unions.close_union(
        actor=who.cadre, union_id=union.pk, version=TradeUnion.objects.get(pk=union.pk).version, on=on, reason="企业注销",
        at=make.AT,
    )  # fmt: skip


def state() -> tuple[object, ...]:
    return (
        list(Membership.objects.order_by("pk").values()),
        list(EmployerLink.objects.order_by("pk").values()),
        list(TradeUnion.objects.order_by("pk").values("state", "closed_on", "version")),
        list(Employer.objects.order_by("pk").values("state", "version")),
        Notice.objects.count(),
    )


def _joined(who: make.Cast) -> str:
    make.member(who.union, "新来的", started_on=LATER)
    return "新来的的会籍（2026-10-10）"


def _left(who: make.Cast) -> str:
    spell = make.member(who.union, "走了的", started_on=date(2025, 1, 1))
    memberships.end(
        actor=who.cadre, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=LATER, at=make.AT
    )  # fmt: skip
    return "走了的的会籍（2026-10-10）"


def _covered(who: make.Cast) -> str:
    make.link(who.union, make.employer("后来的厂"), valid_from=LATER)
    return "对后来的厂的覆盖（2026-10-10）"


def _elected(who: make.Cast) -> str:
    officers.set_term(
        actor=who.cadre, union_id=who.union.pk, at=make.AT,
        data=NewTerm(LATER, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "阿丽")]),
    )  # fmt: skip
    return "第1届（2026-10-10）"


@pytest.mark.parametrize("happened", [_joined, _left, _covered, _elected])
def test_a_closing_before_what_is_on_record_is_refused_and_names_it(
    happened: Callable[[make.Cast], str],
) -> None:
    who = make.cast()
    said = happened(who)
    before = state()

    with pytest.raises(InvalidInput) as refused:
        close(who, who.union)

    assert (refused.value.field, said in refused.value.message) == ("on", True)
    assert LATER.isoformat() in refused.value.remedy
    assert state() == before
    close(who, who.union, LATER)
    assert TradeUnion.objects.get(pk=who.union.pk).closed_on == LATER
    assert not Membership.objects.filter(ended_on=None, union=who.union).exists()


def test_of_many_three_are_named_and_the_rest_counted() -> None:
    who = make.cast()
    for number in range(5):
        make.member(who.union, f"王{'一二三四五'[number]}", started_on=LATER)

    with pytest.raises(InvalidInput) as refused:
        close(who, who.union)

    assert (
        "王一的会籍（2026-10-10）、王二的会籍（2026-10-10）、王三的会籍（2026-10-10），另有 2 项"
        in refused.value.message
    )


def test_of_a_big_union_only_the_named_ones_are_read(django_assert_num_queries: Any) -> None:
    who = make.cast()
    make.link(who.union, make.employer("后来的厂"), valid_from=date(2026, 10, 12))
    for number in range(20):
        left = (
            {"ended_on": date(2026, 10, 11), "state": "ended", "end_type": ChangeType.LEFT} if number else {}
        )
        make.member(who.union, f"职工{number}", started_on=LATER, **left)

    with django_assert_num_queries(6) as asked, pytest.raises(InvalidInput) as refused:
        check_nothing_later(who.cadre, who.union, ON, today=make.TODAY)

    assert (
        "对后来的厂的覆盖（2026-10-12）、职工1的会籍（2026-10-11）、职工2的会籍（2026-10-11），另有 18 项"
        in refused.value.message
    )
    assert len([query for query in asked.captured_queries if "LIMIT 3" in query["sql"]]) == 5


def test_what_never_lasted_a_day_and_what_is_to_come_stand_in_nobodys_way() -> None:
    who = make.cast()
    spell = make.member(who.union, started_on=LATER)
    memberships.end(
        actor=who.cadre, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=LATER, at=make.AT
    )  # fmt: skip
    officers.set_term(
        actor=who.cadre, union_id=who.union.pk, at=make.AT,
        data=NewTerm(date(2027, 1, 1), 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "阿丽")]),
    )  # fmt: skip

    assert close(who, who.union).closed_on == ON


def test_an_employer_does_not_end_before_people_of_it_joined_a_joint_union() -> None:
    who = make.cast()
    joint = make.union("西店联合工会", who.county, kind=UnionKind.JOINT)
    firm = make.employer("小厂", looked_after_by=who.county)
    make.link(joint, firm, kind="joint", valid_from=date(2025, 1, 1))
    make.member(joint, "新来的", employer=firm, started_on=LATER)
    before = state()

    def go(on: date) -> Employer:
        return employers.close_employer(
            actor=who.cadre, employer_id=firm.pk, version=firm.version, on=on, reason="注销", at=make.AT
        )

    with pytest.raises(InvalidInput) as refused:
        go(ON)

    assert (refused.value.field, "新来的的会籍（2026-10-10）" in refused.value.message) == ("on", True)
    assert state() == before
    go(LATER)
    assert list(Membership.objects.filter(union=joint, ended_on=None).values_list("state", "started_on")) == [
        ("retained", LATER)
    ]


@pytest.mark.parametrize("by_hand", [False, True])
def test_whoever_is_retained_and_goes_over_stays_retained_for_the_same_reason(by_hand: bool) -> None:
    who = make.cast()
    spell = memberships.retain(
        actor=who.ali, membership_id=who.xiaobo.pk, reason=ChangeReason.RETIRED, on=ON, at=make.AT
    )

    if by_hand:
        memberships.move(
            actor=who.cadre, membership_id=spell.pk, union_id=who.county.pk, on=ON, at=make.AT,
            reason=ChangeReason.EMPLOYER_CLOSED,
        )  # fmt: skip
    else:
        close(who, who.union, LATER)

    row = Membership.objects.get(person=spell.person, ended_on=None)
    assert (row.union, row.state, row.reason) == (who.county, "retained", "retired")


def test_the_last_day_of_who_left_is_not_moved_beyond_the_closing() -> None:
    who = make.cast()
    spell = make.member(who.union, started_on=date(2025, 1, 1))
    memberships.end(
        actor=who.cadre, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=date(2026, 8, 1), at=make.AT,
    )  # fmt: skip
    close(who, who.union)
    given = {"actor": who.cadre, "membership_id": spell.pk, "reason": "日期写错", "at": make.AT}

    with pytest.raises(InvalidInput) as refused:
        mending.correct_day(field="ended_on", on=LATER, **given)
    mending.correct_day(field="ended_on", on=ON, **given)

    spell.refresh_from_db()
    assert (refused.value.field, spell.ended_on) == ("on", ON)


def test_members_of_a_branch_that_closes_are_members_of_its_union() -> None:
    who = make.cast()
    branch = make.union("一车间分会", who.union, kind=UnionKind.BRANCH)
    spell = make.member(branch, "周分会", started_on=date(2025, 1, 1))
    shown = {row.label: str(row.effect) for row in union_closing_touches(who.cadre, branch, ON)}

    close(who, branch)

    row = Membership.objects.get(person=spell.person, ended_on=None)
    assert (row.union, row.state, row.started_on, row.start_type) == (
        who.union,
        "active",
        ON,
        "transferred_in",
    )
    assert f"转为{who.union.name}会员，并告知本人" in shown.values()
    assert Notice.objects.filter(template="registry.union_closed", person_id=spell.person_id).count() == 1
    assert queries.members_on(who.cadre, who.union, ON).filter(person=spell.person_id).count() == 1
    assert tallies.recount() == []


def test_with_its_employer_gone_a_branch_leaves_its_members_retained() -> None:
    who = make.cast()
    firm = make.employer("分公司", looked_after_by=who.county)
    branch = make.union("分公司分会", who.union, kind=UnionKind.BRANCH)
    make.link(branch, firm, valid_from=date(2025, 1, 1))
    spell = make.member(branch, employer=firm, started_on=date(2025, 1, 1))
    shown = {str(row.effect) for row in employer_closing_touches(who.cadre, firm, ON)}

    employers.close_employer(
        actor=who.cadre, employer_id=firm.pk, version=firm.version, on=ON, reason="注销", at=make.AT
    )

    row = Membership.objects.get(person=spell.person, ended_on=None)
    assert (row.union, row.state, row.started_on) == (who.union, "retained", ON)
    assert f"转为{who.union.name}会员，并告知本人" not in shown


def test_a_certificate_issued_since_names_its_number() -> None:
    who = make.cast()
    who.union.certificates.create(number="JL-1", issued_on=LATER, issued_by="宁海县总工会")

    with pytest.raises(InvalidInput) as refused:
        close(who, who.union)

    assert "证书JL-1（2026-10-10）" in refused.value.message
