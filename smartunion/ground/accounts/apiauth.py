"""How API calls prove who they are: a bearer token, or the browser's session with its CSRF token."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.accounts.actors import bearer_token
from smartunion.ground.accounts.flows.partners import partner_of_token
from smartunion.ground.accounts.models import Partner


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


class PartnerRequest(HttpRequest):
    """A request by a partner's token."""

    partner: Partner


class ByPartner(HttpBearer):
    """A partner's token with one scope; anything else is nobody."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Partner | None:
        """The partner, kept with the request."""
        partner = partner_of_token(token, self.scope, at=clock.now())
        if partner is not None:
            request.partner = partner  # type: ignore[attr-defined]  # read as PartnerRequest
        return partner
