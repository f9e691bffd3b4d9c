"""The desk's pages that put memberships right, and forms that offer only what can be."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.registry.models import Membership, Term, TermPostponement
from smartunion.ground.registry.rules import LinkKind, MembershipState, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def text(client: Client, name: str, record: object) -> str:
    return client.get(reverse(f"desk:{name}", args=[record.pk])).content.decode()  # type: ignore[attr-defined]


def post(client: Client, name: str, spell: Membership, **values: str) -> int:
    return client.post(reverse(f"desk:{name}", args=[spell.pk]), values).status_code


def test_a_member_of_a_joint_union_is_given_another_employer(desk: Desk) -> None:
    joint = make.union("西店镇联合工会", desk.cast.county, kind=UnionKind.JOINT)
    first, second = (
        make.employer(name, looked_after_by=desk.cast.county) for name in ("甲厂有限公司", "乙厂有限公司")
    )
    for employer in (first, second):
        make.link(joint, employer, kind=LinkKind.JOINT)
    spell = make.member(joint, employer=first)
    form = text(desk.cadre, "membership_employer", spell)

    status = post(
        desk.cadre, "membership_employer", spell, employer=second.name, on=clock.today().isoformat()
    )

    assert (second.uscc in form, first.uscc in form) == (True, False)
    now = Membership.objects.get(person=spell.person, ended_on=None)
    assert (status, now.employer_id, now.union_id) == (302, second.pk, joint.pk)


def test_a_day_and_an_ending_are_put_right_from_the_person_page(desk: Desk) -> None:
    spell = desk.cast.xiaobo
    day, end = (reverse(f"desk:membership_{name}", args=[spell.pk]) for name in ("day", "take_back"))
    assert (day in text(desk.ali, "person", spell.person), end in text(desk.ali, "person", spell.person)) == (
        True, False
    )  # fmt: skip
    assert day not in text(desk.inspector, "person", spell.person)

    fixed = post(
        desk.ali, "membership_day", spell, field="started_on", on="2025-12-01", reason="以入会批复为准"
    )
    post(desk.ali, "membership_end", spell, change="left:own_wish", on=clock.today().isoformat(), note="")
    assert end in text(desk.ali, "person", spell.person)
    back = post(desk.ali, "membership_take_back", spell, reason="同名同姓弄错了")

    spell.refresh_from_db()
    assert (fixed, back) == (302, 302)
    assert (spell.started_on, spell.state, spell.ended_on) == (date(2025, 12, 1), "active", None)


def test_who_waits_is_offered_no_expulsion_and_needs_a_union(desk: Desk) -> None:
    waiting = make.member(desk.cast.county, state=MembershipState.PREPARATORY)

    ends, restore = (
        text(desk.cadre, "membership_end", waiting),
        text(desk.cadre, "membership_restore", waiting),
    )
    refused = post(desk.cadre, "membership_restore", waiting, union="", on=clock.today().isoformat())
    waiting.refresh_from_db()

    assert ("expelled:crime" in ends, "left:own_wish" in ends) == (False, True)
    assert desk.cast.county.name in restore
    assert (refused, waiting.state) == (422, "preparatory")
    assert "expelled:crime" in text(desk.cadre, "membership_end", desk.cast.xiaobo)


def test_a_list_pasted_at_a_federation_fills_its_holding_pool(desk: Desk) -> None:
    line = f"单小明 {make.resident_id(903)} 13900005679"
    answer = desk.cadre.post(
        reverse("desk:member_add_many", args=[desk.cast.county.pk]),
        {"people": line, "on": clock.today().isoformat(), "employer": "", "confirm": "on"},
    )

    row = Membership.objects.get(person__name="单小明")
    assert (answer.status_code, row.state, row.union_id) == (302, "preparatory", desk.cast.county.pk)


def test_putting_a_re_election_off_says_from_when_until_when(desk: Desk) -> None:
    ends = clock.today() + timedelta(days=30)
    term = Term.objects.create(union=desk.cast.union, ordinal=2, starts_on=date(2023, 1, 9), ends_on=ends)

    page = text(desk.cadre, "union_postpone", desk.cast.union)

    assert ends.isoformat() in page
    assert f'min="{(ends + timedelta(days=1)).isoformat()}"' in page
    assert not TermPostponement.objects.filter(term=term).exists()


def test_terms_that_are_over_stand_out(desk: Desk) -> None:
    today = clock.today()
    for union, ends in (
        (desk.cast.union, today),
        (make.union("东工会", desk.cast.county), today + timedelta(days=1)),
    ):
        Term.objects.create(union=union, ordinal=1, starts_on=date(2023, 1, 9), ends_on=ends)

    over = desk.cadre.get(reverse("desk:terms"), {"standing": "ended"}).content.decode()
    soon = desk.cadre.get(reverse("desk:terms"), {"standing": "ending"}).content.decode()

    assert ("宁海得力工会" in over, "东工会" in over) == (True, False)
    assert ("宁海得力工会" in soon, "东工会" in soon) == (False, True)


def test_employers_of_one_name_are_told_apart_where_a_union_is_split(desk: Desk) -> None:
    joint = make.union("西店镇联合工会", desk.cast.county, kind=UnionKind.JOINT)
    twins = [make.employer("东峰百货商行", looked_after_by=desk.cast.county) for _n in range(2)]
    for employer in twins:
        make.link(joint, employer, kind=LinkKind.JOINT)
    make.member(joint, employer=twins[0])

    page = text(desk.cadre, "union_split", joint)

    assert [employer.uscc in page for employer in twins] == [True, True]
    assert ("1人" in page, "0人" in page) == (True, True)
