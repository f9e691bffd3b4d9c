"""From an account to an Actor. Systems add what they know (an organiser's areas) through `contribute`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest

from smartunion.core import clock
from smartunion.core.actor import STRANGER, Actor, Grant
from smartunion.ground.accounts.flows.tokens import user_of_token
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import PERMISSIONS, Role

Contributor = Callable[[User, date], dict[str, Any]]
_contributors: list[Contributor] = []
#: Session entry of the one role a person has chosen to act in, when she holds several.
ACTING_AS = "acting_as"


def contribute(contributor: Contributor) -> None:
    """Register a function that returns extra Actor fields for a user on a day (called from apps.py)."""
    _contributors.append(contributor)


def actor_of(
    user: User, *, on: date, source: str = "web", request_id: str = "", grant_id: int | None = None
) -> Actor:
    """The Actor of an account on a day: one query for its grants, plus what systems contribute.

    grant_id: act in this one role only; when it is over or somebody else's, in all of them.
    """
    held = list(
        RoleGrant.objects.active_on(on)
        .filter(user=user)
        .select_related("union")
        .only("role", "union_id", "union__path")
        .order_by("id")
    )
    chosen = [row for row in held if row.pk == grant_id] or held
    actor = Actor(
        user_id=user.pk, person_id=user.person_id, name=user.name, source=source, request_id=request_id,
        grants=tuple(Grant(row.role, row.union_id, row.path, PERMISSIONS[Role(row.role)]) for row in chosen),
    )  # fmt: skip
    for contributor in _contributors:
        actor = replace(actor, **contributor(user, on))
    return actor


def actor_for(request: HttpRequest) -> Actor:
    """The Actor of a request: of its bearer token on API paths, else of its session; a stranger without either."""
    request_id = getattr(request, "request_id", "")
    token = bearer_token(request)
    if token:
        owner = user_of_token(token, at=clock.now())
        if owner is None:
            return replace(STRANGER, source="api", request_id=request_id)
        return actor_of(owner, on=clock.today(), source="api", request_id=request_id)
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return replace(STRANGER, request_id=request_id)
    grant_id = request.session.get(ACTING_AS)
    return actor_of(user, on=clock.today(), request_id=request_id, grant_id=grant_id)


def owner_of_work(user_id: int) -> Actor:
    """The account some work is done for, with the rights it has today; with none when it was closed meanwhile."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_of(user, on=clock.today(), source="job") if user else Actor(user_id=user_id, source="job")


def bearer_token(request: HttpRequest) -> str:
    """The bearer token of an API call, "" when there is none."""
    if not request.path.startswith("/api/"):
        return ""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
