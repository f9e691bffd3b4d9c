"""Who is told what becomes of a finding."""

from uuid import uuid4

import pytest

from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.systems.organising.flows import findings, visits
from smartunion.systems.organising.flows.finding_news import MANY, MOST_A_DAY
from smartunion.systems.organising.flows.visits import VisitNote
from smartunion.systems.organising.models import Area, AreaAssignment, Finding
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture
def here() -> make.World:
    return make.world()


@pytest.fixture
def area(here: make.World) -> Area:
    return Area.objects.create(name="一片区", union=here.town, path=here.town.path)


@pytest.fixture
def organiser(here: make.World, area: Area) -> User:
    user = make.staff("阿丽", Role.ORGANISER, here.town)
    AreaAssignment.objects.create(area=area, user=user, valid_from=TODAY)
    return user


def found(here: make.World, area: Area, number: int = 0) -> Finding:
    return Finding.objects.create(
        kind="no_union", subject_key=f"employer:{here.bare.pk}{number or ''}", employer=here.bare, path=here.town.path,
        work_list="task", area=area, found_at=NOW,
    )  # fmt: skip


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user_id=user.pk).order_by("pk").values_list("title", flat=True))


def visited(user: User, finding: Finding, result: VisitResult) -> None:
    note = VisitNote(uuid4(), result, NOW, finding_id=finding.pk, base_version=finding.version)
    visits.note_visit(actor=make.acting(user), visit=note, at=NOW)
    finding.refresh_from_db()


def test_a_firm_found_real_is_told_to_the_town(here: make.World, area: Area, organiser: User) -> None:
    visited(organiser, found(here, area), VisitResult.REAL)

    assert told(here.cadre) == ["宁海恒达物流有限公司：已走访，尚未建会"]
    assert "阿丽" in Notice.objects.get(user_id=here.cadre.pk).body
    assert told(organiser) == []


@pytest.mark.parametrize("result", [VisitResult.NOBODY, VisitResult.REFUSES, VisitResult.CLOSED])
def test_other_results_ring_nobody(
    here: make.World, area: Area, organiser: User, result: VisitResult
) -> None:
    visited(organiser, found(here, area), result)

    assert not Notice.objects.exists()


def test_the_organiser_hears_what_the_town_does(here: make.World, area: Area, organiser: User) -> None:
    finding = found(here, area)
    cadre = make.acting(here.cadre)

    findings.take_up(actor=cadre, finding_id=finding.pk, at=NOW)
    findings.dismiss(actor=cadre, finding_id=finding.pk, reason="已搬离本镇", at=NOW)

    assert told(organiser) == [
        "宁海恒达物流有限公司：镇街已接办",
        "宁海恒达物流有限公司：线索已由工作台关闭",
    ]
    assert "已搬离本镇" in Notice.objects.filter(user_id=organiser.pk).latest("pk").body
    assert told(here.cadre) == []  # who decides knows


def test_who_was_there_hears_it_after_the_area_went_to_somebody_else(
    here: make.World, area: Area, organiser: User
) -> None:
    finding = found(here, area)
    visited(organiser, finding, VisitResult.REAL)
    AreaAssignment.objects.update(valid_to=TODAY)

    findings.take_up(actor=make.acting(here.cadre), finding_id=finding.pk, at=NOW)

    assert told(organiser) == ["宁海恒达物流有限公司：镇街已接办"]


def test_hundreds_at_once_are_not_hundreds_of_messages(here: make.World, area: Area, organiser: User) -> None:
    for number in range(1, MOST_A_DAY + 4):
        findings.take_up(actor=make.acting(here.cadre), finding_id=found(here, area, number).pk, at=NOW)

    assert len(told(organiser)) == MOST_A_DAY + 1
    assert Notice.objects.filter(user_id=organiser.pk).latest("pk").template == MANY
