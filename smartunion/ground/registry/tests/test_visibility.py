"""Who sees which records: 阿丽 (chair of the union), 小波 (member of it), 老秦 (stranger), the cadre above, nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import STRANGER, system
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Person,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.queries import reach
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def test_each_sees_exactly_her_reach() -> None:
    who = make.cast()
    employer = make.employer(looked_after_by=who.county)
    link = make.link(who.union, employer)
    distant = make.employer(looked_after_by=who.elsewhere.parent)
    ours, theirs = who.xiaobo.person, who.laoqin.person
    leaving = make.transfer(who.xiaobo, who.elsewhere)
    everything = [
        set(TradeUnion.objects.all()), {employer, distant}, {link}, {ours, theirs}, {who.xiaobo, who.laoqin}, {leaving}
    ]  # fmt: skip

    seen = {
        name: [
            set(model.objects.visible_to(actor))
            for model in (TradeUnion, Employer, EmployerLink, Person, Membership, Transfer)
        ]
        for name, actor in {
            "ali": who.ali, "xiaobo": who.xiaobo_actor, "laoqin": who.laoqin_actor, "cadre": who.cadre,
            "nobody": STRANGER, "installation": system(),
        }.items()
    }  # fmt: skip

    assert seen["ali"] == [{who.union}, {employer}, {link}, {ours}, {who.xiaobo}, {leaving}]
    assert seen["xiaobo"] == [{who.union}, set(), set(), {ours}, {who.xiaobo}, {leaving}]
    assert seen["laoqin"] == [{who.elsewhere}, set(), set(), {theirs}, {who.laoqin}, set()]
    assert seen["cadre"] == [{who.county, who.union}, {employer}, {link}, {ours}, {who.xiaobo}, {leaving}]
    assert seen["nobody"] == [set(), set(), set(), set(), set(), set()]
    assert seen["installation"] == everything


def test_a_member_sees_the_employer_her_membership_names() -> None:
    who = make.cast()
    employer = make.employer()
    Membership.objects.filter(pk=who.xiaobo.pk).update(employer=employer)

    assert list(Employer.objects.visible_to(who.xiaobo_actor)) == [employer]
    assert list(Employer.objects.visible_to(who.laoqin_actor)) == []


@pytest.mark.parametrize("small", [0, 20_000])
def test_a_small_and_a_large_reach_hold_the_same_employers(
    monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """By territory, by coverage, by both, by one's own membership; what ended and what is elsewhere is left out."""
    monkeypatch.setattr(reach, "_SMALL", small)
    who = make.cast()
    both = make.employer(looked_after_by=who.county)
    make.link(who.union, both)
    covered = make.employer(looked_after_by=who.elsewhere.parent)
    make.link(who.union, covered)
    ended = make.employer(looked_after_by=who.elsewhere.parent)
    make.link(who.union, ended, valid_to=make.DAY)
    ours = make.employer(looked_after_by=who.county)
    own = make.employer(looked_after_by=who.elsewhere.parent)
    Membership.objects.filter(pk=who.xiaobo.pk).update(employer=own)
    seen = {
        "ali": (who.ali, {both, covered}), "xiaobo": (who.xiaobo_actor, {own}), "laoqin": (who.laoqin_actor, set()),
        "cadre": (who.cadre, {both, covered, ours}), "nobody": (STRANGER, set()),
        "installation": (system(), {both, covered, ended, ours, own}),
    }  # fmt: skip

    for name, (actor, expected) in seen.items():
        rows = list(queries.employers_in_reach(actor))
        assert set(rows) == expected == set(Employer.objects.visible_to(actor)), name
        assert len(rows) == len(expected), name


def test_the_employers_in_reach_take_two_statements_however_many_they_are() -> None:
    who = make.cast()
    taken = []
    for _n in range(3):
        make.link(who.union, make.employer(looked_after_by=who.elsewhere.parent))
        with CaptureQueriesContext(connection) as caught:
            list(queries.employers_in_reach(who.ali))
        taken.append(len(caught))

    assert taken == [2, 2, 2]
