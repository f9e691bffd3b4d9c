"""Error pages and API problems: what happened, why, what next."""

from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from smartunion.core.errors import DomainError, NotVisible


def wants_json(request: HttpRequest) -> bool:
    """API paths, and scripts that ask for JSON."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as a page, or as an RFC 9457 problem for scripts."""
    if wants_json(request):
        body = {
            "type": f"urn:smartunion:{error.code}", "title": error.message, "status": error.status,
            "detail": error.remedy, "code": error.code, "field": error.field, **error.details,
        }  # fmt: skip
        response: HttpResponse = JsonResponse(
            body, status=error.status, content_type="application/problem+json"
        )
    else:
        values = {"error": error, "back_url": _page_before(request)}
        response = render(request, "core/error.html", values, status=error.status)
    if "retry_after_s" in error.details:
        response["Retry-After"] = str(error.details["retry_after_s"])
    return response


def _page_before(request: HttpRequest) -> str:
    """Address of our own page that led here, "" when there is none to go back to."""
    given = request.headers.get("Referer", "")
    try:
        host = request.get_host()
    except DisallowedHost:  # which is what this page answers
        return ""
    if not url_has_allowed_host_and_scheme(given, {host}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(given)
    is_here = request.method in {"GET", "HEAD"} and parts.path == request.path
    return "" if is_here else urlunsplit(("", "", parts.path or "/", parts.query, ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 404, in our words."""
    return refusal_response(request, NotVisible())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 403, in our words."""
    from smartunion.core.errors import NotAllowed

    return refusal_response(request, NotAllowed())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 400, in our words."""
    return refusal_response(
        request, _BadRequest(_("The request could not be understood."), remedy=_("Go back and try again."))
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: says that nothing was stored and gives the id to report."""
    error = _ServerError(
        _("Something went wrong on our side. Nothing you entered was half stored."),
        remedy=_("Try again. If it happens again, tell the administrator this number: %(id)s")
        % {"id": getattr(request, "request_id", "")},
    )
    return refusal_response(request, error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An expired or foreign form."""
    error = _CsrfFailed(
        _("The page had been open too long, or the form came from another site."),
        remedy=_("Go back, reload the page and send it again."),
    )
    return refusal_response(request, error)


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """Django's 405, in our words: mostly the address a form was sent to, opened anew or kept as a bookmark."""
    error = _WrongMethod(
        _("This address only takes what a form sends, so there is no page to show."),
        remedy=_("Go to the page with the form, or to the start page, and begin from there."),
    )
    response = refusal_response(request, error)
    response["Allow"] = allowed
    return response


class _WrongMethod(DomainError):
    code = "method_not_allowed"
    status = 405


class _BadRequest(DomainError):
    code = "bad_request"
    status = 400


class _ServerError(DomainError):
    code = "server_error"
    status = 500


class _CsrfFailed(DomainError):
    code = "csrf_failed"
    status = 403
