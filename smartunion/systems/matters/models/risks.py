"""Labour-risk notices and who got them, each with why."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.matters.rules.risks import RISK_TONES, Audience, RiskKind, RiskState


class RiskQuerySet(models.QuerySet["RiskNotice"]):
    """Reads of risk notices."""

    def visible_to(self, actor: Actor) -> Self:
        """Notices of unions in whose cases the actor may look."""
        return self.filter(actor.within("cases.view", "path"))


class RiskNotice(models.Model):
    """A warning to those it concerns. Narrowed by employer, industry or platform within the union's area.

    recipients, seen: counted, never by name; seen counts those who pressed “understood”.
    """

    client_id = models.UUIDField(unique=True, default=uuid7)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    kind = models.CharField(max_length=12, choices=RiskKind)
    title = models.CharField(_("title"), max_length=60)
    text = models.CharField(_("what to look out for"), max_length=1000)
    source = models.CharField(_("based on"), max_length=120, blank=True)
    audience = models.CharField(max_length=10, choices=Audience)
    industry = models.CharField(max_length=40, blank=True)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RiskState, default=RiskState.DRAFT)
    recipients = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    reason = models.CharField(_("why it was taken back"), max_length=300, blank=True)
    writer_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="risk_path")]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return RISK_TONES[self.state]


class RecipientQuerySet(models.QuerySet["RiskRecipient"]):
    """Reads of who got a notice: one's own alone."""

    def visible_to(self, actor: Actor) -> Self:
        """What the actor herself got."""
        mine = Q(pk__in=[])
        if actor.person_id is not None:
            mine |= Q(person_id=actor.person_id)
        if actor.user_id is not None:
            mine |= Q(user_id=actor.user_id)
        return self.filter(mine)


class RiskRecipient(models.Model):
    """Somebody who got a notice, as a person or as an account; why: the sentence she reads."""

    risk = models.ForeignKey(RiskNotice, on_delete=models.CASCADE, related_name="got_by", db_index=False)
    person_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=160)
    seen_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "person_id"], name="risk_person_once"),
            models.UniqueConstraint(fields=["risk", "user_id"], name="risk_user_once"),
        ]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="risk_person"),
            models.Index(fields=["user_id", "-id"], name="risk_user"),
        ]


class RiskOptOut(models.Model):
    """Somebody who wants no risk notices any more."""

    person_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
