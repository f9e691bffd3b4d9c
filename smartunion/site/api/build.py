"""The whole API: every room's router under /api/v1/, one way to sign in, one form for every refusal."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from smartunion import __version__
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.core.web.errors import refusal_response
from smartunion.core.web.texts import NoText, holds_nul


class FieldProblem(Schema):
    """One wrong field of a request."""

    field: str
    message: str


class Problem(Schema):
    """A refusal, after RFC 9457: what happened (title), what to do (detail), a stable code, the field it concerns."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str
    field: str = ""
    errors: list[FieldProblem] = []


#: What any call may answer besides its own results.
REFUSALS = {
    400: "The body could not be read.", 401: "Nobody is signed in.", 403: "Visible, but not allowed.",
    404: "Unknown, or not open to you.", 409: "Somebody changed it first.", 413: "Too large.",
    422: "A value cannot be accepted.", 429: "Too many calls.",
}  # fmt: skip


class _Unauthorised(DomainError):
    code = "unauthorised"
    status = 401


class _Plain(DomainError):
    """An HTTP error of the framework in our form."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = {404: "not_found", 405: "method_not_allowed", 429: "too_many"}.get(status, "bad_request")


class TextParser(Parser):
    """Ninja's parser; refuses the one sign no database keeps in a text."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body as JSON. Raises NoText, which Ninja wraps into its own 400; see _http_error."""
        data = super().parse_body(request)
        # JSON holds the sign in this writing alone.
        if rb"\u0000" in request.body and holds_nul(data):
            raise NoText
        return data

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Values of an address or a form. Raises NoText."""
        if any(holds_nul(values) for _key, values in data.lists()):
            raise NoText
        return super().parse_querydict(data, list_fields, request)


class Api(NinjaAPI):
    """Ninja's API, whose document also declares what every call may refuse with."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI document with the refusals added to each operation."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, schema in schemas["Problem"].pop("$defs", {}).items():
            schemas[name] = schema
        body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, text in REFUSALS.items():
                    operation["responses"].setdefault(status, {"description": text, "content": body})
        return document


def build(routers: dict[str, Router], auth: list[Any]) -> NinjaAPI:
    """The API of this installation. routers: prefix → router; auth: callables that accept a request."""
    api = Api(
        title="SmartUnion 智慧工会",
        version=__version__,
        description=_DESCRIPTION,
        auth=auth,
        docs_url="/docs",
        openapi_url="/openapi.json",
        urls_namespace="api",
        servers=[{"url": settings.PUBLIC_URL}],
        parser=TextParser(),
    )
    api.add_exception_handler(DomainError, _refusal)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _unauthorised)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Throttled, _throttled)
    for prefix, router in routers.items():
        api.add_router(prefix, router)
    return api


_DESCRIPTION = """
Everything a person can do on the pages. Sign in with a bearer token (made under “Me → Security”) or with the session
of a browser. Refusals are RFC 9457 problems with a stable `code`. Lists page by cursor: pass `next` of the answer back
as `cursor`. ID numbers and phones are masked.
"""


# Ninja types an error as instance or class, hence Any in the handlers.
def _refusal(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal_response(request, error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    problems = [_field_problem(item) for item in error.errors]
    first = problems[0]["field"] if problems else ""
    refusal = InvalidInput(
        _("The request holds %(count)s values that cannot be accepted.") % {"count": len(problems)},
        remedy=_("Mend the fields listed under “errors” and send it again."), field=first, errors=problems,
    )  # fmt: skip
    return refusal_response(request, refusal)


def _field_problem(item: dict[str, Any]) -> dict[str, str]:
    """One pydantic error: the place as dotted path, the kind in our words; never the value itself."""
    place = [
        str(part) for part in item.get("loc", ()) if part not in {"body", "query", "path", "data", "payload"}
    ]
    kind = str(item.get("type", ""))
    words = {
        "missing": _("This field is needed."), "json_invalid": _("The body is not valid JSON."),
        "int_parsing": _("A whole number is needed."),
        "date_from_datetime_parsing": _("A date like 2026-10-01 is needed."),
        "date_parsing": _("A date like 2026-10-01 is needed."), "uuid_parsing": _("A UUID is needed."),
        "bool_parsing": _("true or false is needed."), "enum": _("This value is not one of those allowed."),
        "string_too_long": _("This text is too long."), "string_too_short": _("This text is too short."),
        "extra_forbidden": _("This field is not known here."),
    }  # fmt: skip
    return {
        "field": ".".join(place),
        "message": words.get(kind, _("This value does not fit the document of the API.")),
    }


def _unauthorised(request: HttpRequest, error: Any) -> HttpResponse:
    refusal = _Unauthorised(
        _("This call needs somebody who is signed in."), remedy=_("Send a bearer token, or sign in first.")
    )
    response = refusal_response(request, refusal)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, NoText):
        return refusal_response(request, error.__cause__)
    return refusal_response(
        request, NotVisible() if error.status_code == 404 else _Plain(error.status_code, str(error))
    )


def _throttled(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal_response(request, _Plain(429, _("Too many calls. Please wait a moment and try again.")))
