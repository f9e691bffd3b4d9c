"""Findings and what happened to them."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.jobs.batches import Batch
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import FoundingMode
from smartunion.systems.organising import rules
from smartunion.systems.organising.models.areas import Area
from smartunion.systems.organising.models.comparing import MatchLink, MatchRun

#: Event of a finding that a verdict on many had closed and that was opened again with it.
BATCH_UNDONE = "batch_undone"


class FindingQuerySet(models.QuerySet["Finding"]):
    """Reads of findings."""

    def visible_to(self, actor: Actor) -> Self:
        """Findings in the territory of the actor's unions; an organiser sees those of her own areas."""
        own = Q(area_id__in=actor.area_ids) if actor.area_ids else Q(pk__in=[])
        return self.filter(actor.within("organising.view", "path") | own)


class Finding(models.Model):
    """Something to look into, with a stable identity (kind + subject) across comparisons.

    subject_key: "employer:12" or "union:7" and, where needed, the pair; path: federation responsible; work_list: which
    of the three; score: sorts the list (expected members × likelihood); reasons: sentences' codes with values, in
    order, shown to the organiser; due_on: next day it belongs on a day list; mode, mode_reasons: how its union could be
    founded, and why; by_hand: somebody put it on the list, and no comparison takes it off while it has no union.
    """

    kind = models.CharField(max_length=14, choices=rules.FindingKind)
    subject_key = models.CharField(max_length=60)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="findings")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="findings")
    link = models.ForeignKey(MatchLink, null=True, on_delete=models.SET_NULL, related_name="findings")
    path = PathField()
    area = models.ForeignKey(
        Area, null=True, on_delete=models.SET_NULL, related_name="findings", db_index=False
    )
    work_list = models.CharField(max_length=6, choices=rules.WorkList)
    state = models.CharField(max_length=8, choices=rules.FindingState, default=rules.FindingState.OPEN)
    score = models.FloatField(default=0)
    headcount = models.PositiveIntegerField(null=True)
    reasons = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    mode = models.CharField(max_length=11, choices=FoundingMode, blank=True)
    mode_reasons = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False)
    case_id = models.BigIntegerField(null=True, help_text="Founding case.")
    first_run = models.ForeignKey(MatchRun, null=True, on_delete=models.SET_NULL, related_name="+")
    last_run = models.ForeignKey(MatchRun, null=True, on_delete=models.SET_NULL, related_name="+")
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=20, blank=True, help_text="visit result, matched, founded …")
    version = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_key"], name="finding_identity")]
        indexes = [
            models.Index(fields=["path", "work_list", "state", "-score", "id"], name="finding_list"),
            models.Index(fields=["area", "state", "due_on"], name="finding_area"),
            # A list in its own order; the path at the end keeps the walk inside the index, whatever the reach.
            models.Index(
                fields=["work_list", "-score", "-id", "path"],
                condition=~models.Q(state=rules.FindingState.CLOSED.value),
                name="finding_open",
            ),
        ]

    @property
    def subject_name(self) -> str:
        """The employer's name, or the union's where the finding is about a union."""
        subject = self.employer or self.union
        return str(subject.name) if subject else ""


class FindingEvent(models.Model):
    """What happened to a finding; append-only."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=8, blank=True)
    to_state = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    batch = models.ForeignKey("VerdictBatch", null=True, on_delete=models.SET_NULL, related_name="events")


class VerdictBatchQuerySet(models.QuerySet["VerdictBatch"]):
    """Reads of batches."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those whose findings all lie where one decides about findings."""
        return self.filter(actor.within("organising.take_up", "path") | models.Q(user_id=actor.user_id or -1))


class VerdictBatch(Batch):
    """One verdict on many findings: what was said, by whom, how far it is, whether it was taken back.

    path: the deepest subtree that holds all the findings.
    """

    path = PathField(db_index=True)
    verdict = models.CharField(max_length=10, choices=rules.BatchVerdict, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    related_union = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")
    related_employer = models.ForeignKey(Employer, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = VerdictBatchQuerySet.as_manager()

    @property
    def closings(self) -> "models.QuerySet[FindingEvent]":
        """What it closed, each event with how the finding was before."""
        return self.events.exclude(event=BATCH_UNDONE)

    def tally(self) -> tuple[int, int]:
        """Findings closed, and of those opened again."""
        return self.closings.count(), self.events.filter(event=BATCH_UNDONE).count()

    def findings(self, actor: Actor) -> "models.QuerySet[Finding]":
        """The findings picked that the actor sees, each with is_done and is_undone by this verdict."""
        events = self.events.filter(finding=models.OuterRef("pk"))
        return Finding.objects.visible_to(actor).filter(pk__in=self.picked).select_related("employer", "union", "area").annotate(
            is_done=models.Exists(events.exclude(event=BATCH_UNDONE)),
            is_undone=models.Exists(events.filter(event=BATCH_UNDONE)),
        )  # fmt: skip
