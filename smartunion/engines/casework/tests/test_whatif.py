"""A limit set otherwise, counted on cases that went through the real flows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smartunion.engines.casework.definition import Deadline, Route
from smartunion.engines.casework.flows import acting
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import ActOn
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.engines.casework.tests.test_flows import NOW, sent
from smartunion.engines.casework.whatif import ANSWER_DAYS, OTHER_DAYS, run
from smartunion.ground.policies.whatif import WhatIfResult

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> make.World:
    made = make.world()
    first = replace(
        WISH.steps[0],
        route=Route.OWN_UNION,
        roles=("cadre", "chair"),
        deadline=Deadline(7, policy=ANSWER_DAYS),
    )
    make.published(replace(WISH, steps=(first, replace(WISH.steps[1], deadline=Deadline(4)))))
    return made


def counted(overrides: dict[str, int], path: str = "", until: date = date(2027, 1, 1)) -> WhatIfResult:
    seen: list[tuple[int, int]] = []
    found = run(
        path=path, since=date(2026, 1, 1), until=until, overrides=overrides,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen == ([(CaseFile.objects.count(), CaseFile.objects.count())] if found.counted else seen)
    return found


def test_a_shorter_limit_makes_answered_cases_late(town: make.World) -> None:
    for later in (2, 7):  # Wednesday: two working days; Monday: five
        case = sent(make.acting(town.ali))
        acting.refuse(
            on=ActOn(case.pk, case.version, make.acting(town.xiaobo), NOW + timedelta(days=later)),
            reason="已有同样的安排。",
        )

    assert counted({ANSWER_DAYS: 5}).changed == 0
    found = counted({ANSWER_DAYS: 4})
    assert (found.counted, found.changed) == (2, 1)
    assert [(line.before, line.after) for line in found.lines] == [(0, 1), (2, 1)]
    assert [str(one.before) for one in found.sample] == ["按时"]
    assert "阿丽" not in str(found.sample)

    assert counted({ANSWER_DAYS: 1}, path=town.next_town.path).counted == 0
    assert counted({ANSWER_DAYS: 1}, until=date(2026, 3, 2)).counted == 0
    assert counted({ANSWER_DAYS: 1}, until=date(2026, 3, 3)).changed == 2


def test_limits_of_the_service_itself_are_set_by_the_other_term(town: make.World) -> None:
    made = sent(make.acting(town.ali))
    chair = make.acting(town.xiaobo)

    assert counted({OTHER_DAYS: 3}).counted == 0, "no step with a limit of its own was reached"
    case = acting.approve(on=ActOn(made.pk, made.version, chair, NOW + timedelta(days=1)))
    assert case.step == WISH.steps[1].key
    acting.refuse(on=ActOn(case.pk, case.version, chair, NOW + timedelta(days=4)), reason="已有同样的安排。")

    assert counted({OTHER_DAYS: 3}).changed == 0
    found = counted({OTHER_DAYS: 2})
    assert (found.counted, found.changed) == (1, 1)
