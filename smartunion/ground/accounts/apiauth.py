"""How API calls prove who they are: a bearer token, or the browser's session with its CSRF token."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from smartunion.core.actor import Actor
from smartunion.ground.accounts.actors import bearer_token


class Bearer(HttpBearer):
    """A token made under “my account”; who it is was found by ActorMiddleware."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor of a valid token."""
        actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
        return actor if actor.is_known and actor.source == "api" else None


class SignedIn(SessionAuth):
    """The session of a browser; unsafe methods need the CSRF token. A call with a bearer token is judged by that."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # Any: ninja's own signature
        """The actor of the session."""
        actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
        return actor if actor.is_known and not bearer_token(request) else None


AUTH = [Bearer(), SignedIn()]
