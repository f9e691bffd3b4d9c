"""Who sees which records: 阿丽 (chair of the union), 小波 (member of it), 老秦 (stranger), the cadre above, nobody."""

import pytest

from smartunion.core.actor import STRANGER, system
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Person,
    TradeUnion,
    Transfer,
)
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
