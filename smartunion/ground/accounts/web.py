"""Who may open a page: decorators for views, so that no view forgets."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotVisible
from smartunion.core.web.errors import refusal_response, wants_json

View = Callable[..., HttpResponseBase]


class SignInNeeded(DomainError):
    """Nobody is signed in."""

    code = "sign_in_needed"
    status = 401

    def default_message(self) -> str:
        return _("Please sign in first; what you have entered is kept.")


def require(*permissions: str) -> Callable[[View], View]:
    """Let in actors who hold one of the permissions somewhere; without arguments, anybody who is signed in.

    Nobody signed in: pages lead to the sign-in page and back, scripts get 401. Signed in without the permission:
    404, so that addresses tell nothing. What she sees inside is still cut by `visible_to`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
            if not actor.is_known:
                return to_sign_in(request)
            if permissions and not any(actor.can(permission) for permission in permissions):
                raise NotVisible
            return view(request, *args, **kwargs)

        guarded.required_permissions = permissions  # type: ignore[attr-defined]  # read by the refusal matrix
        return guarded

    return decorate


def worker_required(view: View) -> View:
    """Let in people whose account is bound to a person of the registry."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
        if not actor.is_known:
            return to_sign_in(request)
        if actor.person_id is None:
            raise NotVisible
        return view(request, *args, **kwargs)

    guarded.required_permissions = ("person",)  # type: ignore[attr-defined]  # read by the refusal matrix
    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; 401 for scripts and for forms, whose data a redirect would lose."""
    if wants_json(request) or request.method not in {"GET", "HEAD"}:
        return refusal_response(request, SignInNeeded())
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
