"""Text size and language: kept in a cookie for everyone, and on the account of who is signed in."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from smartunion.ground.accounts.flows.preferences import set_preferences

KEPT = timedelta(days=400)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Take `elder` (1 or 0) and/or `language`; answer with the page one came from."""
    answer = HttpResponseRedirect(_way_back(request))
    elder = request.POST.get("elder")
    language = request.POST.get("language")
    if elder in {"0", "1"}:
        _keep(answer, "su_elder", elder)
        set_preferences(actor=request.actor, elder_mode=elder == "1")  # type: ignore[attr-defined]  # middleware
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
        set_preferences(actor=request.actor, language=language)  # type: ignore[attr-defined]  # middleware
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=KEPT, samesite="Lax", secure=settings.BEHIND_TLS, httponly=True)


def _way_back(request: HttpRequest) -> str:
    given = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if inside else "/"
