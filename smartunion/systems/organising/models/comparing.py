"""Comparison runs and the links they find."""

from typing import Self

from django.db import models

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising import rules


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    """Reads of comparison runs."""

    def visible_to(self, actor: Actor) -> Self:
        """Runs of federations in reach."""
        return self.filter(actor.within("organising.view", "path"))


class MatchRun(models.Model):
    """One comparison of the registry with the departments' snapshots.

    inputs: snapshot ids; steps: name, rows in and out, seconds; counts: rows of each list; change: new, kept,
    closed and reopened findings.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField(db_index=True)
    state = models.CharField(max_length=8, choices=rules.RunState, default=rules.RunState.WAITING)
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    inputs = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    change = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    user_id = models.BigIntegerField(null=True)

    objects = MatchRunQuerySet.as_manager()


class MatchLink(models.Model):
    """The matcher's (or a person's) statement that a union covers a market entity, with its evidence.

    rule: name of the step that found it; evidence: values compared on both sides; confidence 0–1;
    verdict: what a person said, kept as a label; is_live: whether the last run still says so.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="match_links")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="match_links")
    rule = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict)
    confidence = models.DecimalField(max_digits=4, decimal_places=3)
    is_auto = models.BooleanField()
    is_live = models.BooleanField(default=True)
    verdict = models.CharField(max_length=3, choices=rules.LinkVerdict, blank=True)
    verdict_by = models.BigIntegerField(null=True)
    verdict_at = models.DateTimeField(null=True)
    first_run = models.ForeignKey(MatchRun, null=True, on_delete=models.SET_NULL, related_name="+")
    last_run = models.ForeignKey(MatchRun, null=True, on_delete=models.SET_NULL, related_name="+")
    path = PathField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "employer"], name="match_link_once")]
