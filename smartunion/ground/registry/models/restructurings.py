"""Mergers and splits: what was decided, and every row they touched, so that they can be taken back."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.jobs.models import Job
from smartunion.core.paths import PathField
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.employers import Employer
from smartunion.ground.registry.models.unions import TradeUnion

State = rules.RestructuringState
#: Neither done nor undone.
OPEN = [State.PLANNED, State.RUNNING, State.UNDOING]


class RestructuringQuerySet(models.QuerySet["Restructuring"]):
    """Reads of mergers and splits."""

    def visible_to(self, actor: Actor) -> Self:
        """Those out of a union in the actor's reach."""
        return self.filter(actor.within("registry.view", "path"))

    def open_of(self, union: TradeUnion) -> Self:
        """Those from or into a union that are neither done nor undone."""
        return self.filter(Q(source=union) | Q(target=union), state__in=OPEN).select_related(
            "source", "employer"
        )

    def with_standstill(self) -> Self:
        """Each with is_given_up: neither done nor undone, and nothing works on it any more."""
        working = models.Exists(Job.objects.filter(pk=models.OuterRef("job_id"), finished_at=None))
        open_ = Q(state__in=OPEN)
        return self.annotate(is_given_up=models.ExpressionWrapper(open_ & ~working, models.BooleanField()))


class Restructuring(models.Model):
    """A union is merged into another, or a part of it becomes a union of its own; or an employer goes into another, whole
    or in part. Done by a job, step by step.

    source: the union that is merged or split; employer, into: the employer that ends or gives, and the one that takes;
    target: the union that takes the people (None after a split was undone, or when no union covers the employers).
    plan: what the job needs besides, by kind: version; employers; unions that end; people who go.
    undo_until: the last day it may be taken back.
    people: memberships carried; kept: rows that had changed since and stayed when it was taken back.
    """

    kind = models.CharField(max_length=8, choices=rules.RestructuringKind)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    source = models.ForeignKey(TradeUnion, null=True, on_delete=models.PROTECT, related_name="restructurings")
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="+")
    path = PathField(db_index=True)
    target = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")
    target_name = models.CharField(max_length=120)
    on = models.DateField(_("takes effect on"))
    reason = models.CharField(_("reason"), max_length=200)
    plan = models.JSONField(default=dict)
    people = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True)
    undo_until = models.DateField(null=True)
    undone_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)

    objects = RestructuringQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=["planned", "running", "undoing"]),
                name="one_open_restructuring",
            ),
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(state__in=["planned", "running", "undoing"]),
                name="one_open_of_employer",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False, employer__isnull=True)
                | Q(source__isnull=True, employer__isnull=False, into__isnull=False),
                name="restructuring_of_one",
            ),
        ]

    @property
    def name(self) -> str:
        """The union or employer it began from."""
        return self.employer.name if self.employer is not None else self.source.name if self.source else ""

    @property
    def queue_key(self) -> str:
        """One job at a time for one union or employer."""
        return (
            f"restructuring:{self.source_id}"
            if self.source_id
            else f"restructuring:employer:{self.employer_id}"
        )

    @property
    def is_of_employer(self) -> bool:
        """Employers, not unions, were put together or taken apart."""
        return self.kind in rules.EMPLOYER_RESTRUCTURINGS


class RestructuringRow(models.Model):
    """One row a restructuring touched. row_id: the row it changed, with its values before and after; made_id: the row
    it wrote, with a print of its values, which tells whether somebody built upon it since.
    """

    restructuring = models.ForeignKey(Restructuring, on_delete=models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_id = models.BigIntegerField(null=True)
    made_print = models.CharField(max_length=64, blank=True)
