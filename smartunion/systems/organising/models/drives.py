"""Joining drives and agreed targets."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion


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
