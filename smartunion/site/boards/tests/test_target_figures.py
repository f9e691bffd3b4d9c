"""A target shows the same number on the board, the campaign page and the page of its joining code."""

from datetime import timedelta

import pytest

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.ground.facts import ledger
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.boards import figures
from smartunion.systems.organising.flows import targets
from smartunion.systems.organising.flows.drives import NewDrive, create_drive
from smartunion.systems.organising.models import JoiningDrive, Target
from smartunion.systems.organising.queries import drive_progress, drives
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db


def fact(kind: str, union: TradeUnion, drive: JoiningDrive | None, key: str) -> None:
    ledger.record(
        actor=system(), kind=kind, key=key, happened_on=make.TODAY, at=make.NOW, path=union.path, subject=union,
        drive_id=drive.pk if drive else None,
    )  # fmt: skip


def test_every_screen_shows_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: make.NOW)
    world = make.world()
    data = NewDrive(
        world.county.pk,
        "货车司机入会月",
        make.TODAY,
        make.TODAY + timedelta(days=29),
        audience="货车司机",
        target=10,
    )
    drive = create_drive(actor=system(), data=data, at=make.NOW)
    for number, union in enumerate((world.union, world.other, make._union("邻县总工会", None, "C9"))):
        fact(MEMBER_JOINED, union, drive, f"j{number}")
    fact(UNION_FOUNDED, world.town, None, "u1")
    asked = targets.NewTarget(world.county.pk, 2, UNION_FOUNDED)
    founded = targets.propose_target(actor=system(), drive_id=drive.pk, data=asked, at=make.NOW)
    whole = Target.objects.get(drive=drive, fact_kind=MEMBER_JOINED)

    told = figures._targets(world.county, make.TODAY)
    page = {line.target.pk: (line.done, line.pct) for line in drive_progress.target_lines(drive)}
    code = drives.progress(drive, today=make.TODAY)

    board = {one["key"]: (one["done"], one["pct"]) for one in told}
    assert page == {whole.pk: (3, 30), founded.pk: (1, 50)}
    assert {key: board[key] for key in page} == page
    assert code.own is not None
    assert (code.own.done, code.own.pct) == page[whole.pk]
