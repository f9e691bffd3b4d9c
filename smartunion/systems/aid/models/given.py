"""What was given: aid, goods for children, support of model workers, degree subsidies."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.crypto.masking import mask_name
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.aid.models.files import HardshipFile
from smartunion.systems.aid.rules.given import GivenState, Honour
from smartunion.systems.aid.rules.support import AidKind


class AidQuerySet(models.QuerySet["AidGiven"]):
    """Reads of aid given."""

    def visible_to(self, actor: Actor) -> Self:
        """Aid given in the reach of those who help."""
        return self.filter(actor.within("aid.view", "path"))

    def of(self, person_id: int | None) -> Self:
        """What one person received, newest first."""
        return self.filter(person_id=person_id or -1).order_by("-decided_on", "-pk")


class AidGiven(models.Model):
    """One aid decided. what: sealed words (illness, school, goods); lines: sealed JSON of the calculation."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(HardshipFile, null=True, on_delete=models.PROTECT, related_name="aids")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    case = models.OneToOneField(CaseFile, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=AidKind)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    fund = models.CharField(max_length=60, blank=True)
    what = EncryptedTextField()
    lines = EncryptedTextField()
    school_year = models.PositiveSmallIntegerField(
        null=True, help_text="The year it begins in; study aid only."
    )
    state = models.CharField(max_length=8, choices=GivenState)
    decided_on = models.DateField()
    settled_on = models.DateField(null=True)
    actor_name = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = AidQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "kind", "decided_on"], name="aid_given_person"),
            models.Index(fields=["path", "id"], name="aid_given_path"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_yuan__gte=0), name="aid_given_not_negative"),
        ]


class ChildGoods(models.Model):
    """Goods handed to a child of a household (schoolbag, milk). child: sealed, a minor's data (PIPL art. 31)."""

    file = models.ForeignKey(HardshipFile, on_delete=models.CASCADE, related_name="goods")
    child = EncryptedTextField(help_text="Name and school.")
    item = models.CharField(max_length=60)
    quantity = models.PositiveSmallIntegerField()
    handed_on = models.DateField()
    actor_name = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)


class ModelWorkerQuerySet(models.QuerySet["ModelWorker"]):
    """Reads of model workers."""

    def visible_to(self, actor: Actor) -> Self:
        """Model workers in the reach of those who help."""
        return self.filter(actor.within("aid.view", "path"))


class ModelWorker(models.Model):
    """A model worker in the care of a union. living, income: sealed; income a month in yuan."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    honour = models.CharField(max_length=10, choices=Honour)
    honoured_year = models.PositiveSmallIntegerField()
    living = EncryptedTextField()
    income = EncryptedTextField()
    reviewed_on = models.DateField(null=True)
    review_due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ModelWorkerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "id"], name="aid_model_path")]

    @property
    def masked_name(self) -> str:
        """The surname, the rest starred."""
        return mask_name(self.person.name)
