"""What views need of accounts: who may open a page, where a request comes from, signing a browser in and out."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from smartunion.core import clock
from smartunion.core.web.guards import (
    ActorRequest,
    NoPerson,
    SignInNeeded,
    person_required,
    require,
    to_sign_in,
)  # fmt: skip
from smartunion.core.web.sessions import SessionStore
from smartunion.ground.accounts.flows import sessions, signin
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.origin import Origin, origin_of

__all__ = [
    "ActorRequest", "NoPerson", "Origin", "SignInNeeded", "adopt", "keep_preferences", "origin_of", "person_required", "require",
    "safe_next", "sign_in", "sign_out", "to_sign_in", "worker_required",
]  # fmt: skip

#: The name other rooms know it by.
worker_required = person_required

#: Staff sign in again each working day; workers stay signed in on their own phone.
STAFF_STAYS: Final = timedelta(hours=12)
_COOKIE_KEPT = timedelta(days=400)


def sign_in(request: HttpRequest, user: User, *, method: str) -> None:
    """Sign this browser in as the user: fresh session key, noted for the owner's list and in the audit trail.

    method: "password", "totp", "recovery", "code", "wechat" or "demo".
    """
    at = clock.now()
    request.session.flush()  # whatever a stranger put into the session before does not come along
    with transaction.atomic():
        login(request, user, backend=sessions.BACKEND)
        if signin.needs_second_factor(user, at):
            request.session.set_expiry(STAFF_STAYS)
        key = request.session.session_key
        if key is None:
            raise RuntimeError("the session has no key after signing in")
        signin.note_sign_in(user=user, session_key=key, method=method, at=at, origin=origin_of(request))


def adopt(request: HttpRequest, session: SessionStore, user: User) -> None:
    """Bring a session of `sessions.open_many` to this browser: what `sign_in` does, when it is stored already."""
    request.session.flush()
    request.session = session
    request.user = user
    rotate_token(request)


def sign_out(request: ActorRequest) -> None:
    """Sign this browser out."""
    if request.actor.is_known and request.session.session_key:
        sessions.note_sign_out(actor=request.actor, session_key=request.session.session_key, at=clock.now())
    logout(request)


def safe_next(request: HttpRequest, given: str, default: str = "/") -> str:
    """The address to go on to, if it is one of ours; else the default."""
    inside = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return (
        given
        if inside and given.startswith("/") and not given.startswith(("//", "/\\", "/signin"))
        else default
    )


def keep_preferences(request: HttpRequest, answer: HttpResponse, user: User) -> HttpResponse:
    """Bring the account's language and text size to this browser, unless it has its own already."""
    kept = {settings.LANGUAGE_COOKIE_NAME: user.language, "su_elder": "1" if user.elder_mode else ""}
    for name, value in kept.items():
        if value and name not in request.COOKIES:
            answer.set_cookie(
                name, value, max_age=_COOKIE_KEPT, samesite="Lax", secure=settings.BEHIND_TLS, httponly=True
            )
    return answer
