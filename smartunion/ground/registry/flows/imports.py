"""Imports: a file comes in, is read and compared, shown, applied in batches, and can be taken back as a whole."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from smartunion.core import apart, audit, bulk, clock, statistics
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, StaleState
from smartunion.core.files.intake import drop, keep_stream, keeping, plain_copy, private_folder
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.core.tables.cells import Row
from smartunion.core.tables.choosing import chosen, fields_of
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.report import Remark
from smartunion.core.tables.vocabulary import vocabulary
from smartunion.core.tables.workbook import Workbook, open_workbook
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.imports import packs, understanding
from smartunion.ground.registry.imports.member_rows import apply_members, read_members
from smartunion.ground.registry.imports.members import MemberStager
from smartunion.ground.registry.imports.rejects import RejectsFile
from smartunion.ground.registry.imports.staged import (
    Decided,
    Noticed,
    Part,
    RowOutcome,
    Source,
    Staged,
    dumped,
)
from smartunion.ground.registry.imports.undo import undo_part
from smartunion.ground.registry.imports.union_staging import UnionStager
from smartunion.ground.registry.imports.unions import apply_unions, read_unions
from smartunion.ground.registry.models import ImportBatch, ImportPart, ImportRow, ImportState, TradeUnion

UNIONS = "registry.edit"
READ, APPLY, UNDO = "registry.import_read", "registry.import_apply", "registry.import_undo"
#: Rows compared in one transaction, and kept as one part.
AT_ONCE = 2000
#: Parts applied in one transaction. SQLite has one writer, and people joining wait about half a second for it; with fewer
#: rows at once, whole indexes of a city are written again and again.
PARTS_AT_ONCE = 4
#: From this size on a file is read by a second process; a smaller one is read before that process has begun.
LONG_BYTES = 1 << 20
#: From so many rows on a second process prepares what this one writes.
LONG_ROWS = 2 * PARTS_AT_ONCE * AT_ONCE
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Stager(Protocol):
    """Decides outcomes of records: AT_ONCE at a time, or the whole file when `most_rows` says how many it may hold."""

    most_rows: int | None

    def read(self, source: Source, rows: Sequence[tuple[int, Row]]) -> Iterator[Any]:
        """(block, row) of records read, as `stage` takes them: of each what can be told without the rows before it.

        Perhaps in another process, which may ask the database.
        """

    def stage(self, batch: Sequence[Any]) -> Decided:
        """The rows with their outcomes."""

    def settle(self) -> None:
        """Write what is to be remembered beside the rows, in their transaction."""

    def told(self) -> dict[str, Any]:
        """What is to be said of the file as a whole; stored with the import."""

    def close(self) -> None:
        """Let go of what was remembered of the file."""


class Applier(NamedTuple):
    """How rows of one kind are read for applying, a few parts at once, and applied in one transaction."""

    read: Callable[[ImportBatch, Sequence[ImportPart]], Part]
    apply: Callable[..., dict[str, int]]


STAGERS: dict[str, Callable[..., Stager]] = {"members": MemberStager, "unions": UnionStager}
APPLIERS = {
    "members": Applier(read_members, apply_members),
    "unions": Applier(read_unions, apply_unions),
}


def bring_in(
    *, actor: Actor, union_id: int, chunks: Iterable[bytes], name: str, kind: str = "", at: datetime
) -> ImportBatch:
    """Take a file in and queue its reading; nothing of the registry is touched before somebody applies it.

    kind: members or unions, "" lets the file tell; who may not change unions brings in members alone. union_id: below which
    its rows belong. Raises NotVisible, NotAllowed, InvalidInput (kind, file empty or too large).
    """
    union, stored = _kept(actor, union_id, chunks, name, kind, at)
    return _entered(actor, union, stored, kind, at)


def send_in(
    *, actor: Actor, union_id: int, chunks: Iterable[bytes], name: str, kind: str = "", at: datetime
) -> tuple[ImportBatch, bool]:
    """`bring_in` for a system that may repeat itself; True: the file is new.

    The same content below the same union, by the same sender, is the import there is while that is not applied yet: once
    it is, the file is read anew, and rows that are in change nothing.
    """
    union, stored = _kept(actor, union_id, chunks, name, kind, at)
    with transaction.atomic():
        # Of two that send the same at once, one sees the other's.
        TradeUnion.objects.select_for_update().get(pk=union.pk)
        same = ImportBatch.objects.filter(
            path=union.path, user_id=actor.user_id, file__sha256=stored.sha256, state__in=_UNAPPLIED
        )
        before = same.order_by("pk").first()
        if before is None:
            return _entered(actor, union, stored, kind, at), True
        drop([stored])
    return before, False


_UNAPPLIED = [ImportState.UPLOADED, ImportState.READING, ImportState.PREVIEW, ImportState.APPLYING]


def _kept(
    actor: Actor, union_id: int, chunks: Iterable[bytes], name: str, kind: str, at: datetime
) -> tuple[TradeUnion, StoredFile]:
    union = union_for(actor, union_id, "registry.import")
    if kind and kind not in STAGERS:
        raise InvalidInput(_("Please choose what the file holds."), field="kind")
    _check_kind(actor, union.path, kind)
    stored = keep_stream(
        actor=actor, chunks=chunks, name=name, media_type="application/octet-stream", purpose="import", at=at,
        limit_bytes=settings.MAX_IMPORT_BYTES,
    )  # fmt: skip
    return union, stored


@transaction.atomic
def _entered(actor: Actor, union: TradeUnion, stored: StoredFile, kind: str, at: datetime) -> ImportBatch:
    batch = ImportBatch.objects.create(
        kind=kind, file=stored, union=union, path=union.path, user_id=actor.user_id, created_at=at,
        options={} if actor.can(UNIONS, path=union.path) else {"members_alone": True},
    )  # fmt: skip
    _queue(actor, batch, READ, _("Reading %(file)s"), at)
    audit.record(actor, "registry.import_brought_in", batch, at=at, data={"bytes": stored.size_bytes})
    return batch


def _check_kind(actor: Actor, path: str, kind: str) -> None:
    """Lists of unions change the tree. Raises NotAllowed."""
    if kind == "unions":
        actor.check_can(UNIONS, path=path)


@transaction.atomic
def read_again(
    *,
    actor: Actor,
    batch_id: int,
    kind: str,
    mapping: Mapping[str, str],
    at: datetime,
    sheet: str = "",
    rows: str = "",
) -> ImportBatch:
    """Read the file anew with another kind or other columns (label → field, "" leaves a column out).

    sheet: name of the only one to read; rows: those that name the columns, as 4 or 3-4; empty lets the file tell. What was
    chosen is remembered: the same person's next file of these columns is read likewise.
    Raises NotVisible, NotAllowed, InvalidInput (kind, mapping, rows), StaleState (applied already).
    """  # fmt: skip
    batch = _visible(actor, batch_id)
    if kind not in STAGERS:
        raise InvalidInput(_("Please choose what the file holds."), field="kind")
    _check_kind(actor, batch.path, kind)
    kept = chosen(mapping, fields_of(vocabulary[kind]))
    named = list(understanding.header_rows(rows))
    options = batch.options | {"sheet": sheet[:60], "rows": named, "by_hand": True}
    _move(
        batch, [ImportState.PREVIEW, ImportState.FAILED], ImportState.UPLOADED, kind=kind, mapping=kept, options=options
    )  # fmt: skip
    _queue(actor, batch, READ, _("Reading %(file)s"), at)
    return _fresh(batch)


@transaction.atomic
def apply(*, actor: Actor, batch_id: int, at: datetime) -> ImportBatch:
    """Queue the applying of what the preview shows. Raises NotVisible, NotAllowed, InvalidInput, StaleState."""
    batch = _visible(actor, batch_id)
    counts = batch.summary.get("outcomes", {})
    if (
        batch.state == ImportState.PREVIEW
        and not counts.get(RowOutcome.CREATE)
        and not counts.get(RowOutcome.CHANGE)
    ):
        raise _nothing_to_apply(counts.get(RowOutcome.REFUSE, 0))
    _move(batch, [ImportState.PREVIEW], ImportState.APPLYING)
    _queue(actor, batch, APPLY, _("Importing %(file)s"), at)
    audit.record(actor, "registry.import_applied", batch, at=at, data={"outcomes": counts})
    return _fresh(batch)


@transaction.atomic
def undo(*, actor: Actor, batch_id: int, at: datetime) -> ImportBatch:
    """Queue the taking back of a whole import. Raises NotVisible, NotAllowed, StaleState."""
    batch = _visible(actor, batch_id)
    _move(batch, [ImportState.APPLIED], ImportState.UNDOING)
    _queue(actor, batch, UNDO, _("Taking back %(file)s"), at)
    audit.record(actor, "registry.import_undone", batch, at=at)
    return _fresh(batch)


def read_job(context: JobContext) -> None:
    """Read, compare, stage. Safe to run again: what an attempt before had staged is thrown away first."""
    batch = ImportBatch.objects.select_related("file", "union__territory", "union__region").get(
        pk=context.payload["batch"]
    )
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.READING, applied_upto=0)
    ImportRow.objects.filter(batch=batch).delete()
    ImportPart.objects.filter(batch=batch).delete()
    try:
        with (
            plain_copy(batch.file) as path,
            open_workbook(path, name=batch.file.name) as book,
            bulk.rarely_collecting(),
        ):
            ImportBatch.objects.filter(pk=batch.pk).update(peek=understanding.peek(book))
            _stage_book(batch, book, context)
    except DomainError as refusal:
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=ImportState.FAILED, summary={"error": str(refusal)}
        )
        raise


def _stage_book(batch: ImportBatch, book: Workbook, context: JobContext) -> None:
    tables, unread, earlier = understanding.understand(book, batch)
    kind = tables[0].kind
    assert kind is not None
    at = clock.now()
    reading = Context(local_date(at), book.is_1904)
    sources = [Source(table, reading, number, file=batch.file.name) for number, table in enumerate(tables)]
    stager = STAGERS[kind.key](batch.union, at=at, sources=sources)
    keeper, noticed = _Keeper(batch, kind.key), unread
    outcomes: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    done = 0
    with private_folder() as folder, closing(stager):
        rejected = RejectsFile(str(folder), [column.label for column in tables[0].columns])
        for some in _read_parts(sources, stager, noticed, is_long=batch.file.size_bytes >= LONG_BYTES):
            with statistics.by_index():
                decided = stager.stage(some)
            for part in _parts(decided.rows):
                with bulk.redoable():
                    keeper.keep(part)
            with transaction.atomic():
                stager.settle()
            done += len(some)
            context.progress(done, 0, _("Reading and comparing rows"))
            outcomes.update(staged.outcome.value for staged in decided.rows)
            outcomes.update({RowOutcome.SAME.value: decided.unchanged} if decided.unchanged else {})
            codes.update(p["code"] for staged in decided.rows for p in staged.problems)
            for staged in decided.rows:
                if staged.is_refused:
                    reasons[staged.reason or ""] += 1
                    rejected.add(staged.number, staged.texts, staged.problems)
        if not done:
            raise InvalidInput(
                _("This file holds the names of the columns and no row below them."),
                remedy=_("Choose the file that holds the list itself."),
            )
        rejects = _keep_rejects(batch, rejected, at) if rejected.count else None
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=ImportState.PREVIEW, kind=kind.key, mapping=tables[0].mapping(), rejects=rejects,
        summary={
            "rows": done, "outcomes": dict(outcomes), "problems": dict(codes.most_common(50)),
            "reasons": dict(reasons.most_common()),
            "sure": {c.label: round(c.confidence, 2) for c in tables[0].columns if c.label},
            "sheets": [table.sheet.name for table in tables], "noticed": noticed,
            "labels": list(tables[0].mapping()),
            "headers": {table.sheet.name: list(table.header.rows) for table in tables},
            "as_before": {"batch": earlier.pk, "file": earlier.file.name} if earlier else None,
            **stager.told(),
        },
    )  # fmt: skip
    context.finish({"batch": batch.pk, "rows": done})


def _read_parts(
    sources: Sequence[Source], stager: Stager, noticed: list[Remark], *, is_long: bool
) -> Iterator[list[Any]]:
    """Records as the stager wants them; a long file is read by a process of its own. noticed: grows by what it says.

    Raises InvalidInput when the stager wants all and there are too many.
    """

    def read() -> Generator[Any, None, None]:
        for source in sources:
            for rows in _parts(source.rows()):
                yield from stager.read(source, rows)
            yield source.noticed()

    def taken(items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            if isinstance(item, Noticed):
                noticed.extend(item.remarks)
            else:
                yield item

    with closing(apart.worked_out(read, reads=True) if is_long else read()) as made:
        records = taken(made)
        if stager.most_rows is None:
            yield from _parts(records)
            return
        whole = list(islice(records, stager.most_rows + 1))
    if len(whole) > stager.most_rows:
        raise InvalidInput(
            _("This file holds more than %(number)s rows, which is too many for a list of unions.")
            % {"number": f"{stager.most_rows:,}"},
            remedy=_("Check what the file holds, or import it in parts."),
        )
    yield whole


_STAGED = (
    "batch_id", "part_id", "sheet", "number", "outcome", "reason", "values", "changes", "problems", "target_type", "target_id",
)  # fmt: skip


class _Keeper:
    """Stores staged rows, a part at a time: each alone, or packed when so many like it stand alone already."""

    def __init__(self, batch: ImportBatch, kind: str) -> None:
        self._batch, self._target_type = batch, "membership" if kind == "members" else ""
        self._left = packs.SHOWN

    def keep(self, rows: Sequence[Staged]) -> None:
        """Store rows that follow one another, as one part."""
        alone, packed = [], []
        for staged in rows:
            may_be_packed = bool(self._target_type) and packs.may_be_packed(staged)
            if may_be_packed and self._left <= 0:
                packed.append(staged)
                continue
            self._left -= may_be_packed
            alone.append(staged)
        effective = sum(staged.outcome in {RowOutcome.CREATE, RowOutcome.CHANGE} for staged in rows)
        part = ImportPart.objects.create(
            batch=self._batch, effective=effective, packed=len(packed), made=packs.pack(packed) if packed else "",
        )  # fmt: skip
        bulk.insert(ImportRow, _STAGED, (self._row(part, staged) for staged in alone))

    def _row(self, part: ImportPart, staged: Staged) -> tuple[Any, ...]:
        target_type = self._target_type if staged.target_id else ""
        return (
            self._batch.pk, part.pk, staged.sheet[:60], staged.number, staged.outcome.value, staged.reason,
            dumped(staged.values), staged.changes, staged.problems, target_type, staged.target_id,
        )  # fmt: skip


def _keep_rejects(batch: ImportBatch, rejected: RejectsFile, at: datetime) -> Any:
    name = f"{batch.file.name.rsplit('.', 1)[0]}-{_('refused')}.xlsx"
    kept = keeping(actor=system(), name=name, media_type=XLSX, purpose="import", at=at)
    with kept as (stored, out):
        rejected.close(out)
    return stored


def apply_job(context: JobContext) -> None:
    """Apply in batches, each in a transaction of its own; a killed job goes on where it stopped."""
    batch = ImportBatch.objects.select_related("union").get(pk=context.payload["batch"])
    actor = system(batch.union.name)
    total, done = _effective(batch), _effective(batch, upto=batch.applied_upto)
    read, apply = APPLIERS[batch.kind]
    upto = batch.applied_upto

    def parts() -> Generator[Part, None, None]:
        after = upto
        while some := list(_after(batch, after)[:PARTS_AT_ONCE]):
            after = some[-1].pk
            with statistics.by_index():
                part = read(batch, some)
            yield part

    # In the order they were staged: that of the file, unions parents first. A long list is read, opened and sealed by a
    # process of its own, one part ahead.
    is_long = batch.kind == "members" and total - done >= LONG_ROWS
    ahead = apart.worked_out(parts, reads=True, at_once=1, ahead=1) if is_long else parts()
    with bulk.rarely_collecting(), bulk.wide_cache(), closing(ahead):
        for part in ahead:
            with bulk.redoable(), statistics.by_index():
                apply(batch, part, actor=actor)
                _move_mark(batch, part.keys[-1])
            done += part.effective
            context.progress(done, total, _("Importing rows"))
    if done >= statistics.MANY:
        statistics.refresh()
    _finish(batch, ImportState.APPLYING, ImportState.APPLIED, applied_at=clock.now())
    context.finish({"batch": batch.pk, "rows": done})


def _effective(batch: ImportBatch, *, upto: int | None = None) -> int:
    """How many rows create or change, those of a few parts from the beginning or all."""
    parts = ImportPart.objects.filter(batch=batch)
    if upto is not None:
        parts = parts.filter(pk__lte=upto)
    return parts.aggregate(sum=Sum("effective"))["sum"] or 0


def _after(batch: ImportBatch, key: int) -> QuerySet[ImportPart]:
    """The parts staged after one, in that order."""
    return ImportPart.objects.filter(batch=batch, pk__gt=key).order_by("pk")


def _move_mark(batch: ImportBatch, upto: int, **values: Any) -> None:
    """Remember how far the batch is applied, and values with it. Raises StaleState when another run of the job has moved
    it meanwhile."""
    here = ImportBatch.objects.filter(pk=batch.pk, applied_upto=batch.applied_upto)
    moved = here.update(applied_upto=upto, **values)
    if moved != 1:
        raise StaleState
    batch.applied_upto = upto


def undo_job(context: JobContext) -> None:
    """Take rows back, last first; safe to run again."""
    batch = ImportBatch.objects.select_related("union").get(pk=context.payload["batch"])
    counts: Counter[str] = Counter(batch.summary.get("undo", {}))  # of an attempt before this one
    total = sum(counts.values()) + _effective(batch, upto=batch.applied_upto)
    applied = ImportPart.objects.filter(batch=batch).order_by("-pk")
    while part := applied.filter(pk__lte=batch.applied_upto).first():
        with statistics.by_index():
            rows = list(part.rows.filter(outcome__in=_EFFECTIVE).defer("values").order_by("-pk"))
        counts.update(undo_part(part, rows, actor=system(batch.union.name), at=clock.now()))
        batch.summary = {**batch.summary, "undo": dict(counts)}
        _move_mark(batch, part.pk - 1, summary=batch.summary)
        context.progress(sum(counts.values()), total, _("Taking rows back"))
    _finish(batch, ImportState.UNDOING, ImportState.UNDONE, undone_at=clock.now())
    context.finish({"batch": batch.pk, **counts})


_EFFECTIVE = [RowOutcome.CREATE, RowOutcome.CHANGE]


def job_ended(job: Job) -> None:
    """The job was stopped or given up. What it had taken in stays and can be taken back; read again, the same file
    goes on from there, since rows that are in change nothing."""
    batch = ImportBatch.objects.filter(job=job).first()
    if batch is None:
        return
    stopped = {"stopped": _effective(batch, upto=batch.applied_upto)}
    told = batch.summary | stopped if batch.applied_upto else batch.summary
    unread = {"state": ImportState.FAILED, "summary": {"error": _("The reading was stopped.")}}
    after: dict[str, dict[str, Any]] = {
        ImportState.UPLOADED: unread,
        ImportState.READING: unread,
        ImportState.APPLYING: {"state": ImportState.APPLIED, "summary": told, "applied_at": clock.now()}
        if batch.applied_upto
        else {"state": ImportState.PREVIEW},
        ImportState.UNDOING: {"state": ImportState.APPLIED, "summary": told},
    }
    if batch.state in after:
        ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(**after[batch.state])


def _finish(batch: ImportBatch, old: ImportState, new: ImportState, **values: Any) -> None:
    summary = values.pop("summary", batch.summary)
    rows = ImportRow.objects.filter(batch=batch).order_by().values_list("outcome").annotate(n=Count("pk"))
    outcomes = Counter(dict(rows))
    outcomes[RowOutcome.CREATE.value] += (
        ImportPart.objects.filter(batch=batch).aggregate(n=Sum("packed"))["n"] or 0
    )
    outcomes[RowOutcome.SAME.value] = summary.get("outcomes", {}).get(RowOutcome.SAME.value, 0)
    refused = ImportRow.objects.filter(batch=batch, reason__isnull=False).order_by().values_list("reason")
    reasons = Counter(dict(refused.annotate(n=Count("pk"))))
    told = {"outcomes": dict(+outcomes), "reasons": dict(reasons.most_common())}
    ImportBatch.objects.filter(pk=batch.pk, state=old).update(state=new, summary=summary | told, **values)


def _visible(actor: Actor, batch_id: int) -> ImportBatch:
    actor.check_can("registry.import")
    batch = get_visible(ImportBatch.objects.visible_to(actor).select_related("file"), batch_id)
    _check_kind(actor, batch.path, batch.kind)
    return batch


def _nothing_to_apply(refused: int) -> InvalidInput:
    if not refused:
        return InvalidInput(
            _("Everything this file says stands in the register already."),
            remedy=_("There is nothing to apply."),
        )
    return InvalidInput(
        _("No row can be taken in: %(number)s were refused, and the others change nothing.")
        % {"number": f"{refused:,}"},
        remedy=_("Correct the refused rows, each says how, and bring them in again."),
    )


def _move(batch: ImportBatch, old: Sequence[ImportState], new: ImportState, **values: Any) -> None:
    if ImportBatch.objects.filter(pk=batch.pk, state__in=old).update(state=new, **values) != 1:
        batch.refresh_from_db(fields=["state"])
        raise StaleState(
            _("This import stands at “%(state)s” now; that cannot be done with it.")
            % {"state": batch.get_state_display()}
        )


def _fresh(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    return batch


def _queue(actor: Actor, batch: ImportBatch, kind: str, title: str, at: datetime) -> None:
    job = jobs.enqueue(
        actor=actor, kind=kind, title=title % {"file": batch.file.name}, payload={"batch": batch.pk}, at=at,
        queue_key=f"import:{batch.union_id}",
    )  # fmt: skip
    ImportBatch.objects.filter(pk=batch.pk).update(job=job)


def _parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while part := list(islice(iterator, AT_ONCE)):
        yield part
