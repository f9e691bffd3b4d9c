"""What claims of all programmes have in common: flagged with evidence, never refused."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.payments.rules.states import TONES, LikenessState, TraitKind
from smartunion.ground.registry.models import Person


class Trait(models.Model):
    """Something by which claims are compared. value: "kind:normalised value", sealed; found by its index alone."""

    programme = models.CharField(max_length=40)
    record = models.CharField(max_length=80)
    path = PathField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=TraitKind)
    value = EncryptedTextField()
    value_index = BlindIndexField(source="value", purpose="claim_trait", null=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "kind", "value_index"], name="trait_once")]
        indexes = [models.Index(fields=["value_index", "-id"], name="trait_value")]


class LikenessPairQuerySet(models.QuerySet["LikenessPair"]):
    """Reads of likenesses."""

    def visible_to(self, actor: Actor) -> Self:
        """Pairs one of whose claims lies where the actor handles aid or payments."""
        seen = Q(pk__in=[])
        for permission in ("aid.view", "payments.prepare", "payments.release"):
            seen |= actor.within(permission, "path") | actor.within(permission, "other_path")
        return self.filter(seen)


class LikenessPair(models.Model):
    """Two claims that have something in common; record is the later one. evidence: [[kind, masked value], …]."""

    programme = models.CharField(max_length=40)
    record = models.CharField(max_length=80)
    path = PathField()
    other_programme = models.CharField(max_length=40)
    other_record = models.CharField(max_length=80)
    other_path = PathField()
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=LikenessState, default=LikenessState.OPEN)
    finding = models.CharField(pgettext_lazy("payments", "what was found"), max_length=500, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    found_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    objects = LikenessPairQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "other_record"], name="likeness_once")]
        indexes = [
            models.Index(fields=["other_record"], name="likeness_other"),
            models.Index(fields=["state", "path", "-id"], name="likeness_path"),
            models.Index(fields=["state", "other_path", "-id"], name="likeness_other_path"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]
