"""Letters with which a federation answers: a union founded, a committee elected, a re-election put off, a place filled."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Officer, Term, TermPostponement, TradeUnion


class LetterKind(models.TextChoices):
    """What was asked for and is approved."""

    FOUNDING = "founding", _("Founding of the union")
    RE_ELECTION = "re_election", _("Re-election")
    POSTPONEMENT = "postponement", _("Re-election put off")
    BY_ELECTION = "by_election", _("By-election")


class ApprovalLetterQuerySet(models.QuerySet["ApprovalLetter"]):
    """Reads of letters."""

    def visible_to(self, actor: Actor) -> Self:
        """Letters to unions in reach, and those that answer one's own application."""
        mine = Q(case__user_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
        return self.filter(actor.within("registry.view", "union__path") | mine)


class ApprovalLetter(models.Model):
    """One letter, never edited. issued_by, addressed_to: as both were called that day; number: once for each federation.

    officer: of a by-election; postponement: of a re-election put off; else the letter confirms the whole term.
    """

    kind = models.CharField(max_length=12, choices=LetterKind)
    federation = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    issued_by = models.CharField(max_length=120)
    addressed_to = models.CharField(max_length=120)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(Officer, null=True, on_delete=models.CASCADE, related_name="+")
    postponement = models.ForeignKey(TermPostponement, null=True, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(CaseFile, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ApprovalLetterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["federation", "number"], name="letter_number")]
