"""Whether the authority that keeps the population confirms a person's name and ID number."""

from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.registry.models import Person, TradeUnion, resident_key
from smartunion.systems.stewardship.rules.identity import Outcome


class IdentityQuerySet(models.QuerySet["IdentityCheck"]):
    """Reads of checks."""

    def standing(self, outcome: Outcome) -> Self:
        """Those answered so about the name and the number the person has today; an answer about former ones says nothing."""
        return self.filter(
            outcome=outcome, name=F("person__name"), number_index=F("person__resident_id_index")
        )


class IdentityCheck(models.Model):
    """A person's name and number as they were last sent to be compared, and as they were last answered about.

    outcome: "" until an answer came; name, number: what it is about; as_of: its day; answered_by: the department;
    snapshot_id: the extract it stands in; sent_on, sent_to: the last list the person stood on.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="identity")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    name = models.CharField(max_length=60, blank=True)
    number = EncryptedTextField()
    number_index = BlindIndexField(source="number", purpose="resident_id", normalise=resident_key)
    as_of = models.DateField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    snapshot_id = models.BigIntegerField(null=True)
    sent_on = models.DateField(null=True)
    sent_to = models.CharField(max_length=80, blank=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["outcome"], name="identity_outcome"),
            models.Index(fields=["snapshot_id"], name="identity_extract"),
        ]

    @property
    def is_of_today(self) -> bool:
        """Whether the answer is about the name and the number the person has now."""
        return (
            bool(self.outcome)
            and (self.name, self.number_index) == (self.person.name, self.person.resident_id_index)
        )  # fmt: skip


class IdentityReadingQuerySet(models.QuerySet["IdentityReading"]):
    """Reads of extracts of answers."""

    def visible_to(self, actor: Actor) -> Self:
        """Of federations in whose reach the actor sees members."""
        return self.filter(actor.within("members.view", "path"))


class IdentityReading(models.Model):
    """An extract of answers that was read, and what it said; read_at: None while it is being read.

    rows: answers in it; same, differs, unknown, ended: of how many members it said so; strangers: about numbers nobody has who
    is or was a member in reach; former: about a name that is no longer ours, or older than an answer at hand; opposed: about
    persons of whom the extract says two things; unread: in words that are not known, the first of which are in words.
    """

    snapshot = models.OneToOneField(
        Snapshot, primary_key=True, on_delete=models.CASCADE, related_name="identity"
    )
    path = PathField()
    read_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    differs = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    strangers = models.PositiveIntegerField(default=0)
    former = models.PositiveIntegerField(default=0)
    opposed = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    words = models.JSONField(default=list)

    objects = IdentityReadingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path"], name="identity_reading_path")]


class IdentityList(models.Model):
    """A list of members that was made to be compared. size: how many stand on it; only_open: without those confirmed."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField()
    sent_to = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    only_open = models.BooleanField(default=True)
    size = models.PositiveIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["path"], name="identity_list_path")]
