"""What stands in the villages, counted every hour."""

from django.db import models

from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Region


class VillageCount(models.Model):
    """What one place held when it was counted: employers of one territory by cover, people, members, drivers, last visit.

    path: whose territory the employers are in, so that everybody sums what lies in her reach. Read by lists of many places.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = PathField(blank=True)
    employers = models.IntegerField(default=0)
    covered = models.IntegerField(default=0)
    uncovered = models.IntegerField(default=0)
    open_findings = models.IntegerField(default=0)
    people = models.IntegerField(default=0)
    members = models.IntegerField(default=0)
    drivers = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "path"], name="village_count_once")]
