"""What decisions on many records at once share: their life, their work, and the file that says what became of each."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, StaleState
from smartunion.core.files.intake import keep_bytes
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import JobLine
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import csv_bytes
from smartunion.core.paths import common_path

#: What names a record in the file, by its id.
Named = Callable[[int], Sequence[Cell]]
Line = list[Cell]


class BatchState(TextChoices):
    """Life of one decision on many records; a draft holds what was picked until the decision is chosen."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped half way")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class Batch(models.Model):
    """One decision on many records: by whom, how far it is, whether it was taken back."""

    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.DRAFT)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Telling:
    """How the work is told of. heads: of the file, ending with the outcome and the reason; done, left: words for either
    outcome; page: where to go on; purpose: of the file, which decides how long it is kept."""

    heads: list[str]
    name: str
    actor: Actor
    done: str = ""
    left: str = ""
    page: tuple[str, str] | None = None
    purpose: str = "job"


def common_path_of(rows: "QuerySet[Any, Any]", ids: Sequence[int]) -> str | None:
    """The lowest subtree that holds those of the ids that are among the rows; None when none is."""
    paths: set[str] = set()
    for start in range(0, len(ids), 500):
        found = rows.filter(pk__in=ids[start : start + 500]).order_by()
        paths |= set(found.values_list("path", flat=True).distinct())
    return common_path(sorted(paths)) if paths else None


def begin(batch: Batch, *, actor: Actor, kind: str, title: str, at: datetime, **said: Any) -> None:
    """Keep what was decided and queue its work. Raises StaleState when that was done already."""
    _queue(batch, {BatchState.DRAFT}, said | {"state": BatchState.WAITING}, actor, kind, title, at)


def take_back(batch: Batch, *, actor: Actor, kind: str, title: str, at: datetime) -> None:
    """Queue the undoing of a whole batch. Raises StaleState while it runs, and when it was taken back."""
    _queue(
        batch, {BatchState.DONE, BatchState.STOPPED}, {"state": BatchState.UNDOING}, actor, kind, title, at
    )


def _queue(
    batch: Batch, old: Collection[BatchState], values: dict[str, Any], actor: Actor, kind: str, title: str, at: datetime
) -> None:  # fmt: skip
    if _rows(batch).filter(state__in=old).update(**values) != 1:
        raise StaleState
    job = enqueue(
        actor=actor, kind=kind, title=title, payload={"batch": batch.pk}, at=at,
        queue_key=f"{batch._meta.model_name}:{batch.pk}",
    )  # fmt: skip
    _rows(batch).update(job=job)
    batch.refresh_from_db()


def _rows(batch: Batch) -> "QuerySet[Any, Any]":
    return type(batch)._default_manager.filter(pk=batch.pk)


def stopped(batch: Batch, *, done: int, undone: int = 0) -> None:
    """The batch's job ended before its time: it stands still with what was done, and that can be taken back."""
    busy = [BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING]
    _rows(batch).filter(state__in=busy).update(
        state=BatchState.STOPPED, done=done, undone=undone, finished_at=clock.now()
    )


def forget_drafts(model: type[Batch], *, before: datetime) -> int:
    """Remove picks nobody said anything about. Returns how many."""
    drafts = model._default_manager.filter(state=BatchState.DRAFT, created_at__lt=before)
    gone, _details = drafts.delete()
    return gone


def decide(
    context: JobContext, batch: Batch, ids: Sequence[int], act: Named, *,
    named: Named, already: Collection[int], count: Callable[[], int], telling: Telling, label: str,
) -> None:  # fmt: skip
    """Do the batch's act to each id; a killed job goes on where it stopped, a cancelled one keeps what was done.

    already: ids done by an earlier attempt; count: how many are done in all.
    """
    _rows(batch).filter(state=BatchState.WAITING).update(state=BatchState.RUNNING)

    def end(lines: list[Line], is_whole: bool) -> None:
        done = count()
        _rows(batch).update(
            state=BatchState.DONE if is_whole else BatchState.STOPPED, done=done, refused=len(_left(lines)),
            finished_at=clock.now(),
        )  # fmt: skip
        _tell(context, lines, telling, done=done)

    def outcome(_number: int, pk: int) -> Line:
        return _outcome(named if pk in already else act, pk, named, telling)

    _each(context, ids, outcome, end, label=label)


def undo(
    context: JobContext, batch: Batch, ids: Sequence[int], act: Named, *,
    named: Named, count: Callable[[], int], telling: Telling,
) -> None:  # fmt: skip
    """Take back each id; safe to run again. Cancelled, the batch is as one that stopped: the rest can be taken back too."""

    def end(lines: list[Line], is_whole: bool) -> None:
        undone = count()
        ended = (
            {"state": BatchState.UNDONE, "undone_at": clock.now()}
            if is_whole
            else {"state": BatchState.STOPPED}
        )
        _rows(batch).update(undone=undone, **ended)
        _tell(context, lines, telling, done=undone)

    _each(context, ids, lambda _number, pk: _outcome(act, pk, named, telling), end)


def work_through(context: JobContext, act: Named, telling: Telling) -> None:
    """Do `act` to each id of the payload, each on its own, and finish with counts and a file of one line a record.

    act: returns what names the record, as JSON keeps it; a DomainError is a refusal, told in the file. Stopping keeps
    what was done, and its file. A killed job goes on behind the last record it did, and its file tells of all.
    """
    ids = context.payload["ids"]
    rows = JobLine.objects.filter(job=context.job)
    before: list[Line] = list(rows.order_by("number").values_list("cells", flat=True))

    def kept(number: int, pk: int) -> Line:
        with transaction.atomic():
            line = _outcome(act, pk, lambda pk: [pk], telling)
            rows.create(job=context.job, number=number, cells=line)
        return line

    def end(lines: list[Line], is_whole: bool) -> None:
        told = [*before, *lines]
        _tell(context, told, telling, done=len(told) - len(_left(told)), not_reached=len(ids) - len(told))

    _each(context, ids, kept, end, begin=len(before))


def _each(
    context: JobContext, ids: Sequence[int], outcome: Callable[[int, int], Line], end: Callable[[list[Line], bool], None],
    *, label: str = "", begin: int = 0,
) -> None:  # fmt: skip
    lines: list[Line] = []
    try:
        for number, pk in enumerate(ids[begin:], start=begin):
            if number % _STEP == 0:
                context.progress(number, len(ids), label)
            lines.append(outcome(number, pk))
        context.progress(len(ids), len(ids))
    except Cancelled:
        end(lines, False)
        raise
    end(lines, True)


_STEP = 20


def _outcome(act: Named, pk: int, named: Named, telling: Telling) -> Line:
    try:
        return [*act(pk), telling.done or gettext("Done"), ""]
    except DomainError as refusal:
        return [*named(pk), telling.left or gettext("Refused"), str(refusal)]


def _left(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line[-1]]


def _tell(
    context: JobContext, lines: list[Line], telling: Telling, *, done: int, not_reached: int = 0
) -> None:
    summary = [
        [telling.done or gettext("Done"), done],
        [telling.left or gettext("Refused"), len(_left(lines))],
    ]
    if not_reached:
        summary.append([gettext("Not reached"), not_reached])
    file = csv_result(
        telling.heads, lines, actor=telling.actor, name=telling.name, purpose=telling.purpose, at=clock.now()
    )
    context.finish({"summary": summary} | ({"next": list(telling.page)} if telling.page else {}), file)


def csv_result(
    heads: list[str], lines: Iterable[list[Cell]], *, actor: Actor, name: str, purpose: str, at: datetime
) -> StoredFile:
    """A job's result file: one line for each record. name: without its ending."""
    return keep_bytes(
        actor=actor, content=b"".join(csv_bytes(heads, lines)), name=f"{name}.csv", media_type="text/csv",
        purpose=purpose, at=at,
    )  # fmt: skip
