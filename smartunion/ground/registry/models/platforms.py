"""Which platforms a worker drives, delivers or cleans for, and since when."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.employers import Employer
from smartunion.ground.registry.models.memberships import Membership
from smartunion.ground.registry.models.people import Person


class PlatformWorkQuerySet(models.QuerySet["PlatformWork"]):
    """Reads of platform work."""

    def visible_to(self, actor: Actor) -> Self:
        """Work of active members in the actor's reach, and the actor's own."""
        inside = Membership.objects.filter(
            actor.within("members.view", "union_path"),
            state=rules.MembershipState.ACTIVE,
            person=OuterRef("person_id"),
        )
        return self.filter(Exists(inside) | Q(person_id=actor.person_id or -1))

    def running(self) -> Self:
        """Work that has not ended."""
        return self.filter(ended_on=None)


class PlatformWork(models.Model):
    """A person works for a platform company on days [started_on, ended_on); one who works for several has several rows.

    It is no membership: she is a member once, wherever she works. Purpose: to reach her where she works, and to count
    people of a platform. source: as of a membership ("drive:…", "partner:…", "desk", "self").
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="platform_work")
    platform = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="platform_workers")
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    objects = PlatformWorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "platform"], condition=Q(ended_on=None), name="platform_work_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="platform_work_period"
            ),
        ]
        indexes = [
            models.Index(
                fields=["platform", "person"], condition=Q(ended_on=None), name="platform_work_running"
            )
        ]
