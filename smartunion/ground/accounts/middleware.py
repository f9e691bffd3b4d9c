"""Puts the Actor on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.web.errors import refusal_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.actors import actor_for
from smartunion.ground.accounts.ended_roles import PLACES, role_ended


class ActorMiddleware:
    """`request.actor`, built when first used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request))  # type: ignore[attr-defined]  # our attribute
        return self.get_response(request)


class RoleEndedMiddleware:
    """Instead of "no such page": whose role has ended reads so, at every address of the desk alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what is not open to a former officer; everything else goes its way."""
        if not isinstance(error, NotVisible) or not request.path.startswith(PLACES):
            return None
        refusal = role_ended(actor_of(request), clock.today())
        return refusal_response(request, refusal) if refusal is not None else None
