"""Comparison runs, links, findings, areas, visits, drives."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.ids import uuid7
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


class Area(models.Model):
    """A service area: some unions and the villages around them, one organiser at a time (S016)."""

    name = models.CharField(_("name"), max_length=60)
    union = models.ForeignKey(
        TradeUnion, on_delete=models.PROTECT, related_name="areas", help_text="Town federation."
    )
    path = PathField(db_index=True)
    regions = models.ManyToManyField("registry.Region", related_name="+")
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "name"], name="area_name")]


class AreaUnion(models.Model):
    """A grassroots union belongs to one area at a time."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="area_unions")
    union = models.OneToOneField(TradeUnion, on_delete=models.CASCADE, related_name="area_union")


class AreaAssignment(models.Model):
    """Who holds an area from a day until a day."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="area_assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area"], condition=Q(valid_to=None), name="area_one_organiser"),
        ]


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
    order, shown to the organiser; due_on: next day it belongs on a day list.
    """

    kind = models.CharField(max_length=14, choices=rules.FindingKind)
    subject_key = models.CharField(max_length=60)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="findings")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="findings")
    link = models.ForeignKey(MatchLink, null=True, on_delete=models.SET_NULL, related_name="findings")
    path = PathField()
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="findings")
    work_list = models.CharField(max_length=6, choices=rules.WorkList)
    state = models.CharField(max_length=8, choices=rules.FindingState, default=rules.FindingState.OPEN)
    score = models.FloatField(default=0)
    headcount = models.PositiveIntegerField(null=True)
    reasons = models.JSONField(default=list)
    due_on = models.DateField(null=True)
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


class VisitQuerySet(models.QuerySet["Visit"]):
    """Reads of visits."""

    def visible_to(self, actor: Actor) -> Self:
        """Visits in the territory of the actor's unions, and one's own."""
        return self.filter(actor.within("organising.view", "path") | Q(user_id=actor.user_id or -1))


class Visit(models.Model):
    """One visit as noted on the spot, perhaps offline.

    client_id: made on the phone, a repeated sending makes one visit; noted_at: when it happened by the phone's
    clock; received_at: when it reached us; base_version: version of the finding the organiser saw;
    conflict: what had changed meanwhile, "" when nothing.
    """

    client_id = models.UUIDField(unique=True, default=uuid7)
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="visits")
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="visits")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.PROTECT, related_name="visits")
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="visits")
    path = PathField(db_index=True)
    user_id = models.BigIntegerField()
    result = models.CharField(max_length=10, choices=rules.VisitResult)
    note = models.CharField(max_length=1000, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    staff_seen = models.PositiveIntegerField(null=True)
    noted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    was_offline = models.BooleanField(default=False)
    base_version = models.PositiveIntegerField(null=True)
    conflict = models.CharField(max_length=200, blank=True)
    related_employer = models.ForeignKey(Employer, null=True, on_delete=models.SET_NULL, related_name="+")
    related_union = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")
    photo = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = VisitQuerySet.as_manager()


class DriveQuerySet(models.QuerySet["JoiningDrive"]):
    """Reads of drives."""

    def visible_to(self, actor: Actor) -> Self:
        """Drives of unions in reach."""
        return self.filter(actor.within("drives.manage", "path") | actor.within("organising.view", "path"))


class JoiningDrive(models.Model):
    """A code people scan to join: a union's own standing code, or a campaign with a target.

    code: in the link and QR; union: receiving union (a federation's code routes by employer, else holding pool).
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=80)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="drives")
    path = PathField(db_index=True)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="drives")
    audience = models.CharField(max_length=20, blank=True, help_text="Platform or trade, e.g. truck drivers.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    objects = DriveQuerySet.as_manager()


class Target(models.Model):
    """An agreed number: sum of one kind of fact in a subtree over a period; progress is never typed in."""

    drive = models.ForeignKey(JoiningDrive, null=True, on_delete=models.CASCADE, related_name="targets")
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="targets")
    path = PathField(db_index=True)
    fact_kind = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    agreed_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="target_period"),
        ]
