"""Parameters that vary by place and date."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.paths import PathField


class PolicyValue(models.Model):
    """What held for one parameter, in one subtree, from a day until a day, and who said so.

    key: registered parameter (policies.parameters); path: "" for the whole installation, else a union's path and
    everything below; the longest path that matches wins. value: JSON checked by the parameter's type.
    """

    key = models.CharField(max_length=60)
    path = PathField(blank=True)
    value = models.JSONField()
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    source = models.CharField(_("source"), max_length=300)
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "valid_from"], name="policy_key")]
        constraints = [
            models.UniqueConstraint(fields=["key", "path", "valid_from"], name="policy_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="policy_period"
            ),
        ]
