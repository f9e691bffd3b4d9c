"""Plans and their versions."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor, within
from smartunion.core.paths import PathField, prefixes
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.rules.terms import Terms, load

VIEW = "mutual.view"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Reads of plans."""

    def visible_to(self, actor: Actor) -> Self:
        """Plans offered to unions in the actor's reach: made there or by a union above."""
        roots = actor.paths(VIEW)
        above = {path for root in roots for path in prefixes(root)}
        return self.filter(within(roots, "path") | Q(path__in=above))


class Plan(models.Model):
    """A plan of mutual aid. union, path: who runs it; offered to everybody below."""

    key = models.CharField(max_length=40)
    title = models.CharField(_("plan"), max_length=80)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of mutual aid")
        constraints = [models.UniqueConstraint(fields=["path", "key"], name="mutual_plan_key")]

    def __str__(self) -> str:
        return str(self.title)


class PlanVersion(models.Model):
    """Terms in force for events on [valid_from, valid_to); never changed once published but for the day the next one begins.

    terms: rules.terms.dump; source: document the terms come from.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=300)
    published_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="mutual_version_number"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="mutual_version_period"
            ),
        ]

    def read(self) -> Terms:
        """The terms as rules take them."""
        return load(self.terms)
