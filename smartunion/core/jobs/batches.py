"""What decisions on many records at once share: their life, their work, and the file that says what became of each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotVisible, StaleState
from smartunion.core.files.intake import keep_bytes
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs import registry as jobs
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job, JobLine
from smartunion.core.jobs.registry import Handler, JobKind
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
    """One decision on many records: by whom, how far it is, whether it was taken back.

    picked: keys of the records, in the order in which they are looked at; done: how many it changed, those taken back since
    among them; refused: how many it looked at and left; both move while it runs. reasons: why it left some, each sentence
    with the keys of its records, known once it has ended or stopped.
    """

    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.DRAFT)
    picked = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def tally(self) -> tuple[int, int]:
        """How many records it changed, and how many of those were taken back, counted from what it left behind."""
        raise NotImplementedError

    @property
    def queue_key(self) -> str:
        """Its work and the taking back run one after another."""
        return f"{self._meta.model_name}:{self.pk}"

    @property
    def looked_at(self) -> list[int]:
        """Keys of the records the work has come to."""
        keys: list[int] = self.picked[: self.done + self.refused]
        return keys

    @property
    def left_because(self) -> list[tuple[str, list[int]]]:
        """Why it left records, each reason with their keys; what holds for most comes first."""
        return sorted(self.reasons.items(), key=lambda item: (-len(item[1]), item[0]))

    @property
    def is_draft(self) -> bool:
        """Picked, and nothing said yet."""
        return self.state == BatchState.DRAFT

    @property
    def is_busy(self) -> bool:
        """Its work waits or runs."""
        return self.state in BUSY

    @property
    def may_be_undone(self) -> bool:
        """Whether there is something that can be taken back."""
        return self.state in ENDED and self.done > self.undone


_B = TypeVar("_B", bound=Batch)
BUSY = frozenset({BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING})
ENDED = frozenset({BatchState.DONE, BatchState.STOPPED})
#: Models of the rooms whose drafts are forgotten.
MODELS: list[type[Batch]] = []


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


def register(
    model: type[Batch], *, act: tuple[str, Handler], undo: tuple[str, Handler], retries: int = 3
) -> None:
    """Add one kind of change for many: the job that carries it out and the one that takes it back, each with its key."""
    MODELS.append(model)
    for key, handler in (act, undo):
        jobs.register(JobKind(key, handler, retries=retries, ended=partial(_job_ended, model)))


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
    """Queue the undoing of a whole batch. Raises StaleState while it runs, when it was taken back, and when it did nothing."""
    if batch.state in ENDED and not batch.may_be_undone:
        raise StaleState(gettext("Nothing of this is left that could be taken back."))
    _queue(batch, ENDED, {"state": BatchState.UNDOING}, actor, kind, title, at)


def _queue(
    batch: Batch, old: Collection[BatchState], values: dict[str, Any], actor: Actor, kind: str, title: str, at: datetime
) -> None:  # fmt: skip
    if _rows(batch).filter(state__in=old).update(**values) != 1:
        raise StaleState
    job = enqueue(
        actor=actor, kind=kind, title=title, payload={"batch": batch.pk}, at=at,
        queue_key=batch.queue_key,
    )  # fmt: skip
    _rows(batch).update(job=job)
    batch.refresh_from_db()


def _rows(batch: Batch) -> "QuerySet[Any, Any]":
    return type(batch)._default_manager.filter(pk=batch.pk)


def under_way(draft: _B, said: Mapping[str, Any]) -> _B | None:
    """The same records with the same said of them by the same person, waiting or running; None without one."""
    mine = type(draft)._default_manager.filter(user_id=draft.user_id, state__in=BUSY, **said)
    return next((one for one in mine.order_by("pk") if one.picked == draft.picked), None)


def of_outcome(batch: Batch, outcome: str) -> Q:
    """Which records (annotated with is_done and is_undone) came to an outcome: done, refused, undone or not_reached.

    What was done and taken back since stands under both.
    """
    seen = Q(pk__in=batch.looked_at)
    return {
        "done": Q(is_done=True), "refused": Q(is_done=False) & seen, "undone": Q(is_undone=True),
        "not_reached": Q(is_done=False) & ~seen,
    }[outcome]  # fmt: skip


def results_of(batch: Batch, actor: Actor) -> "QuerySet[Job]":
    """The actor's own work on a batch that left a file, the first first."""
    mine = Job.objects.filter(user_id=actor.user_id, queue_key=batch.queue_key, result_file__isnull=False)
    return mine.order_by("pk")


def result_of(batch: Batch, actor: Actor) -> StoredFile:
    """The newest file of the actor's own work on a batch. Raises NotVisible."""
    job = results_of(batch, actor).select_related("result_file").last()
    if job is None or job.result_file is None:
        raise NotVisible(gettext("There is no result file yet, or the work was not yours."))
    return job.result_file


def _job_ended(model: type[Batch], job: Job) -> None:
    """The job was stopped or given up: its batch stands still with what was done, and that can be taken back."""
    batch = model._default_manager.filter(job=job, state__in=BUSY).first()
    if batch is not None:
        done, undone = batch.tally()
        _rows(batch).update(state=BatchState.STOPPED, done=done, undone=undone, finished_at=clock.now())


def forget_drafts(context: JobContext) -> None:
    """Remove picks of last week nobody said anything about."""
    old = {"state": BatchState.DRAFT, "created_at__lt": clock.now() - DRAFTS_LAST}
    context.finish({"forgotten": sum(model._default_manager.filter(**old).delete()[0] for model in MODELS)})


DRAFTS_LAST = timedelta(days=7)
FORGET_DRAFTS = JobKind("core.forget_drafts", forget_drafts, every=timedelta(hours=12))


def decide(
    context: JobContext, batch: Batch, act: Named, *, named: Named, already: Collection[int], telling: Telling, label: str
) -> None:  # fmt: skip
    """Do the batch's act to each record picked; a killed job goes on where it stopped, a cancelled one keeps what was done.

    already: records done by an earlier attempt.
    """
    _rows(batch).filter(state=BatchState.WAITING).update(state=BatchState.RUNNING)

    def note(lines: list[Line], **more: Any) -> int:
        refused = len(_left(lines))
        done = len(lines) - refused
        _rows(batch).update(done=done, refused=refused, **more)
        return done

    def end(lines: list[Line], is_whole: bool) -> None:
        state = BatchState.DONE if is_whole else BatchState.STOPPED
        done = note(lines, state=state, finished_at=clock.now(), reasons=_reasons(batch.picked, lines))
        _tell(context, lines, telling, done=done, not_reached=len(batch.picked) - len(lines))

    def outcome(_number: int, pk: int) -> Line:
        return _outcome(named if pk in already else act, pk, named, telling)

    _each(context, batch.picked, outcome, end, note=note, label=label)


def undo(
    context: JobContext, batch: Batch, ids: Sequence[int], act: Named, *, named: Named, telling: Telling
) -> None:  # fmt: skip
    """Take back each id; safe to run again. Cancelled, the batch is as one that stopped: the rest can be taken back too."""

    def note(_lines: list[Line], **more: Any) -> int:
        _done, undone = batch.tally()
        _rows(batch).update(undone=undone, **more)
        return undone

    def end(lines: list[Line], is_whole: bool) -> None:
        ended = {"state": BatchState.UNDONE, "undone_at": clock.now()}
        undone = note(lines, **(ended if is_whole else {"state": BatchState.STOPPED}))
        _tell(context, lines, telling, done=undone, not_reached=len(ids) - len(lines))

    _each(context, ids, lambda _number, pk: _outcome(act, pk, named, telling), end, note=note)


def work_through(
    context: JobContext, act: Named, telling: Telling, *, named: Named = lambda pk: [pk]
) -> None:
    """Do `act` to each id of the payload, each on its own, and finish with counts and a file of one line a record.

    act: returns what names the record, as JSON keeps it; a DomainError is a refusal, told in the file. named: what names
    a record that was refused, its key where nothing else does. Stopping keeps what was done, and its file. A killed job
    goes on behind the last record it did, and its file tells of all.
    """
    ids = context.payload["ids"]
    rows = JobLine.objects.filter(job=context.job)
    before: list[Line] = list(rows.order_by("number").values_list("cells", flat=True))

    def kept(number: int, pk: int) -> Line:
        with transaction.atomic():
            line = _outcome(act, pk, named, telling)
            rows.create(job=context.job, number=number, cells=line)
        return line

    def end(lines: list[Line], is_whole: bool) -> None:
        told = [*before, *lines]
        _tell(context, told, telling, done=len(told) - len(_left(told)), not_reached=len(ids) - len(told))

    _each(context, ids, kept, end, begin=len(before))


def _each(
    context: JobContext, ids: Sequence[int], outcome: Callable[[int, int], Line], end: Callable[[list[Line], bool], None],
    *, note: Callable[[list[Line]], object] = len, label: str = "", begin: int = 0,
) -> None:  # fmt: skip
    """note: told of the lines so far at every step, and whenever the work breaks off."""
    lines: list[Line] = []
    try:
        for number, pk in enumerate(ids[begin:], start=begin):
            if number % _STEP == 0:
                note(lines)
                context.progress(number, len(ids), label)
            lines.append(outcome(number, pk))
        context.progress(len(ids), len(ids))
    except Cancelled:
        end(lines, False)
        raise
    except Exception:  # the runner tries again or gives up; the counts say how far this attempt came
        note(lines)
        raise
    end(lines, True)


_STEP = 20


def _outcome(act: Named, pk: int, named: Named, telling: Telling) -> Line:
    try:
        return [*act(pk), telling.done or gettext("Done"), ""]
    except DomainError as refusal:
        return [*named(pk), telling.left or gettext("Refused"), str(refusal)]


def _reasons(ids: Sequence[int], lines: list[Line]) -> dict[str, list[int]]:
    """Each reason told in the lines, with the ids it holds for."""
    found: dict[str, list[int]] = {}
    for pk, line in zip(ids, lines, strict=False):
        if line[-1]:
            found.setdefault(str(line[-1]), []).append(pk)
    return found


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
