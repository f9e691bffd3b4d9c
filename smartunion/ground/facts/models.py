"""The ledger."""

from typing import Self

from django.db import models

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField


class FactQuerySet(models.QuerySet["Fact"]):
    """Reads of facts."""

    def visible_to(self, actor: Actor) -> Self:
        """Facts in the actor's reach (boards and desk)."""
        return self.filter(actor.within("boards.view", "path") | actor.within("organising.view", "path"))


class Fact(models.Model):
    """One thing that happened: append-only; a correction or an undo is another row with quantity −1.

    kind: stable name such as "member.joined" (facts.kinds lists them); happened_on: the day it counts for;
    path: union (or federation responsible for the place) it counts for; subject: the record behind it;
    key: makes a repeated write harmless (unique).
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    path = PathField()
    quantity = models.IntegerField(default=1)
    person_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    drive_id = models.BigIntegerField(null=True, help_text="Joining drive it counts towards.")
    user_id = models.BigIntegerField(null=True)
    attrs = models.JSONField(default=dict)

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "path", "happened_on"], name="fact_kind_path"),
            models.Index(fields=["kind", "happened_on"], name="fact_kind_day"),
            models.Index(fields=["drive_id", "kind"], name="fact_drive"),
            models.Index(fields=["subject_type", "subject_id"], name="fact_subject"),
        ]


class DailyTally(models.Model):
    """Roll-up of the ledger: sum of quantity by kind, day and exact path; kept in the fact's transaction."""

    kind = models.CharField(max_length=40)
    day = models.DateField()
    path = PathField()
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "path", "day"], name="tally_once")]
        indexes = [models.Index(fields=["kind", "day"], name="tally_kind_day")]
