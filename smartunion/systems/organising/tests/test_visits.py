"""Visits as they arrive: late, twice, against findings that moved on, from phones with a wrong clock, after a hand-over."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files.models import StoredFile
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows import areas, findings, visit_notes, visits
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Finding, FindingEvent, MatchLink, Visit, VisitPromise
from smartunion.systems.organising.queries.conflicts import conflict_sentence
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


def test_what_a_visit_names_is_hers_to_name_and_still_stands(world: Town) -> None:
    here = finding(world)
    theirs = make.union("深甽镇联合工会", world.elsewhere, kind="joint")
    TradeUnion.objects.filter(pk=world.joint.pk).update(state="closed", closed_on=date(2026, 6, 30))
    wrong = [
        ("related_union", noted(VisitResult.COVERED, finding_id=here.pk, related_union_id=theirs.pk)),
        ("related_union", noted(VisitResult.COVERED, finding_id=here.pk, related_union_id=world.joint.pk)),
        ("related_employer", noted(VisitResult.DUPLICATE, finding_id=here.pk, related_employer_id=here.employer_id)),
        ("promise_due_on", noted(finding_id=here.pk, promise="送资料", promise_due_on=date(2026, 7, 4))),
    ]  # fmt: skip

    for field, visit in wrong:
        with pytest.raises(InvalidInput) as refused:
            note_visit(actor=world.actor("阿丽"), visit=visit, at=AT)
        assert (refused.value.field, bool(refused.value.remedy)) == (field, True)

    here.refresh_from_db()
    assert (here.state, Visit.objects.count(), MatchLink.objects.count()) == ("open", 0, 0)


def test_a_founding_under_way_is_closed_neither_by_a_visit_nor_by_the_desk(world: Town) -> None:
    here = finding(world, state="founding")
    visit = noted(VisitResult.CLOSED, finding_id=here.pk, base_version=here.version)

    kept = note_visit(actor=world.actor("阿丽"), visit=visit, at=AT)
    with pytest.raises(InvalidInput):
        findings.dismiss(actor=world.actor("林静"), finding_id=here.pk, reason="已停业", at=AT)

    here.refresh_from_db()
    assert (kept.conflict, here.state) == ("founding", "founding")


@pytest.mark.parametrize("state", ["closed", "founding", "taken_up", "visited"])
def test_what_moved_on_is_not_confirmed_or_put_off(world: Town, state: str) -> None:
    here = finding(world, state=state, work_list="verify")
    FindingEvent.objects.create(
        finding=here, event="moved", from_state="open", to_state=state, at=AT, actor_name="小林"
    )

    with pytest.raises(InvalidInput, match="小林"):
        findings.confirm_real(actor=world.actor("林静"), finding_id=here.pk, at=AT)
    if state in {"closed", "founding"}:
        with pytest.raises(InvalidInput, match="小林"):
            findings.postpone(actor=world.actor("林静"), finding_id=here.pk, until=date(2027, 1, 1), at=AT)

    here.refresh_from_db()
    assert (here.state, here.version, here.work_list) == (state, 1, "verify")


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


def test_a_phone_that_believes_to_be_in_another_age_is_heard_all_the_same(world: Town) -> None:
    lost = noted(finding_id=finding(world).pk, sent_at=datetime(1, 1, 1, tzinfo=UTC))

    kept = note_visit(actor=world.actor("阿丽"), visit=lost, at=AT)

    assert (kept.noted_at, kept.clock_fixed_s) == (AT, 2**31 - 1)


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


def test_after_the_hand_over_she_is_told_who_goes_there_now(world: Town) -> None:
    one, new = finding(world), world.people["小波"]
    areas.assign_organiser(
        actor=world.actor("林静"), area_id=world.north.pk, user_id=new.pk, on=date(2026, 7, 6), at=AT
    )
    late = date(2026, 7, 8)
    there = noted(finding_id=one.pk, noted_at=AT + timedelta(days=2), was_offline=True)

    with pytest.raises(visits.HandedOver, match=r"西店北片区.*小波"):
        note_visit(actor=world.actor("阿丽", on=late), visit=there, at=AT + timedelta(days=3))
    with pytest.raises(NotVisible) as stranger:
        note_visit(actor=world.actor("老秦", on=late), visit=there, at=AT + timedelta(days=3))

    assert not isinstance(stranger.value, visits.HandedOver)
    assert Visit.objects.count() == 0


def test_a_firm_made_one_with_another_meanwhile_is_named(world: Town) -> None:
    one, other = finding(world), finding(world)
    Finding.objects.filter(pk=one.pk).update(employer=other.employer)

    kept = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=one.pk, base_version=1), at=AT)
    plain = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=other.pk), at=AT)

    assert other.employer is not None
    assert other.employer.name in conflict_sentence(kept)
    assert (kept.conflict, conflict_sentence(plain)) == ("", "")


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


def test_the_plain_form_sent_twice_makes_one_visit_and_keeps_what_was_refused(world: Town) -> None:
    one = finding(world)
    client = Client()
    client.force_login(world.people["阿丽"])
    for address, given in (
        (f"/field/visits/{one.pk}/", {"finding_id": one.pk, "result": "real", "note": "有三十人"}),
        (f"/field/unions/{world.unions[0].pk}/", {"union_id": world.unions[0].pk, "result": "service"}),
    ):
        form = given | {"client_id": str(client.get(address).context["client_id"])}

        refused = client.post(address, form | {"promise": "送资料"})
        sent = [client.post(address, form).status_code for _time in range(2)]

        assert (refused.status_code, str(refused.context["client_id"])) == (422, form["client_id"])
        assert sent == [302, 302]

    assert list(Visit.objects.order_by("pk").values_list("result", flat=True)) == ["real", "service"]


def test_a_picture_is_kept_once_and_goes_with_a_visit_that_is_refused(
    world: Town, django_capture_on_commit_callbacks: Any
) -> None:
    one, client = finding(world), Client()
    client.force_login(world.people["阿丽"])
    address = f"/field/visits/{one.pk}/"
    given = {"finding_id": one.pk, "result": "real", "client_id": str(uuid4())}

    def send(**more: str) -> tuple[int, int, int]:
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "PNG")
        with django_capture_on_commit_callbacks(execute=True):
            sent = client.post(
                address, given | more | {"photo": SimpleUploadedFile("门.png", out.getvalue())}
            )
        lying = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
        return sent.status_code, StoredFile.objects.count(), len(lying)

    assert send(promise="送资料", promise_due_on="2020-01-01") == (422, 0, 0)
    assert send() == (302, 1, 1)
    assert send() == (302, 1, 1)
    assert Visit.objects.get().photo == StoredFile.objects.get()


def test_a_finding_decided_about_at_the_same_moment_costs_no_visit(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, keep, tries = finding(world), visits._kept, []

    def first_beaten(*given: Any) -> Visit:
        tries.append(given)
        if len(tries) == 1:
            findings.dismiss(actor=world.actor("林静"), finding_id=one.pk, reason="已注销", at=AT)
            raise StaleState
        return keep(*given)

    monkeypatch.setattr(visits, "_kept", first_beaten)

    kept = note_visit(actor=world.actor("阿丽"), visit=noted(finding_id=one.pk, base_version=1), at=AT)

    one.refresh_from_db()
    assert (kept.conflict, one.state, one.version) == ("closed", "closed", 2)
    assert Visit.objects.count() == 1
