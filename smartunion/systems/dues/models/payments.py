"""What extracts say of employers' contributions, how each employer stands, and letters to those that are behind."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.dues.rules import DuesLetterKind, DuesStanding, Item, LetterState

VIEW, VIEW_OWN, REMIND = "dues.view", "dues.view_own", "dues.remind"


class ReadExtract(models.Model):
    """One extract that was read. unknown: rows that mean no firm we know."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, primary_key=True, related_name="+")
    read_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Reads of payments."""

    def unknown_to(self, actor: Actor) -> Self:
        """Rows that mean no firm we know, of federations in reach."""
        return self.filter(actor.within(VIEW, "path"), employer=None)


class Payment(models.Model):
    """One row of an extract in force; a period is replaced as a whole when its source sends it again.

    path: federation whose extract it is; name, code: as the extract writes them; employer: empty where no single firm
    of ours has the code or the name; period_from, period_to, paid_in: first days of months.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = PathField()
    employer = models.ForeignKey(
        Employer, null=True, on_delete=models.CASCADE, related_name="contributions", db_index=False
    )
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=30, blank=True)
    item = models.CharField(max_length=11, choices=Item)
    period_from = models.DateField()
    period_to = models.DateField()
    wages_yuan = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    due_yuan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    paid_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    paid_in = models.DateField(null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["employer", "period_from"], name="dues_of_employer"),
            models.Index(fields=["snapshot", "period_from"], name="dues_of_snapshot"),
            models.Index(fields=["name"], condition=Q(employer=None), name="dues_of_nobody"),
        ]


class FirmStandingQuerySet(models.QuerySet["FirmStanding"]):
    """Reads of standings."""

    def visible_to(self, actor: Actor) -> Self:
        """Firms of the territories in reach."""
        return self.filter(actor.within(VIEW, "employer__territory_path"))


class FirmStanding(models.Model):
    """How one employer stands, counted from its payments; newest: how far the extracts of its place reach."""

    employer = models.OneToOneField(Employer, on_delete=models.CASCADE, primary_key=True, related_name="dues")
    item = models.CharField(max_length=11, choices=Item)
    standing = models.CharField(max_length=6, choices=DuesStanding)
    until = models.DateField()
    newest = models.DateField()
    due_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    paid_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    owed_yuan = models.DecimalField(max_digits=14, decimal_places=2)

    objects = FirmStandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["standing", "-owed_yuan"], name="dues_by_standing"),
            models.Index(fields=["-owed_yuan"], name="dues_by_owed"),
        ]

    @property
    def tone(self) -> str:
        """How its standing looks."""
        return DuesStanding(self.standing).tone


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads of letters."""

    def visible_to(self, actor: Actor) -> Self:
        """Letters of federations in reach."""
        return self.filter(actor.within(VIEW, "path"))


class Reminder(models.Model):
    """One letter about contributions that are missing, never edited. lines: [from, to, due, paid] of each period then open.

    path: of the federation that wrote it; addressed_to: the firm's name that day; court: of an application.
    """

    kind = models.CharField(max_length=8, choices=DuesLetterKind)
    federation = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField(db_index=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="dues_letters")
    number = models.CharField(_("number"), max_length=40)
    issued_on = models.DateField()
    answer_by = models.DateField()
    issued_by = models.CharField(max_length=120)
    addressed_to = models.CharField(max_length=120)
    owed_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    lines = models.JSONField()
    state = models.CharField(max_length=9, choices=LetterState, default=LetterState.OPEN)
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["federation", "number"], name="dues_letter_number")]
        indexes = [models.Index(fields=["employer"], condition=Q(state="open"), name="dues_letter_open")]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return LetterState(self.state).tone
