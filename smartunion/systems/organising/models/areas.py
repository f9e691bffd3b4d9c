"""Service areas, the unions in them, who holds them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.paths import PathField
from smartunion.ground.registry.models import TradeUnion


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
