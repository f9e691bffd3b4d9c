"""Plans are kept: days agreed and day lists, what became of them, seen by month, organiser and area."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows.planned import keep_plans
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import AreaAssignment, Finding, PlannedVisit
from smartunion.systems.organising.rules import FindingState, VisitResult
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

PAGE = "/desk/coverage/visits/planned/"
DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> Town:
    return town()


def plans(firm: Finding) -> list[tuple[int, bool, bool, str]]:
    """(days from today, agreed, listed, outcome) of a finding, by day."""
    rows = PlannedVisit.objects.filter(finding=firm).order_by("day")
    return [((row.day - TODAY).days, row.is_agreed, row.is_listed, row.outcome) for row in rows]


def visit(
    world: Town, firm: Finding, result: VisitResult = VisitResult.REAL, days: int = 0, **more: Any
) -> Any:
    at = AT + days * DAY
    firm.refresh_from_db()
    given = {"noted_at": at, "base_version": firm.version} | more
    return note_visit(
        actor=world.actor("阿丽"), at=more.pop("at", at), visit=noted(result, finding_id=firm.pk, **given)
    )


def test_what_stood_on_the_list_in_the_morning_is_done_or_missed(world: Town) -> None:
    done, missed, closed = finding(world), finding(world), finding(world)
    other = finding(world, world.south)

    first = keep_plans(at=AT)
    again = keep_plans(at=AT)
    visit(world, done)
    finding_flows.dismiss(actor=world.actor("林静"), finding_id=closed.pk, reason="外迁", at=AT)
    ended = keep_plans(at=AT + DAY)

    assert (first["listed"], again["listed"], ended["missed"]) == (4, 0, 2)
    assert plans(done) == [(0, False, True, "done")]
    assert plans(closed) == [(0, False, True, "dropped")]
    assert plans(missed) == plans(other) == [(0, False, True, "missed"), (1, False, True, "planned")]
    assert PlannedVisit.objects.get(finding=other, day=TODAY).user_id == world.people["小波"].pk
    kept = PlannedVisit.objects.get(finding=done)
    assert (kept.visit, kept.user_id, kept.area) == (done.visits.get(), world.people["阿丽"].pk, world.north)


def test_a_day_agreed_is_kept_when_it_is_moved(world: Town) -> None:
    firm = finding(world)
    visit(world, firm, VisitResult.REFUSES)  # comes back in thirty days
    assert plans(firm) == [(30, True, False, "planned")]

    until = TODAY + 40 * DAY
    finding_flows.postpone(
        actor=world.actor("阿丽"), finding_id=firm.pk, until=until, note="老板出差", at=AT + DAY
    )
    visit(world, firm, VisitResult.REFUSES, days=38)

    assert plans(firm) == [
        (30, True, False, "moved"), (40, True, False, "done"), (68, True, False, "planned"),
    ]  # fmt: skip
    assert PlannedVisit.objects.get(day=TODAY + 30 * DAY).note == "老板出差"


def test_a_visit_that_arrives_a_week_late_puts_the_days_right(world: Town) -> None:
    firm = finding(world)
    for days in range(4):
        keep_plans(at=AT + days * DAY)
    assert [outcome for *_rest, outcome in plans(firm)] == ["missed", "missed", "missed", "planned"]

    note_visit(
        actor=world.actor("阿丽"), at=AT + 3 * DAY,
        visit=noted(VisitResult.REAL, finding_id=firm.pk, noted_at=AT + DAY, was_offline=True),
    )  # fmt: skip

    assert [outcome for *_rest, outcome in plans(firm)] == ["missed", "done", "dropped", "dropped"]
    again = keep_plans(at=AT + 4 * DAY)
    assert (again["missed"], again["listed"]) == (0, 0)


def test_days_set_in_bulk_are_kept_and_those_gone_in_bulk_let_go(world: Town) -> None:
    firm = finding(world, due_on=TODAY + 5 * DAY)
    over = finding(world, due_on=TODAY - 3 * DAY)
    said = keep_plans(at=AT)
    Finding.objects.filter(pk=firm.pk).update(state=FindingState.CLOSED)
    AreaAssignment.objects.filter(area=world.north).update(user=world.people["小波"])
    finding(world, due_on=TODAY + 6 * DAY)

    later = keep_plans(at=AT + timedelta(hours=2))

    assert (said["agreed"], later["agreed"], later["settled"]) == (2, 1, 1)
    assert plans(firm) == [(5, True, False, "dropped")]
    assert plans(over) == [(-3, True, False, "missed"), (0, False, True, "planned")]
    assert PlannedVisit.objects.get(day=TODAY + 6 * DAY).user_id == world.people["小波"].pk


def test_plans_are_forgotten_after_the_months_of_the_policy(world: Town) -> None:
    firm = finding(world)
    for day in (date(2024, 7, 1), date(2024, 6, 30), date(2026, 7, 1)):
        PlannedVisit.objects.create(finding=firm, day=day, path=firm.path, outcome="done")

    assert keep_plans(at=AT)["forgotten"] == 1
    assert not PlannedVisit.objects.filter(day=date(2024, 6, 30)).exists()


def test_a_month_by_area_and_organiser_opens_what_it_counts(world: Town, client: Client) -> None:
    today, now = clock.today(), clock.now()
    firms = [finding(world, due_on=today) for _number in range(3)]
    finding(world, world.south, due_on=today)
    finding(world)
    keep_plans(at=now)
    note_visit(
        actor=world.actor("阿丽", on=today),
        at=now,
        visit=noted(VisitResult.REAL, finding_id=firms[0].pk, noted_at=now),
    )
    client.force_login(world.people["林静"])

    page = client.get(PAGE)

    assert [(label, number) for label, number, *_rest in page.context["sums"]] == [
        ("待走访", 4), ("已走访", 1), ("未走访", 0), ("已改期", 0), ("不再需要", 0),
    ]  # fmt: skip
    for _label, number, to, _tone in (("", *page.context["whole"], ""), *page.context["sums"]):
        assert client.get(to).context["page"].count == number
    assert [(line.area, line.organiser, line.planned) for line, _cells in page.context["rows"]] == [
        ("西店北片区", "阿丽", 4), ("西店南片区", "小波", 1),
    ]  # fmt: skip
    for _line, cells in page.context["rows"]:
        for _head, number, to in cells:
            assert client.get(to).context["page"].count == number
    client.force_login(world.people["小波"])
    assert client.get(PAGE).context["whole"][0] == 1
    client.force_login(world.people["老秦"])
    assert client.get(PAGE).context["whole"][0] == 0


def test_the_map_looks_back_at_what_was_agreed(world: Town, client: Client) -> None:
    first = clock.today().replace(day=1)
    past = first - DAY
    firm, other = (finding(world, found_at=clock.midnight(past - 40 * DAY)) for _number in range(2))
    for day, outcome in ((past, "done"), (past - DAY, "missed"), (past - 2 * DAY, "moved")):
        PlannedVisit.objects.create(
            finding=firm, day=day, path=firm.path, area=world.north, is_agreed=True, outcome=outcome
        )
    PlannedVisit.objects.create(finding=other, day=past, path=firm.path, area=world.north, is_listed=True)
    client.force_login(world.people["林静"])

    page = client.get("/desk/coverage/visits/map/", {"of": "planned", "month": f"{past:%Y-%m}"})
    row, _name, to, _inside = page.context["rows"][0]

    days = 2 if (past - DAY).month == past.month else 1
    assert (row.firms, row.reached, row.visits, row.pct) == (2, 1, days, 50)
    assert client.get(to).context["page"].count == days


def test_plans_over_the_api(world: Town, client: Client) -> None:
    firm = finding(world, due_on=TODAY)
    keep_plans(at=AT)
    client.force_login(world.people["林静"])
    page = client.get("/api/v1/organising/planned-visits", {"first": f"{TODAY}", "outcome": "planned"}).json()
    none = client.get("/api/v1/organising/planned-visits", {"last": f"{TODAY - DAY}"}).json()
    client.force_login(world.people["老秦"])
    theirs = client.get("/api/v1/organising/planned-visits").json()

    assert [(one["finding_id"], one["organiser"], one["is_agreed"]) for one in page["items"]] == [
        (firm.pk, "阿丽", True)
    ]
    assert none["items"] == theirs["items"] == []
