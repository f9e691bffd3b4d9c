"""Who may open a page: decorators for views. What a record shows is decided by `visible_to`, not here."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotAllowed, NotVisible
from smartunion.core.web.errors import wants_json

View = Callable[..., HttpResponse]


class ActorRequest(HttpRequest):
    """A request as our views get it: middleware adds who acts, and an id for the log."""

    actor: Actor
    request_id: str


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


def require(permission: str | None = None) -> Callable[[View], View]:
    """The view needs somebody signed in; with `permission`, somebody who holds it somewhere.

    Strangers are sent to the sign-in page and back; a signed-in worker without any role gets 404 from a page for
    staff, staff without the permission 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.actor.is_known:
                return _to_sign_in(request)
            if permission is not None and not request.actor.can(permission):
                raise NotAllowed if request.actor.grants else NotVisible
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def person_required(view: View) -> View:
    """The view needs somebody signed in whom the registry knows as a person."""

    @wraps(view)
    @require()
    def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.person_id is None:
            raise NoPerson(
                remedy=_("Join the union first, or ask your union to enter your present phone number.")
            )
        return view(request, *args, **kwargs)

    return guarded


def _to_sign_in(request: ActorRequest) -> HttpResponse:
    if wants_json(request) or request.method not in {"GET", "HEAD"}:
        raise SignInNeeded(remedy=_("Sign in and send it again."))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": settings.LOGIN_URL})
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
