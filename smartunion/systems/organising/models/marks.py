"""What departments of industry and of development say of firms: above scale, graded, in a cluster, with a key project."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.registry.models import Employer


class MarkKind(models.TextChoices):
    """What a row of an extract says of a firm."""

    SCALE = "scale", _("Above scale")
    GRADE = "grade", _("Graded as innovative")
    CLUSTER = "cluster", _("In a cluster")
    PROJECT = "project", _("Has a key project")


class EmployerMarkQuerySet(models.QuerySet["EmployerMark"]):
    """Reads of marks."""

    def visible_to(self, actor: Actor) -> Self:
        """Marks of firms in reach; those that mean no firm we know, where the extract's federation is in reach."""
        reach = actor.within("organising.view", "employer__territory_path")
        return self.filter(reach | Q(actor.within("organising.view", "path"), employer=None))


class EmployerMark(models.Model):
    """One thing the newest extract says of one firm; replaced as a whole when the next extract is ready.

    path: federation whose extract it is; name: as the extract writes it; label: grade, cluster or project;
    employer: empty where no single firm of ours has the code or the name.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = PathField()
    kind = models.CharField(max_length=7, choices=MarkKind)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="marks")
    name = models.CharField(max_length=120)
    label = models.CharField(max_length=120, blank=True)

    objects = EmployerMarkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "employer"], name="employer_mark_by_kind"),
            models.Index(fields=["snapshot", "kind"], name="employer_mark_of_snapshot"),
        ]
