"""Claims: what a case asks of one plan, sealed."""

import json
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Person
from smartunion.systems.mutual.models.plans import Plan, PlanVersion


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    OPEN = "open", pgettext_lazy("claim", "Being looked at")
    GRANTED = "granted", pgettext_lazy("claim", "Granted")
    PAID = "paid", pgettext_lazy("claim", "Paid out")
    FAILED = "failed", pgettext_lazy("claim", "Payment failed")
    REFUSED = "refused", pgettext_lazy("claim", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")


#: States in which an event counts as claimed.
STANDING = (ClaimState.OPEN, ClaimState.GRANTED, ClaimState.PAID, ClaimState.FAILED)
TONES = {
    ClaimState.OPEN: "active",
    ClaimState.GRANTED: "done",
    ClaimState.PAID: "done",
    ClaimState.FAILED: "bad",
    ClaimState.REFUSED: "bad",
    ClaimState.WITHDRAWN: "off",
}


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Reads of claims."""

    def visible_to(self, actor: Actor) -> Self:
        """Claims of cases the actor may see, as an officer who holds them or as the person they concern."""
        cases = CaseFile.objects.visible_to(actor)
        if not (actor.can("aid.view") or "system" in actor.roles):
            cases = CaseFile.objects.of_applicant(actor)
        return self.filter(case__in=cases)


class Claim(models.Model):
    """What one case asks of one plan.

    facts: rules.claims.Event as JSON; event: what makes one event one claim (day and benefit); result: the calculation as it
    was shown; all sealed, since they tell an illness. is_assessed: an officer has checked the facts; total_yuan: as granted,
    null before.
    """

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="mutual_claims", db_index=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="claims", db_index=False)
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mutual_claims")
    facts = EncryptedTextField(help_text="Purpose: to work out the claim; seen by the officer who decides.")
    event = EncryptedTextField(help_text="Purpose: one event is claimed once.")
    event_index = BlindIndexField(source="event", purpose="mutual_event")
    result = EncryptedTextField(help_text="Purpose: to show how the sum came about.")
    is_assessed = models.BooleanField(default=False)
    total_yuan = models.DecimalField(_("yuan"), max_digits=12, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.OPEN)
    filed_on = models.DateField(_("filed on"))
    decided_on = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)
    version_seen = models.PositiveIntegerField(default=1, help_text="Raised by every change.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("mutual aid claim")
        constraints = [
            models.UniqueConstraint(fields=["case", "plan"], name="mutual_claim_of_case"),
            models.UniqueConstraint(
                fields=["plan", "person", "event_index"],
                condition=Q(state__in=["open", "granted", "paid", "failed"], event_index__isnull=False),
                name="mutual_one_event_one_claim",
            ),
        ]
        indexes = [models.Index(fields=["plan", "filed_on", "id"], name="mutual_claim_filed")]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[ClaimState(self.state)]

    @property
    def shown(self) -> dict[str, Any]:
        """The calculation as stored; empty before the first."""
        held: dict[str, Any] = json.loads(self.result) if self.result else {}
        return held

    @property
    def worked_yuan(self) -> Decimal:
        """What the calculation says now."""
        return Decimal(self.shown.get("total", "0.00"))
