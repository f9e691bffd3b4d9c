"""Links by which one named person joins, once."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Employer, phone_key
from smartunion.systems.organising.models.drives import JoiningDrive


class LinkState(models.TextChoices):
    """Where a link stands."""

    OPEN = "open", pgettext_lazy("join link", "Open")
    USED = "used", pgettext_lazy("join link", "Used")
    EXPIRED = "expired", pgettext_lazy("join link", "Run out")
    WITHDRAWN = "withdrawn", pgettext_lazy("join link", "Withdrawn")


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    """Reads of links."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of joining codes one manages, and of places one visits."""
        reach = actor.within("drives.manage", "drive__path") | actor.within("organising.visit", "drive__path")
        return self.filter(reach)

    def unused(self) -> Self:
        """Neither used nor withdrawn; run out or not."""
        return self.filter(used_at=None, withdrawn_at=None)

    def with_state(self, on: date) -> Self:
        """Each with `state`, a LinkState, as of the day."""
        return self.annotate(
            state=Case(
                When(used_at__isnull=False, then=Value(LinkState.USED)),
                When(withdrawn_at__isnull=False, then=Value(LinkState.WITHDRAWN)),
                When(ends_on__lt=on, then=Value(LinkState.EXPIRED)),
                default=Value(LinkState.OPEN),
            )
        )


class JoinLink(models.Model):
    """A joining code made out to one person: fills her form, works once and until ends_on.

    Purpose: whoever was talked with joins without typing, and nobody else by her link. token_hash: keyed, the token is
    nowhere stored; employer: filled in for her where the code names none; mobile: emptied when the link was used;
    sent_at: when it went out as a text message; case: the application that came of it.
    """

    drive = models.ForeignKey(JoiningDrive, on_delete=models.CASCADE, related_name="links")
    employer = models.ForeignKey(Employer, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    mobile = EncryptedTextField(_("mobile"), blank=True)
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key)
    token_hash = models.CharField(max_length=60, unique=True)
    ends_on = models.DateField()
    user_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    case = models.OneToOneField(CaseFile, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "mobile_index"], condition=Q(used_at=None, withdrawn_at=None),
                name="join_link_one_open",
            )
        ]  # fmt: skip
