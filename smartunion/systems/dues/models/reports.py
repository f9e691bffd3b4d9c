"""A union's reports of its own funds to its members, their lines, and questions answered beside them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField, ancestors
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Membership, Officer, TradeUnion
from smartunion.ground.registry.rules import Organ
from smartunion.systems.dues.models.payments import VIEW, VIEW_OWN
from smartunion.systems.dues.report_rules import (
    OPEN,
    TOLD,
    Entry,
    FundsHalf,
    FundsReportState,
    FundsReview,
    FundsSide,
    Money,
    Span,
)

REPORT = "dues.report"


class FundsReportQuerySet(models.QuerySet["FundsReport"]):
    """Reads of reports."""

    def visible_to(self, actor: Actor) -> Self:
        """Reports of unions in reach of the desk."""
        return self.filter(actor.within(VIEW) | actor.within(VIEW_OWN))

    def told_to(self, person_id: int | None) -> Self:
        """What was published by the unions somebody is a member of: her own, and those it is a part of or belongs to."""
        spell = Membership.objects.filter(person_id=person_id or -1, ended_on=None).first()
        return self.filter(path__in=ancestors(spell.union_path) if spell else [], state__in=TOLD)

    def reviewed_by(self, person_id: int | None, on: date) -> Self:
        """Reports of the unions on whose funds-review committee somebody serves, drafts left out."""
        serving = Officer.objects.filter(person_id=person_id or -1, organ=Organ.AUDIT).serving_on(on)
        return self.filter(union__in=serving.values("term__union")).exclude(state=FundsReportState.DRAFT)


class FundsReport(models.Model):
    """What came in and went out of a union's funds in a year or half a year. Published ones are never edited: a correction is
    the next version, with its reason.

    half: 0 for the whole year; income_yuan, spending_yuan: sums of its lines; writer_id: account that drafted it;
    reviewer: name of who passed it, "" where the union has no funds-review committee; returned: why it came back last.
    """

    union = models.ForeignKey(
        TradeUnion, on_delete=models.PROTECT, related_name="funds_reports", db_index=False
    )
    path = PathField()
    year = models.PositiveSmallIntegerField(_("year"))
    half = models.PositiveSmallIntegerField(choices=FundsHalf, default=FundsHalf.YEAR)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=FundsReportState, default=FundsReportState.DRAFT)
    opening_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    closing_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    income_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    spending_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    note = models.CharField(pgettext_lazy("dues", "note"), max_length=500, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    returned = models.CharField(max_length=300, blank=True)
    writer_id = models.BigIntegerField(null=True)
    writer = models.CharField(max_length=80, blank=True)
    written_at = models.DateTimeField()
    edits = models.PositiveIntegerField(default=1)
    review = models.CharField(max_length=7, choices=FundsReview, blank=True)
    reviewer = models.CharField(max_length=80, blank=True)
    reviewed_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = FundsReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "year", "half", "version"], name="funds_version"),
            models.UniqueConstraint(
                fields=["union", "year", "half"], condition=Q(state="published"), name="one_funds_report"
            ),
            models.UniqueConstraint(
                fields=["union", "year", "half"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_funds_report",
            ),
            models.CheckConstraint(
                condition=Q(half__in=[0, 1, 2]) & Q(year__gte=1950) & Q(year__lte=2200), name="funds_period"
            ),
            # That balances add up is checked where a report is published: SQLite would compare them as floating points.
            models.CheckConstraint(
                condition=~Q(state__in=sorted(TOLD)) | Q(published_at__isnull=False),
                name="funds_published_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["path", "-year"], name="funds_by_path"),
            models.Index(fields=["-year", "path"], name="funds_by_year"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return FundsReportState(self.state).tone

    @property
    def span(self) -> Span:
        """What it reports on."""
        return Span(self.year, FundsHalf(self.half))

    @property
    def title(self) -> str:
        """The year or half year in words."""
        return self.span.words

    @property
    def money(self) -> Money:
        """As the rules take it; reads the lines."""
        return Money(self.opening_yuan, self.closing_yuan, tuple(line.entry for line in self.lines.all()))


class FundsLine(models.Model):
    """One kind of income or spending in a report. kind: its words as they stood then; budget_yuan: None where none was set."""

    report = models.ForeignKey(FundsReport, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, choices=FundsSide)
    kind = models.CharField(max_length=40)
    budget_yuan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    actual_yuan = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="funds_line_position"),
            models.UniqueConstraint(fields=["report", "side", "kind"], name="funds_line_kind"),
            models.CheckConstraint(
                condition=Q(actual_yuan__gte=0) & (Q(budget_yuan=None) | Q(budget_yuan__gte=0)),
                name="funds_line_amounts",
            ),
        ]

    @property
    def entry(self) -> Entry:
        """As the rules take it."""
        return Entry(FundsSide(self.side), self.kind, self.budget_yuan, self.actual_yuan)


class FundsAnswer(models.Model):
    """A member's question about a report, in the words the union published it in, and the answer; who asked stays with the case."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(choices=FundsHalf)
    case = models.OneToOneField(CaseFile, null=True, on_delete=models.SET_NULL, related_name="+")
    question = models.CharField(max_length=500)
    answer = models.CharField(max_length=1000)
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["union", "year", "half"], name="funds_answers")]
