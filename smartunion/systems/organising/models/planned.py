"""What was planned for each day, and what became of it."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.systems.organising.models.areas import Area
from smartunion.systems.organising.models.findings import Finding
from smartunion.systems.organising.models.visits import Visit
from smartunion.systems.organising.rules import STANDING_PLANS, PlanOutcome


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    """Reads of plans."""

    def visible_to(self, actor: Actor) -> Self:
        """Plans in reach, of areas one holds, and one's own."""
        own = Q(area_id__in=actor.area_ids) if actor.area_ids else Q(pk__in=[])
        return self.filter(actor.within("organising.view") | own | Q(user_id=actor.user_id or -1))

    def agreed(self) -> Self:
        """Days that were agreed and stood: neither put off before they came nor needed no more."""
        return self.filter(is_agreed=True, outcome__in=STANDING_PLANS)


class PlannedVisit(models.Model):
    """A firm or union an organiser meant to visit on a day. Kept as long as policy organising.plans_kept_months says.

    is_agreed: the day was set for it; is_listed: it stood on her day list that morning; area, path, user_id: where and whose
    it was then; visit: that made it done; note: why it was put off.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="planned", db_index=False)
    day = models.DateField()
    area = models.ForeignKey(
        Area, null=True, on_delete=models.SET_NULL, related_name="planned", db_index=False
    )
    path = PathField()
    user_id = models.BigIntegerField(null=True)
    is_agreed = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)
    outcome = models.CharField(max_length=7, choices=PlanOutcome, default=PlanOutcome.PLANNED)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.SET_NULL, related_name="planned")
    note = models.CharField(max_length=200, blank=True)

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "day"], name="planned_once")]
        indexes = [
            # The newest first, a month's sums by area and organiser, and what still waits: none opens a row.
            models.Index(fields=["-day", "-id", "path", "area", "user_id", "outcome"], name="planned_by_day"),
            models.Index(fields=["area", "day"], name="planned_area"),
        ]
