"""Texts that come in: U+0000 is no character, PostgreSQL keeps none, and nobody types one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.core.web.errors import refusal_response


class NoText(InvalidInput):
    """A text holds U+0000."""

    def __init__(self) -> None:
        super().__init__(
            _("A text holds the sign U+0000, which is no character."),
            remedy=_("Take it out and send it again."),
        )


def holds_nul(value: Any) -> bool:
    """Whether a text, or one inside lists and dicts, holds U+0000."""
    if isinstance(value, dict):
        return any(map(holds_nul, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value


class TextMiddleware:
    """Refuses forms that hold it. Searches and filters leave it out by themselves; the API has its own parser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Views that are csrf_exempt read their bodies themselves; every other body is parsed by now."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        held = any(holds_nul(values) for _key, values in request.POST.lists())
        return refusal_response(request, NoText()) if held else None
