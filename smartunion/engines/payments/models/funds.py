"""Funds and their double-entry ledger."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.engines.payments.rules.states import Account, EntryKind, SourceKind
from smartunion.ground.registry.models import TradeUnion


class FundQuerySet(models.QuerySet["Fund"]):
    """Reads of funds."""

    def visible_to(self, actor: Actor) -> Self:
        """Funds of unions where the actor may look at funds."""
        return self.filter(actor.within("funds.view", "path") | actor.within("payments.release", "path"))

    def open_on(self, day: object) -> Self:
        """Funds that may pay on this day."""
        return self.filter(opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Fund(models.Model):
    """Money of one source, kept apart from others.

    earmark: keys of the programmes it may pay, empty: any; available_yuan: what is neither set aside nor paid out, never
    below zero; kept with every entry and compared with the entries by `check_ledger`.
    """

    code = models.CharField(pgettext_lazy("payments", "code of the fund"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("payments", "name of the fund"), max_length=80)
    source = models.CharField(
        pgettext_lazy("payments", "where the money comes from"), max_length=12, choices=SourceKind
    )
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    earmark = models.JSONField(default=list, blank=True)
    available_yuan = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    opened_on = models.DateField(pgettext_lazy("payments", "open from"))
    closed_on = models.DateField(pgettext_lazy("payments", "closed on"), null=True, blank=True)
    created_at = models.DateTimeField()

    objects = FundQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(available_yuan__gte=0), name="fund_not_overdrawn")]
        indexes = [models.Index(fields=["path", "code"], name="fund_path")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(models.Model):
    """One entry of a fund's ledger; append-only. key: what it is for, once. change_yuan: what it does to available_yuan."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="entries", db_index=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=EntryKind)
    text = models.CharField(max_length=200, blank=True)
    change_yuan = models.DecimalField(max_digits=14, decimal_places=2)
    happened_on = models.DateField()
    at = models.DateTimeField()
    paylist = models.ForeignKey(
        "payments.PaymentList", null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["fund", "-id"], name="entry_fund"),
            models.Index(fields=["paylist", "id"], name="entry_list"),
        ]


class Line(models.Model):
    """One line of an entry: debit positive, credit negative; the lines of an entry sum to zero."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=12, choices=Account)
    yuan = models.DecimalField(max_digits=14, decimal_places=2)
