"""Hazards, their pictures and history; who reported them stands apart and is never joined to them for a page."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.systems.matters.rules.hazards import (
    HAZARD_TONES,
    HazardKind,
    HazardLevel,
    HazardState,
    PlaceFrom,
)


class HazardQuerySet(models.QuerySet["Hazard"]):
    """Reads of hazards."""

    def visible_to(self, actor: Actor) -> Self:
        """Hazards of unions in whose cases the actor may look, and those given to her to put right."""
        return self.filter(actor.within("cases.view", "path") | self._given(actor))

    def given_to(self, actor: Actor) -> Self:
        """Hazards the actor has to put right or has put right."""
        return self.filter(self._given(actor))

    def of_reporter(self, actor: Actor) -> Self:
        """Hazards the actor reported or joined herself: her own page alone."""
        if actor.user_id is None:
            return self.none()
        mine = HazardReporter.objects.filter(who_index__of=str(actor.user_id))
        return self.filter(pk__in=mine.values("hazard_id"))

    @staticmethod
    def _given(actor: Actor) -> Q:
        return Q(officer_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])


class Hazard(models.Model):
    """Something dangerous, with a picture. Nothing in this row says who saw it.

    union, path: who sees to it; officer: the safety officer who has it put right, by due_at; reports: people who told
    of it; is_open_photo: the intake has looked: no face, no plate; joined_to: the same hazard, told of before.
    """

    id = models.BigAutoField(primary_key=True)
    client_id = models.UUIDField(unique=True, default=uuid7)
    reference = models.CharField(max_length=24, unique=True)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place_from = models.CharField(max_length=8, choices=PlaceFrom, default=PlaceFrom.LIST)
    kind = models.CharField(max_length=12, choices=HazardKind)
    level = models.CharField(max_length=8, choices=HazardLevel, blank=True)
    about = models.CharField(_("what is dangerous"), max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=HazardState, default=HazardState.REPORTED)
    officer_id = models.BigIntegerField(null=True)
    officer_name = models.CharField(max_length=80, blank=True)
    demand = models.CharField(_("what is to be done"), max_length=500, blank=True)
    answer = models.CharField(_("what came of it"), max_length=500, blank=True)
    is_open_photo = models.BooleanField(default=False)
    reports = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=8, default="portal", help_text="portal or open311.")
    joined_to = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="joined", db_index=False
    )
    rectifier_id = models.BigIntegerField(
        null=True, help_text="Who put it right: never the one who checks it."
    )
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    rectified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = HazardQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id", "path"], name="hazard_due"),
            models.Index(fields=["path", "state", "due_at", "id"], name="hazard_queue"),
            models.Index(fields=["lat", "lon"], name="hazard_spot"),
            models.Index(fields=["region", "state"], name="hazard_region"),
            models.Index(fields=["officer_id", "state"], name="hazard_officer"),
            models.Index(fields=["reported_at", "id"], name="hazard_reported"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return HAZARD_TONES[self.state]

    @property
    def due_on(self) -> date | None:
        """The last day of the time limit that runs."""
        return local_date(self.due_at - timedelta(seconds=1)) if self.due_at is not None else None

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.due_at is not None and self.due_at < clock.now()

    @property
    def waits_for_reporter(self) -> bool:
        """Whether the intake asked something that nobody has answered yet; one query."""
        last = self.events.filter(what__in=["asked", "told_more"]).order_by("pk").last()
        return self.state == HazardState.REPORTED and last is not None and last.what == "asked"

    @property
    def title(self) -> str:
        """Kind and place in a line."""
        return f"{self.get_kind_display()} · {self.place}" if self.place else str(self.get_kind_display())


class HazardPhoto(models.Model):
    """A picture of a hazard: as it was found, or as it was put right."""

    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    is_proof = models.BooleanField(default=False)
    added_at = models.DateTimeField()


class HazardEvent(models.Model):
    """What happened to a hazard; append-only. Those who reported it are named nowhere here."""

    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="events")
    to_state = models.CharField(max_length=12, choices=HazardState)
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=500, blank=True)


class HazardReporter(models.Model):
    """Somebody who told of a hazard. who: her account, sealed; it is opened to send her word and to find her own ones.

    is_named: she lets the intake of the union that takes it in reach her by name. Without it nobody is shown who she is.
    """

    hazard = models.ForeignKey(Hazard, on_delete=models.CASCADE, related_name="reporters", db_index=False)
    who = EncryptedTextField(help_text="Account of the reporter, to tell her what came of it.")
    who_index = BlindIndexField(source="who", purpose="hazard_reporter", null=False, db_index=True)
    is_named = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hazard", "who_index"], name="hazard_reporter_once")]


class SafetyOfficerQuerySet(models.QuerySet["SafetyOfficer"]):
    """Reads of safety officers."""

    def visible_to(self, actor: Actor) -> Self:
        """Safety officers of unions in whose cases the actor may look."""
        return self.filter(actor.within("cases.view", "path"))

    def serving(self) -> Self:
        """Those in office."""
        return self.filter(ended_at=None)


class SafetyOfficer(models.Model):
    """Somebody a union has appointed to look after labour protection 劳动保护监督检查员 (S085).

    trained_until: last day of her certificate of training, null when she has none.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    trained_until = models.DateField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = SafetyOfficerQuerySet.as_manager()

    @property
    def is_lapsed(self) -> bool:
        """Whether her training has to be renewed."""
        return self.trained_until is not None and self.trained_until < clock.today()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "user_id"], condition=Q(ended_at=None), name="safety_officer_once"
            )
        ]
        indexes = [models.Index(fields=["path", "id"], name="safety_officer_path")]
