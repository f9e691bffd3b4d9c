"""The service hall: catalogue, one service's page, beginning a case, suggestions while typing."""

from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework import presenting
from smartunion.engines.casework.answers import raw_from_post
from smartunion.engines.casework.categories import EVENTS
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.flows.drafts import start_draft
from smartunion.engines.casework.flows.filing import AnswersRefused, submit
from smartunion.engines.casework.handlers import PrefillAsk, handler_of
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries import hall
from smartunion.engines.casework.queries.serving import version_shown
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.engines.casework.resolving import employers_named, regions_named, suggested, unions_named
from smartunion.engines.casework.rules import CaseState, Rung
from smartunion.engines.casework.views.common import client_id
from smartunion.ground.accounts.web import require


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """What can be asked for, found by everyday words."""
    actor = actor_of(request)
    query = request.GET.get("q", "")[:60]
    event = request.GET.get("event", "")
    event = event if event in EVENTS else ""
    mine = CaseFile.objects.of_applicant(actor).exclude(state=CaseState.DRAFT).order_by("-id")[:3]
    context = {
        "hall": hall.hall(actor, clock.now(), query=query, event=event),
        "query": query,
        "event": event,
        "event_title": EVENTS[event][0] if event else "",
        "ask": f"{_guide()}?{urlencode({'q': query})}" if query else "",
        "recent": mine if actor.is_known else [],
    }
    return render(request, "casework/services.html", context)


@require_GET
def service(request: HttpRequest, key: str) -> HttpResponse:
    """One service: what it is for, what is needed, who decides by when, and the button to begin."""
    definition = definition_of(version_shown(key, actor_of(request)))
    actor = actor_of(request)
    tested = _self_test(request, definition)
    named = _context(request.GET.dict())
    ask = PrefillAsk(actor_of(request), named, clock.now())
    context = {
        "definition": definition, "client_id": uuid4(), "context": named,
        "greeting": handler_of(definition).greeting(ask),
        "self_test": tested, "rules": hall.weighed(definition, actor, tested, clock.now()),
        "own_page": hall.address_of(definition) if definition.page else "",
        "one_tap": definition.rung in {Rung.ONE_TAP, Rung.GRANTED},
    }  # fmt: skip
    return render(request, "casework/service.html", context)


@require_POST
@require()
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a case and open its form; one tap (do=send) sends it at once when nothing is left to say."""
    case = start_draft(
        service_key=key, actor=actor_of(request), at=clock.now(), client_id=client_id(request.POST.dict()),
        context=_context(request.POST.dict()),
    )  # fmt: skip
    if request.POST.get("do") == "send":
        try:
            submit(case_id=case.pk, actor=actor_of(request), at=clock.now())
        except AnswersRefused:
            return redirect("casework:fill", case_id=case.pk)
        return redirect("casework:case", case_id=case.pk)
    return redirect("casework:fill", case_id=case.pk)


@require_GET
@require()
def employers(request: HttpRequest) -> JsonResponse:
    """Employers whose name is like this: public register data, for choosing while typing."""
    return JsonResponse({"rows": suggested(employers_named(request.GET.get("q", "")))})


@require_GET
@require()
def unions(request: HttpRequest) -> JsonResponse:
    """Unions whose name is like this."""
    rows = [
        {"id": one.pk, "name": one.name, "note": one.number} for one in unions_named(request.GET.get("q", ""))
    ]
    return JsonResponse({"rows": rows})


@require_GET
def places(request: HttpRequest) -> JsonResponse:
    """Places whose name holds this."""
    rows = [
        {"id": one.code, "name": one.full_name, "note": ""} for one in regions_named(request.GET.get("q", ""))
    ]
    return JsonResponse({"rows": rows})


def _guide() -> str:
    """Where one asks in one's own words, if this installation has it."""
    try:
        return reverse("guide:ask")
    except NoReverseMatch:
        return ""


def _self_test(request: HttpRequest, definition: Definition) -> tuple[presenting.Question, ...]:
    """The questions of the self-test with what was answered in the address; nothing is stored."""
    raw = raw_from_post(definition.self_test, request.GET)
    return presenting.questions(definition.self_test, raw, {}, errors={})


def _context(given: dict[str, str]) -> dict[str, str]:
    """What the link that led here names: short keys and numbers only; the handler decides what may be used."""
    allowed = {"finding", "employer", "union", "drive", "case", "invite", "booking", "offer", "report"}
    return {key: value[:20] for key, value in given.items() if key in allowed and value}
