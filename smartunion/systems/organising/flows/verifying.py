"""Checking a drive's joiners against the transport register, and what people say who looked into one."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.files.intake import private_folder
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.dates import read_date
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import Person, TradeUnion, phone_key, resident_key
from smartunion.systems.organising.flows import registered
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import JoinerCheck, JoiningDrive
from smartunion.systems.organising.queries import drive_register
from smartunion.systems.organising.verifying import (
    Applicant,
    Applicants,
    Check,
    CheckState,
    CheckVerdict,
    Entry,
    fold_person,
    is_verified,
)

JOB = "organising.verify_drive"
TABLE = "drivers"
BATCH = 500
#: Columns read from the register.
_READ = ["name", "id_no", "mobile", "platform", "company_name", "valid_until", "region_name"]
Joined = dict[int, tuple[str, date]]


@transaction.atomic
def start_check(*, actor: Actor, drive_id: int, at: datetime) -> Job:
    """Queue the check of a drive's joiners. Raises NotVisible, NotAllowed; InvalidInput when there is no register."""
    drive = get_visible(JoiningDrive.objects.visible_to(actor), drive_id)
    actor.check_can("drives.manage", path=drive.path)
    if TABLE not in feeds.latest(drive.path):
        raise InvalidInput(
            _("There is no transport register to compare with yet."),
            remedy=_("Bring in the extract of the transport department first."),
        )
    job = jobs.enqueue(
        actor=actor, kind=JOB, title=_("Check of “%(drive)s” against the transport register") % {"drive": drive.title},
        payload={"drive": drive.pk}, at=at, queue_key=f"verify:{drive.pk}",
    )  # fmt: skip
    audit.record(actor, "organising.drive_check_started", drive, at=at)
    return job


def check_job(context: JobContext) -> None:
    """The job: check everybody. Safe to run again after a kill."""
    drive = JoiningDrive.objects.get(pk=context.payload["drive"])
    context.finish(check_joiners(drive, at=clock.now(), context=context))


def check_joiners(drive: JoiningDrive, *, at: datetime, context: JobContext | None = None) -> dict[str, Any]:
    """Compare everybody who joined by the drive with the newest register; write only what changed.

    Returns {"checked", "changed", "states": {state: people}}. Raises InvalidInput when there is no register.
    """
    joined = _joined(drive)
    applicants = Applicants(_applicants(joined))
    with private_folder() as folder:
        target = folder / "drivers.parquet"
        snapshot = feeds.write_table(drive.path, TABLE, target)
        if snapshot is None:
            raise InvalidInput(_("There is no transport register to compare with yet."))
        rows = _read(target, snapshot, applicants, at, context)
    found = applicants.checks(local_date(at))
    actor = system(_("Check against the transport register"))
    unions = dict(
        TradeUnion.objects.filter(path__in={path for path, _on in joined.values()}).values_list("path", "pk")
    )
    changed, keys = 0, sorted(key for key in found if joined[key][0] in unions)
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        changed += _store(drive, {key: found[key] for key in part}, joined, unions, snapshot.pk, actor, at)
        if context is not None:
            context.progress(start + len(part), len(keys), _("Writing the checks"))
    said = {
        "snapshot": snapshot.pk,
        "as_of": snapshot.as_of.isoformat(),
        "checked": local_date(at).isoformat(),
        "rows": rows,
        **drive_register.sums(drive, snapshot.pk),
    }
    JoiningDrive.objects.filter(pk=drive.pk).update(register=said)
    registered.drop_replaced(snapshot, on=local_date(at))
    states = Counter(found[key].state.value for key in keys)
    return {"checked": len(keys), "changed": changed, "states": dict(states)}


def _joined(drive: JoiningDrive) -> Joined:
    """Person → union's path and day of joining, of everybody who joined by the drive."""
    rows = Fact.objects.standing().filter(drive_id=drive.pk, kind=MEMBER_JOINED, person_id__isnull=False)
    found = rows.order_by("happened_on", "pk").values_list("person_id", "path", "happened_on")
    return {person: (path, on) for person, path, on in found if person is not None}


def _applicants(joined: Joined) -> Iterator[Applicant]:
    keys = sorted(joined)
    for start in range(0, len(keys), BATCH):
        for person in Person.objects.filter(pk__in=keys[start : start + BATCH], erased_at=None):
            yield registered.applicant_of(person)


def _read(
    target: Path, snapshot: Snapshot, applicants: Applicants, at: datetime, context: JobContext | None
) -> int:
    """Let the register stream past the applicants, and keep its rows; returns how many there are."""
    done, places, today = 0, registered.Places.of(snapshot.path), local_date(at)
    with pq.ParquetFile(target) as file:
        have = [name for name in _READ if name in file.schema_arrow.names]
        for batch in file.iter_batches(BATCH, columns=have):
            rows = [_row(done + number, given, today) for number, given in enumerate(batch.to_pylist(), 1)]
            for row in rows:
                applicants.see(row.entry)
            registered.keep(snapshot=snapshot, rows=rows, places=places, at=at)
            done += batch.num_rows
            if context is not None:
                context.progress(done, file.metadata.num_rows, _("Reading the register"))
    return done


def _row(number: int, given: dict[str, Any], today: date) -> registered.Row:
    name, mobile, region = (str(given.get(key) or "") for key in ("name", "mobile", "region_name"))
    return registered.Row(number, _entry(given, today), name.strip(), mobile, region)


def _entry(row: dict[str, Any], today: date) -> Entry:
    until = str(row.get("valid_until") or "")
    return Entry(
        name=fold_person(row.get("name") or ""), id_key=resident_key(row.get("id_no") or ""),
        phone_key=phone_key(row.get("mobile") or ""),
        platform=(row.get("platform") or row.get("company_name") or "").strip()[:60],
        valid_until=read_date(until, CellType.TEXT, today=today).day if until else None,
    )  # fmt: skip


@transaction.atomic
def _store(
    drive: JoiningDrive, checks: dict[int, Check], joined: Joined, unions: dict[str, int], snapshot_id: int,
    actor: Actor, at: datetime,
) -> int:  # fmt: skip
    stored = {row.person_id: row for row in JoinerCheck.objects.filter(drive=drive, person_id__in=checks)}
    changed = 0
    for key, said in checks.items():
        path, on = joined[key]
        row = stored.get(key) or JoinerCheck(drive=drive, person_id=key, is_verified=False, version=0)
        before = (row.state, row.platform, row.valid_until, row.reasons, row.path)
        row.state, row.platform, row.valid_until, row.reasons = (
            said.state, said.platform, said.valid_until, list(said.reasons),
        )  # fmt: skip
        row.path, row.union_id, row.joined_on = path, unions[path], on
        if row.pk is not None and before == (row.state, row.platform, row.valid_until, row.reasons, row.path):
            continue
        row.snapshot_id, row.checked_at = snapshot_id, at
        _settle(row, actor, at)
        changed += 1
    return changed


def _settle(row: JoinerCheck, actor: Actor, at: datetime) -> None:
    """Store the row; write or take back the fact when what it counts as has changed."""
    before, row.is_verified = row.is_verified, is_verified(CheckState(row.state), row.verdict)
    flipped = row.pk is None or before != row.is_verified
    row.version += 1 if flipped else 0
    row.save()
    facts = Fact.objects.standing().filter(
        kind=DRIVER_VERIFIED, subject_type=JoinerCheck._meta.label_lower, subject_id=row.pk
    )
    standing = facts.first()
    platform_moved = standing is not None and standing.attrs.get("platform", "") != row.platform
    if standing is not None and (not row.is_verified or platform_moved):
        ledger.reverse(standing, actor=actor, at=at, reason="check")
        standing = None
        if platform_moved and row.is_verified and not flipped:
            row.version += 1
            row.save(update_fields=["version"])
    if row.is_verified and standing is None:
        ledger.record(
            actor=actor, kind=DRIVER_VERIFIED, key=f"driver_verified:{row.pk}:{row.version}",
            happened_on=local_date(at), at=at, path=row.path, subject=row, person_id=row.person_id,
            drive_id=row.drive_id, attrs={"platform": row.platform},
        )  # fmt: skip


@transaction.atomic
def judge_joiner(*, actor: Actor, check_id: int, verdict: str, note: str, at: datetime) -> JoinerCheck:
    """Say what one found out about a joiner; "" takes the verdict back, and the register's word counts again.

    Raises NotVisible, NotAllowed; InvalidInput naming verdict or note; StaleState when somebody was faster.
    """
    row = get_visible(JoinerCheck.objects.visible_to(actor), check_id)
    actor.check_can("drives.manage", path=row.path)
    if verdict and verdict not in CheckVerdict.values:
        raise InvalidInput(_("Say whether she is a driver or not."), field="verdict")
    if verdict and not note.strip():
        raise InvalidInput(_("Please write what you have seen, e.g. the licence."), field="note")
    said_by, said_at = (actor.name[:80], at) if verdict else ("", None)
    found = JoinerCheck.objects.filter(pk=row.pk, verdict=row.verdict, version=row.version)
    values = {
        "verdict": verdict,
        "verdict_note": note.strip()[:200] if verdict else "",
        "verdict_by": said_by,
    }
    if found.update(verdict_at=said_at, **values) != 1:
        raise StaleState
    row.refresh_from_db()
    _settle(row, actor, at)
    audit.record(
        actor, "organising.joiner_judged", row, at=at, reason=note.strip()[:200],
        data={"verdict": verdict, "drive": row.drive_id},
    )  # fmt: skip
    return row


def check_running_drives(*, at: datetime) -> int:
    """Check every open campaign among a trade whose register is newer than its last check, or that has new joiners."""
    done = 0
    today = local_date(at)
    open_ones = JoiningDrive.objects.filter(closed_at=None, ends_on__gte=today).exclude(audience="")
    for drive in open_ones.order_by("pk"):
        snapshot = feeds.latest(drive.path).get(TABLE)
        if snapshot is None:
            continue
        known = JoinerCheck.objects.filter(drive=drive).count()
        is_seen = drive.register.get("snapshot") == snapshot.pk and drive_register.is_kept(snapshot.pk)
        if is_seen and known >= len(_joined(drive)):
            continue
        check_joiners(drive, at=at)
        done += 1
    return done
