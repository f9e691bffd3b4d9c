"""Other departments' files: sources, mappings, snapshots."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import TradeUnion


class TableKind(models.TextChoices):
    """Standard tables a file can become; columns in feeds.tables."""

    MARKET = "market", _("Market-regulation register")
    SOCIAL = "social", _("Social insurance")
    TAX = "tax", _("Taxpayers")
    DRIVERS = "drivers", _("Transport register (drivers)")
    INDUSTRY = "industry", _("Industry: firms above scale, graded, in clusters")
    PROJECTS = "projects", _("Development and reform: key projects")
    DUES = "dues", _("Tax office: union contributions of employers")
    IDENTITY = "identity", _("Public security: answers whether name and ID number belong together")


class Source(models.Model):
    """A department that sends files, and what we remember about its columns.

    mapping: label → field key confirmed by a person last time; used first next time; every_days: agreed rhythm of its extracts.
    """

    name = models.CharField(_("name"), max_length=60)
    department = models.CharField(_("department"), max_length=80)
    table = models.CharField(max_length=8, choices=TableKind)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField(db_index=True)
    purpose = models.CharField(_("purpose and legal basis"), max_length=300)
    mapping = models.JSONField(default=dict)
    every_days = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "name"], name="feed_source_name")]


class SnapshotState(models.TextChoices):
    """Life of a snapshot."""

    UPLOADED = "uploaded", _("Uploaded")
    READING = "reading", _("Being read")
    CHECK = "check", _("Columns to be confirmed")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    RETIRED = "retired", _("Replaced")


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Reads of snapshots."""

    def visible_to(self, actor: Actor) -> Self:
        """Snapshots of federations in reach."""
        return self.filter(actor.within("feeds.import", "path"))


class Snapshot(models.Model):
    """One file as it came, and the standard Parquet table made of it.

    report: quality report (rows, per column: filled, invalid, distinct; told: the first lines not taken, told_lines: how many);
    lineage: digest and name of the file, mapping used, when it was read, rows taken and left out.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="snapshots")
    table = models.CharField(max_length=8, choices=TableKind)
    path = PathField(db_index=True)
    as_of = models.DateField()
    state = models.CharField(max_length=8, choices=SnapshotState, default=SnapshotState.UPLOADED)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    parquet = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    rejects = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    mapping = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    lineage = models.JSONField(default=dict)
    row_count = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["table", "state", "-as_of"], name="snapshot_latest")]
