"""From an account to an Actor. Systems add what they know (an organiser's areas) through `contribute`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from smartunion.core import clock
from smartunion.core.actor import STRANGER, Actor, Grant
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import PERMISSIONS, Role

Contributor = Callable[[User, date], dict[str, Any]]
_contributors: list[Contributor] = []


def contribute(contributor: Contributor) -> None:
    """Register a function that returns extra Actor fields for a user on a day (called from apps.py)."""
    _contributors.append(contributor)


def actor_of(user: User, *, on: date, source: str = "web", request_id: str = "") -> Actor:
    """The Actor of an account on a day: one query for its grants, plus what systems contribute."""
    held = (
        RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), user=user, valid_from__lte=on)
        .select_related("union")
        .only("role", "union_id", "union__path")
    )
    grants = tuple(
        Grant(row.role, row.union_id, row.union.path if row.union else "", PERMISSIONS[Role(row.role)]) for row in held
    )
    actor = Actor(
        user_id=user.pk, person_id=user.person_id, name=user.name, grants=grants, source=source, request_id=request_id
    )
    for contributor in _contributors:
        actor = replace(actor, **contributor(user, on))
    return actor


def actor_for(request: HttpRequest) -> Actor:
    """The Actor of a request; a stranger when nobody is signed in."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return STRANGER
    return actor_of(user, on=clock.today(), request_id=getattr(request, "request_id", ""))
