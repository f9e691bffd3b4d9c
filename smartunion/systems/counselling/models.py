"""Counsellors, their hours, and consultations that nobody reads but the two who hold them."""

import json
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.counselling import rules
from smartunion.systems.counselling.rules import Rank, Scale, Score, SlotState, State, Topic, Way
from smartunion.systems.counselling.scales import SCALES


class CounsellorQuerySet(models.QuerySet["Counsellor"]):
    """Reads of counsellors."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever is signed in may read who helps, and a counsellor her own entry, taking people or not."""
        if not actor.is_known:
            return self.none()
        return self.filter(Q(is_taking=True) | Q(user_id=actor.user_id or -1))


class Counsellor(models.Model):
    """Somebody who counsels, as she introduces herself. path: of the union she serves, and all below it."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    rank = models.CharField(max_length=8, choices=Rank.choices)
    name = models.CharField(max_length=40)
    qualification = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    is_taking = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = CounsellorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "rank"], name="counsellor_path")]


class SlotQuerySet(models.QuerySet["Slot"]):
    """Reads of hours."""

    def visible_to(self, actor: Actor) -> Self:
        """Free hours of those who take people; a counsellor's own."""
        if not actor.is_known:
            return self.none()
        return self.filter(
            Q(state=SlotState.FREE, counsellor__is_taking=True) | Q(counsellor__user_id=actor.user_id or -1)
        )

    def free_from(self, at: datetime) -> Self:
        """Free hours that begin after an instant."""
        return self.filter(state=SlotState.FREE, starts_at__gt=at)


class Slot(models.Model):
    """One hour of a counsellor. minutes: how long; place: where, or how to be reached."""

    counsellor = models.ForeignKey(Counsellor, on_delete=models.PROTECT, related_name="slots", db_index=False)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=50)
    way = models.CharField(max_length=8, choices=Way.choices)
    place = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=SlotState.choices, default=SlotState.FREE)

    objects = SlotQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "starts_at"], name="counsel_slot_free")]
        constraints = [models.UniqueConstraint(fields=["counsellor", "starts_at"], name="counsel_slot_once")]


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Reads of consultations: there is no reach from above, whatever the role."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those a counsellor holds now."""
        if actor.user_id is None:
            return self.none()
        return self.filter(Q(owner_index__of=str(actor.user_id)) | Q(counsellor__user_id=actor.user_id))

    def of_owner(self, actor: Actor) -> Self:
        """One's own."""
        return self.filter(owner_index__of=str(actor.user_id)) if actor.user_id is not None else self.none()

    def held_by(self, actor: Actor) -> Self:
        """Those a counsellor holds."""
        return self.filter(counsellor__user_id=actor.user_id or -1)


class Consultation(models.Model):
    """Somebody asks a counsellor.

    owner: key of her account, sealed, so that the table tells nobody who asked; alias: how she wants to be called;
    contact: how to reach her, only if she gave it; is_urgent: a life may be in danger; answered_at: first answer.
    """

    client_id = models.UUIDField(unique=True)
    counsellor = models.ForeignKey(
        Counsellor, on_delete=models.PROTECT, related_name="consultations", db_index=False
    )
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="+")
    owner = EncryptedTextField()
    owner_index = BlindIndexField(source="owner", purpose="counselling.owner", db_index=True)
    alias = EncryptedTextField()
    contact = EncryptedTextField()
    words = EncryptedTextField()
    topic = EncryptedTextField()
    way = models.CharField(max_length=8, choices=Way.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_urgent = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["counsellor", "state", "-is_urgent", "asked_at"], name="counsel_queue"),
            models.Index(
                fields=["is_urgent", "state"], condition=Q(answered_at=None), name="counsel_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=["open", "closed", "missed"]),
                name="counsel_slot_taken_once",
            )
        ]

    @property
    def topic_words(self) -> str:
        """The topic in words."""
        return str(dict(Topic.choices).get(str(self.topic), ""))


class Message(models.Model):
    """One message between the two, sealed."""

    client_id = models.UUIDField(unique=True)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="messages")
    by_counsellor = models.BooleanField()
    body = EncryptedTextField()
    at = models.DateTimeField()


class Note(models.Model):
    """What a counsellor writes down for herself, sealed; whoever takes over reads only what was handed over."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="notes")
    user_id = models.BigIntegerField()
    body = EncryptedTextField()
    at = models.DateTimeField()


class HandOver(models.Model):
    """A consultation went to another counsellor or to a hospital. summary: sealed, for whoever takes over.

    was_agreed: whether the person agreed; without it only for danger to a life; by_program: nobody answered in time.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="handovers")
    from_counsellor = models.ForeignKey(
        Counsellor, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_counsellor = models.ForeignKey(
        Counsellor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    summary = EncryptedTextField()
    was_agreed = models.BooleanField()
    by_program = models.BooleanField(default=False)
    at = models.DateTimeField()


class SelfCheckQuerySet(models.QuerySet["SelfCheck"]):
    """Reads of self-checks: her own, whatever the role."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own."""
        return self.of_owner(actor)

    def of_owner(self, actor: Actor) -> Self:
        """One's own."""
        return self.filter(owner_index__of=str(actor.user_id)) if actor.user_id is not None else self.none()


class SelfCheck(models.Model):
    """A self-check somebody kept. owner: key of her account, sealed; scale, number: by which it is worked out; answers: sealed."""

    owner = EncryptedTextField()
    owner_index = BlindIndexField(source="owner", purpose="counselling.self_check_owner", db_index=True)
    scale = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    answers = EncryptedTextField(help_text="Purpose: so that she can compare over time.")
    taken_at = models.DateTimeField()

    objects = SelfCheckQuerySet.as_manager()

    @property
    def how(self) -> Scale:
        """The scale it was taken with."""
        return SCALES[self.scale, self.number]

    @property
    def score(self) -> Score:
        """What it came to, worked out by the numbers of its day."""
        return rules.score(self.how, json.loads(str(self.answers)))
