"""Links a town hands to a firm, so that its people begin their founding with everything filled in."""

from django.db import models

from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.models.findings import Finding


class FoundingInvitation(models.Model):
    """One link for one firm; whoever opens it sees what registers say of the firm, nobody's personal data.

    code: in the link and QR, cannot be guessed; path: federation that handed it out; ends_on: last day.
    """

    code = models.CharField(max_length=16, unique=True)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="invitations")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    path = PathField()
    ends_on = models.DateField()
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(closed_at=None), name="invitation_one_open"
            )
        ]
