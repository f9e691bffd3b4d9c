"""Terms of office, officers, certificates."""

from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.people import Person
from smartunion.ground.registry.models.unions import TradeUnion


class Term(models.Model):
    """One term of office of a union's organs."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="terms")
    ordinal = models.PositiveSmallIntegerField(help_text="第几届.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    elected_on = models.DateField(null=True)
    due_count = models.PositiveIntegerField(null=True, help_text="Representatives due to attend.")
    present_count = models.PositiveIntegerField(null=True)
    approval_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "ordinal"], name="term_ordinal"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_period"),
        ]


class Officer(models.Model):
    """Somebody elected into an organ for a term."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="officers")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    organ = models.CharField(max_length=10, choices=rules.Organ)
    post = models.CharField(max_length=10, choices=rules.Post)
    left_on = models.DateField(null=True)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of certificates."""

    def visible_to(self, actor: Actor) -> Self:
        """Certificates of unions in the actor's reach."""
        return self.filter(actor.within("registry.view", "union__path"))


class Certificate(models.Model):
    """Certificate data of a union: registration number and validity, tied to the term."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=12, choices=rules.CertificateKind, default=rules.CertificateKind.FOUNDING
    )
    issued_on = models.DateField()
    valid_to = models.DateField(null=True)
    issued_by = models.CharField(max_length=120)
    approval_number = models.CharField(max_length=40, blank=True)

    objects = CertificateQuerySet.as_manager()
