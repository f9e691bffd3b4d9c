"""Records found to be the same thing entered twice, and what it takes to part them again."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField


class MergeKind(models.TextChoices):
    """What was merged."""

    PERSON = "person", pgettext_lazy("kind", "People")
    EMPLOYER = "employer", _("Employers")
    UNION = "union", _("Unions")

    @property
    def permission(self) -> str:
        """What its records ask of who merges them."""
        return "members.edit" if self == MergeKind.PERSON else "registry.edit"


class MergeQuerySet(models.QuerySet["Merge"]):
    """Reads of merges."""

    def visible_to(self, actor: Actor) -> Self:
        """Merges of records all of which the actor may change."""
        people = actor.within("members.edit") & Q(kind=MergeKind.PERSON)
        return self.filter(people | (actor.within("registry.edit") & ~Q(kind=MergeKind.PERSON)))


class Merge(models.Model):
    """Several records made one: which, on whose word, and the sealed rows that undo it.

    path: the lowest union that sees all the records. choices: field → id of the record it was taken from.
    record: sealed; every changed row as it stood before, and digests of how it was left. Cleared when the time to undo
    is over, or when the person's data is erased. summary: label → rows carried over.
    """

    kind = models.CharField(max_length=8, choices=MergeKind)
    survivor_id = models.BigIntegerField()
    path = PathField(blank=True)
    choices = models.JSONField(default=dict)
    summary = models.JSONField(default=list)
    record = EncryptedTextField(help_text="Rows as they stood before; needed to undo, then cleared.")
    reason = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    merged_at = models.DateTimeField()
    undo_until = models.DateField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        indexes = [
            models.Index(fields=["path", "-id"], name="merge_path"),
            models.Index(fields=["kind", "survivor_id"], name="merge_survivor"),
        ]


class MergedRecord(models.Model):
    """A record that went into another: its old number still leads there while the merge stands."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="merged", db_index=False)
    kind = models.CharField(max_length=8, choices=MergeKind)
    old_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "old_id"], name="merged_once")]
        indexes = [models.Index(fields=["kind", "old_id"], name="merged_old")]
