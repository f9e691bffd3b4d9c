"""Who filled in an application to join for somebody else."""

from typing import Self

from django.db import models

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile


class JoinHelpQuerySet(models.QuerySet["JoinHelp"]):
    """Reads of help given."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own."""
        return self.filter(user_id=actor.user_id or -1)


class JoinHelp(models.Model):
    """An application somebody typed on her own phone or desk for the one who joins; the messages go to the latter.

    Purpose: the record says who typed it, and whoever helped sees what came of it. on: the day it was sent.
    """

    case = models.OneToOneField(CaseFile, on_delete=models.CASCADE, related_name="+")
    user_id = models.BigIntegerField()
    on = models.DateField()

    objects = JoinHelpQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user_id", "-id"], name="help_by_user")]
