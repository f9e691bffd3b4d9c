"""Who may open a page: decorators for views. What a record shows is decided by `visible_to`, not here."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotAllowed, NotVisible
from smartunion.core.web.errors import wants_json

View = Callable[..., HttpResponseBase]


class ActorRequest(HttpRequest):
    """A request as our views get it: middleware adds who acts, and an id for the log."""

    actor: Actor
    request_id: str


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; put on the request by the middleware."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # our own attribute
    return actor


class SignInNeeded(DomainError):
    """Nobody is signed in, and this needs somebody."""

    code = "sign_in_needed"
    status = 401

    def default_message(self) -> str:
        return _("You are not signed in, or your sign-in has ended. Nothing was stored.")


class NoPerson(NotAllowed):
    """The account is signed in but belongs to no registered person."""

    code = "no_person"

    def default_message(self) -> str:
        return _("This page is about your own membership, and no member record belongs to this account yet.")


def require(*permissions: str) -> Callable[[View], View]:
    """Let in actors who hold one of the permissions somewhere; without arguments, anybody who is signed in.

    Nobody signed in: pages lead to the sign-in page and back, scripts and forms get 401. Signed in without the
    permission: 404, so that addresses tell nothing. What she sees inside is still cut by `visible_to`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.actor.is_known:
                return to_sign_in(request)
            if permissions and not any(request.actor.can(permission) for permission in permissions):
                raise NotVisible
            return view(request, *args, **kwargs)

        guarded.required_permissions = permissions  # type: ignore[attr-defined]  # read by the refusal matrix
        return guarded

    return decorate


def person_required(view: View) -> View:
    """Let in people whose account belongs to a person of the registry."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.actor.is_known:
            return to_sign_in(request)
        if request.actor.person_id is None:
            raise NoPerson(
                remedy=_("Join the union first, or ask your union to enter your present phone number.")
            )
        return view(request, *args, **kwargs)

    guarded.required_permissions = ("person",)  # type: ignore[attr-defined]  # read by the refusal matrix
    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; 401 for scripts and for forms, whose data a redirect would lose."""
    if wants_json(request) or request.method not in {"GET", "HEAD"}:
        raise SignInNeeded(remedy=_("Sign in and send it again."))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": settings.LOGIN_URL})
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
