"""Settlement files of hospitals or the medical scheme: entitlement without application (免申即享)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.mutual.models.claims import Claim
from smartunion.systems.mutual.models.plans import Plan


class RowState(models.TextChoices):
    """What became of a row."""

    PROPOSED = "proposed", pgettext_lazy("settlement", "Entitled")
    CONFIRMED = "confirmed", pgettext_lazy("settlement", "Confirmed")
    NOTHING = "nothing", pgettext_lazy("settlement", "Nothing to pay")
    UNKNOWN = "unknown", pgettext_lazy("settlement", "Not insured here")
    WRONG = "wrong", pgettext_lazy("settlement", "Cannot be read")
    DROPPED = "dropped", pgettext_lazy("settlement", "Set aside")


class SettlementQuerySet(models.QuerySet["SettlementFile"]):
    """Reads of settlement files."""

    def visible_to(self, actor: Actor) -> Self:
        """Files of unions whose claims the actor handles: never those above or beside."""
        offices = [grant.path for grant in actor.grants if "aid.handle" in grant.permissions]
        if "system" in actor.roles:
            return self.all()
        return self.filter(path__in=offices)


class SettlementFile(models.Model):
    """One file brought in. counts: rows by state, kept when it was read."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField(db_index=True)
    name = models.CharField(max_length=120)
    imported_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement file")


class SettlementRow(models.Model):
    """One hospital stay of a file. data: what the row said, sealed; mark: the same stay is found again by it."""

    file = models.ForeignKey(SettlementFile, on_delete=models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    data = EncryptedTextField(help_text="Purpose: to find and work out what the member is entitled to.")
    mark = EncryptedTextField(help_text="Purpose: the same stay is not paid twice.")
    mark_index = BlindIndexField(source="mark", purpose="mutual_stay")
    result = EncryptedTextField(help_text="Purpose: to show how the sum came about.")
    total_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=RowState)
    note = models.CharField(max_length=200, blank=True)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("settlement row")
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="mutual_settlement_row")]
        indexes = [models.Index(fields=["mark_index"], name="mutual_settlement_mark")]
