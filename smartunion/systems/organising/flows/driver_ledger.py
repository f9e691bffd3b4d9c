"""The drivers' ledger: who is found in a register or by walking, and what was said to her; kept from one extract to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.pinyin import name_key
from smartunion.core.reading import get_visible
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Person, Region, phone_key
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.driver_rules import ENDED, Channel, TalkOutcome
from smartunion.systems.organising.flows.visits import LATEST, as_of_day
from smartunion.systems.organising.models import Driver, DriverContact, RegisteredDriver
from smartunion.systems.organising.queries.ledger import own_regions, places
from smartunion.systems.organising.rules import clock_fix, plausible_instant
from smartunion.systems.organising.verifying import Entry, fold_person

VISIT = "organising.visit"
#: Of a driver no register names any more nothing is kept longer than this after the last contact.
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Found:
    """A driver as a row of a register tells of her."""

    entry: Entry
    name: str
    mobile: str
    place: str
    path: str
    person_id: int | None


def keep_found(rows: Sequence[Found], *, finder: PlaceFinder, at: datetime) -> list[int | None]:
    """The driver each row means, made where she is new; None for rows with neither ID number nor phone.

    Known is who has the same ID number, else the same phone and name. Safe to run again, alone or beside another;
    rows: some hundreds.
    """
    known = _Known(rows)
    fresh: dict[tuple[str, str, str], Driver] = {}
    changed: list[Driver] = []
    for row in rows:
        driver = known.of(row)
        if driver is None and (row.entry.id_key or row.entry.phone_key):
            fresh.setdefault(_key(row), _made(row, finder, at))
        elif driver is not None and _renew(driver, row, finder):
            changed.append(driver)
    Driver.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    Driver.objects.bulk_update(changed, ["path", "region", "platform", "valid_until", "person"])
    known = _Known(rows) if fresh else known
    return [driver.pk if (driver := known.of(row)) else None for row in rows]


class _Known:
    """Drivers that share an ID number or a phone with one of the rows; two queries."""

    def __init__(self, rows: Sequence[Found]) -> None:
        self._by_id: dict[str, Driver] = {}
        self._by_phone: dict[tuple[str, str], Driver] = {}
        ids, phones = (
            {row.entry.id_key for row in rows} - {""},
            {row.entry.phone_key for row in rows} - {""},
        )
        alike = Q(resident_id_index__of=list(ids)) | Q(mobile_index__of=list(phones))
        for driver in Driver.objects.filter(alike).order_by("pk"):
            if driver.resident_id:
                self._by_id.setdefault(driver.resident_id, driver)
            self._by_phone.setdefault((phone_key(driver.mobile or ""), fold_person(driver.name)), driver)

    def of(self, row: Found) -> Driver | None:
        """The one a row means."""
        entry = row.entry
        found = self._by_id.get(entry.id_key) if entry.id_key else None
        return found or (self._by_phone.get((entry.phone_key, entry.name)) if entry.phone_key else None)


def _key(row: Found) -> tuple[str, str, str]:
    entry = row.entry
    return (entry.id_key, "", "") if entry.id_key else ("", entry.phone_key, entry.name)


def _made(row: Found, finder: PlaceFinder, at: datetime) -> Driver:
    return Driver(
        path=row.path, region_id=finder.find(row.place, row.place).region_id, name=row.name[:60],
        name_key=name_key(row.name), resident_id=row.entry.id_key, mobile=row.mobile,
        mobile_tail=row.entry.phone_key[-4:], platform=row.entry.platform, valid_until=row.entry.valid_until,
        person_id=row.person_id, created_at=at,
    )  # fmt: skip


def _renew(driver: Driver, row: Found, finder: PlaceFinder) -> bool:
    """Take over what the register says now; what people entered by hand about the place stays."""
    place = finder.find(row.place, row.place).region_id if not driver.by_hand else driver.region_id
    path = driver.path if driver.by_hand else row.path
    valid = max((day for day in (driver.valid_until, row.entry.valid_until) if day), default=None)
    now = (path, place, row.entry.platform or driver.platform, valid, row.person_id or driver.person_id)
    before = (driver.path, driver.region_id, driver.platform, driver.valid_until, driver.person_id)
    driver.path, driver.region_id, driver.platform, driver.valid_until, driver.person_id = now
    return now != before


@dataclass(frozen=True)
class NewDriver:
    """A driver found by walking."""

    region_id: int
    name: str
    mobile: str
    platform: str = ""


@transaction.atomic
def enter_driver(*, actor: Actor, data: NewDriver, at: datetime) -> Driver:
    """Enter a driver no register names; the same name and phone again give the one there is.

    Raises NotVisible, NotAllowed; InvalidInput naming name or mobile.
    """
    region = get_visible(places(actor), data.region_id)
    path = _path_of(region)
    if not _holds(actor, region.pk):
        actor.check_can(VISIT, path=path)
    name, phone = " ".join(data.name.split()), phone_key(data.mobile)
    if not 2 <= len(name) <= 60:
        raise InvalidInput(_("Please write the driver's name."), field="name")
    if not (phone.isdigit() and len(phone) == 11 and phone.startswith("1")):
        raise InvalidInput(_("Please write a mobile number of 11 digits."), field="mobile")
    found = next(
        (one for one in Driver.objects.filter(mobile_index__of=phone).order_by("pk") if fold_person(one.name) == fold_person(name)),
        None,
    )  # fmt: skip
    if found is not None:
        if found.region_id != region.pk:
            raise InvalidInput(
                _("A driver of this name and phone stands in the ledger of another place already."),
                remedy=_("Ask the town federation which village she lives in."), field="mobile",
            )  # fmt: skip
        return found
    person = next((one for one in Person.objects.filter(mobile_index__of=phone, erased_at=None).order_by("pk")
                   if fold_person(one.name) == fold_person(name)), None)  # fmt: skip
    driver = Driver.objects.create(
        path=path, region=region, name=name, name_key=name_key(name), mobile=phone, mobile_tail=phone[-4:],
        platform=" ".join(data.platform.split())[:60], person=person, by_hand=True, created_at=at,
    )  # fmt: skip
    audit.record(actor, "organising.driver_entered", driver, at=at)
    return driver


def _path_of(region: Region) -> str:
    """Of the federation that looks after a place. Raises InvalidInput where none does."""
    path = PlaceFinder(None).federation_path(region.pk)
    if not path:
        raise InvalidInput(_("No federation looks after this place."))
    return path


def _holds(actor: Actor, region_id: int | None) -> bool:
    """Whether a place belongs to an area of one's own, where one may visit."""
    return actor.can(VISIT) and own_regions(actor).filter(region_id=region_id).exists()


def may_write(actor: Actor, driver: Driver) -> bool:
    """Whether the actor may note contacts with a driver she sees."""
    return actor.can(VISIT, path=driver.path) or _holds(actor, driver.region_id)


@dataclass(frozen=True)
class Contact:
    """What came of a talk. due_on: the day agreed for the next one; noted_at, sent_at: as the phone's clock read, None: now."""

    client_id: UUID
    channel: Channel
    outcome: TalkOutcome
    note: str = ""
    due_on: date | None = None
    noted_at: datetime | None = None
    sent_at: datetime | None = None


@transaction.atomic
def note_contact(*, actor: Actor, driver_id: int, data: Contact, at: datetime) -> DriverContact:
    """Note a talk with a driver; the same form sent again gives the one stored.

    Like a visit it may reach us late: the right is asked for the day of the talk, and a later talk stands.
    Raises NotVisible, NotAllowed; InvalidInput naming due_on or noted_at.
    """
    talked = plausible_instant(data.noted_at or at, clock_fix(data.sent_at, at), at)
    driver = _driver_for(actor, driver_id, local_date(talked))
    stored = DriverContact.objects.filter(client_id=data.client_id, driver=driver).first()
    if stored is not None:
        return stored
    _check_talk(data, talked, at)
    made = DriverContact.objects.create(
        driver=driver, client_id=data.client_id, at=talked, channel=data.channel, outcome=data.outcome,
        note=data.note.strip()[:300], due_on=data.due_on, user_id=actor.user_id, actor_name=actor.name[:80],
    )  # fmt: skip
    latest = Driver.objects.filter(Q(last_at=None) | Q(last_at__lte=talked), pk=driver.pk)
    latest.update(last_at=talked, last_outcome=data.outcome, due_on=data.due_on)
    audit.record(actor, "organising.driver_contacted", driver, at=at, data={"outcome": data.outcome})
    return made


def _driver_for(actor: Actor, driver_id: int, on: date) -> Driver:
    """The driver, if the actor may write of her now, or might on the day. Raises NotVisible, NotAllowed."""
    seen = Driver.objects.visible_to(actor).filter(pk=driver_id).first()
    if seen is not None and may_write(actor, seen):
        return seen
    then = as_of_day(actor, on)
    driver = seen or get_visible(Driver.objects.visible_to(then), driver_id)
    if not may_write(then, driver):
        actor.check_can(VISIT, path=driver.path)
    return driver


def _check_talk(data: Contact, talked: datetime, at: datetime) -> None:
    if talked < at - LATEST:
        raise InvalidInput(
            _("The talk is dated more than sixty days ago."),
            remedy=_("Check the date of the phone and note the talk again."), field="noted_at",
        )  # fmt: skip
    if data.due_on is not None and data.outcome in ENDED:
        raise InvalidInput(_("Nobody goes back after this outcome: leave the day empty."), field="due_on")
    day = local_date(talked)
    if data.due_on is not None and not day <= data.due_on <= day + timedelta(days=366):
        raise InvalidInput(_("The day to talk again lies within the coming year."), field="due_on")


@transaction.atomic
def show_phone(*, actor: Actor, driver_id: int, reason: str, at: datetime) -> str:
    """The plain number of a driver, to call her; noted in the audit trail before it is given out.

    Raises NotVisible, NotAllowed; InvalidInput naming reason. Source: Personal Information Protection Law art. 51.
    """
    driver = get_visible(Driver.objects.visible_to(actor), driver_id)
    if not may_write(actor, driver):
        actor.check_can("members.reveal", path=driver.path)
    audit.record(
        actor, "organising.driver_phone_shown", driver, at=at, owner_person_id=driver.person_id,
        reason=registry.people.checked_reason(reason),
    )  # fmt: skip
    return str(driver.mobile or "")


def forget_gone(*, at: datetime) -> int:
    """Delete drivers whom no register names and nobody was in contact with for a year; returns how many."""
    named = RegisteredDriver.objects.filter(driver=OuterRef("pk"))
    quiet = Driver.objects.annotate(quiet_since=Coalesce("last_at", "created_at")).filter(~Exists(named))
    never_met = quiet.filter(by_hand=False, last_at=None)
    gone = never_met | quiet.filter(quiet_since__lt=at - KEPT)
    keys = list(gone.values_list("pk", flat=True)[:20_000])
    done = 0
    for start in range(0, len(keys), 500):
        done += (
            Driver.objects.filter(pk__in=keys[start : start + 500]).delete()[1].get("organising.Driver", 0)
        )
    if done:
        audit.record(system(), "organising.drivers_forgotten", None, at=at, data={"drivers": done})
    return done


def forget(person_id: int) -> None:
    """Drivers who are somebody whose data are erased."""
    Driver.objects.filter(person=person_id).delete()
