"""What was asked, without persons, and what cadres taught the guide."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.systems.guide.retrieval.entries import Kind
from smartunion.systems.guide.rules import Channel, LessonKind

KINDS = [
    (Kind.SERVICE.value, pgettext_lazy("guide", "Service")), (Kind.RULE.value, pgettext_lazy("guide", "Rule")),
    (Kind.PLACE.value, pgettext_lazy("guide", "Place")),
    (Kind.PERSON.value, pgettext_lazy("guide", "Person")), (Kind.NOTE.value, _("Short answer")),
]  # fmt: skip


class AskedQuerySet(models.QuerySet["Asked"]):
    """Reads of questions."""

    def visible_to(self, actor: Actor) -> Self:
        """All questions, for those who teach the guide: they hold no person and no place."""
        return self if actor.can("guide.teach") else self.none()

    def waiting(self) -> Self:
        """Questions somebody should look at: unsure, handed over, or said not to have helped."""
        return self.filter(Q(is_sure=False) | Q(handed_at__isnull=False) | Q(helped=False), settled_at=None)


class Asked(models.Model):
    """One question: masked, sealed, without who asked, gone after `expires_on`.

    token: made by the page, names the question for whoever asked it; kind, answer_id, score: the first answer, empty
    when there was none; helped: what the asker said; handed_at: passed on to a person; settled_at: a cadre dealt with it.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.UUIDField(unique=True)
    text = EncryptedTextField(help_text="Masked question: to answer it again, and to teach the guide.")
    channel = models.CharField(_("asked at"), max_length=8, choices=Channel)
    is_sure = models.BooleanField()
    kind = models.CharField(max_length=8, blank=True, choices=KINDS)
    answer_id = models.CharField(max_length=80, blank=True)
    score = models.FloatField(default=0)
    helped = models.BooleanField(null=True)
    handed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    expires_on = models.DateField()

    objects = AskedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["settled_at", "-id"], name="asked_waiting"),
            models.Index(fields=["expires_on"], name="asked_expires"),
        ]


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Reads of lessons."""

    def visible_to(self, actor: Actor) -> Self:
        """All lessons, for those who teach the guide."""
        return self if actor.can("guide.teach") else self.none()

    def standing(self) -> Self:
        """Lessons that count now."""
        return self.filter(withdrawn_at=None)


class Lesson(models.Model):
    """Something a cadre taught: it counts from its making until it is withdrawn; never edited.

    target_kind, target_id: the answer everyday words or an example lead to; a short answer (note) is its own target.
    text: the words, the question, or the short answer; question: what a short answer answers; source: where it comes
    from, with a short answer always; path: of the federation whose cadre taught it. It counts for everybody, and is
    taken back there or above.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=LessonKind)
    target_kind = models.CharField(max_length=8, blank=True)
    target_id = models.CharField(max_length=80, blank=True)
    question = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=400)
    source = models.CharField(max_length=200, blank=True)
    path = PathField(blank=True)
    made_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["withdrawn_at", "id"], name="lesson_standing")]
