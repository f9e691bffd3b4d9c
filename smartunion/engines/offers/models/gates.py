"""The door: devices, what they read, and what people said afterwards."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.offers.models.bookings import Booking
from smartunion.engines.offers.models.offers import Occasion
from smartunion.engines.offers.rules.checkin import Outcome


class GateQuerySet(models.QuerySet["Gate"]):
    """Reads of devices."""

    def visible_to(self, actor: Actor) -> Self:
        """Devices at doors the actor keeps."""
        return self.filter(
            actor.within("offers.manage", "occasion__offer__path")
            | actor.within("offers.check_in", "occasion__offer__path")
        )


class Gate(models.Model):
    """A device at the door of one occasion. key: made by the device; number: in the order they were opened.

    share: places it may give to people without a booking, taken from the occasion's when it was opened.
    """

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="gates", db_index=False)
    key = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40, blank=True)
    share = models.PositiveIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = GateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occasion", "key"], name="gate_once"),
            models.UniqueConstraint(fields=["occasion", "number"], name="gate_number"),
        ]


class Scan(models.Model):
    """A code read at a door, or somebody let in without one; the same client_id is the same act.

    at: by the device's clock; was_let_in: the device opened the door; outcome: what holds by all that is known.
    """

    client_id = models.UUIDField(unique=True)
    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="scans", db_index=False)
    gate = models.ForeignKey(Gate, null=True, on_delete=models.CASCADE, related_name="scans")
    booking = models.ForeignKey(
        Booking, null=True, on_delete=models.CASCADE, related_name="scans", db_index=False
    )
    is_walk_in = models.BooleanField(default=False)
    is_exit = models.BooleanField(default=False)
    is_offline = models.BooleanField(default=False)
    was_let_in = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, choices=Outcome)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["occasion", "-id"], name="scan_occasion"),
            models.Index(fields=["booking", "at"], name="scan_booking"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(outcome="admitted", booking__isnull=False),
                name="scan_one_entry",
            )
        ]


class CalendarKey(models.Model):
    """The secret address of somebody's calendar; digest: SHA-256 of the secret, which is kept sealed to be shown again."""

    user_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    secret = EncryptedTextField(help_text="Opens her own bookings to whoever knows it.")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id"], condition=Q(revoked_at=None), name="calendar_key_one")
        ]


class Feedback(models.Model):
    """What somebody who came said of it. score: 1 to 5."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="feedback")
    path = PathField()
    score = models.PositiveSmallIntegerField()
    text = EncryptedTextField(help_text="Words for the organisers.")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="feedback_path")]
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="feedback_score")]
