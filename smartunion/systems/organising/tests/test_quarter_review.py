"""The work of a quarter: the worked table of docs/rules/quarter_review.md, its numbers, its page, its pack, its API."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import system
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts import ledger
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Target
from smartunion.systems.organising.quarter_review import Pace, Schedule, span
from smartunion.systems.organising.queries import quarter_review as queries
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import AT, BEGAN, TODAY, Town, noted, town
from smartunion.systems.organising.tests.test_rules_pages import rows

THIRD = Quarter(2026, 3)


@pytest.mark.parametrize("row", rows("quarter_review.md", "schedule"), ids=lambda row: "-".join(row[:4]))
def test_the_worked_table(row: list[str]) -> None:
    quantity, done, last, on, share, gone, due, lag, weekly, pace = row
    told = Schedule(
        int(quantity), int(done), date(2026, 7, 1), date.fromisoformat(last), date.fromisoformat(on)
    )

    assert (told.pct, told.elapsed_pct, told.due, told.lag) == (int(share), int(gone), int(due), int(lag))
    assert told.weekly == (None if weekly == "–" else int(weekly))
    assert told.pace == Pace(pace)


def test_a_running_quarter_is_compared_with_as_many_days_of_the_one_before() -> None:
    assert span(THIRD, date(2026, 7, 5)) == (
        date(2026, 7, 1),
        date(2026, 7, 6),
        (date(2026, 4, 1), date(2026, 4, 6)),
    )
    assert span(THIRD, date(2026, 9, 30)) == (
        date(2026, 7, 1),
        date(2026, 10, 1),
        (date(2026, 4, 1), date(2026, 7, 1)),
    )
    assert span(THIRD, date(2027, 3, 1)) == (
        date(2026, 7, 1),
        date(2026, 10, 1),
        (date(2026, 4, 1), date(2026, 7, 1)),
    )
    assert span(Quarter(2026, 2), date(2026, 6, 29))[2] == (date(2026, 1, 1), date(2026, 4, 1))


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    made = town()
    county = made.federation.parent
    assert county is not None
    for name, role in (("老县", Role.CADRE), ("领导", Role.LEADER)):
        user = User.objects.create_user(f"u-{name}", None, name=name, created_at=AT)
        RoleGrant.objects.create(user=user, role=role, union=county, valid_from=BEGAN)
        made.people[name] = user
    return made


def tell(kind: str, union: TradeUnion, on: date, times: int = 1) -> None:
    for number in range(times):
        key = f"{kind}-{union.pk}-{on}-{number}"
        ledger.record(
            actor=system(), kind=kind, key=key, happened_on=on, at=AT, path=union.path, subject=union
        )


def year_of_work(world: Town) -> None:
    """西店: 3 joined and 1 founded this quarter, 2 joined in the same days of the one before, more outside of both."""
    first, second = world.unions[:2]
    tell(MEMBER_JOINED, first, TODAY, 2)
    tell(MEMBER_JOINED, second, date(2026, 7, 1))
    tell(UNION_FOUNDED, first, date(2026, 7, 3))
    tell(MEMBER_JOINED, first, date(2026, 4, 5), 2)
    tell(MEMBER_JOINED, first, date(2026, 4, 6), 4)
    tell(MEMBER_JOINED, first, date(2025, 12, 31), 8)
    note_visit(actor=world.actor("阿丽"), visit=noted(VisitResult.SERVICE, union_id=first.pk), at=AT)


def target(union: TradeUnion, quantity: int, **values: Any) -> Target:
    given = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 9, 30), "fact_kind": MEMBER_JOINED} | values
    return Target.objects.create(union=union, path=union.path, quantity=quantity, created_at=AT, **given)


def county(world: Town) -> TradeUnion:
    assert world.federation.parent is not None
    return world.federation.parent


def test_every_number_is_a_sum_over_the_ledger_by_federation(world: Town) -> None:
    year_of_work(world)

    found = queries.review(county(world), THIRD, world.actor("老县"), today=TODAY)

    assert (found.whole.now[MEMBER_JOINED], found.whole.now[UNION_FOUNDED]) == (3, 1)
    assert (found.whole.before[MEMBER_JOINED], found.year[MEMBER_JOINED]) == (2, 9)
    assert (found.whole.visited, found.whole.owed, found.whole.overdue) == (1, 4, 3)
    here, elsewhere = found.units
    assert (here.name, here.now[MEMBER_JOINED], here.visited, here.owed) == ("西店镇总工会", 3, 1, 4)
    assert (elsewhere.name, elsewhere.now[MEMBER_JOINED], elsewhere.owed, elsewhere.visited_pct) == (
        "深甽镇总工会",
        0,
        0,
        None,
    )
    assert [unit.name for unit in found.still(UNION_FOUNDED)] == ["深甽镇总工会"]
    past = queries.review(county(world), THIRD.before, world.actor("老县"), today=TODAY)
    assert (past.whole.now[MEMBER_JOINED], past.is_over, found.is_over) == (6, True, False)


def test_more_federations_cost_no_more_statements(world: Town) -> None:
    target(world.federation, 50)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            found = queries.review(county(world), THIRD, actor, today=TODAY)
            queries.planned(county(world), [one.key for one in found.units], found)
        assert len(found.units) == TradeUnion.objects.filter(parent=county(world)).count()
        return len(caught)

    actor = world.actor("老县")
    asked()
    few = asked()
    for number in range(3):
        made = make.federation(f"第{number}镇总工会", county(world))
        target(made, 50)
        tell(MEMBER_JOINED, made, TODAY)

    assert asked() == few


def test_targets_stand_against_their_days_as_of_the_quarter(world: Town) -> None:
    year_of_work(world)
    target(county(world), 92)
    target(world.federation, 50)
    target(world.elsewhere, 5, fact_kind=UNION_FOUNDED, ends_on=TODAY)
    target(county(world), 6, starts_on=date(2026, 4, 1), ends_on=date(2026, 7, 2))
    target(county(world), 9, starts_on=date(2026, 7, 6), ends_on=date(2026, 9, 1))
    target(world.unions[0], 7)

    def told(quarter: Quarter) -> list[tuple[str, int, int, str]]:
        found = queries.review(county(world), quarter, world.actor("老县"), today=TODAY)
        made = queries.planned(county(world), [one.key for one in found.units], found)
        return [
            (one.line.target.union.name, one.schedule.quantity, one.schedule.done, str(one.schedule.pace))
            for one in made
        ]

    assert told(THIRD) == [
        ("宁海县总工会", 92, 3, "behind"), ("深甽镇总工会", 5, 0, "missed"), ("西店镇总工会", 50, 3, "on_time"),
        ("宁海县总工会", 6, 7, "reached"),
    ]  # fmt: skip
    assert told(THIRD.before) == [("宁海县总工会", 6, 6, "reached")]


def test_the_page_opens_what_it_counts_and_prints(world: Town) -> None:
    year_of_work(world)
    target(county(world), 92)
    client = Client()
    client.force_login(world.people["领导"])
    base = f"/desk/coverage/review/{county(world).pk}/2026-3/"

    assert client.get("/desk/coverage/review/")["Location"] == base
    page = client.get(base).content.decode()

    assert (
        "本季度新建工会 1 家、新入会 3 人，上季度同期分别为 0 家、2 人。1 月 1 日以来累计新建工会 1 家、新入会 9 人。"
        in page
    )
    assert (
        "目标共 1 项：已完成 0 项，符合序时进度 0 项，落后于序时进度 1 项，到期未完成 0 项。需追赶：宁海县总工会 入会人数（2）。"
        in page
    )
    assert "本季度尚无新入会的：深甽镇总工会。" in page
    assert page.count("since=2026-07-01&amp;until=2026-07-06") == 8
    assert client.get(f"{base}pack.pdf").content.startswith(b"%PDF")
    assert client.get(f"/desk/coverage/review/{county(world).pk}/2026-4/").status_code == 404
    assert client.get(f"/desk/coverage/review/{world.unions[0].pk}/2026-3/").status_code == 404


def test_the_api_says_the_same_to_whoever_may_see_it(world: Town) -> None:
    year_of_work(world)
    made = target(world.federation, 50)
    address = f"/api/v1/organising/reviews/{county(world).pk}/2026-3"

    def asked(who: str, at: str = address) -> Any:
        client = Client()
        client.force_login(world.people[who])
        return client.get(at)

    told = asked("老县").json()

    assert (told["first"], told["last"], told["before_last"]) == ("2026-07-01", "2026-07-05", "2026-04-05")
    assert (told["whole"]["now"][MEMBER_JOINED], told["this_year"][MEMBER_JOINED]) == (3, 9)
    assert [(one["target_id"], one["due"], one["pace"]) for one in told["targets"]] == [
        (made.pk, 2, "on_time")
    ]
    assert told["text"].endswith("数据由宁海县总工会台账自动汇总，未经人工填报。")
    assert asked("林静").status_code == 404
    assert asked("林静", f"/api/v1/organising/reviews/{world.federation.pk}/2026-3").json()["units"] == []
    assert asked("阿丽", f"/api/v1/organising/reviews/{world.federation.pk}/2026-3").status_code == 404
