"""Parameters that vary by place and date."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.policies.whatif import WHATIFS


class PolicyValueQuerySet(models.QuerySet["PolicyValue"]):
    """Reads of entered values."""

    def visible_to(self, actor: Actor) -> Self:
        """Rules are no secret: everybody who is signed in may know what holds, where, and why."""
        return self if actor.is_known else self.none()

    def standing(self) -> Self:
        """Without values that were entered by mistake and withdrawn."""
        return self.filter(withdrawn_at=None)


class PolicyValue(models.Model):
    """What held for one parameter, in one subtree, from a day until a day, and who said so.

    key: registered parameter (policies.parameters); path: "" for the whole installation, else a union's path and
    everything below; the longest path that matches wins. value: JSON checked by the parameter's kind.
    Rows are never changed or deleted; one entered by mistake is withdrawn with a reason.
    """

    key = models.CharField(max_length=60)
    path = PathField(blank=True)
    value = models.JSONField()
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    source = models.CharField(_("source"), max_length=300)
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = PolicyValueQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key", "valid_from"], name="policy_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "path", "valid_from"], condition=Q(withdrawn_at=None), name="policy_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="policy_period"
            ),
        ]


class CountQuerySet(models.QuerySet["Counting"]):
    """Reads of what-ifs that were counted."""

    def visible_to(self, actor: Actor) -> Self:
        """Those the actor could ask herself: by the permission of the question, at its place."""
        reach = Q(pk__in=[])
        for key, one in WHATIFS.items():
            reach |= Q(key=key) & actor.within(one.permission, "path")
        return self.filter(reach)


class Counting(models.Model):
    """One what-if: what was asked, and what came out on the records of that moment.

    path, [since, until): records looked at; given: key → JSON value of what was set otherwise; held: the same keys as
    they held in the place at the end of the period; lines, sample: as whatif.WhatIfResult, without names. Numbers are
    null until counted.
    """

    key = models.CharField(max_length=60)
    path = PathField(blank=True)
    since = models.DateField()
    until = models.DateField()
    given = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counted = models.PositiveIntegerField(null=True)
    changed = models.PositiveIntegerField(null=True)
    lines = models.JSONField(default=list)
    sample = models.JSONField(default=list)

    objects = CountQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key", "-id"], name="counting_key")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="counting_period"),
        ]
