"""Settlements of hospitals or the medical scheme: a file from which claims are worked out and paid without an application."""

import json
from typing import Any, Self

from django.db import models
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.files.models import StoredFile
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import TradeUnion


class SettlementState(models.TextChoices):
    """Where a file stands."""

    CHECKING = "checking", pgettext_lazy("settlement", "Being read")
    UNREAD = "unread", pgettext_lazy("settlement", "Reading was stopped")
    READ = "read", pgettext_lazy("settlement", "Read, not taken in")
    RUNNING = "running", pgettext_lazy("settlement", "Being taken in")
    STOPPED = "stopped", pgettext_lazy("settlement", "Stopped half way")
    DONE = "done", pgettext_lazy("settlement", "Taken in")


TONES = {
    SettlementState.CHECKING: "active",
    SettlementState.UNREAD: "stopped",
    SettlementState.READ: "waiting",
    SettlementState.RUNNING: "active",
    SettlementState.STOPPED: "stopped",
    SettlementState.DONE: "done",
}


class SettlementQuerySet(models.QuerySet["Settlement"]):
    """Reads of files."""

    def visible_to(self, actor: Actor) -> Self:
        """Files of offices where the actor handles claims: they tell of illness."""
        return self.filter(actor.within("aid.handle", "path"))


class Settlement(models.Model):
    """One file. ready, known, refused: rows that bring something, that were taken in before, that cannot be taken.

    problems: sealed JSON of the first [row, field, reason, remedy], without names, all of them in the result file;
    total_yuan: what the ready rows bring; begun_at: when taking in began, so that a job killed half way counts what it
    had granted.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120)
    rows = models.PositiveIntegerField(default=0)
    ready = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    total_yuan = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    problems = EncryptedTextField(help_text="Purpose: what has to be mended in the file.")
    state = models.CharField(max_length=8, choices=SettlementState, default=SettlementState.READ)
    job_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)
    result = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="mutual_settlement_path")]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[SettlementState(self.state)]

    @property
    def problem_rows(self) -> list[list[Any]]:
        """[row, field, reason, remedy] of each row that cannot be taken."""
        held: list[list[Any]] = json.loads(self.problems) if self.problems else []
        return held
