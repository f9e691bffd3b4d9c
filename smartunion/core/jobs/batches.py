"""What decisions on many records at once share: their life, and the file that says what became of each."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.files.intake import keep_bytes
from smartunion.core.files.models import StoredFile
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


def csv_result(
    heads: list[str], lines: Iterable[list[Cell]], *, actor: Actor, name: str, purpose: str, at: datetime
) -> StoredFile:
    """A job's result file: one line for each record. name: without its ending."""
    return keep_bytes(
        actor=actor, content=b"".join(csv_bytes(heads, lines)), name=f"{name}.csv", media_type="text/csv",
        purpose=purpose, at=at,
    )  # fmt: skip
