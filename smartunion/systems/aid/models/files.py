"""The archive: a file, its household years, the reviews, and every look at it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.crypto.masking import mask_name
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.aid.rules.hardship import Category
from smartunion.systems.aid.rules.reviews import RUNNING, TONES, FileState, Level


class FileQuerySet(models.QuerySet["HardshipFile"]):
    """Reads of files."""

    def visible_to(self, actor: Actor) -> Self:
        """Files in the reach of those who help. Nobody sees one for standing above, and nobody her own here."""
        return self.filter(actor.within("aid.view", "path"))

    def of(self, person_id: int | None) -> Self:
        """Files of one person, newest first."""
        return self.filter(person_id=person_id or -1).order_by("-pk")

    def running(self) -> Self:
        """Files under review, in the archive, or watched."""
        return self.filter(state__in=RUNNING)


class HardshipFile(models.Model):
    """A household in difficulty, known by the worker who applied.

    union, path: the worker's union; case: the application; category: as last assessed; watch_until: first day on which a
    watched file may leave; asked_at: when the household was last asked for its year.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    case = models.OneToOneField(CaseFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=8, choices=FileState)
    category = models.CharField(max_length=8, choices=Category)
    opened_on = models.DateField(null=True)
    review_due_on = models.DateField(null=True)
    watch_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    reason = EncryptedTextField(help_text="Why it ended.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=sorted(RUNNING)), name="aid_file_one_running"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="aid_file_person"),
            models.Index(fields=["path", "state", "id"], name="aid_file_path"),
            models.Index(fields=["state", "review_due_on"], name="aid_file_due"),
        ]

    @property
    def tone(self) -> str:
        """Colour of its state."""
        return TONES[FileState(self.state)]

    @property
    def masked_name(self) -> str:
        """The surname, the rest starred."""
        return mask_name(self.person.name)


class HouseholdYear(models.Model):
    """One year of a household as it was assessed; sealed, never changed.

    data: JSON of the household, the standards of that day and the members (queries.files.year_of).
    """

    file = models.ForeignKey(HardshipFile, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    data = EncryptedTextField()
    category = models.CharField(max_length=8, choices=Category)
    assessed_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)


class FileReview(models.Model):
    """One review of the application, or of a year. opinion is sealed."""

    file = models.ForeignKey(HardshipFile, on_delete=models.CASCADE, related_name="reviews")
    level = models.CharField(max_length=8, choices=Level)
    is_agreed = models.BooleanField()
    opinion = EncryptedTextField()
    union_name = models.CharField(max_length=120)
    reviewer = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class FileLook(models.Model):
    """Somebody opened what is sealed. The owner reads who and why; the open audit trail says neither."""

    file = models.ForeignKey(HardshipFile, on_delete=models.CASCADE, related_name="looks")
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    reason = EncryptedTextField()
    at = models.DateTimeField()
