"""Request id in, refusals out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation

from smartunion.core.errors import DomainError
from smartunion.core.ids import uuid7
from smartunion.core.web.errors import refusal_response, wrong_method

Next = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that the log, the audit and the error page share."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = str(uuid7())  # type: ignore[attr-defined]  # our own attribute, read below
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class HeadMiddleware:
    """Whoever asks for the head of a page alone, as monitors and previews of links do, is answered as for the page.

    The server leaves the body out.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        return response


class DomainErrorMiddleware:
    """The one place where a refusal becomes a page, a fragment or an API problem."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return wrong_method(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer DomainErrors; leave everything else to Django."""
        return refusal_response(request, error) if isinstance(error, DomainError) else None


class LanguageMiddleware:
    """Chinese unless somebody chose English: the choice is a cookie, never guessed from the browser's settings.

    Many office and kiosk browsers announce English though nobody in front of them reads it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # what Django's own middleware sets
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
