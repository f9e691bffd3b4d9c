"""Request id in, refusals out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from smartunion.core.errors import DomainError
from smartunion.core.ids import uuid7
from smartunion.core.web.errors import refusal_response

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


class DomainErrorMiddleware:
    """The one place where a refusal becomes a page, a fragment or an API problem."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer DomainErrors; leave everything else to Django."""
        return refusal_response(request, error) if isinstance(error, DomainError) else None
