"""Many at once: nobody is lost, nobody joins twice, counts are exact."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from smartunion.engines.casework.models import CaseFile
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Membership, Person, UnionTallyDelta
from smartunion.systems.organising.flows.joining import Joined, Outcome, join
from smartunion.systems.organising.tests import joining_world as make
from smartunion.systems.organising.tests.rush import at_once, shared_database

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(answers: list[Any]) -> list[str]:
    assert [one for one in answers if not isinstance(one, Joined)] == []
    return sorted(one.outcome.value for one in answers)


def test_one_person_on_many_phones_screens_joins_once(tmp_path: Path) -> None:
    here = make.world()
    forms = [make.form(1) for _ in range(8)]

    with shared_database(tmp_path) as use:
        tasks = [partial(join, code=here.drive.code, form=form, at=make.NOW) for form in forms]
        answers = at_once(tasks, use)

        assert outcomes(answers) == [Outcome.HERE] * 7 + [Outcome.JOINED]
        assert (Person.objects.count(), Membership.objects.count(), CaseFile.objects.count()) == (1, 1, 1)
        assert Fact.objects.filter(kind="registry.member_joined").count() == 1


def test_a_double_tap_gives_one_case(tmp_path: Path) -> None:
    here = make.world()
    form = make.form(1)

    with shared_database(tmp_path) as use:
        answers = at_once([partial(join, code=here.drive.code, form=form, at=make.NOW)] * 8, use)

        assert outcomes(answers) == [Outcome.JOINED] * 8
        assert {one.case.pk for one in answers} == {CaseFile.objects.get().pk}
        assert Membership.objects.count() == 1


def test_forty_people_at_once_all_join(tmp_path: Path) -> None:
    here = make.world()
    forms = [make.form(number) for number in range(40)]

    with shared_database(tmp_path) as use:
        tasks = [partial(join, code=here.drive.code, form=form, at=make.NOW) for form in forms * 2]
        answers = at_once(tasks, use)

        assert set(outcomes(answers)) == {Outcome.JOINED}
        assert (Person.objects.count(), Membership.objects.count(), CaseFile.objects.count()) == (40, 40, 40)
        assert sum(UnionTallyDelta.objects.values_list("active", flat=True)) == 40
