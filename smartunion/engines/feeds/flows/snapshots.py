"""Files of departments: taken in, understood, confirmed, made into a standard table."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor, system
from smartunion.core.errors import DomainError, InvalidInput, StaleState
from smartunion.core.files.intake import drop, keep_stream, plain_copy, private_folder
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.core.tables.choosing import chosen
from smartunion.engines.feeds.convert import Converted, Converter, propose
from smartunion.engines.feeds.models import Snapshot, SnapshotQuerySet, SnapshotState, Source
from smartunion.engines.feeds.standard import TABLES

JOB = "feeds.read"


def bring_in(
    *, actor: Actor, source_id: int, chunks: Iterable[bytes], name: str, as_of: date, at: datetime
) -> Snapshot:
    """Take a file in (any size, streamed) and queue its reading.

    as_of: the day the department drew the extract. Raises NotVisible, NotAllowed, InvalidInput (empty, too large, a
    day in the future).
    """
    source, stored = _kept(actor, source_id, chunks, name, as_of, at)
    return _entered(actor, source, stored, as_of, at)


def send_in(
    *, actor: Actor, source_id: int, chunks: Iterable[bytes], name: str, as_of: date, at: datetime
) -> tuple[Snapshot, bool]:
    """`bring_in` for a system that may repeat itself; True: the file is new.

    The same content for the same day of a source is the file kept before, unless that failed or was taken out of use.
    """
    source, stored = _kept(actor, source_id, chunks, name, as_of, at)
    with transaction.atomic():
        Source.objects.select_for_update().get(
            pk=source.pk
        )  # of two that send the same at once, one sees the other's
        same = Snapshot.objects.filter(source=source, as_of=as_of, file__sha256=stored.sha256)
        usable = same.exclude(state__in=[SnapshotState.FAILED, SnapshotState.RETIRED])
        before = usable.select_related("file").order_by("pk").first()
        if before is None:
            return _entered(actor, source, stored, as_of, at), True
        drop([stored])
    return before, False


def _kept(
    actor: Actor, source_id: int, chunks: Iterable[bytes], name: str, as_of: date, at: datetime
) -> tuple[Source, StoredFile]:
    source = get_visible(Source.objects.filter(actor.within("feeds.import")), source_id)
    if as_of > clock.local_date(at):
        raise InvalidInput(_("The day of the extract lies in the future."), field="as_of")
    stored = keep_stream(
        actor=actor, chunks=chunks, name=name, media_type="application/octet-stream", purpose="feed", at=at,
        limit_bytes=settings.MAX_IMPORT_BYTES,
    )  # fmt: skip
    return source, stored


@transaction.atomic
def _entered(actor: Actor, source: Source, stored: StoredFile, as_of: date, at: datetime) -> Snapshot:
    snapshot = Snapshot.objects.create(
        source=source, table=source.table, path=source.path, as_of=as_of, file=stored, user_id=actor.user_id,
        mapping=source.mapping, created_at=at,
    )  # fmt: skip
    _queue(actor, snapshot, at)
    audit.record(actor, "feeds.file_brought_in", snapshot, at=at, data={"bytes": stored.size_bytes})
    return snapshot


@transaction.atomic
def confirm_mapping(
    *, actor: Actor, snapshot_id: int, mapping: Mapping[str, str], remember: bool = True, at: datetime
) -> Snapshot:
    """Say which column is which (label → field, "" leaves a column out) and read the file with it.

    Raises NotVisible, NotAllowed, InvalidInput (an unknown field, a field twice, a needed one missing), StaleState.
    """
    snapshot = get_visible(Snapshot.objects.visible_to(actor).select_related("source"), snapshot_id)
    kept = chosen(mapping, TABLES[snapshot.table].choosable)
    confirmable = [SnapshotState.CHECK, SnapshotState.READY, SnapshotState.FAILED]
    waiting = Snapshot.objects.filter(pk=snapshot.pk, state__in=confirmable)
    if waiting.update(state=SnapshotState.UPLOADED, mapping=kept) != 1:
        raise StaleState
    if remember:
        Source.objects.filter(pk=snapshot.source_id).update(mapping=kept)
    audit.record(actor, "feeds.mapping_confirmed", snapshot, at=at, data={"mapping": kept})
    snapshot.refresh_from_db()
    _queue(actor, snapshot, at, confirmed=True)
    return snapshot


@transaction.atomic
def retire(*, actor: Actor, snapshot_id: int, at: datetime) -> Snapshot:
    """Take a snapshot out of use; comparisons fall back to the one before. Raises NotVisible, StaleState."""
    snapshot = get_visible(Snapshot.objects.visible_to(actor), snapshot_id)
    usable = Snapshot.objects.filter(pk=snapshot.pk).exclude(state=SnapshotState.RETIRED)
    if usable.update(state=SnapshotState.RETIRED) != 1:
        raise StaleState
    audit.record(actor, "feeds.snapshot_retired", snapshot, at=at)
    snapshot.refresh_from_db()
    return snapshot


def read_job(context: JobContext) -> None:
    """The job: understand the file; convert it when every needed column is certain, else ask a person."""
    snapshot = Snapshot.objects.select_related("file", "source", "parquet", "rejects").get(
        pk=context.payload["snapshot"]
    )
    if not _under_way(snapshot).update(state=SnapshotState.READING):
        return  # taken out of use before its turn came
    try:
        _read(snapshot, context)
    except DomainError as refusal:
        _fail(snapshot, str(refusal))
        raise
    except BaseException:
        _fail(snapshot, _("The file could not be read to its end."))
        raise


def job_ended(job: Job) -> None:
    """The job was stopped or given up before it read the file."""
    for snapshot in Snapshot.objects.filter(job=job):
        _fail(snapshot, _("The reading was stopped."))


def _under_way(snapshot: Snapshot) -> SnapshotQuerySet:
    """The row while its file waits or is read; somebody may take it out of use meanwhile."""
    return Snapshot.objects.filter(pk=snapshot.pk, state__in=[SnapshotState.UPLOADED, SnapshotState.READING])


def _read(snapshot: Snapshot, context: JobContext) -> None:
    with plain_copy(snapshot.file) as path, private_folder() as folder:
        proposal = propose(path, snapshot.file.name, TABLES[snapshot.table], snapshot.mapping)
        if not context.payload.get("confirmed") and not proposal.is_certain:
            _under_way(snapshot).update(
                state=SnapshotState.CHECK, mapping=proposal.mapping, report={"proposal": proposal.as_dict()}
            )
            context.finish({"snapshot": snapshot.pk, "state": SnapshotState.CHECK})
            return
        converter = Converter(path, snapshot.file.name, TABLES[snapshot.table], snapshot.mapping)
        converted = converter.run(
            folder / "table.parquet", lambda done, total: context.progress(done, total, _("Reading rows"))
        )
        if not converted.rows:
            raise InvalidInput(
                _("This file holds the names of the columns and no row below them."),
                remedy=_(
                    "Ask the department for the extract itself; an empty one would close what stands open."
                ),
            )
        _keep(snapshot, converted)
    context.finish({"snapshot": snapshot.pk, "rows": converted.rows})


def _keep(snapshot: Snapshot, converted: Converted) -> None:
    at, actor = clock.now(), system()
    parquet = converted.store(actor=actor, name=f"{snapshot.table}-{snapshot.as_of}.parquet", at=at)
    told = converted.store_told(
        actor=actor, name=f"{snapshot.file.name.rsplit('.', 1)[0]}-{_('not taken')}.csv", at=at
    )
    with transaction.atomic():
        moved = _under_way(snapshot).update(
            state=SnapshotState.READY, parquet=parquet, rejects=told, row_count=converted.rows, mapping=converted.mapping,
            report=converted.report,
            lineage={"sha256": snapshot.file.sha256, "file": snapshot.file.name, "mapping": converted.mapping,
                     "read_at": at.isoformat(), "rows": converted.rows, "left_out": converted.left_out},
        )  # fmt: skip
        if moved:
            audit.record(actor, "feeds.snapshot_ready", snapshot, at=at, data={"rows": converted.rows})
        old = (snapshot.parquet, snapshot.rejects) if moved else (parquet, told)
        drop([one for one in old if one is not None])


def _fail(snapshot: Snapshot, why: str) -> None:
    _under_way(snapshot).update(state=SnapshotState.FAILED, report={"error": why})


def _queue(actor: Actor, snapshot: Snapshot, at: datetime, *, confirmed: bool = False) -> None:
    job = jobs.enqueue(
        actor=actor, kind=JOB, title=_("Reading %(file)s") % {"file": snapshot.file.name},
        payload={"snapshot": snapshot.pk, "confirmed": confirmed}, at=at,
    )  # fmt: skip
    Snapshot.objects.filter(pk=snapshot.pk).update(job=job)
