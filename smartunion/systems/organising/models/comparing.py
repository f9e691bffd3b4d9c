"""Comparison runs and the links they find."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising import rules, verdict_rules


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    """Reads of comparison runs."""

    def visible_to(self, actor: Actor) -> Self:
        """Runs of federations in reach."""
        return self.filter(actor.within("organising.view", "path"))


class MatchRun(models.Model):
    """One comparison of the registry with the departments' snapshots.

    inputs: snapshot ids; steps: name, rows in and out, seconds; counts: rows of each list; change: new, kept,
    closed and reopened findings; standings: where each rule stood by people's verdicts when it began, with the reason;
    settled: what the next one need not look at (comparison/settled), of the last one of a federation alone.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField(db_index=True)
    state = models.CharField(max_length=8, choices=rules.RunState, default=rules.RunState.WAITING)
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    inputs = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    change = models.JSONField(default=dict)
    standings = models.JSONField(default=list)
    settled = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    user_id = models.BigIntegerField(null=True)

    objects = MatchRunQuerySet.as_manager()


class MatchLink(models.Model):
    """The matcher's (or a person's) statement that a union covers a market entity, with its evidence.

    rule: name of the step that found it; evidence: values compared on both sides; confidence 0–1;
    verdict: what a person said last (every verdict is kept as a LinkLabel); is_live: whether the last run still says
    so; last_run: the run that last changed it; sampled_in: the run that drew it for a spot check.
    """

    union = models.ForeignKey(
        TradeUnion, on_delete=models.CASCADE, related_name="match_links", db_index=False
    )
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
    sampled_in = models.ForeignKey(MatchRun, null=True, on_delete=models.SET_NULL, related_name="+")
    path = PathField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "employer"], name="match_link_once")]

    @property
    def passed(self) -> bool:
        """Whether its points alone suffice to link unasked, whatever its rule has lost or won since."""
        return bool(self.evidence.get("passed", self.is_auto))


class LinkLabelQuerySet(models.QuerySet["LinkLabel"]):
    """Reads of labels."""

    def visible_to(self, actor: Actor) -> Self:
        """Labels on pairs in reach."""
        return self.filter(actor.within("organising.view", "path"))

    def last_words(self, until: datetime | None = None) -> Self:
        """The labels that count for the matcher's rules: of each pair the last one before an instant.

        Pairs whose last label takes the verdict back are left out, and labels that judge no rule.
        """
        said = LinkLabel.objects.filter(union__isnull=False).exclude(rule__in=verdict_rules.NOT_A_RULE)
        before = Q() if until is None else Q(at__lt=until)
        later = said.filter(
            before, union=OuterRef("union"), employer=OuterRef("employer"), pk__gt=OuterRef("pk")
        )
        return (
            self.filter(before, ~Exists(later), union__isnull=False)
            .exclude(rule__in=verdict_rules.NOT_A_RULE)
            .exclude(verdict=verdict_rules.LabelVerdict.WITHDRAWN)
        )


class LinkLabel(models.Model):
    """One thing a person said about a pair, with what the matcher had said then; append-only, the last word counts.

    union is empty where two employers, or two departments' values, were judged; was_auto, passed: whether the link
    counted unasked, and whether its points alone sufficed; sampled: drawn at random, so that precision measured on
    such labels has no bias; reason: in the person's words.
    """

    link = models.ForeignKey(MatchLink, null=True, on_delete=models.SET_NULL, related_name="labels")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    other_employer = models.ForeignKey(Employer, null=True, on_delete=models.SET_NULL, related_name="+")
    verdict = models.CharField(max_length=9, choices=verdict_rules.LabelVerdict)
    origin = models.CharField(max_length=12, choices=verdict_rules.LabelOrigin)
    rule = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict)
    confidence = models.DecimalField(max_digits=4, decimal_places=3)
    was_auto = models.BooleanField()
    passed = models.BooleanField()
    sampled = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    path = PathField()

    objects = LinkLabelQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "at"], name="link_label_path"),
            models.Index(fields=["rule", "id"], name="link_label_rule"),
        ]
