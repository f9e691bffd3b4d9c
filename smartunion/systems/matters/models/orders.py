"""Work orders: how a matter is handled as the 12351 hotline counts it."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.rules.orders import (
    ORDER_TONES,
    Difficulty,
    OrderClass,
    OrderState,
    Said,
)


class OrderQuerySet(models.QuerySet["WorkOrder"]):
    """Reads of work orders."""

    def visible_to(self, actor: Actor) -> Self:
        """Orders of unions in whose cases, or on whose boards, the actor may look. An order names nobody."""
        return self.filter(actor.within("cases.view", "path") | actor.within("boards.view", "path"))


class WorkOrder(models.Model):
    """A case as a work order; what was said stands sealed in the case, here are class, days and outcome.

    union, path: who handles it now; in_time: of the first answer, null before; said: at the call-back; rounds: how often it
    was handled, 1 when never given back.
    """

    case = models.OneToOneField(CaseFile, on_delete=models.PROTECT, related_name="work_order")
    reference = models.CharField(max_length=24)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    channel = models.CharField(max_length=8, default="net", help_text="net or call.")
    order_class = models.CharField(max_length=8, choices=OrderClass)
    category = models.CharField(_("about"), max_length=80, blank=True)
    difficulty = models.CharField(max_length=8, choices=Difficulty)
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.OPEN)
    taken_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    in_time = models.BooleanField(null=True)
    said = models.CharField(max_length=10, choices=Said, blank=True)
    said_words = models.CharField(max_length=300, blank=True)
    called_at = models.DateTimeField(null=True)
    caller_name = models.CharField(max_length=80, blank=True, help_text="Officer who called back.")
    closed_at = models.DateTimeField(null=True)
    rounds = models.PositiveSmallIntegerField(default=1)

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "taken_at"], name="order_taken"),
            models.Index(fields=["path", "state", "due_at", "id"], name="order_queue"),
            models.Index(fields=["state", "due_at", "id"], name="order_due"),
            models.Index(fields=["taken_at", "id"], name="order_newest"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return ORDER_TONES[self.state]

    @property
    def title(self) -> str:
        """Class and subject in a line."""
        return (
            f"{self.get_order_class_display()} · {self.category}"
            if self.category
            else self.get_order_class_display()
        )

    @property
    def due_on(self) -> date:
        """The last day of its time limit."""
        return local_date(self.due_at - timedelta(seconds=1))

    @property
    def is_late(self) -> bool:
        """Whether it is still to be answered although its day has passed."""
        return self.state == OrderState.OPEN and self.due_at < clock.now()
