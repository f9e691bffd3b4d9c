"""Services as data, cases as their runs."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.engines.casework.reach import may_design, sealed_from
from smartunion.engines.casework.rules import CaseState, Rung, Verdict
from smartunion.ground.registry.models import Employer, Person, TradeUnion


class Service(models.Model):
    """Something people can ask for or report.

    owner_path: union that made it and offers it to its subtree; "" is the whole installation. based_on: the service of
    a union above that this one stands in for, in its owner's subtree.
    """

    key = models.CharField(max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    category = models.CharField(max_length=30, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    audience = models.CharField(max_length=12, default="worker", help_text="worker, staff or anyone.")
    is_open = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)
    owner_path = PathField(blank=True, default="")
    based_on = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="variants", db_index=False
    )
    rung = models.CharField(max_length=12, choices=Rung, default=Rung.APPLY)


class ServiceVersion(models.Model):
    """A published definition; never changed afterwards, cases stay on the version they began with.

    definition: JSON of casework.definition.Definition (fields, materials, steps, deadlines, outcomes, texts).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="service_version")]


class DraftQuerySet(models.QuerySet["ServiceDraft"]):
    """Reads of drafts."""

    def visible_to(self, actor: Actor) -> Self:
        """Drafts of the services the actor may design."""
        mine = actor.within("services.design", "owner_path")
        return self.filter(mine | Q(owner_path="") if may_design(actor, "") else mine)


class ServiceDraft(models.Model):
    """A definition being written: saved with every change, right or wrong, until it is published or thrown away.

    service: the service it is to become the next version of, null for a new one; based_on: version it began from;
    version: raised by every change, so that two people at one draft do not overwrite one another.
    """

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="drafts")
    stands_for = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey(ServiceVersion, null=True, on_delete=models.PROTECT, related_name="+")
    owner_path = PathField(blank=True)
    title = models.CharField(max_length=80)
    definition = models.JSONField()
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner_path", "id"], name="service_draft_owner")]


class CaseQuerySet(models.QuerySet["CaseFile"]):
    """Reads of cases."""

    def visible_to(self, actor: Actor) -> Self:
        """Cases handled or begun in the actor's reach, and those the actor filed or that concern her."""
        return self.filter(self.mine(actor) | self._at_desk(actor))

    def at_desk(self, actor: Actor) -> Self:
        """Cases handled or begun in the actor's reach, her own ones elsewhere and drafts left out."""
        return self.filter(self._at_desk(actor))

    @classmethod
    def _at_desk(cls, actor: Actor) -> Q:
        handled = actor.within("cases.view", "path") | actor.within("cases.view", "origin_path")
        return handled & ~Q(state=CaseState.DRAFT) & cls.open_to(actor)

    @staticmethod
    def open_to(actor: Actor) -> Q:
        """Narrow cases are for the office that holds them and whoever was given them; all others for every reach.

        Of sealed services (`reach.SEALED`) only for those of the office whose role acts in it.
        """
        if "system" in actor.roles:
            return ~Q(pk__in=[])
        offices = [grant.path for grant in actor.grants if "cases.handle" in grant.permissions]
        held = Q(path__in=offices)
        barred = sealed_from(actor)
        if barred is not None:
            held &= ~barred
        if actor.user_id is not None:
            held |= Q(assignee_id=actor.user_id)
        return Q(is_narrow=False) | held

    def held_by(self, actor: Actor) -> Self:
        """Cases held by unions in the actor's reach, narrow ones of other offices left out."""
        return self.filter(actor.within("cases.handle", "path") & self.open_to(actor))

    def ended_at(self, actor: Actor) -> Self:
        """Cases last held in the actor's reach, narrow ones of other offices left out."""
        return self.filter(actor.within("cases.view", "path") & self.open_to(actor))

    def of_applicant(self, actor: Actor) -> Self:
        """Cases the actor filed or that concern her: her own page."""
        return self.filter(self.mine(actor))

    def queued_for(self, actor: Actor) -> Self:
        """Open cases an office in the actor's reach holds now."""
        return self.held_by(actor).filter(state=CaseState.OPEN)

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
    by every act. is_narrow: as its definition says; whole: the "one thing" case it is a part of.
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
    held_at = models.DateTimeField(null=True, help_text="Since when the clock stands still.")
    appealed_at = models.DateTimeField(null=True, help_text="When the refusal was taken to the union above.")
    is_narrow = models.BooleanField(default=False)
    whole = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["path", "state", "due_at", "id"],
                include=["is_narrow", "assignee_id", "service_key"],
                name="case_queue",
            ),
            models.Index(
                fields=["path", "due_at", "id"],
                include=["is_narrow", "assignee_id", "service_key"],
                condition=Q(state=CaseState.OPEN),
                name="case_open",  # what waits is a tenth: counted exactly, whatever the reach
            ),
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
    folder = models.CharField(
        max_length=40, blank=True, help_text="Kind of paper in the person's own folder."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["folder", "case"], name="material_folder", condition=~Q(folder=""),
            )
        ]  # fmt: skip


class LookQuerySet(models.QuerySet["SecondLook"]):
    """Reads of second looks."""

    def visible_to(self, actor: Actor) -> Self:
        """Second looks at decisions of unions in the actor's reach, at sealed ones only for whoever opens the case."""
        opened = CaseFile.objects.filter(CaseQuerySet.open_to(actor), is_narrow=True)
        return self.filter(
            actor.within("cases.view", "path"), Q(case__is_narrow=False) | Q(case__in=opened.values("pk"))
        )


class SecondLook(models.Model):
    """A decision drawn for a second look by somebody else; verdict: empty until it was looked at.

    The draw can be worked out again: seed and share stand with it (casework.sampling).
    """

    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="second_looks", db_index=False)
    decided_on = models.DateField()
    path = PathField()
    seed = models.CharField(max_length=64)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    decider_id = models.BigIntegerField(null=True)
    decider_name = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    note = models.CharField(max_length=400, blank=True)
    looked_at = models.DateTimeField(null=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "decided_on"], name="second_look_once")]
        indexes = [models.Index(fields=["path", "verdict", "decided_on"], name="second_look_queue")]


class SentIn(models.Model):
    """A case another system sent in, by that system's own number; sending it again gives the same case."""

    partner = models.ForeignKey(
        "accounts.Partner", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=64)
    case = models.OneToOneField(CaseFile, on_delete=models.CASCADE, related_name="sent_in")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "external_id"], name="sent_in_once")]


class Webhook(models.Model):
    """Where a partner wants to hear of its cases. secret: sealed; signs every message, so that it can be told as ours."""

    partner = models.OneToOneField("accounts.Partner", on_delete=models.CASCADE, related_name="webhook")
    url = models.URLField(max_length=300)
    secret = EncryptedTextField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()


class Call(models.Model):
    """One message of a webhook on its way: kept until it was taken, or given up after days of trying."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="+")
    body = models.JSONField()
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(
        null=True, help_text="When it is tried again; null once it was taken or given up."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="call_due", condition=Q(next_at__isnull=False))]
