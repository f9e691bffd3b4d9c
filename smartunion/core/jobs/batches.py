"""What decisions on many records at once share: their life, and the file that says what became of each."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.core.files.intake import keep_bytes
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import csv_bytes


class BatchState(TextChoices):
    """Life of one decision on many records; a draft holds what was picked until the decision is chosen."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped half way")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


def work_through(
    context: JobContext,
    act: Callable[[int], str],
    *,
    heads: list[str],
    name: str,
    actor: Actor,
    step: int = 20,
) -> None:
    """Do `act` to each id of the payload, each on its own, and finish with counts and a file of one line a record.

    act: returns what the record is called; a DomainError is a refusal, told in the file. Stopping keeps what was done,
    and its file. heads: of the record, the outcome and the reason.
    """
    ids, lines = context.payload["ids"], list[list[Cell]]()
    try:
        for number, pk in enumerate(ids):
            if number % step == 0:
                context.progress(number, len(ids))
            lines.append(_outcome(act, pk))
        context.progress(len(ids), len(ids))
    except Cancelled:
        _tell(context, lines, len(ids), heads, name, actor)
        raise
    _tell(context, lines, len(ids), heads, name, actor)


def _outcome(act: Callable[[int], str], pk: int) -> list[Cell]:
    try:
        return [act(pk), gettext("Done"), ""]
    except DomainError as refusal:
        return [pk, gettext("Refused"), str(refusal)]


def _tell(
    context: JobContext, lines: list[list[Cell]], asked: int, heads: list[str], name: str, actor: Actor
) -> None:
    refused = sum(1 for line in lines if line[2])
    summary = [[gettext("Done"), len(lines) - refused], [gettext("Refused"), refused]]
    if len(lines) < asked:
        summary.append([gettext("Not reached"), asked - len(lines)])
    file = csv_result(heads, lines, actor=actor, name=name, purpose="job", at=clock.now())
    context.finish({"summary": summary}, file)


def csv_result(
    heads: list[str], lines: Iterable[list[Cell]], *, actor: Actor, name: str, purpose: str, at: datetime
) -> StoredFile:
    """A job's result file: one line for each record. name: without its ending."""
    return keep_bytes(
        actor=actor, content=b"".join(csv_bytes(heads, lines)), name=f"{name}.csv", media_type="text/csv",
        purpose=purpose, at=at,
    )  # fmt: skip
