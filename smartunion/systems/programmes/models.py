"""What programmes keep beside their offers: the money set aside for them."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.engines.offers.models import Offer
from smartunion.engines.payments.models import Fund


class BudgetQuerySet(models.QuerySet["Budget"]):
    """Reads of budgets."""

    def visible_to(self, actor: Actor) -> Self:
        """Budgets of offers in reach of who keeps funds or manages offers."""
        return self.filter(actor.within("funds.manage", "path") | actor.within("offers.manage", "path"))


class Budget(models.Model):
    """Money of a fund set aside for an offer before it is published.

    set_yuan: set aside so far; spent_yuan: of it booked for those who came; over_yuan: what came after it was used up and
    waits until more is set aside; round: how often something was set aside or given back, for the keys of the ledger.
    """

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    set_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    spent_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    over_yuan = models.DecimalField(max_digits=12, decimal_places=2, default=0)
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
