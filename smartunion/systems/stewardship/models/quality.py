"""Work on the registry's quality: likely duplicates and what people said about them; scores; differences."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import MergeKind, TradeUnion
from smartunion.systems.stewardship.rules.alike import level_of
from smartunion.systems.stewardship.rules.words import Level, PairState


def within_kinds(actor: Actor) -> Q:
    """Rows about people the actor may edit, and about employers and unions she may edit; by `kind` and `path`."""
    people = actor.within("members.edit") & Q(kind=MergeKind.PERSON)
    return people | (actor.within("registry.edit") & ~Q(kind=MergeKind.PERSON))


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Reads of clusters."""

    def visible_to(self, actor: Actor) -> Self:
        """Clusters all of whose records the actor may change."""
        return self.filter(within_kinds(actor))


class Cluster(models.Model):
    """Records that may be one thing, looked at together.

    path: the lowest union above all of them. points, reasons: of the pair that is most alike. first_id: the record
    whose name stands for the cluster. merge_id: of the merge that settled it.
    """

    kind = models.CharField(max_length=8, choices=MergeKind)
    path = PathField(blank=True)
    first_id = models.BigIntegerField()
    size = models.PositiveSmallIntegerField()
    points = models.SmallIntegerField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=PairState, default=PairState.OPEN)
    merge_id = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "state", "path"], name="cluster_work")]

    @property
    def level(self) -> Level | None:
        """How sure it is that the records are one."""
        return level_of(self.points)

    @property
    def tone(self) -> str:
        """The level as one of the meanings a state is drawn with."""
        return {Level.SURE: "done", Level.LIKELY: "active"}.get(self.level or Level.POSSIBLE, "waiting")


class ClusterMember(models.Model):
    """A record of a cluster."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="records", db_index=False)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "record_id"], name="cluster_record_once")]


class Pair(models.Model):
    """Two records that look alike, and what was said about them; the same row from one search to the next.

    left_id < right_id. basis: digest of the values compared; when it changes, "not the same" may be asked again.
    """

    kind = models.CharField(max_length=8, choices=MergeKind)
    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    points = models.SmallIntegerField()
    reasons = models.JSONField(default=list)
    basis = models.CharField(max_length=32)
    state = models.CharField(max_length=6, choices=PairState, default=PairState.OPEN)
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="pairs")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    user_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "left_id", "right_id"], name="pair_once"),
            models.CheckConstraint(condition=Q(left_id__lt=models.F("right_id")), name="pair_order"),
        ]
        indexes = [models.Index(fields=["kind", "state"], name="pair_state")]


class UnionQuality(models.Model):
    """How complete and valid a union's records are: points due by the definition, and points kept.

    is_dirty: something of it changed since; version: of the definition it was counted by.
    """

    union = models.OneToOneField(
        TradeUnion, primary_key=True, on_delete=models.CASCADE, related_name="quality"
    )
    path = PathField(db_index=True)
    due = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    records = models.IntegerField(default=0)
    version = models.PositiveSmallIntegerField()
    counted_at = models.DateTimeField()
    is_dirty = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("data quality")
        indexes = [models.Index(fields=["union"], name="quality_dirty", condition=Q(is_dirty=True))]


class FaultCount(models.Model):
    """How many records of a union break a rule of the definition; no row where none does."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = PathField()
    rule = models.CharField(max_length=40)
    number = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "rule"], name="fault_once")]
        indexes = [models.Index(fields=["path", "rule"], name="fault_path")]


class Mark(models.Model):
    """How far a job has read."""

    key = models.CharField(max_length=40, unique=True)
    value = models.BigIntegerField(default=0)
