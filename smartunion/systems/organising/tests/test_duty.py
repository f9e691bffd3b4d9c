"""The quarter's duty: pure rules, the list and its counts over the ledger, the reminder."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import system
from smartunion.core.listing.listing import narrowed
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import ledger
from smartunion.ground.facts import queries as facts
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.duty import Quarter, covered_pct, duty_state
from smartunion.systems.organising.flows import field_news
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.listings import AREAS, quarter_listing
from smartunion.systems.organising.models import AreaUnion
from smartunion.systems.organising.queries import quarter as queries
from smartunion.systems.organising.rules import DutyState, VisitResult
from smartunion.systems.organising.tests.field_world import AT, BEGAN, TODAY, Town, finding, noted, town

THIRD = Quarter(2026, 3)


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_every_day_lies_in_one_quarter_and_quarters_follow_one_another(day: date) -> None:
    quarter = Quarter.of(day)

    assert quarter.start <= day < quarter.end
    assert quarter.next.before == quarter
    assert quarter.next.start == quarter.end
    assert Quarter.parse(str(quarter)) == quarter


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-0", "2026-5", "26-1", "2026-01", "x-1", "2026-1 ", "9999-1"]
)
def test_other_words_are_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match=r"2026|26|x|9999|invalid"):
        Quarter.parse(text)


def test_a_share_is_all_only_when_it_is_all() -> None:
    assert [covered_pct(0, 0), covered_pct(199, 200), covered_pct(200, 200), covered_pct(1, 3)] == [
        None,
        99,
        100,
        33,
    ]


@pytest.fixture
def world(db: None) -> Town:
    return town()


def visit(
    world: Town, number: int, at: datetime = AT, who: str = "阿丽", result: VisitResult = VisitResult.SERVICE
) -> None:
    note_visit(
        actor=world.actor(who), visit=noted(result, union_id=world.unions[number].pk, noted_at=at), at=at
    )


def states(world: Town, who: str, today: date = TODAY, quarter: Quarter = THIRD) -> dict[str, str]:
    actor = world.actor(who)
    rows = queries.owed(actor, queries.Duty.of(actor, quarter, today))
    return {row.union.name[2:5]: row.state for row in rows}


def test_an_organiser_sees_her_own_areas_and_the_desk_sees_the_town(world: Town) -> None:
    assert set(states(world, "阿丽")) == {"第1厂", "第2厂", "第3厂"}
    assert set(states(world, "小波")) == {"第4厂"}
    assert set(states(world, "林静")) == {"第1厂", "第2厂", "第3厂", "第4厂"}
    assert states(world, "老秦") == {}


def test_visited_due_and_overdue(world: Town) -> None:
    visit(world, 1, datetime(2026, 6, 20, 2, tzinfo=UTC))
    visit(world, 0)

    assert states(world, "阿丽") == {"第1厂": "done", "第2厂": "due", "第3厂": "overdue"}
    assert states(world, "阿丽", quarter=Quarter(2026, 2)) == {
        "第1厂": "overdue",
        "第2厂": "done",
        "第3厂": "overdue",
    }


def test_a_visit_where_nobody_was_or_to_a_firm_is_no_visit_to_the_union(world: Town) -> None:
    about_union = finding(
        world, kind="closed_union", subject_key="union:1", employer=None, union=world.unions[0]
    )
    about_firm = finding(world, union=world.unions[1])
    for one, result in ((about_union, VisitResult.NOBODY), (about_firm, VisitResult.REAL)):
        note_visit(actor=world.actor("阿丽"), visit=noted(result, finding_id=one.pk), at=AT)

    assert states(world, "阿丽") == {"第1厂": "overdue", "第2厂": "overdue", "第3厂": "overdue"}

    note_visit(actor=world.actor("阿丽"), visit=noted(VisitResult.REAL, finding_id=about_union.pk), at=AT)

    assert states(world, "阿丽")["第1厂"] == "done"


def test_a_union_that_came_late_is_owed_from_the_next_quarter_on(world: Town) -> None:
    late = date(2026, 9, 20)
    AreaUnion.objects.filter(union=world.unions[0]).update(valid_from=late)

    assert "第1厂" not in states(world, "阿丽", date(2026, 9, 25))
    assert states(world, "阿丽", date(2026, 10, 2), Quarter(2026, 4))["第1厂"] == "due"


def test_two_visits_a_quarter_need_two_days(world: Town) -> None:
    PolicyValue.objects.create(
        key="organising.quarter_visits", path=world.federation.path, value=2, valid_from=date(2026, 7, 1), source="s",
        created_at=AT,
    )  # fmt: skip
    visit(world, 0)
    visit(world, 0, AT + timedelta(hours=1))
    assert states(world, "阿丽")["第1厂"] != "done"

    visit(world, 0, AT + timedelta(days=1))

    assert states(world, "阿丽")["第1厂"] == "done"


@pytest.mark.parametrize("wanted", [1, 2])
@pytest.mark.parametrize("today", [TODAY, date(2026, 10, 3)])
def test_the_list_says_what_the_rule_says(world: Town, wanted: int, today: date) -> None:
    """Every mixture of visits in the quarter and the one before, of unions that came early and late, taken back or not."""
    made = [make.union(f"西店第{n}号工会", world.federation) for n in range(18)]
    days, expected = {}, {}
    for number, union in enumerate(made):
        joined = BEGAN if number % 2 else date(2026, 6, 25)
        AreaUnion.objects.create(area=world.north, union=union, valid_from=joined)
        days[union.pk] = (number // 2 % 3, number // 6 % 3)
        for start, times in zip((date(2026, 7, 1), date(2026, 4, 1)), days[union.pk], strict=True):
            for n in range(times):
                for twice in range(2):  # a second visit of a day counts once
                    recorded(union, f"{number}:{start}:{n}:{twice}", start + timedelta(days=9 * n + 1))
            ledger.reverse(
                recorded(union, f"{number}:{start}", start + timedelta(days=60)),
                actor=system(),
                at=AT,
                reason="x",
            )
        visits, before = days[union.pk]
        expected[union.pk] = duty_state(
            visits=visits, before=before, owed_before=joined == BEGAN, wanted=wanted, is_over=today > TODAY
        ).value

    rows = queries.owed(world.actor("阿丽"), queries.Duty(THIRD, today, wanted, 14))

    found = {row.union_id: row for row in rows if row.union_id in expected}
    assert {pk: row.state for pk, row in found.items()} == expected
    assert {pk: row.visits for pk, row in found.items()} == {pk: visits for pk, (visits, _b) in days.items()}


def recorded(union: TradeUnion, key: str, on: date) -> Fact:
    return ledger.record(
        actor=system(), kind=queries.VISITED, key=key, happened_on=on, at=AT, path=union.path, subject=union
    )


def test_the_counts_ask_the_ledger_once_for_each_quarter(world: Town) -> None:
    """Not once for each union: a city has 27,000. SQLite alone looks up whether there is one."""
    actor = world.actor("林静")
    sets = ((1, "THEN"), (2, "HAVING"))[connection.vendor == "sqlite" :]
    for wanted, end_of_set in sets:
        with CaptureQueriesContext(connection) as caught:
            queries.loads(actor, queries.Duty(THIRD, TODAY, wanted, 14))

        counting = [query["sql"] for query in caught.captured_queries if "facts_fact" in query["sql"]]
        assert len(counting) == 1
        assert "organising_areaunion" not in counting[0].partition("facts_fact")[2].partition(end_of_set)[0]
        if connection.vendor == "sqlite":  # which makes a set again wherever its expression is said
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {counting[0]}")
                sets = [row[-1] for row in cursor.fetchall() if row[-1].startswith("LIST SUBQUERY")]
            assert len(sets) == 4  # visited this quarter and the one before, and what was taken back of each


def test_counts_add_up_and_come_from_the_ledger(world: Town) -> None:
    visit(world, 0)
    visit(world, 3, who="小波")
    actor = world.actor("林静")
    duty = queries.Duty.of(actor, THIRD, TODAY)

    rows = queries.loads(actor, duty)

    assert [(row.name, row.organiser, row.done, row.due, row.overdue, row.pct) for row in rows] == [
        ("西店北片区", "阿丽", 1, 0, 2, 33), ("西店南片区", "小波", 1, 0, 0, 100),
    ]  # fmt: skip
    assert (
        queries.total(rows).done
        == facts.total(queries.VISITED, world.federation.path, THIRD.start, THIRD.end)
        == 2
    )


def test_filters_leave_what_the_counts_of_the_areas_say(world: Town) -> None:
    visit(world, 0)
    visit(world, 3, who="小波")
    actor = world.actor("林静")
    duty = queries.Duty.of(actor, THIRD, TODAY)
    loads = queries.loads(actor, duty)
    listing = quarter_listing(loads)
    by_name = {load.organiser: load for load in loads}
    areas = [[str(load.area_id)] for load in loads]
    whose = [[str(load.organiser_id)] for load in loads]
    states = [[state] for state in DutyState.values] + [["done", "overdue"]]

    for area, organiser, state in product([[], *areas], [[], *whose], [[], *states]):
        asked = {
            key: chosen
            for key, chosen in (("area", area), ("organiser", organiser), ("state", state))
            if chosen
        }
        read = [one.read(asked, actor) for one in listing.filters]
        left = list(narrowed(queries.with_names(queries.owed(actor, duty), duty), read))

        active = {one.filter.key: one.value for one in read if one.is_active}
        assert listing.known is not None
        assert listing.known(actor, active) == len(left)
        assert {row.organiser for row in left} <= {
            name for name, load in by_name.items() if not organiser or str(load.organiser_id) in organiser
        }
    assert listing.known(actor, {"q": "宁波"}) is None


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_number_of_the_page_opens_a_list_of_that_length(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    visit(world, 0)
    client = client_of(world.people["林静"])
    page = client.get("/desk/coverage/quarter/")
    total = page.context["total"]

    assert (total.done, total.due, total.overdue) == (1, 0, 3)
    for state in DutyState:
        listed = client.get(page.context["urls"][state.value])
        assert listed.context["page"].count == getattr(total, state.value)
        for load, to in page.context["loads"]:
            assert client.get(to[state.value]).context["page"].count == getattr(load, state.value)


def test_an_area_shows_overdue_unions_first(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    visit(world, 1, datetime(2026, 6, 20, 2, tzinfo=UTC))
    visit(world, 0)
    area = AreaUnion.objects.filter(union=world.unions[0]).values_list("area_id", flat=True).get()

    shown = client_of(world.people["林静"]).get(f"/desk/coverage/areas/{area}/").context["unions"]

    assert [row.state for row in shown] == ["overdue", "due", "done"]


def test_a_closed_union_is_neither_shown_nor_counted_in_its_area(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    area = AreaUnion.objects.filter(union=world.unions[0]).values_list("area_id", flat=True).get()
    client = client_of(world.people["林静"])
    before = len(client.get(f"/desk/coverage/areas/{area}/").context["unions"])
    TradeUnion.objects.filter(pk=world.unions[0].pk).update(state=UnionState.CLOSED, closed_on=TODAY)

    shown = client.get(f"/desk/coverage/areas/{area}/").context["unions"]
    rows = client.get("/desk/coverage/areas/").context["page"].lines

    assert len(shown) == before - 1
    assert world.unions[0].pk not in {row.union_id for row in shown}
    assert {line.row.pk: AREAS.by_key["unions"].raw(line.row) for line in rows}[area] == before - 1


def test_unions_visited_of_an_area_are_those_of_the_quarters_list(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    visit(world, 0)
    visit(world, 0, AT + timedelta(days=1))
    finding(world, kind="closed_union", subject_key="union:1", employer=None, union=world.unions[1])
    client = client_of(world.people["林静"])

    rows = client.get("/desk/coverage/areas/").context["page"].lines
    columns = [cell.column.key for cell in rows[0].cells]

    for line in rows:
        assert columns[-1] == "visited"
        for key in ("verify", "task", "work", "visited"):
            column = AREAS.by_key[key]
            assert column.href is not None
            assert client.get(column.href(line.row)).context["page"].count == column.raw(line.row)
        unions = AREAS.by_key["unions"]
        assert unions.href is not None
        assert len(client.get(unions.href(line.row)).context["unions"]) == unions.raw(line.row) > 0
    assert AREAS.by_key["task"].raw(rows[0].row) == 1
    assert {line.row.pk: line.row.visited_count for line in rows} == {world.north.pk: 1, world.south.pk: 0}


def test_a_table_of_very_many_areas_is_asked_for(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    client = client_of(world.people["林静"])
    few = client.get("/desk/coverage/quarter/").context
    monkeypatch.setattr("smartunion.systems.organising.views.duty.AREAS_SHOWN", 1)

    many, asked = client.get("/desk/coverage/quarter/"), client.get(f"{few['here']}?areas=1")

    assert (len(few["loads"]), many.context["loads"]) == (many.context["areas"], [])
    assert f'href="{few["here"]}?areas=1"' in many.content.decode()
    assert asked.context["loads"] == few["loads"]
    assert many.context["page"].count == few["total"].owed


def test_the_page_asks_as_much_for_one_union_as_for_many(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)
    client = client_of(world.people["阿丽"])
    client.get("/desk/coverage/quarter/")
    with CaptureQueriesContext(connection) as three:
        client.get("/desk/coverage/quarter/")
    AreaUnion.objects.filter(union__in=world.unions[1:3]).delete()
    with CaptureQueriesContext(connection) as one:
        client.get("/desk/coverage/quarter/")

    assert len(one) == len(three)


@pytest.mark.parametrize("address", ["2026-4", "2027-1", "2026-9", "x"])
def test_quarters_to_come_have_no_page(world: Town, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: AT)

    assert client_of(world.people["阿丽"]).get(f"/desk/coverage/quarter/{address}/").status_code == 404


def test_organisers_are_reminded_once_two_weeks_before_the_end(world: Town) -> None:
    visit(world, 0)
    early, late = date(2026, 9, 16), date(2026, 9, 17)

    assert queries.owing_now(early) == []
    told = [
        (user_id, count, field_news.tell_quarter_ends(user_id, count, duty.quarter, at=at))
        for at in (AT, AT + timedelta(days=1))
        for user_id, count, duty in queries.owing_now(late)
    ]

    ali, xiaobo = world.people["阿丽"].pk, world.people["小波"].pk
    assert told == [(ali, 2, True), (xiaobo, 1, True), (ali, 2, False), (xiaobo, 1, False)]
    assert Notice.objects.filter(template="organising.quarter_ends").count() == 2
