"""The ledger."""

from datetime import date
from typing import Self

from django.db import models

from smartunion.core.actor import Actor, within
from smartunion.core.paths import PathField


class FactQuerySet(models.QuerySet["Fact"]):
    """Reads of facts."""

    def visible_to(self, actor: Actor) -> Self:
        """Facts in the actor's reach (boards and desk)."""
        return self.filter(actor.within("boards.view", "path") | actor.within("organising.view", "path"))

    def counted(self, *kinds: str, path: str, since: date | None = None, until: date | None = None) -> Self:
        """The rows behind a number: of some kinds, in a subtree ("" is everywhere), on days [since, until)."""
        found = self.filter(within([path]), kind__in=kinds)
        if since is not None:
            found = found.filter(happened_on__gte=since)
        return found if until is None else found.filter(happened_on__lt=until)

    def standing(self) -> Self:
        """Without the rows that were taken back and the rows that took them back.

        Said so that PostgreSQL looks for the few that were taken back instead of joining the ledger with itself.
        """
        taken_back = Fact.objects.filter(reverses__isnull=False, reverses=models.OuterRef("pk"))
        return self.filter(~models.Exists(taken_back), reverses=None)


class Fact(models.Model):
    """One thing that happened: append-only; a correction or an undo is another row with quantity −1.

    kind: stable name such as "member.joined" (facts.kinds lists them); happened_on: the day it counts for;
    path: union (or federation responsible for the place) it counts for; subject: the record behind it;
    key: makes a repeated write harmless (unique). reverses: the row this one takes back.
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
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    attrs = models.JSONField(default=dict)

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "path", "happened_on", "quantity"], name="fact_own"),
            models.Index(fields=["kind", "happened_on"], name="fact_kind_day"),
            models.Index(
                fields=[
                    "drive_id",
                    "kind",
                    "happened_on",
                    "path",
                    "quantity",
                    "subject_type",
                    "subject_id",
                    "reverses",
                    "id",
                ],
                name="fact_of_drive",
                condition=models.Q(drive_id__isnull=False),
            ),
            models.Index(fields=["subject_type", "subject_id"], name="fact_subject"),
            models.Index(
                fields=["person_id"], name="fact_person", condition=models.Q(person_id__isnull=False)
            ),
        ]


class DailyTally(models.Model):
    """Roll-up of the ledger by kind, day and subtree: everything below `path`, without what counts for `path` itself.

    Only complete together with TallyDelta and the facts at the path: read them through facts.queries.
    """

    kind = models.CharField(max_length=40)
    day = models.DateField()
    path = PathField(blank=True)
    quantity = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "path", "day"], name="tally_once")]


class TallyDelta(models.Model):
    """A change to a tally, inserted in the fact's transaction and folded into DailyTally by a job.

    Inserting locks nothing, so that two hundred people may join one union at once (docs/decisions/0002).
    """

    kind = models.CharField(max_length=40)
    day = models.DateField()
    path = PathField(blank=True)
    quantity = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "path", "day"], name="delta_kind_path")]
