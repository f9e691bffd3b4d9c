"""Files brought in: staged, previewed, applied, undoable."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.ground.registry.models.unions import TradeUnion


class ImportState(models.TextChoices):
    """Life of an import."""

    UPLOADED = "uploaded", _("Uploaded")
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("Ready to check")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Reads of imports."""

    def visible_to(self, actor: Actor) -> Self:
        """Those below unions for which the actor brings in lists."""
        return self.filter(actor.within("registry.import"))


class ImportBatch(models.Model):
    """One file somebody brought in: staged, previewed, applied, undoable.

    mapping: column label → field key; summary: counts by outcome and the first problems; options: what somebody chose of the
    file (imports.understanding); peek: the first rows of its sheets, sealed.
    """

    kind = models.CharField(max_length=20, help_text="members, unions or employers.")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    rejects = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    union = models.ForeignKey(
        TradeUnion, on_delete=models.PROTECT, related_name="+", help_text="Under which it is imported."
    )
    path = PathField()
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    peek = EncryptedTextField()
    applied_upto = models.BigIntegerField(
        default=0, help_text="Key of the last part gone through: parts up to it are applied."
    )
    summary = models.JSONField(default=dict)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="import_path")]


class ImportPart(models.Model):
    """Rows of a file that follow one another, staged in one transaction and applied or taken back in one.

    effective: how many of its rows create or change, packed ones included. packed, made: how many rows bring somebody new
    with nothing to be said about them, and those rows, sealed, as `imports.packs` writes them: of a long list only the
    first thousand such rows stand alone.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="parts", db_index=False)
    effective = models.PositiveIntegerField(default=0)
    packed = models.PositiveIntegerField(default=0)
    made = EncryptedTextField()

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="importpart_order")]


class ImportRow(models.Model):
    """One record of a file as staged: what it would do, what is wrong with it, and what undo must restore.

    values: sealed JSON of parsed values (personal data); problems: list of {field, label, code, message, remedy};
    outcome: create, change, same, refuse; reason: code of the problem that refused it, NULL without one; before: sealed
    JSON of the old values of changed fields, for undo.
    target_id: the union or membership it is about; of a membership to be made, the key reserved for it, so that applying
    writes nothing into the row: how far a batch is applied stands in the batch. Rows that change nothing and have nothing
    wrong are counted, not kept; those of a long list that bring somebody new are packed (ImportPart).
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    part = models.ForeignKey(ImportPart, on_delete=models.CASCADE, related_name="rows", db_index=False)
    sheet = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(help_text="Row in the file, from 1.")
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=30, null=True)
    values = EncryptedTextField()
    before = EncryptedTextField()
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    target_type = models.CharField(max_length=12, blank=True)
    target_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="importrow_outcome"),
            models.Index(
                fields=["batch", "reason", "number"],
                name="importrow_reason",
                condition=models.Q(reason__isnull=False),
            ),
            models.Index(
                fields=["part", "id"], name="importrow_order"
            ),  # applied and taken back in this order
        ]
