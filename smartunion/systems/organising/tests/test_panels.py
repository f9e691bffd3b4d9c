"""What waits on the desk's first page for organisers and towns."""

from datetime import timedelta

import pytest

from smartunion.core.panels import Drawn, panels_for
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows.drives import NewDrive, create_drive
from smartunion.systems.organising.flows.targets import NewTarget, agree_target, propose_target
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)


@pytest.fixture
def here(db: None) -> Town:
    return town()


def panel(here: Town, who: str, key: str) -> Drawn | None:
    return next((one for one in panels_for(here.actor(who)) if one.panel.key == key), None)


def test_an_organiser_finds_the_firms_of_her_day_and_nobody_elses(here: Town) -> None:
    firms = [finding(here, score=float(number)) for number in range(7)]
    finding(here, here.south)
    Finding.objects.filter(pk=firms[0].pk).update(due_on=TODAY + timedelta(days=3))

    drawn = panel(here, "阿丽", "organising.today")

    assert drawn is not None
    assert (drawn.found.total, len(drawn.found.rows), drawn.found.href) == (6, 5, "/field/")
    assert drawn.found.rows[0].side == "10 人"
    assert panel(here, "林静", "organising.today") is None


def test_the_town_finds_the_visited_firms_it_has_not_taken_up(here: Town) -> None:
    seen = finding(here, state="visited", work_list="work", mode="joint", headcount=9)
    finding(here, state="taken_up")

    drawn = panel(here, "林静", "organising.take_up")

    assert drawn is not None
    assert [(row.title, row.note, row.side) for row in drawn.found.rows] == [
        (seen.subject_name, "联合建会", "9 人")
    ]
    assert panel(here, "老秦", "organising.take_up") is None


def test_a_unit_finds_the_target_it_is_asked_for_until_it_agrees(here: Town) -> None:
    county = here.federation.parent
    assert county is not None
    leader = make.actor("石小飞", frozenset({"drives.manage", "organising.view", "registry.view"}), county)
    drive = create_drive(
        actor=leader, at=AT,
        data=NewDrive(county.pk, "货车司机集中入会行动", TODAY, ends_on=TODAY + timedelta(days=90), target=900),
    )  # fmt: skip
    target = propose_target(actor=leader, drive_id=drive.pk, data=NewTarget(here.federation.pk, 120), at=AT)

    drawn = panel(here, "林静", "organising.targets")

    assert drawn is not None
    assert [(row.title, row.note, row.side) for row in drawn.found.rows] == [
        ("西店镇总工会", "货车司机集中入会行动", "2026-10-03前 120"),
    ]  # fmt: skip
    assert drawn.found.rows[0].href == f"/desk/drives/{drive.pk}/progress/"
    agree_target(actor=here.actor("林静"), target_id=target.pk, agreed_by="", at=AT)
    assert panel(here, "林静", "organising.targets") is None


def test_the_last_visit_is_dated_by_the_local_day(here: Town) -> None:
    one = finding(here)
    late = noted(
        result=VisitResult.NOBODY, finding_id=one.pk, note="卷帘门关着", noted_at=AT - timedelta(hours=9)
    )
    note_visit(actor=here.actor("阿丽"), visit=late, at=AT)  # 01:00 of the 5th in Shanghai, the 4th elsewhere

    Finding.objects.filter(pk=one.pk).update(due_on=None)

    assert [stop.last_visit for stop in day_list(here.actor("阿丽"), TODAY)] == ["07-05 现场无人：卷帘门关着"]
