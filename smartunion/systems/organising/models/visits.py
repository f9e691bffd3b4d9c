"""Visits as noted on the spot."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising import rules
from smartunion.systems.organising.models.areas import Area
from smartunion.systems.organising.models.drives import JoiningDrive
from smartunion.systems.organising.models.findings import Finding


class VisitQuerySet(models.QuerySet["Visit"]):
    """Reads of visits."""

    def visible_to(self, actor: Actor) -> Self:
        """Visits in the territory of the actor's unions, in areas she holds, and her own."""
        own = Q(area_id__in=actor.area_ids) if actor.area_ids else Q(pk__in=[])
        return self.filter(actor.within("organising.view", "path") | own | Q(user_id=actor.user_id or -1))


class Visit(models.Model):
    """One visit as noted on the spot, perhaps offline.

    client_id: made on the phone, a repeated sending makes one visit; noted_at: when it happened by the phone's
    clock; received_at: when it reached us; base_version: version of the finding the organiser saw;
    conflict: what had changed meanwhile, "" when nothing; answer: what the organiser says to it; clock_fixed_s: by how
    much a wrong clock was put right; drive: the one it was made for; edits: earlier wordings of the note, oldest first;
    is_done: counted as done by what was asked there that day (`question_rules.counts_as_done`).
    """

    client_id = models.UUIDField(unique=True, default=uuid7)
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="visits")
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="visits")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.PROTECT, related_name="visits")
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="visits")
    drive = models.ForeignKey(
        JoiningDrive, null=True, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
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
    answer = models.CharField(max_length=10, choices=rules.ConflictAnswer, blank=True)
    answered_at = models.DateTimeField(null=True)
    clock_fixed_s = models.IntegerField(default=0)
    edits = models.JSONField(default=list)
    edited_at = models.DateTimeField(null=True)
    related_employer = models.ForeignKey(Employer, null=True, on_delete=models.SET_NULL, related_name="+")
    related_union = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")
    photo = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    is_done = models.BooleanField(default=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        # The newest first and the weeks behind us, with all that is counted of them: neither opens a row.
        indexes = [
            models.Index(
                fields=["-noted_at", "-id", "path", "area", "user_id", "result"], name="visit_by_day"
            ),
            # Few visits are made for a drive: what it counts, and their list.
            models.Index(
                fields=["drive", "-noted_at", "-id", "result", "is_done"],
                name="visit_of_drive",
                condition=Q(drive__isnull=False),
            ),
        ]

    @property
    def subject_name(self) -> str:
        """The firm or union that was visited, by name."""
        return self.finding.subject_name if self.finding else self.union.name if self.union else ""


class VisitPromiseQuerySet(models.QuerySet["VisitPromise"]):
    """Reads of promises."""

    def visible_to(self, actor: Actor) -> Self:
        """Promises in reach, of areas one holds, and those one made oneself."""
        own = Q(area_id__in=actor.area_ids) if actor.area_ids else Q(pk__in=[])
        return self.filter(actor.within("organising.view") | own | Q(user_id=actor.user_id or -1))

    def open(self) -> Self:
        """Not kept and not withdrawn yet."""
        return self.filter(outcome="")


class VisitPromise(models.Model):
    """What an organiser promised on a visit; it belongs to the area, so that whoever holds the area keeps it."""

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="promise")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.CASCADE, related_name="promises")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="visit_promises")
    area = models.ForeignKey(
        Area, null=True, on_delete=models.SET_NULL, related_name="promises", db_index=False
    )
    path = PathField()
    text = models.CharField(max_length=200)
    due_on = models.DateField()
    user_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=rules.PromiseOutcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closing_note = models.CharField(max_length=200, blank=True)

    objects = VisitPromiseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "outcome", "due_on"], name="promise_area")]
