"""Questions an area or a federation asks at each visit, or a drive at those made for it, and what was answered."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField, ancestors
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models.areas import Area
from smartunion.systems.organising.models.drives import JoiningDrive
from smartunion.systems.organising.models.visits import Visit
from smartunion.systems.organising.question_rules import LONGEST, QuestionKind, said


class VisitQuestionQuerySet(models.QuerySet["VisitQuestion"]):
    """Reads of questions."""

    def visible_to(self, actor: Actor) -> Self:
        """Questions of one's territory, of areas one holds, of one's drives, and those the federations above ask there."""
        roots = (*actor.paths("organising.view"), *actor.paths("organising.visit"))
        drives = actor.within("drives.manage") & Q(drive__isnull=False)
        above = {path for root in roots if root for path in ancestors(root)}
        own = Q(area_id__in=actor.area_ids) | Q(path__in=above, area=None)
        return self.filter(actor.within("organising.view") | own | drives)

    def asked_on(self, day: date) -> Self:
        """Those in force on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def asked_at(self, path: str, area_id: int | None, drive_id: int | None = None) -> Self:
        """Those of a federation, of all above it, of one of its areas, and of the drive a visit is made for."""
        there = Q(area=None) | Q(area_id=area_id or -1)
        return self.filter(there, Q(drive=None) | Q(drive_id=drive_id or -1), path__in=ancestors(path))


class VisitQuestion(models.Model):
    """One question from a day until a day; never reworded, so that old visits keep what they were asked.

    union: the federation that asks, or whose area or drive does; area: empty where all its areas are asked; drive: only at
    visits made for it; path: the federation's;
    choices: of which one is the answer; is_needed: without an answer the visit does not count as done.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.CASCADE, related_name="questions")
    drive = models.ForeignKey(JoiningDrive, null=True, on_delete=models.CASCADE, related_name="questions")
    path = PathField(db_index=True)
    label = models.CharField(_("question"), max_length=120)
    kind = models.CharField(max_length=6, choices=QuestionKind)
    choices = models.JSONField(default=list)
    is_needed = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = VisitQuestionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


class VisitAnswer(models.Model):
    """What was answered at one visit, as `question_rules.read_answer` keeps it."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(
        VisitQuestion, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    text = models.CharField(max_length=LONGEST)

    class Meta:
        ordering = ["question_id"]
        constraints = [models.UniqueConstraint(fields=["visit", "question"], name="visit_answer_once")]
        indexes = [models.Index(fields=["question", "text", "visit"], name="visit_answer_said")]

    @property
    def said(self) -> str:
        """The answer in words."""
        return said(self.question.kind, self.text)
