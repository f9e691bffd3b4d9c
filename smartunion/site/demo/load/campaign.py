"""The campaign among new-form workers: joiners checked, targets agreed, a ceremony with gifts, visits made for it."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.systems.organising.flows import drive_events, questions, targets
from smartunion.systems.organising.flows.verifying import check_joiners
from smartunion.systems.organising.flows.visits import VisitNote, note_visit
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import AreaAssignment, Finding, JoiningDrive
from smartunion.systems.organising.queries.drive_progress import (
    sums_by_path,
    under,
    units_of,
    verified_by_platform,
)
from smartunion.systems.organising.question_rules import QuestionKind
from smartunion.systems.organising.rules import FindingState, VisitResult, WorkList

GIFT, GIFTS, GUESTS, VISITS = "爱心礼包", 60, 40, 24
_SPACE = UUID("6f6a1d1e-6a0f-4b0e-9a44-6b3c2f1d7a02")
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def run_campaign(*, actor: Actor, as_of: date, at: datetime) -> dict[str, int]:
    """What the leaders of the campaign did since it began. Returns counts."""
    drive = JoiningDrive.objects.exclude(audience="").select_related("union").order_by("pk").first()
    if drive is None:
        return {}
    checked = check_joiners(drive, at=at)
    drive.refresh_from_db()
    began = datetime.combine(drive.starts_on, time(10), _SHANGHAI)
    handed = _units(drive, actor, began) + _platforms(drive, actor, began)
    return {
        "checked": checked["checked"], "targets": handed, "guests": _ceremony(drive, actor, as_of),
        "drive_visits": _visits(drive, actor, as_of),
    }  # fmt: skip


def _units(drive: JoiningDrive, actor: Actor, began: datetime) -> int:
    """A number for each unit where somebody joined; one in five has not agreed yet."""
    joined = sums_by_path(drive, MEMBER_JOINED)
    reached = [(unit, under(joined, unit.path)) for unit in units_of(drive)]
    units = [(unit, people) for unit, people in reached if people]
    for number, (unit, people) in enumerate(units):
        quantity = max(10, round(people * (1.05 + number * 7 % 5 / 10)))
        made = targets.propose_target(
            actor=actor, drive_id=drive.pk, data=targets.NewTarget(unit.pk, quantity), at=began
        )
        if number % 5 != 4:
            name = unit.contact_name or f"{unit.name}负责人"
            targets.agree_target(actor=actor, target_id=made.pk, agreed_by=name, at=began + timedelta(days=2))
    return len(units)


def _platforms(drive: JoiningDrive, actor: Actor, began: datetime) -> int:
    """A number agreed with each of the larger platforms: drivers verified."""
    verified = {name: sum(paths.values()) for name, paths in verified_by_platform(drive).items() if name}
    largest = sorted(verified, key=lambda name: (-verified[name], name))[:3]
    for number, name in enumerate(largest):
        data = targets.NewTarget(
            drive.union_id, max(20, round(verified[name] * (1.3 + number / 10))), DRIVER_VERIFIED, name
        )
        made = targets.propose_target(actor=actor, drive_id=drive.pk, data=data, at=began)
        targets.agree_target(
            actor=actor, target_id=made.pk, agreed_by=f"{name}平台工会", at=began + timedelta(days=3)
        )
    return len(largest)


def _ceremony(drive: JoiningDrive, actor: Actor, as_of: date) -> int:
    """Forty drivers came to the ceremony three weeks ago; most got the parcel."""
    day = max(drive.starts_on, as_of - timedelta(days=21))
    morning = datetime.combine(day, time(9, 30), _SHANGHAI)
    data = drive_events.NewEvent(
        drive.union_id, "集中入会仪式暨服务集市", day, "货运停车场司机之家", GIFT, GIFTS
    )
    event = drive_events.plan_event(actor=actor, drive_id=drive.pk, data=data, at=morning)
    joined = Fact.objects.standing().filter(drive_id=drive.pk, kind=MEMBER_JOINED, happened_on__lte=day)
    people = joined.order_by("-happened_on", "pk").values_list("person_id", flat=True)[:GUESTS]
    for number, person in enumerate(people):
        drive_events.note_guest(
            actor=actor, event_id=event.pk, person_id=person or 0, with_gift=number % 9 != 8,
            at=morning + timedelta(minutes=2 * number),
        )  # fmt: skip
    return event.guests.count()


def _visits(drive: JoiningDrive, actor: Actor, as_of: date) -> int:
    """What the drive asks at visits made for it, and two weeks of those by the organisers of its areas."""
    first = max(drive.starts_on, as_of - timedelta(days=14))
    morning = datetime.combine(first, time(9), _SHANGHAI)
    if not questions.is_visited(drive):
        return 0
    number, choice = (
        questions.ask(actor=actor, question=one, starts_on=first, at=morning)
        for one in (
            questions.Asked("有几名货车司机", QuestionKind.NUMBER, drive_id=drive.pk, is_needed=True),
            questions.Asked(
                "是否愿意组织司机集中入会", QuestionKind.CHOICE, drive_id=drive.pk,
                choices=("愿意", "再商量", "不愿意"),
            ),
        )
    )  # fmt: skip
    held = (
        AreaAssignment.objects.held_on(as_of).filter(area__path__startswith=drive.path).select_related("user")
    )
    holders = {row.area_id: actor_of(row.user, on=as_of) for row in held}
    rows = Finding.objects.filter(area_id__in=holders, state=FindingState.OPEN, work_list=WorkList.TASK)
    for at, finding in enumerate(rows.order_by("-score", "pk")[:VISITS]):
        when = morning + timedelta(days=at * 13 // VISITS, minutes=17 * at)
        is_empty = at % 6 == 5
        answers = {number.pk: str(at * 7 % 19), choice.pk: str(choice.choices[at % 3])}
        note = VisitNote(
            client_id=uuid5(_SPACE, f"{finding.pk}"), result=VisitResult.NOBODY if is_empty else VisitResult.REFUSES,
            noted_at=when, finding_id=finding.pk, drive_id=drive.pk, answers={} if is_empty else answers,
        )  # fmt: skip
        note_visit(actor=holders[finding.area_id or 0], visit=note, at=when)
    return drive.visits.count()
