"""People whom partner platforms sent, as those platforms may follow them."""

from django.db import models

from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import Partner


class PartnerJoiner(models.Model):
    """One application a platform sent in, and what it may know came of it (queries.joining_outcome).

    key: the platform's own for this sending; change: grows within a partner with every change of an outcome, so that
    whoever asks for what came after the last number read misses nothing.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+", db_index=False)
    case = models.OneToOneField(CaseFile, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)
    change = models.PositiveIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "change"], name="joiner_change_once")]
        indexes = [
            # What can still change is a part of what was sent.
            models.Index(
                fields=["id"], condition=models.Q(outcome__in=["asked", "pooled"]), name="joiner_undecided"
            )
        ]
