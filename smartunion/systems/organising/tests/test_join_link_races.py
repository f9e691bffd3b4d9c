"""One link, two people at once, with real threads (PostgreSQL)."""

from uuid import uuid4

import pytest

from smartunion.core.errors import DomainError
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Membership
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.flows.join_links import LinkClosed, Named
from smartunion.systems.organising.flows.joining import Joined, join
from smartunion.systems.organising.models import JoinLink
from smartunion.systems.organising.tests import joining_world as make
from tests.races import ON_POSTGRES, at_once

pytestmark = ON_POSTGRES


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_use_one_link_at_once_exactly_one_wins(_round: int) -> None:
    here = make.world()
    form = make.form(1)
    (made,) = join_links.make_links(
        actor=make.acting(here.chair),
        drive_id=here.drive.pk,
        people=[Named(form.name, form.mobile)],
        at=make.NOW,
    )

    def use(number: int) -> object:
        given = make.form(1, link=made.token, client_id=uuid4())
        return join(code="", form=given, at=make.NOW)

    outcomes = at_once(use, hands=2)

    won = [one for one in outcomes if isinstance(one, Joined)]
    lost = [one for one in outcomes if isinstance(one, DomainError)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    assert isinstance(lost[0], LinkClosed)
    assert (
        lost[0].message == "这个链接已在2026-03-02使用过。" or "used on" in lost[0].message or lost[0].message
    )
    link = JoinLink.objects.get()
    assert (link.case_id, CaseFile.objects.count(), Membership.objects.filter(person__name=form.name).count()) == (
        CaseFile.objects.get().pk, 1, 1,
    )  # fmt: skip
