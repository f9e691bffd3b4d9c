"""Open311 GeoReport v2: services, requests in and out, for other cities' systems and apps.

Reading needs no key and tells nobody's name; writing needs a key (a token of an account). Errors have the body the
specification wants. Calls are counted per network and per key.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import STRANGER, Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, TooMany
from smartunion.core.files.exif import checked_spot
from smartunion.engines.casework.casedata import Contact
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.tokens import user_of_token
from smartunion.ground.accounts.web import origin_of
from smartunion.ground.registry.models import Region
from smartunion.systems.matters.flows import hazards
from smartunion.systems.matters.flows.telling import file_matter
from smartunion.systems.matters.open311 import FORMATS, Record, Wrong, body, moment, number
from smartunion.systems.matters.queries import open311 as queries
from smartunion.systems.matters.queries.hazards import town_of
from smartunion.systems.matters.rules.hazards import HazardKind
from smartunion.systems.matters.services.common import CATEGORIES

PER_NETWORK = Limit(300, timedelta(minutes=10))
PER_KEY = Limit(120, timedelta(hours=1))
_SPACE = UUID("6e5b12d6-33b1-4c5a-9a43-5f0a2d6f9311")
View = Callable[..., HttpResponse]


def _spoken(view: View) -> View:
    """Count the call, and answer refusals in the specification's own form."""

    @wraps(view)
    def answered(request: HttpRequest, *, form: str, **given: str) -> HttpResponse:
        try:
            limits.take(limits.key_of("open311", origin_of(request).network), PER_NETWORK, at=clock.now())
            return view(request, form=form, **given)
        except Wrong as wrong:
            return _answer(
                "errors", [{"code": wrong.status, "description": wrong.description}], form, wrong.status
            )
        except TooMany as refusal:
            answer = _answer("errors", [{"code": 429, "description": str(refusal)}], form, 429)
            answer["Retry-After"] = str(refusal.details.get("retry_after_s", 60))
            return answer
        except DomainError as refusal:
            return _answer("errors", [{"code": 400, "description": str(refusal)}], form, 400)

    return answered


@csrf_exempt
@require_GET
@_spoken
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    """What can be told of."""
    return _answer("services", queries.services(), form)


@csrf_exempt
@require_GET
@_spoken
def definition(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    """No service asks more than the standard fields."""
    if code not in {str(row["service_code"]) for row in queries.services()}:
        raise Wrong(404, "service_code was not found.")
    raise Wrong(400, "This service has no definition: metadata is false.")


@csrf_exempt
@require_http_methods(["GET", "POST"])
@_spoken
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET tells of requests, POST takes one in."""
    if request.method == "POST":
        return _answer("service_requests", [_take(request.POST)], form, 201)
    asked = request.GET
    since, until = queries.period(
        moment(asked.get("start_date", ""), "start_date"),
        moment(asked.get("end_date", ""), "end_date"),
        clock.now(),
    )
    states = _several(asked.get("status", ""))
    if set(states) - {"open", "closed"}:
        raise Wrong(400, "status is open or closed.")
    found = queries.requests(
        queries.Asked(
            _several(asked.get("service_request_id", "")),
            _several(asked.get("service_code", "")),
            states,
            since,
            until,
        )
    )
    return _answer("service_requests", found, form)


@csrf_exempt
@require_GET
@_spoken
def one(request: HttpRequest, *, form: str, reference: str) -> HttpResponse:
    """One request by its id."""
    now = clock.now()
    found = queries.requests(queries.Asked((reference,), (), (), now, now))
    if not found:
        raise Wrong(404, "service_request_id was not found.")
    return _answer("service_requests", found, form)


def _take(post: QueryDict) -> Record:
    """Take a request in. Raises Wrong: 403 without a key, 400 for what is missing, 404 for an unknown service."""
    actor = _of_key(post.get("api_key", ""))
    code, at = post.get("service_code", "").strip(), clock.now()
    if not code:
        raise Wrong(400, "service_code was not provided.")
    room, _dot, kind = code.partition(".")
    known = {queries.HAZARD: set(HazardKind.values), queries.MATTER: {option.value for option in CATEGORIES}}
    if kind not in known.get(room, set()):
        raise Wrong(404, "service_code was not found.")
    spot = checked_spot(number(post.get("long", ""), "long", 180), number(post.get("lat", ""), "lat", 90))
    region = (
        Region.objects.filter(code=post.get("address_id", "").strip()).first()
        if post.get("address_id")
        else None
    )
    region = region or (town_of(spot) if spot else None)
    if region is None:
        raise Wrong(400, "No place: give lat and long near a town here, or its division code as address_id.")
    words = post.get("description", "").strip()
    if len(words) < 4:
        raise Wrong(400, "description was not provided.")
    said = f"{actor.user_id}|{code}|{words}|{post.get('lat')}|{post.get('long')}|{local_date(at)}"
    client_id = uuid5(_SPACE, said)  # sent again the same day: taken in once
    if room == queries.HAZARD:
        made = hazards.report(
            actor=STRANGER, at=at,
            data=hazards.Told(
                client_id=client_id, kind=kind, about=words, place=post.get("address_string", "")[:200], region=region.code,
                spot=spot, source="open311",
            ),
        )  # fmt: skip
        return {"service_request_id": made.reference, "service_notice": "", "account_id": ""}
    case, _is_new = file_matter(
        actor=actor, client_id=client_id, category=kind, about=words, region=region, contact=_contact(post), at=at,
        detail=post.get("address_string", "")[:200],
    )  # fmt: skip
    return {"service_request_id": case.reference, "service_notice": "", "account_id": ""}


def _contact(post: QueryDict) -> Contact:
    name = " ".join(part for part in (post.get("last_name", ""), post.get("first_name", "")) if part)[:60]
    return Contact(name, post.get("phone", "")[:20])


def _of_key(key: str) -> Actor:
    owner = user_of_token(key.strip()[:200], at=clock.now()) if key.strip() else None
    if owner is None:
        raise Wrong(403, "api_key was not provided or is not valid.")
    limits.take(limits.key_of("open311-key", str(owner.pk)), PER_KEY, at=clock.now())
    return actor_of(owner, on=clock.today(), source="api")


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))[:50]


def _answer(kind: str, rows: list[Record], form: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(body(kind, rows, form), content_type=FORMATS[form], status=status)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
