"""Places."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core.paths import PathField
from smartunion.ground.registry import rules


class Region(models.Model):
    """A place: GB/T 2260 division, statistical town or village code, or a zone with a code of our own.

    valid_from/valid_to: merged and abolished divisions stay, because old records point at them.
    lon/lat: degrees, of the seat; None where unknown. is_schematic: the position is drawn, not surveyed.
    """

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=rules.RegionLevel)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    path = PathField(unique=True)
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    is_schematic = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("region")
        indexes = [models.Index(fields=["parent", "code"], name="region_children")]

    def __str__(self) -> str:
        return self.name
