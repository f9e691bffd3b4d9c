"""Services as data, cases as their runs."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.registry.models import Employer, Person, TradeUnion


class Service(models.Model):
    """Something people can ask for or report."""

    key = models.CharField(max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    category = models.CharField(max_length=30, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    audience = models.CharField(max_length=12, default="worker", help_text="worker, staff or anyone.")
    is_open = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)


class ServiceVersion(models.Model):
    """A published definition; never changed afterwards, cases stay on the version they began with.

    definition: JSON of casework.definition.Definition (fields, materials, steps, deadlines, outcomes, texts).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="service_version")]


class CaseQuerySet(models.QuerySet["CaseFile"]):
    """Reads of cases."""

    def visible_to(self, actor: Actor) -> Self:
        """Cases handled or begun in the actor's reach, and those the actor filed or that concern her."""
        handled = actor.within("cases.view", "path") | actor.within("cases.view", "origin_path")
        return self.filter(self.mine(actor) | (handled & ~Q(state=CaseState.DRAFT)))

    def of_applicant(self, actor: Actor) -> Self:
        """Cases the actor filed or that concern her: her own page."""
        return self.filter(self.mine(actor))

    def queued_for(self, actor: Actor) -> Self:
        """Open cases an office in the actor's reach holds now."""
        return self.filter(actor.within("cases.handle", "path"), state=CaseState.OPEN)

    @staticmethod
    def mine(actor: Actor) -> Q:
        """The predicate of `of_applicant`."""
        mine = Q(pk__in=[])
        if actor.user_id is not None:
            mine |= Q(user_id=actor.user_id)
        if actor.person_id is not None:
            mine |= Q(person_id=actor.person_id)
        return mine


class CaseFile(models.Model):
    """One run of a service.

    client_id: made on the phone; sending twice makes one case. path: union that handles it now; origin_path: where
    it came from. step: key of the current step. data: sealed JSON of casework.casedata.CaseData. version: raised
    by every act.
    """

    id = models.BigAutoField(primary_key=True)
    client_id = models.UUIDField(unique=True, default=uuid7)
    reference = models.CharField(max_length=24, unique=True)
    service_version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="cases")
    service_key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=CaseState)
    step = models.CharField(max_length=40, blank=True)
    user_id = models.BigIntegerField(null=True, help_text="Account that filed it.")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="cases")
    on_behalf = models.BooleanField(default=False)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="cases")
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.PROTECT, related_name="cases")
    path = PathField()
    origin_path = PathField(blank=True)
    assignee_id = models.BigIntegerField(null=True)
    data = EncryptedTextField()
    digest = models.JSONField(default=dict, help_text="Non-personal values shown in lists (place, counts).")
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=400, blank=True)
    rating = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    drive_id = models.BigIntegerField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "state", "due_at", "id"], name="case_queue"),
            models.Index(fields=["user_id", "-id"], name="case_user"),
            models.Index(fields=["service_key", "state", "path"], name="case_service"),
            models.Index(fields=["origin_path", "id"], name="case_origin"),
            models.Index(fields=["state", "due_at", "id"], name="case_due"),
            models.Index(fields=["assignee_id", "state", "due_at"], name="case_assignee"),
        ]


class CaseEvent(models.Model):
    """One act on a case; append-only."""

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(max_length=12)
    step = models.CharField(max_length=40, blank=True)
    to_step = models.CharField(max_length=40, blank=True)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    is_public = models.BooleanField(default=True, help_text="Shown to the applicant.")
    data = models.JSONField(default=dict)


class CaseMaterial(models.Model):
    """A paper of a case: a photographed or uploaded file for one slot of the definition."""

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="materials")
    slot = models.CharField(max_length=40)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
