"""Rows of a transport register kept while drives are checked against it: where each drives, and whom it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Q

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.core.pinyin import name_key
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.registry.models import Person, TradeUnion, phone_key, resident_key
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.flows import driver_ledger
from smartunion.systems.organising.models import JoiningDrive, RegisteredDriver
from smartunion.systems.organising.verifying import Applicant, CheckState, Entry, Towns, check, fold_person

_MEANT = frozenset({CheckState.MATCHED_ID, CheckState.MATCHED_PHONE, CheckState.EXPIRED})


@dataclass(frozen=True)
class Row:
    """One row of the register. number: its place in the file; mobile: as given; region: the place it names."""

    number: int
    entry: Entry
    name: str
    mobile: str
    region: str


def towns_under(path: str) -> Towns:
    """The town federations below a path, as the places of a register are read."""
    rows = TradeUnion.objects.filter(
        within([path]), territory__level="town", state=UnionState.ACTIVE, kind="federation"
    )
    return Towns(rows.values_list("territory__name", "territory__parent__name", "path"), otherwise=path)


@dataclass(frozen=True)
class Places:
    """Where drivers of a register live. towns: federations as it names them; finder: villages."""

    towns: Towns
    finder: PlaceFinder

    @classmethod
    def of(cls, path: str) -> Self:
        """Places below a federation."""
        root = TradeUnion.objects.filter(path=path).select_related("territory").first()
        return cls(towns_under(path), PlaceFinder(root.territory if root is not None else None))


def keep(*, snapshot: Snapshot, rows: Sequence[Row], places: Places, at: datetime) -> None:
    """Write the rows that are not kept yet, whom each means as of today, and which driver of the ledgers she is.

    rows: some hundreds of one snapshot. Safe to run again, alone or beside another.
    """
    known = RegisteredDriver.objects.filter(snapshot=snapshot, number__in=[row.number for row in rows])
    kept = {row.number: row for row in known.only("number", "person", "driver")}
    people = _whom(rows, local_date(at))
    found = [
        driver_ledger.Found(
            row.entry, row.name, row.mobile, row.region, places.towns.path_of(row.region), person
        )
        for row, person in zip(rows, people, strict=True)
    ]
    drivers = driver_ledger.keep_found(found, finder=places.finder, at=at)
    meant = {row.number: pair for row, *pair in zip(rows, people, drivers, strict=True)}
    RegisteredDriver.objects.bulk_create(
        [_made(snapshot, row, places.towns, *meant[row.number]) for row in rows if row.number not in kept],
        ignore_conflicts=True,
    )
    moved = [row for number, row in kept.items() if [row.person_id, row.driver_id] != meant[number]]
    for row in moved:
        row.person_id, row.driver_id = meant[row.number]
    RegisteredDriver.objects.bulk_update(moved, ["person", "driver"])


def _made(
    snapshot: Snapshot, row: Row, towns: Towns, person_id: int | None, driver_id: int | None
) -> RegisteredDriver:
    return RegisteredDriver(
        snapshot=snapshot, number=row.number, path=towns.path_of(row.region), name=row.name[:60],
        name_key=name_key(row.name), mobile_tail=phone_key(row.mobile)[-4:], platform=row.entry.platform,
        valid_until=row.entry.valid_until, person_id=person_id, driver_id=driver_id,
    )  # fmt: skip


def _whom(rows: Sequence[Row], on: date) -> list[int | None]:
    """Whom each row means, by the rules a joiner is checked by; of several the one registered first."""
    ids = {row.entry.id_key for row in rows} - {""}
    phones = {row.entry.phone_key for row in rows} - {""}
    alike = Q(resident_id_index__of=list(ids)) | Q(mobile_index__of=list(phones))
    by_id: dict[str, list[Applicant]] = {}
    by_phone: dict[str, list[Applicant]] = {}
    for person in Person.objects.filter(alike, erased_at=None).order_by("pk"):
        one = applicant_of(person)
        by_id.setdefault(one.id_key, []).append(one)
        by_phone.setdefault(one.phone_key, []).append(one)

    def whom(entry: Entry) -> int | None:
        asked = (*by_id.get(entry.id_key, ()), *by_phone.get(entry.phone_key, ()))
        return next((one.key for one in asked if check(one, [entry], on=on).state in _MEANT), None)

    return [whom(row.entry) for row in rows]


def applicant_of(person: Person) -> Applicant:
    """A person as compared with the register."""
    return Applicant(
        person.pk, fold_person(person.name), resident_key(person.resident_id or ""), phone_key(person.mobile or "")
    )  # fmt: skip


def drop_replaced(snapshot: Snapshot, *, on: date) -> int:
    """Delete the rows of older registers of this source that no running drive was checked against. Returns how many."""
    running = JoiningDrive.objects.filter(closed_at=None).exclude(ends_on__lt=on)
    needed: Iterable[int] = {
        pk for pk in running.values_list("register__snapshot", flat=True) if isinstance(pk, int)
    }
    older = RegisteredDriver.objects.filter(snapshot__source_id=snapshot.source_id)
    return older.exclude(snapshot_id__in={snapshot.pk, *needed}).delete()[0]


def forget(person_id: int) -> None:
    """Rows that mean somebody whose data are erased, and she as a driver of a ledger."""
    RegisteredDriver.objects.filter(person=person_id).delete()
    driver_ledger.forget(person_id)
