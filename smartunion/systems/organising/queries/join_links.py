"""Links made out to one person, and the codes they may be made by."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.models import JoiningDrive, JoinLink

#: As many codes as a form offers.
_CHOICES = 200


def links_for(actor: Actor, on: date) -> QuerySet[Any]:
    """Links in reach with `state` of the day."""
    return (
        JoinLink.objects.visible_to(actor).with_state(on).select_related("drive__union", "employer", "case")
    )


def drives_to_choose(actor: Actor, on: date, *, chosen: int = 0) -> QuerySet[JoiningDrive]:
    """Codes in use by which the actor makes links, the newest ones and the chosen one, newest first."""
    reach = actor.within("drives.manage", "path") | actor.within("organising.visit", "path")
    running = Q(closed_at=None) & (Q(ends_on=None) | Q(ends_on__gte=on)) & Q(starts_on__lte=on)
    usable = (
        JoiningDrive.objects.filter(reach, running).exclude(union__state=UnionState.CLOSED).order_by("-pk")
    )
    newest = list(usable.values_list("pk", flat=True)[:_CHOICES])
    return usable.filter(pk__in=[chosen, *newest])
