"""Differences between a department's value and ours as work, and what people did about them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.jobs.batches import Batch
from smartunion.core.paths import PathField
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.registry.models import Employer, MergeKind, Person
from smartunion.systems.stewardship.models.quality import within_kinds
from smartunion.systems.stewardship.rules.corrections import FIELDS, WORK, Act, Answer, State


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Reads of corrections."""

    def visible_to(self, actor: Actor) -> Self:
        """Of records the actor may change, and those her union was asked about."""
        return self.filter(within_kinds(actor) | actor.within("members.edit", "asked_path"))

    def work(self) -> Self:
        """What still waits for somebody."""
        return self.filter(state__in=[state.value for state in WORK])


class Discrepancy(models.Model):
    """One field of one record in which one department's extract says something else; the same row month after month.

    path: who works on it. ours, theirs: sealed, as they would be stored. ours_from, ours_since: where our value comes
    from. snapshot_id, as_of, row: which extract and which row of it. rule, confidence: how both were matched.
    seen_in: number of the comparison that told it last. asked_path: of the union that was asked.
    """

    kind = models.CharField(max_length=8, choices=MergeKind)
    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    path = PathField(blank=True)
    field = models.CharField(max_length=20)
    table = models.CharField(max_length=8, choices=TableKind)
    ours = EncryptedTextField(help_text="Shown beside the department's value, so that somebody can decide.")
    theirs = EncryptedTextField(help_text="The department's value; taken over only by a decision.")
    ours_from = models.CharField(max_length=60, blank=True)
    ours_since = models.DateTimeField(null=True)
    snapshot_id = models.BigIntegerField()
    as_of = models.DateField()
    row = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=40, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    asked_path = PathField(blank=True)
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    answer_value = EncryptedTextField(help_text="What the union says is right; written only by a decision.")
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    seen_in = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "field", "table"],
                condition=Q(employer__isnull=False),
                name="discrepancy_employer",
            ),
            models.UniqueConstraint(
                fields=["person", "field", "table"],
                condition=Q(person__isnull=False),
                name="discrepancy_person",
            ),
            models.CheckConstraint(
                condition=Q(kind="employer", employer__isnull=False, person=None)
                | Q(kind="person", employer=None, person__isnull=False),
                name="discrepancy_of_one_record",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "path"], name="discrepancy_work"),
            models.Index(fields=["state", "found_at", "id"], name="discrepancy_age"),
            models.Index(
                fields=["found_at", "id"],
                condition=Q(state__in=[State.OPEN.value, State.ANSWERED.value]),
                name="discrepancy_todo",
            ),
            # What the tabs count, read from this index alone: decided corrections gather for years and are not looked at.
            models.Index(
                fields=["path", "kind", "state", "asked_path"],
                condition=Q(state__in=[State.OPEN.value, State.ASKED.value, State.ANSWERED.value]),
                name="discrepancy_counts",
            ),
            models.Index(fields=["asked_path"], name="discrepancy_asked", condition=~Q(asked_path="")),
        ]

    @property
    def record_id(self) -> int:
        """Key of the employer or person."""
        return (self.employer_id if self.kind == MergeKind.EMPLOYER else self.person_id) or 0

    @property
    def owner(self) -> dict[str, int]:
        """Lookup of rows that belong to the same record."""
        column = "employer_id" if self.kind == MergeKind.EMPLOYER else "person_id"
        return {column: self.record_id}

    @property
    def record_name(self) -> str:
        """What the record is called."""
        record = self.employer if self.kind == MergeKind.EMPLOYER else self.person
        return record.name if record else ""

    @property
    def permission(self) -> str:
        """What deciding about it asks for."""
        return MergeKind(self.kind).permission

    @property
    def field_label(self) -> str:
        """The field as readers call it."""
        if self.field == "name" and self.kind == MergeKind.EMPLOYER:
            return gettext("Employer's name")
        return str(FIELDS[self.field].label) if self.field in FIELDS else self.field


class CorrectionBatchQuerySet(models.QuerySet["CorrectionBatch"]):
    """Reads of batches."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those whose records all lie where one may change records."""
        wide = actor.within("registry.edit") & actor.within("members.edit")
        return self.filter(wide | Q(user_id=actor.user_id or -1))


class CorrectionBatch(Batch):
    """One act on many corrections: what, by whom, how far it is. path: the lowest subtree that holds them all."""

    path = PathField(blank=True, db_index=True)
    act = models.CharField(max_length=8, choices=Act, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = CorrectionBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on many corrections")

    def tally(self) -> tuple[int, int]:
        """Corrections decided about, and of those put back."""
        return self.decisions.count(), self.decisions.filter(undone_at__isnull=False).count()

    @property
    def may_be_undone(self) -> bool:
        """A question cannot be unasked."""
        return self.act != Act.ASK and super().may_be_undone

    def items(self, actor: Actor) -> "models.QuerySet[Discrepancy]":
        """The corrections picked that the actor sees, each with is_done and is_undone by this decision."""
        decisions = self.decisions.filter(item=models.OuterRef("pk"))
        return Discrepancy.objects.visible_to(actor).filter(pk__in=self.picked).select_related("employer", "person").annotate(
            is_done=models.Exists(decisions), is_undone=models.Exists(decisions.filter(undone_at__isnull=False))
        )  # fmt: skip


class Decision(models.Model):
    """What somebody did about a correction. record: sealed; every changed row as it stood before, for undoing."""

    item = models.ForeignKey(Discrepancy, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=8, choices=Act)
    batch = models.ForeignKey(
        CorrectionBatch, null=True, on_delete=models.SET_NULL, related_name="decisions", db_index=False
    )
    theirs_source = models.CharField(
        max_length=60, blank=True, help_text="Extract and row the value was taken from."
    )
    record = EncryptedTextField(help_text="Rows as they stood before; needed to undo.")
    reason = models.CharField(max_length=200, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="decision_batch")]
