"""Visits as they arrive: late, twice, against findings that moved on, from phones with a wrong clock, after a hand-over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.systems.organising.flows import areas, findings, visit_notes
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Finding, FindingEvent, Visit, VisitPromise
from smartunion.systems.organising.rules import (
    ConflictAnswer,
    PromiseOutcome,
    VisitResult,
    clock_fix,
    plausible_instant,
)
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

LATER = AT + timedelta(days=2)


@pytest.fixture
def world(db: None) -> Town:
    return town()


def test_sending_a_visit_twice_keeps_one_with_its_facts(world: Town) -> None:
    one, visit = finding(world), noted()
    note = replace(visit, finding_id=one.pk)

    first = note_visit(actor=world.actor("阿丽"), visit=note, at=AT)
    again = note_visit(actor=world.actor("阿丽"), visit=note, at=LATER)

    assert first.pk == again.pk
    assert Visit.objects.count() == 1
    assert Fact.objects.filter(kind="organising.visit").count() == 1


def test_a_phone_an_hour_fast_or_years_slow_is_put_right(world: Town) -> None:
    fast = noted(
        finding_id=finding(world).pk, noted_at=AT + timedelta(hours=1), sent_at=AT + timedelta(hours=2)
    )
    slow = noted(
        finding_id=finding(world).pk, noted_at=datetime(2019, 1, 1, tzinfo=UTC),
        sent_at=datetime(2019, 1, 1, 3, tzinfo=UTC),
    )  # fmt: skip

    kept_fast = note_visit(actor=world.actor("阿丽"), visit=fast, at=AT)
    kept_slow = note_visit(actor=world.actor("阿丽"), visit=slow, at=AT)

    assert (kept_fast.noted_at, kept_fast.clock_fixed_s) == (AT - timedelta(hours=1), -7200)
    assert kept_slow.noted_at == AT - timedelta(hours=3)


def test_what_an_old_organiser_noted_without_signal_lands_after_the_hand_over(world: Town) -> None:
    one, old, new = finding(world), world.people["阿丽"], world.people["小波"]
    areas.assign_organiser(
        actor=world.actor("林静"), area_id=world.north.pk, user_id=new.pk, on=date(2026, 7, 6), at=AT
    )
    late = date(2026, 7, 7)
    assert one.pk not in Finding.objects.visible_to(world.actor("阿丽", on=late)).values_list("pk", flat=True)

    kept = note_visit(
        actor=world.actor("阿丽", on=late),
        visit=noted(finding_id=one.pk, noted_at=AT, was_offline=True),
        at=LATER,
    )

    one.refresh_from_db()
    assert (one.state, kept.user_id, kept.area_id) == ("visited", old.pk, world.north.pk)
    told = Notice.objects.get(template="organising.late_visit")
    assert told.user_id == new.pk
    with pytest.raises(NotVisible):
        note_visit(
            actor=world.actor("阿丽", on=late), visit=noted(finding_id=one.pk, noted_at=LATER), at=LATER
        )


def test_it_lands_even_when_her_role_has_ended_but_not_later_visits(world: Town) -> None:
    one = finding(world)
    RoleGrant.objects.filter(user=world.people["阿丽"]).update(valid_to=date(2026, 7, 6))
    actor = world.actor("阿丽", on=date(2026, 7, 7))

    note_visit(actor=actor, visit=noted(finding_id=one.pk, noted_at=AT), at=LATER)

    assert Visit.objects.count() == 1
    with pytest.raises(NotAllowed):
        note_visit(actor=actor, visit=noted(finding_id=one.pk, noted_at=LATER), at=LATER)
    assert Visit.objects.count() == 1


def test_strangers_cannot_note_visits_here(world: Town) -> None:
    one = finding(world)

    with pytest.raises(NotVisible):
        note_visit(actor=world.actor("老秦"), visit=noted(finding_id=one.pk), at=AT)

    assert (Visit.objects.count(), Fact.objects.count(), FindingEvent.objects.count()) == (0, 0, 0)


def test_an_older_visit_does_not_push_a_newer_one_aside(world: Town) -> None:
    one = finding(world)
    note_visit(
        actor=world.actor("林静"), visit=noted(VisitResult.REAL, finding_id=one.pk, noted_at=LATER), at=LATER
    )

    late = note_visit(
        actor=world.actor("阿丽"), visit=noted(VisitResult.CLOSED, finding_id=one.pk, noted_at=AT), at=LATER
    )

    one.refresh_from_db()
    assert (one.state, late.conflict) == ("visited", "newer_visit")


def test_a_conflict_is_answered_once_and_contesting_asks_the_desk(world: Town) -> None:
    one = finding(world)
    findings.dismiss(actor=world.actor("林静"), finding_id=one.pk, reason="重复", at=AT)
    visit = note_visit(
        actor=world.actor("阿丽"), visit=noted(finding_id=one.pk, base_version=1, note="在生产"), at=LATER
    )
    assert visit.conflict == "closed"

    with pytest.raises(NotVisible):
        visit_notes.answer_conflict(
            actor=world.actor("小波"), visit_id=visit.pk, answer=ConflictAnswer.ACCEPTED, at=LATER
        )
    visit_notes.answer_conflict(
        actor=world.actor("阿丽"), visit_id=visit.pk, answer=ConflictAnswer.CONTESTED, at=LATER
    )
    with pytest.raises(StaleState):
        visit_notes.answer_conflict(
            actor=world.actor("阿丽"), visit_id=visit.pk, answer=ConflictAnswer.ACCEPTED, at=LATER
        )

    one.refresh_from_db()
    assert one.state == "closed"
    assert FindingEvent.objects.get(event="contested").note == "在生产"
    assert Notice.objects.get(template="organising.visit_contested").user_id == world.people["林静"].pk


def test_a_visit_that_met_nothing_has_nothing_to_answer(world: Town) -> None:
    visit = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=finding(world).pk), at=AT)

    with pytest.raises(InvalidInput):
        visit_notes.answer_conflict(
            actor=world.actor("阿丽"), visit_id=visit.pk, answer=ConflictAnswer.ACCEPTED, at=AT
        )


def edit(world: Town, visit: Visit, note: str, at: datetime, who: str = "阿丽") -> Visit:
    return visit_notes.edit_note(
        actor=world.actor(who), client_id=visit.client_id, note=note, contact_name="", staff_seen=None, edited_at=at,
        at=LATER,
    )  # fmt: skip


def test_of_two_phones_the_latest_wording_wins_and_earlier_ones_stay(world: Town) -> None:
    visit = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=finding(world).pk, note="一"), at=AT)

    edit(world, visit, "三", AT + timedelta(hours=3))
    edit(world, visit, "二", AT + timedelta(hours=2))
    edit(world, visit, "三", AT + timedelta(hours=3))

    visit.refresh_from_db()
    assert (visit.note, [one["note"] for one in visit.edits]) == ("三", ["一"])


def test_nobody_edits_the_note_of_somebody_else(world: Town) -> None:
    visit = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=finding(world).pk, note="一"), at=AT)

    for who in ("小波", "林静", "老秦"):
        with pytest.raises(NotVisible):
            edit(world, visit, "改", AT + timedelta(hours=1), who)

    visit.refresh_from_db()
    assert visit.note == "一"


def promised(world: Town) -> VisitPromise:
    note_visit(
        actor=world.actor("阿丽"),
        visit=noted(finding_id=finding(world).pk, promise="送章程范本", promise_due_on=date(2026, 7, 9)), at=AT,
    )  # fmt: skip
    return VisitPromise.objects.get()


def test_a_promise_needs_a_day(world: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        note_visit(
            actor=world.actor("阿丽"), visit=noted(finding_id=finding(world).pk, promise="送章程范本"), at=AT
        )

    assert refused.value.field == "promise_due_on"
    assert Visit.objects.count() == 0


def test_a_promise_passes_with_the_area_and_is_closed_once(world: Town) -> None:
    promise = promised(world)
    areas.assign_organiser(
        actor=world.actor("林静"), area_id=world.north.pk, user_id=world.people["小波"].pk, on=TODAY, at=AT
    )

    with pytest.raises(NotVisible):
        visit_notes.close_promise(
            actor=world.actor("老秦"), promise_id=promise.pk, outcome=PromiseOutcome.KEPT, at=LATER
        )
    visit_notes.close_promise(
        actor=world.actor("小波"), promise_id=promise.pk, outcome=PromiseOutcome.KEPT, at=LATER
    )
    with pytest.raises(StaleState):
        visit_notes.close_promise(
            actor=world.actor("阿丽"),
            promise_id=promise.pk,
            outcome=PromiseOutcome.WITHDRAWN,
            note="算了",
            at=LATER,
        )

    promise.refresh_from_db()
    assert (promise.outcome, promise.closed_by) == ("kept", world.people["小波"].pk)


@pytest.mark.parametrize(
    ("noted_at", "sent_at"),
    [(datetime.min, datetime(4542, 8, 30)), (datetime.max, datetime(1, 1, 1))],
)
def test_a_clock_beyond_any_calendar_gives_the_instant_the_note_reached_us(
    noted_at: datetime, sent_at: datetime
) -> None:
    fix = clock_fix(sent_at.replace(tzinfo=UTC), AT)

    assert plausible_instant(noted_at.replace(tzinfo=UTC), fix, AT) == AT
