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
from smartunion.systems.organising.models.findings import Finding


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
