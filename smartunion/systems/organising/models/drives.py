"""Joining drives: agreed targets, joiners checked against the transport register, events and what was handed out."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, Person, TradeUnion
from smartunion.systems.organising.verifying import CheckState, CheckVerdict


class DriveQuerySet(models.QuerySet["JoiningDrive"]):
    """Reads of drives."""

    def visible_to(self, actor: Actor) -> Self:
        """Drives of unions in reach, and those with a target for a unit in reach."""
        handed = Target.objects.filter(actor.within("drives.manage", "path"), drive__isnull=False)
        reach = actor.within("drives.manage", "path") | actor.within("organising.view", "path")
        return self.filter(reach | Q(pk__in=handed.values("drive_id")))

    def visited_on(self, day: date) -> Self:
        """Those visits are made for: running, with a last day, of a federation with a territory."""
        return self.filter(
            closed_at=None, starts_on__lte=day, ends_on__gte=day, union__territory__isnull=False
        )


class JoiningDrive(models.Model):
    """A code people scan to join: a union's own standing code, or a campaign with a target.

    code: in the link and QR; union: receiving union (a federation's code routes by employer, else holding pool);
    register: what the transport register held when the joiners were last checked, {"snapshot", "as_of", "checked",
    "rows", "platforms": {name: drivers}, "towns": {union id: drivers}}.
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=80)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="drives")
    path = PathField(db_index=True)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="drives")
    audience = models.CharField(max_length=20, blank=True, help_text="Platform or trade, e.g. truck drivers.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    register = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    objects = DriveQuerySet.as_manager()

    @property
    def source(self) -> str:
        """Where a record that began with this code came from, as records say it."""
        return f"drive:{self.code}"


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of targets."""

    def visible_to(self, actor: Actor) -> Self:
        """Targets of units in reach, and those of drives in reach."""
        reach = actor.within("drives.manage", "path") | actor.within("organising.view", "path")
        whole = actor.within("drives.manage", "drive__path") | actor.within("organising.view", "drive__path")
        return self.filter(reach | whole)


class Target(models.Model):
    """An agreed number: sum of one kind of fact in a subtree over a period; progress is never typed in.

    union: the unit that is to reach it; platform: only its drivers count; parent: the target it is a part of;
    agreed_at is empty while the unit has not agreed; agreed_by: who did, for a platform its person's name.
    """

    drive = models.ForeignKey(JoiningDrive, null=True, on_delete=models.CASCADE, related_name="targets")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="parts")
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="targets")
    path = PathField(db_index=True)
    platform = models.CharField(max_length=60, blank=True)
    fact_kind = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    agreed_by = models.CharField(max_length=80, blank=True)
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="target_period"),
            models.UniqueConstraint(
                fields=["drive", "union", "platform", "fact_kind"],
                condition=Q(drive__isnull=False),
                name="target_once",
            ),
        ]


class JoinerCheckQuerySet(models.QuerySet["JoinerCheck"]):
    """Reads of checks."""

    def visible_to(self, actor: Actor) -> Self:
        """Checks of members in reach; names are personal, so seeing members is asked for, not seeing drives."""
        return self.filter(actor.within("members.view", "path"))


class JoinerCheck(models.Model):
    """Whether somebody who joined by a drive is in the transport register; checked anew with every extract.

    path, joined_on: union and day of the joining; platform, valid_until: as the register says; reasons: codes with
    values; is_verified: the register, or the last word of a person, says yes; version: rises when that changes.
    """

    drive = models.ForeignKey(JoiningDrive, on_delete=models.CASCADE, related_name="checks", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+")
    path = PathField(db_index=True)
    joined_on = models.DateField()
    state = models.CharField(max_length=13, choices=CheckState)
    platform = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    reasons = models.JSONField(default=list)
    is_verified = models.BooleanField()
    verdict = models.CharField(max_length=8, choices=CheckVerdict, blank=True)
    verdict_note = models.CharField(max_length=200, blank=True)
    verdict_by = models.CharField(max_length=80, blank=True)
    verdict_at = models.DateTimeField(null=True)
    snapshot_id = models.BigIntegerField()
    checked_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = JoinerCheckQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drive", "person"], name="joiner_check_once")]
        indexes = [models.Index(fields=["drive", "state", "id"], name="joiner_check_state")]


class DriveEventQuerySet(models.QuerySet["DriveEvent"]):
    """Reads of events."""

    def visible_to(self, actor: Actor) -> Self:
        """Events of unions in reach."""
        return self.filter(actor.within("drives.manage", "path") | actor.within("organising.view", "path"))


class DriveEvent(models.Model):
    """A joining ceremony or service fair of a drive (S005, S006). gift: what is handed out; stock: how many there are."""

    drive = models.ForeignKey(JoiningDrive, on_delete=models.CASCADE, related_name="events")
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+")
    path = PathField(db_index=True)
    title = models.CharField(max_length=80)
    held_on = models.DateField()
    place = models.CharField(max_length=80, blank=True)
    gift = models.CharField(max_length=60, blank=True)
    stock = models.PositiveIntegerField(default=0)
    handed_out = models.PositiveIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = DriveEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(handed_out__lte=models.F("stock")), name="drive_event_stock")
        ]


class DriveGuest(models.Model):
    """Somebody who came to an event; gift_at: when the gift was handed to her, one a person in the whole drive."""

    drive = models.ForeignKey(JoiningDrive, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(DriveEvent, on_delete=models.CASCADE, related_name="guests", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    came_at = models.DateTimeField()
    gift_at = models.DateTimeField(null=True)
    noted_by = models.CharField(max_length=80)
    gift_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="drive_guest_once"),
            models.UniqueConstraint(
                fields=["drive", "person"], condition=Q(gift_at__isnull=False), name="drive_gift_once"
            ),
        ]
