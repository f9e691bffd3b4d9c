"""What programmes keep beside their offers: the money set aside for them, proofs, badges and who would meet again."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.payments.models import Fund
from smartunion.ground.registry.models import Person


class BudgetQuerySet(models.QuerySet["Budget"]):
    """Reads of budgets."""

    def visible_to(self, actor: Actor) -> Self:
        """Budgets of offers in reach of who keeps funds or manages offers."""
        return self.filter(actor.within("funds.manage", "path") | actor.within("offers.manage", "path"))


class Budget(models.Model):
    """Money of a fund set aside for an offer before it is published.

    set_yuan: set aside so far; spent_yuan: of it booked for those who came; over_yuan: what came after it was used up and
    waits until more is set aside; back_yuan: what went back into the fund when the offer ended; round: how often something
    was set aside or given back, for the keys of the ledger.
    """

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    set_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    spent_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    over_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    back_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    round = models.PositiveSmallIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    set_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="budget_path")]
        constraints = [
            models.CheckConstraint(
                condition=Q(spent_yuan__gte=0, spent_yuan__lte=F("set_yuan"), over_yuan__gte=0),
                name="budget_covers",
            )
        ]


def proof_key(value: str) -> str:
    """A number of a diploma as compared: capitals, no spaces."""
    return "".join(value.split()).upper()


class Proof(models.Model):
    """What was shown for a subsidy: the number of a diploma, used once."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(CaseFile, on_delete=models.PROTECT, related_name="+")
    number = EncryptedTextField(help_text="Number of the diploma, so that it serves once.")
    number_index = BlindIndexField(source="number", purpose="diploma", normalise=proof_key)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number_index"], name="proof_once")]


class Badge(models.Model):
    """The number somebody wears at a meeting where contacts are exchanged.

    contact: what she gives to whoever wants to meet her again as much as she does; sealed; empty: nothing.
    """

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="badge")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    called = models.CharField(max_length=20, blank=True)
    contact = EncryptedTextField(blank=True, help_text="Given only to somebody who said yes as well.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="badge_number")]


class Yes(models.Model):
    """Somebody would like to meet another again; nobody knows unless both do. Taken back by deleting it."""

    by = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="said", db_index=False)
    of = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="heard")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "of"], name="yes_once"),
            models.CheckConstraint(condition=~Q(by=F("of")), name="yes_not_herself"),
        ]


class FrontLine(models.Model):
    """What the chair of a union said of a member's post; path: of the union she was in then."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    path = PathField()
    is_front = models.BooleanField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    said_at = models.DateTimeField()
