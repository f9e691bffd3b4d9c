"""Progress of targets has one computation, and it is exact; that screens agree is tried in `site/boards/tests`.

Also who is told when a target is proposed, changed, agreed or taken back.
"""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import targets
from smartunion.systems.organising.flows.drives import NewDrive, create_drive
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import JoiningDrive, Target
from smartunion.systems.organising.queries import target_progress
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
LAST = make.TODAY + timedelta(days=29)


@pytest.fixture
def here() -> tuple[make.World, JoiningDrive, User]:
    """A county's campaign with a number of its own, and the cadre who leads it."""
    world = make.world()
    leader = make.staff("老县", Role.CADRE, world.county)
    data = NewDrive(world.county.pk, "货车司机入会月", make.TODAY, LAST, audience="货车司机", target=10)
    return world, create_drive(actor=make.acting(leader), data=data, at=make.NOW), leader


def fact(kind: str, union: TradeUnion, drive: JoiningDrive | None, key: str, **values: Any) -> Fact:
    day = values.pop("on", make.TODAY)
    return ledger.record(
        actor=system(), kind=kind, key=key, happened_on=day, at=make.NOW, path=union.path, subject=union,
        drive_id=drive.pk if drive else None, **values,
    )  # fmt: skip


def propose(leader: User, drive: JoiningDrive, union: TradeUnion, quantity: int, **values: Any) -> Target:
    data = targets.NewTarget(union.pk, quantity, **values)
    return targets.propose_target(actor=make.acting(leader), drive_id=drive.pk, data=data, at=make.NOW)


def test_each_target_counts_exactly_what_it_says(here: tuple[make.World, JoiningDrive, User]) -> None:
    world, drive, leader = here
    outside = make._union("邻县总工会", None, "C9")
    for number, union in enumerate((world.union, world.union, world.other, outside)):
        fact(MEMBER_JOINED, union, drive, f"j{number}")
    ledger.reverse(
        fact(MEMBER_JOINED, world.other, drive, "j9"), actor=system(), at=make.NOW, reason="输错了"
    )
    fact(MEMBER_JOINED, world.union, None, "without a code")
    for number, platform in enumerate(("甲", "甲", "乙")):
        fact(DRIVER_VERIFIED, world.union, drive, f"v{number}", attrs={"platform": platform})
    fact(UNION_FOUNDED, world.town, None, "u1")
    fact(UNION_FOUNDED, world.town, None, "too late", on=LAST + timedelta(days=1))
    whole = Target.objects.get(drive=drive)
    town, union = propose(leader, drive, world.town, 5), propose(leader, drive, world.union, 4)
    verified = propose(leader, drive, world.town, 5, kind=DRIVER_VERIFIED)
    platform = propose(leader, drive, world.county, 5, kind=DRIVER_VERIFIED, platform="甲")
    founded = propose(leader, drive, world.town, 2, kind=UNION_FOUNDED)
    year = Target.objects.create(
        union=world.town, path=world.town.path, fact_kind=MEMBER_JOINED, quantity=9, starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), created_at=make.NOW,
    )  # fmt: skip
    asked = list(
        Target.objects.exclude(drive=world.town_drive).select_related("drive", "union").order_by("pk")
    )

    found = {line.target.pk: line for line in target_progress.lines(asked)}

    assert {pk: line.done for pk, line in found.items()} == {
        whole.pk: 4, town.pk: 3, union.pk: 2, verified.pk: 3, platform.pk: 2, founded.pk: 1, year.pk: 4
    }  # fmt: skip
    place, base = urlencode({"town": world.town.path}), f"/desk/drives/{drive.pk}"

    def behind(kind: str, since: date, until: date) -> str:
        given = {"kind": kind, "path": world.town.path, "since": since, "until": until}
        return f"/board/behind/?{urlencode(given)}"

    assert {pk: line.records for pk, line in found.items()} == {
        whole.pk: f"{base}/members/", town.pk: f"{base}/members/?{place}",
        union.pk: f"{base}/members/?{urlencode({'town': world.union.path})}",
        verified.pk: f"{base}/joiners/?verified=1&{place}",
        platform.pk: f"{base}/joiners/?{urlencode({'verified': '1', 'platform': '甲'})}",
        founded.pk: behind(UNION_FOUNDED, drive.starts_on, LAST + timedelta(days=1)),
        year.pk: behind(MEMBER_JOINED, date(2026, 1, 1), date(2027, 1, 1)),
    }  # fmt: skip
    assert (found[whole.pk].handed, found[whole.pk].pct, found[whole.pk].gap) == (9, 40, 6)
    assert (found[union.pk].pct, found[union.pk].gap) == (50, 2)
    assert [line.target for line in target_progress.lines(asked[::-1])] == asked[::-1]
    assert target_progress.lines([]) == []


def test_the_questions_do_not_grow_with_the_targets(
    here: tuple[make.World, JoiningDrive, User], django_assert_num_queries: Any
) -> None:
    world, drive, leader = here
    for union in (world.town, world.union, world.other):
        propose(leader, drive, union, 5)
        propose(leader, drive, union, 5, kind=UNION_FOUNDED)

    rows = list(drive.targets.select_related("drive"))
    with django_assert_num_queries(3):
        target_progress.lines(rows)


def inbox(user: User) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user_id=user.pk).order_by("pk").values_list("template", "link"))


def test_the_unit_is_told_and_whoever_leads_hears_the_answer(
    here: tuple[make.World, JoiningDrive, User],
) -> None:
    world, drive, leader = here
    link = f"/desk/drives/{drive.pk}/progress/"
    target = propose(leader, drive, world.town, 5)

    targets.agree_target(actor=make.acting(world.cadre), target_id=target.pk, agreed_by="", at=make.NOW)
    targets.change_target(actor=make.acting(leader), target_id=target.pk, quantity=8, at=make.NOW)
    target.refresh_from_db()
    asked_again = (target.quantity, target.agreed_at, target.agreed_by)
    targets.change_target(actor=make.acting(leader), target_id=target.pk, quantity=8, at=make.NOW)
    targets.withdraw_target(actor=make.acting(leader), target_id=target.pk, reason="合并考核", at=make.NOW)

    assert asked_again == (8, None, "")
    assert inbox(world.cadre) == [
        ("organising.target_proposed", link),
        ("organising.target_changed", link),
        ("organising.target_withdrawn", link),
    ]
    assert inbox(leader) == [("organising.target_agreed", link)]
    told = Notice.objects.get(template="organising.target_changed")
    assert "5" in told.body
    assert "8" in told.title
    assert "合并考核" in Notice.objects.get(template="organising.target_withdrawn").body


def test_an_answer_written_down_for_the_unit_reaches_the_unit(
    here: tuple[make.World, JoiningDrive, User],
) -> None:
    world, drive, leader = here
    target = propose(leader, drive, world.town, 5)

    targets.agree_target(actor=make.acting(leader), target_id=target.pk, agreed_by="电话同意", at=make.NOW)

    assert [template for template, _link in inbox(world.cadre)] == [
        "organising.target_proposed", "organising.target_agreed"
    ]  # fmt: skip
    assert inbox(leader) == []


def test_only_the_leader_changes_a_target_and_never_the_drives_own(
    here: tuple[make.World, JoiningDrive, User],
) -> None:
    world, drive, leader = here
    target, whole = propose(leader, drive, world.town, 5), Target.objects.get(drive=drive, union=world.county)
    before = Notice.objects.count()

    def change(who: User, target_id: int, quantity: int = 7) -> None:
        targets.change_target(actor=make.acting(who), target_id=target_id, quantity=quantity, at=make.NOW)

    with pytest.raises(NotAllowed):
        change(world.cadre, target.pk)
    with pytest.raises(NotVisible):
        change(make.staff("邻县", Role.CADRE, make._union("邻县总工会", None, "C9")), target.pk)
    for number, quantity in ((whole.pk, 7), (target.pk, 0)):
        with pytest.raises(InvalidInput) as refused:
            change(leader, number, quantity)
        assert refused.value.field == "target"
    target.refresh_from_db()
    assert (target.quantity, Notice.objects.count()) == (5, before)
