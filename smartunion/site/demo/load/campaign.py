"""The campaign among new-form workers: joiners checked, targets handed down and agreed, a ceremony with gifts."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.systems.organising.flows import drive_events, targets
from smartunion.systems.organising.flows.verifying import check_joiners
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.queries.drive_progress import (
    sums_by_path,
    under,
    units_of,
    verified_by_platform,
)

GIFT, GIFTS, GUESTS = "爱心礼包", 60, 40
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
    return {"checked": checked["checked"], "targets": handed, "guests": _ceremony(drive, actor, as_of)}


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
