"""Services as benefits: what was approved was had; what a narrow service gave is not counted for the chair."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from smartunion.core.benefits import Reach, Standing
from smartunion.engines.casework import benefits
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.engines.casework.tests.test_flows import sent

pytestmark = pytest.mark.django_db


def reach(town: make.World, at: datetime) -> Reach:
    """The firm's union with its two members, in the year before."""
    return Reach(town.grassroots.path, 2, at - timedelta(days=365))


def _granted(town: make.World) -> CaseFile:
    case = sent(make.acting(town.ali))
    CaseFile.objects.filter(pk=case.pk).update(state=CaseState.APPROVED, closed_at=make.NOW)
    return case


def test_a_service_is_there_to_have_and_what_was_approved_was_had() -> None:
    town = make.world()
    make.published(WISH)
    ali = make.acting(town.ali)
    before = benefits.mine(ali, make.NOW)
    case = _granted(town)

    after = benefits.mine(ali, make.NOW)

    assert [(one.title, one.standing) for one in before] == [("微心愿", Standing.NOW)]
    assert [(one.title, one.standing, one.until) for one in after] == [
        ("微心愿", Standing.NOW, None),
        (case.title, Standing.HAD, make.TODAY),
    ]


def test_a_stranger_sees_nothing_of_what_another_had() -> None:
    town = make.world()
    make.published(WISH)
    _granted(town)

    seen = benefits.mine(make.acting(town.stranger), make.NOW)

    assert {one.standing for one in seen} == {Standing.NOW}


def test_the_chair_reads_how_many_of_her_members_were_granted_it_this_year() -> None:
    town = make.world()
    make.published(WISH)
    _granted(town)
    chair = make.acting(town.xiaobo)

    lines = benefits.uptake(chair, reach(town, make.NOW))
    later = benefits.uptake(chair, reach(town, make.NOW + timedelta(days=400)))

    assert [(one.title, one.entitled, one.taken, one.left) for one in lines] == [("微心愿", 2, 1, 1)]
    assert [(one.entitled, one.taken) for one in later] == [(2, 0)]


def test_what_only_the_office_that_holds_it_may_see_is_not_counted() -> None:
    town = make.world()
    make.published(replace(WISH, is_narrow=True))
    _granted(town)

    assert benefits.uptake(make.acting(town.xiaobo), reach(town, make.NOW)) == []
