"""A campaign: joiners checked against the register, verdicts, targets agreed, the gap list, the bulletin, gifts."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files.intake import keep_bytes
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.tests import factories
from smartunion.systems.organising import bulletin, bulletin_text, jobs
from smartunion.systems.organising.bulletin import Period
from smartunion.systems.organising.flows import drive_events, targets, verifying
from smartunion.systems.organising.flows.drives import NewDrive, create_drive, set_target
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import DriveEvent, JoinerCheck, JoiningDrive, Target
from smartunion.systems.organising.queries import drive_progress as queries
from smartunion.systems.organising.tests import joining_world as make

DRIVER = {"licence_no": "L", "name": "", "id_no": "", "mobile": "", "plate_no": "", "company_name": "",
          "region_name": "宁海县桃源街道", "platform": "山海货运", "valid_until": "2030-12-31"}  # fmt: skip


@dataclass
class Campaign:
    """A county's campaign whose joiners come to two unions of 桃源街道."""

    world: make.World
    drive: JoiningDrive

    def joins(self, number: int, *, days: int = 0) -> Person:
        """Somebody is taken into the first union by way of the campaign's code, so many days after it began."""
        at, form = make.NOW + timedelta(days=days), make.form(number)
        person = factories.person(
            form.name + chr(0x4E00 + number), resident_id=form.id_number, mobile=form.mobile
        )
        data = registry.NewMembership(
            person_id=person.pk, union_id=self.world.union.pk, on=at.date(), employer_id=self.world.covered.pk,
            source=f"drive:{self.drive.code}", drive_id=self.drive.pk,
        )  # fmt: skip
        registry.memberships.start(actor=system(), data=data, at=at)
        return person

    def register(self, *rows: dict[str, Any], as_of: date = make.TODAY) -> Snapshot:
        """The transport department sends its file."""
        source, _ = Source.objects.get_or_create(
            name="交通", union=self.world.county,
            defaults={"department": "交通局", "table": "drivers", "path": self.world.county.path, "purpose": "核验",
                      "created_at": make.NOW},
        )  # fmt: skip
        out = io.BytesIO()
        pl.DataFrame([DRIVER | row for row in rows]).write_parquet(out)
        stored = keep_bytes(
            actor=system(), content=out.getvalue(), name="d.parquet", media_type="application/x-parquet", purpose="feeds",
            at=make.NOW,
        )  # fmt: skip
        return Snapshot.objects.create(
            source=source, table="drivers", path=source.path, as_of=as_of, created_at=make.NOW,
            state=SnapshotState.READY, file=stored, parquet=stored, row_count=len(rows),
        )  # fmt: skip

    def check(self, *, days: int = 0) -> dict[str, Any]:
        """Everybody is checked."""
        found = verifying.check_joiners(self.drive, at=make.NOW + timedelta(days=days))
        self.drive.refresh_from_db()
        return found

    @property
    def states(self) -> dict[str, tuple[str, bool]]:
        """Name → state and whether verified."""
        rows = JoinerCheck.objects.filter(drive=self.drive).select_related("person")
        return {row.person.name: (row.state, row.is_verified) for row in rows}

    @property
    def verified(self) -> int:
        """Sum over the ledger."""
        rows = Fact.objects.filter(drive_id=self.drive.pk, kind=DRIVER_VERIFIED)
        return sum(rows.values_list("quantity", flat=True))


@pytest.fixture
def here(db: None) -> Iterator[Campaign]:
    world = make.world()
    JoiningDrive.objects.filter(pk=world.town_drive.pk).update(closed_at=make.NOW)
    last = make.TODAY + timedelta(days=29)
    data = NewDrive(world.county.pk, "货车司机入会月", make.TODAY, last, audience="货车司机", target=100)
    yield Campaign(world, create_drive(actor=make.acting(county_cadre(world)), data=data, at=make.NOW))


def county_cadre(world: make.World) -> Any:
    from smartunion.ground.accounts.models import User

    return User.objects.filter(name="老县").first() or make.staff("老县", Role.CADRE, world.county)


def row_of(person: Person, **changes: Any) -> dict[str, Any]:
    return {"name": person.name, "id_no": person.resident_id, "mobile": person.mobile} | changes


def test_joiners_are_checked_and_counted_once(here: Campaign) -> None:
    first, second, third = (here.joins(number) for number in (1, 2, 3))
    here.register(
        row_of(first), row_of(first, platform="顺路出行", valid_until="2028-01-01"),
        row_of(second, valid_until="2026年3月1日"), row_of(third, id_no=make.resident_id(77), name="别人", mobile="x"),
    )  # fmt: skip

    said = here.check()

    assert said == {"checked": 3, "changed": 3, "states": {"matched_id": 1, "expired": 1, "not_found": 1}}
    assert here.states == {
        first.name: ("matched_id", True), second.name: ("expired", False), third.name: ("not_found", False)
    }  # fmt: skip
    assert here.verified == 1
    assert here.drive.register["platforms"] == {"山海货运": 3, "顺路出行": 1}
    assert here.drive.register["towns"] == {str(here.world.town.pk): 4}
    assert queries.verified_by_platform(here.drive) == {"山海货运": {here.world.union.path: 1}}


def test_checking_again_writes_nothing_and_a_new_extract_changes_what_changed(here: Campaign) -> None:
    first, second = here.joins(1), here.joins(2)
    here.register(row_of(first), row_of(second, valid_until="2020-01-01"))
    here.check()

    assert here.check()["changed"] == 0
    assert here.verified == 1

    here.register(row_of(second), as_of=make.TODAY + timedelta(days=1))
    assert here.check(days=1)["changed"] == 2
    assert here.states == {first.name: ("not_found", False), second.name: ("matched_id", True)}
    assert here.verified == 1

    here.register(row_of(first), row_of(second, platform="顺路出行"), as_of=make.TODAY + timedelta(days=2))
    here.check(days=2)
    assert here.verified == 2
    assert {name: sum(paths.values()) for name, paths in queries.verified_by_platform(here.drive).items()} == {
        "山海货运": 1, "顺路出行": 1
    }  # fmt: skip


def test_a_persons_verdict_counts_and_can_be_taken_back(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person, name="别人"))
    here.check()
    cadre, check = make.acting(here.world.cadre), JoinerCheck.objects.get()
    assert check.state == "differs"

    with pytest.raises(InvalidInput):
        verifying.judge_joiner(actor=cadre, check_id=check.pk, verdict="accepted", note=" ", at=make.NOW)
    assert here.verified == 0
    verifying.judge_joiner(actor=cadre, check_id=check.pk, verdict="accepted", note="看过资格证", at=make.NOW)
    assert here.verified == 1
    here.check()
    assert here.verified == 1
    verifying.judge_joiner(actor=cadre, check_id=check.pk, verdict="rejected", note="没有资格证", at=make.NOW)
    assert here.verified == 0
    verifying.judge_joiner(actor=cadre, check_id=check.pk, verdict="", note="", at=make.NOW)

    check.refresh_from_db()
    assert (check.is_verified, check.verdict, check.verdict_note, check.verdict_by) == (False, "", "", "")


def test_only_those_who_lead_the_place_judge(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person, name="别人"))
    here.check()
    check = JoinerCheck.objects.get()
    inspector = make.acting(make.staff("督查", Role.INSPECTOR, here.world.county))
    stranger = make.acting(make.staff("老秦", Role.CHAIR, here.world.other))

    with pytest.raises(NotAllowed):
        verifying.judge_joiner(
            actor=inspector, check_id=check.pk, verdict="accepted", note="看过", at=make.NOW
        )
    with pytest.raises(NotVisible):
        verifying.judge_joiner(
            actor=stranger, check_id=check.pk, verdict="accepted", note="看过", at=make.NOW
        )
    assert here.verified == 0


def test_the_check_needs_a_register_and_runs_as_a_job(here: Campaign) -> None:
    person = here.joins(1)
    cadre = make.acting(county_cadre(here.world))
    with pytest.raises(InvalidInput, match="交通运输"):
        verifying.start_check(actor=cadre, drive_id=here.drive.pk, at=make.NOW)
    assert not Job.objects.filter(kind=verifying.JOB).exists()

    here.register(row_of(person))
    job = verifying.start_check(actor=cadre, drive_id=here.drive.pk, at=make.NOW)
    drain()

    job.refresh_from_db()
    assert (job.state, job.result["checked"]) == ("done", 1)
    assert here.states == {person.name: ("matched_id", True)}


def test_running_drives_are_checked_when_there_is_something_new(here: Campaign) -> None:
    person = here.joins(1)
    assert verifying.check_running_drives(at=make.NOW) == 0
    here.register(row_of(person))

    assert verifying.check_running_drives(at=make.NOW) == 1
    assert verifying.check_running_drives(at=make.NOW) == 0
    here.joins(2)
    assert verifying.check_running_drives(at=make.NOW) == 1
    assert verifying.check_running_drives(at=make.NOW + timedelta(days=60)) == 0
    assert jobs.DAILY == "organising.daily"


def hand_down(here: Campaign, quantity: int = 40, **changes: Any) -> Target:
    data = targets.NewTarget(**{"union_id": here.world.town.pk, "quantity": quantity} | changes)
    return targets.propose_target(
        actor=make.acting(county_cadre(here.world)), drive_id=here.drive.pk, data=data, at=make.NOW
    )


def test_a_target_is_handed_down_and_agreed_by_the_unit(here: Campaign) -> None:
    target = hand_down(here)
    assert (target.agreed_at, target.parent and target.parent.quantity) == (None, 100)

    with pytest.raises(NotAllowed):
        targets.agree_target(
            actor=make.acting(make.staff("督查", Role.INSPECTOR, here.world.county)), target_id=target.pk, agreed_by="",
            at=make.NOW,
        )  # fmt: skip
    agreed = targets.agree_target(
        actor=make.acting(here.world.cadre), target_id=target.pk, agreed_by="", at=make.NOW
    )

    assert (agreed.agreed_by, agreed.agreed_at) == ("林静", make.NOW)
    with pytest.raises(StaleState):
        targets.agree_target(
            actor=make.acting(here.world.cadre), target_id=target.pk, agreed_by="", at=make.NOW
        )


def test_setting_the_whole_number_again_keeps_what_was_handed_down(here: Campaign) -> None:
    hand_down(here)

    set_target(actor=make.acting(county_cadre(here.world)), drive_id=here.drive.pk, quantity=150, at=make.NOW)

    lines = [
        (line.target.quantity, line.handed, line.target.agreed_by)
        for line in queries.target_lines(here.drive)
    ]
    assert lines == [(150, 40, "老县"), (40, 0, "")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 0}, "target"), ({"quantity": 10_000_001}, "target"), ({"kind": "members"}, "kind"),
        ({"platform": "山海货运"}, "platform"),
    ],
)  # fmt: skip
def test_wrong_targets_are_refused_and_nothing_is_stored(
    here: Campaign, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hand_down(here, **changes)

    assert refusal.value.field == field
    assert Target.objects.filter(drive=here.drive).count() == 1


def test_the_same_target_twice_the_drives_own_and_outsiders_are_refused(here: Campaign) -> None:
    hand_down(here)
    with pytest.raises(InvalidInput):
        hand_down(here, 50)
    with pytest.raises(InvalidInput):
        hand_down(here, union_id=here.world.county.pk)
    with pytest.raises(NotAllowed):
        targets.propose_target(
            actor=make.acting(here.world.cadre), drive_id=here.drive.pk, data=targets.NewTarget(here.world.union.pk, 5),
            at=make.NOW,
        )  # fmt: skip
    assert sorted(Target.objects.filter(drive=here.drive).values_list("quantity", flat=True)) == [40, 100]


def test_a_target_is_taken_back_with_a_reason_the_whole_one_not(here: Campaign) -> None:
    target, cadre = hand_down(here), make.acting(county_cadre(here.world))
    whole = Target.objects.get(drive=here.drive, union=here.world.county)

    for key, reason in ((target.pk, " "), (whole.pk, "多余")):
        with pytest.raises(InvalidInput):
            targets.withdraw_target(actor=cadre, target_id=key, reason=reason, at=make.NOW)
    assert (
        targets.withdraw_target(actor=cadre, target_id=target.pk, reason="重复", at=make.NOW) == here.drive.pk
    )
    assert list(Target.objects.filter(drive=here.drive)) == [whole]


def test_every_target_is_a_sum_over_the_ledger(here: Campaign) -> None:
    first, second = here.joins(1), here.joins(2)
    here.register(row_of(first), row_of(second, platform="顺路出行"), {"name": "外人"})
    here.check()
    hand_down(here)
    hand_down(here, 10, kind=DRIVER_VERIFIED, platform="顺路出行", union_id=here.world.county.pk)
    hand_down(here, 3, kind=UNION_FOUNDED)

    lines = {(one.target.fact_kind, one.target.platform, one.target.union_id): (one.done, one.gap, one.pct)
             for one in queries.target_lines(here.drive)}  # fmt: skip

    assert lines == {
        (MEMBER_JOINED, "", here.world.county.pk): (2, 98, 2), (MEMBER_JOINED, "", here.world.town.pk): (2, 38, 5),
        (DRIVER_VERIFIED, "顺路出行", here.world.county.pk): (1, 9, 10), (UNION_FOUNDED, "", here.world.town.pk): (0, 3, 0),
    }  # fmt: skip
    (unit,) = queries.unit_lines(here.drive)
    assert (unit.union, unit.target, unit.in_register, unit.joined, unit.verified, unit.gap, unit.to_work) == (
        here.world.town, 40, 3, 2, 2, 38, 0,
    )  # fmt: skip
    platforms = {one.platform: (one.target, one.in_register, one.joined, one.verified, one.gap)
                 for one in queries.platform_lines(here.drive)}  # fmt: skip
    assert platforms == {"山海货运": (None, 2, 1, 1, None), "顺路出行": (10, 1, 1, 1, 9)}


def test_the_bulletin_is_built_from_the_ledger(here: Campaign) -> None:
    here.joins(1)
    here.joins(2, days=8)
    here.joins(3, days=9)
    hand_down(here, 2)

    made = queries.bulletin_of(
        here.drive, Period(make.TODAY + timedelta(days=7), make.TODAY + timedelta(days=13))
    )

    assert (
        made.whole.total,
        made.whole.during,
        made.whole.previous,
        made.whole.target,
        made.elapsed_pct,
    ) == (3, 2, 1, 100, 46)
    assert [(one.unit.name, one.unit.total, one.unit.pct) for one in made.places] == [
        ("桃源街道总工会", 3, 150)
    ]
    assert [unit.name for unit in made.reached] == ["桃源街道总工会"]
    text = bulletin_text.text(here.drive, made)
    assert "累计入会 3 人，其中本期 2 人，上期 1 人。目标 100 人，完成 3%，还差 97 人。时间进度 46%。" in text
    assert "1．桃源街道总工会：目标 2 人，累计 3 人（150%），本期 2 人" in text
    assert "交通运输部门" not in text
    here.drive.register = {"as_of": make.TODAY.isoformat(), "checked": 3}
    assert "累计入会 3 人中，经交通运输部门数据核实 0 人。" in bulletin_text.text(here.drive, made)
    assert bulletin_text.paper(here.drive, made, at=make.NOW).startswith(b"%PDF")


def test_a_sentence_with_many_units_says_how_many_it_leaves_out() -> None:
    units = [bulletin.Unit(key, f"第{key}街道", 10, 0, 0, 0) for key in range(1, 24)]
    made = bulletin.Bulletin(
        Period(make.TODAY, make.TODAY),
        bulletin.Unit(99, "县总工会", None, 0, 0, 0),
        bulletin.ranked(units),
        None,
    )

    said = bulletin_text.paragraphs(JoiningDrive(), made)[-1]
    unnamed = bulletin_text.unnamed(made)

    assert said.startswith("尚未完成目标且本期无人入会：第1街道、")
    assert said.endswith("第20街道，另有 3 个（见下表）。")
    assert [(subject, len(named)) for subject, named in unnamed] == [("本期无人入会、目标未完成", 23)]


def event(here: Campaign, stock: int = 1) -> DriveEvent:
    data = drive_events.NewEvent(
        here.world.county.pk, "集中入会仪式", make.TODAY, "货运站", "清凉包" if stock else "", stock
    )
    return drive_events.plan_event(
        actor=make.acting(county_cadre(here.world)), drive_id=here.drive.pk, data=data, at=make.NOW
    )


def note(here: Campaign, held: DriveEvent, person: Person, *, gift: bool = True) -> Any:
    return drive_events.note_guest(
        actor=make.acting(county_cadre(here.world)),
        event_id=held.pk,
        person_id=person.pk,
        with_gift=gift,
        at=make.NOW,
    )


def test_one_gift_a_member_and_never_more_than_there_are(here: Campaign) -> None:
    first, second = here.joins(1), here.joins(2)
    held, other = event(here), event(here, 5)

    assert note(here, held, first).gift_at == make.NOW
    assert note(here, held, first).gift_at == make.NOW
    with pytest.raises(drive_events.GiftGone):
        note(here, other, first)
    with pytest.raises(drive_events.GiftGone):
        note(here, held, second)

    held.refresh_from_db()
    other.refresh_from_db()
    assert (held.handed_out, other.handed_out) == (1, 0)


def test_a_slip_is_taken_back_and_the_gift_goes_on_the_pile(here: Campaign) -> None:
    person, held = here.joins(1), event(here)
    guest = note(here, held, person)
    cadre = make.acting(county_cadre(here.world))

    with pytest.raises(InvalidInput):
        drive_events.take_back(actor=cadre, guest_id=guest.pk, reason="", at=make.NOW)
    drive_events.take_back(actor=cadre, guest_id=guest.pk, reason="登记错了人", at=make.NOW)

    held.refresh_from_db()
    assert (held.handed_out, held.guests.count()) == (0, 0)


def test_only_joiners_of_the_drive_are_guests(here: Campaign) -> None:
    held = event(here)
    stranger = join(code=here.world.drive.code, form=make.form(9), at=make.NOW).person
    assert stranger is not None

    with pytest.raises(NotVisible):
        note(here, held, stranger)
    nameless = drive_events.NewEvent(here.world.county.pk, "仪式", make.TODAY, gift="包", stock=0)
    cadre = make.acting(county_cadre(here.world))
    with pytest.raises(InvalidInput):
        drive_events.plan_event(actor=cadre, drive_id=here.drive.pk, data=nameless, at=make.NOW)
    assert (held.guests.count(), DriveEvent.objects.count()) == (0, 1)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_pages_say_everything_and_open_their_records(here: Campaign) -> None:
    first, second = here.joins(1), here.joins(2)
    here.register(row_of(first), row_of(second, valid_until="2020-01-01"))
    here.check()
    target = hand_down(here)
    held = event(here)
    note(here, held, first)
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"

    progress = client.get(f"{base}/progress/").content.decode()
    listed = client.get(f"{base}/joiners/", {"open": "1"}).content.decode()
    check = JoinerCheck.objects.get(person=second)

    assert f"{base}/joiners/?verified=1" in progress
    assert second.name in listed
    assert first.name not in listed
    assert (
        "证件有效期至 2020-01-01，已过期" in client.get(f"/desk/drives/joiners/{check.pk}/").content.decode()
    )
    judged = client.post(
        f"/desk/drives/joiners/{check.pk}/judge/", {"verdict": "accepted", "note": "已换新证"}
    )
    assert judged["Location"] == f"{base}/joiners/?open=1"
    assert client.post(f"/desk/drives/joiners/{check.pk}/judge/", {"verdict": "accepted"}).status_code == 422
    assert (
        client.post(f"/desk/drives/targets/{target.pk}/agree/", {"agreed_by": "镇总工会主席"}).status_code
        == 302
    )
    assert "镇总工会主席" in client.get(f"{base}/progress/").content.decode()
    assert (
        client.post(f"{base}/targets/", {"unit": "没有", "kind": MEMBER_JOINED, "target": "5"}).status_code
        == 422
    )
    assert client.get(f"{base}/bulletin.pdf").content.startswith(b"%PDF")
    assert client.get(f"{base}/bulletin/", {"from": "2026-03-09", "to": "2026-03-01"}).status_code == 422
    assert client.get(f"/desk/drives/events/{held.pk}/roll.pdf").content.startswith(b"%PDF")
    found = client.get(f"/desk/drives/events/{held.pk}/", {"q": second.mobile_tail}).content.decode()
    assert second.name in found
    assert (
        client.post(f"/desk/drives/events/{held.pk}/guests/", {"person": second.pk, "gift": "1"}).status_code
        == 409
    )


def test_leaders_see_numbers_without_names(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person))
    here.check()
    leader = client_of(make.staff("领导", Role.LEADER, here.world.county))
    base = f"/desk/drives/{here.drive.pk}"

    assert leader.get(f"{base}/progress/").status_code == 200
    assert leader.get(f"{base}/bulletin/").status_code == 200
    assert leader.get(f"{base}/joiners/").status_code == 404
    assert person.name not in leader.get(f"{base}/progress/").content.decode()


def test_progress_asks_the_same_number_of_questions_however_many_join(here: Campaign) -> None:
    here.register(row_of(here.joins(1)))
    here.check()
    client = client_of(county_cadre(here.world))
    urls = [f"/desk/drives/{here.drive.pk}/{page}/" for page in ("progress", "joiners", "bulletin")]

    def asked() -> list[int]:
        counts = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries_made:
                assert client.get(url).status_code == 200
            counts.append(len(queries_made))
        return counts

    before = asked()
    people = [here.joins(number) for number in (2, 3, 4)]
    here.register(*(row_of(one) for one in people), as_of=make.TODAY + timedelta(days=1))
    here.check(days=1)
    hand_down(here)

    assert asked() == before
