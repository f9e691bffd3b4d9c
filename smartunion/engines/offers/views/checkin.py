"""The door on a phone: one code at a time, with or without signal."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import uuid7
from smartunion.core.web.guards import actor_of
from smartunion.core.web.offline import service_worker
from smartunion.core.web.posted import number_of
from smartunion.engines.offers.flows import checkin as flows
from smartunion.engines.offers.models import Occasion, Scan
from smartunion.engines.offers.queries.door import answer_of, kept_by_phones
from smartunion.engines.offers.queries.pages import now_at
from smartunion.engines.offers.rules.checkin import GOOD, HANDED_OUT, Outcome
from smartunion.engines.offers.rules.questions import Asked, Question
from smartunion.engines.offers.rules.questions import load as load_questions
from smartunion.ground.accounts.web import require

KEEPS = ("offers.check_in", "offers.manage")


@require(*KEEPS)
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """The scanner; its form works without JavaScript, its script without signal."""
    actor, at = actor_of(request), clock.now()
    flows.door_of(actor, occasion_id)
    scan, refusal = None, None
    if request.method == "POST":
        try:
            read = flows.Read(
                client_id=_uuid(request.POST.get("client_id")), code=request.POST.get("code", ""), at=at,
                gate_key=request.POST.get("gate", "")[:40], is_exit=request.POST.get("way") == "out",
            )  # fmt: skip
            scan = flows.check_in(actor=actor, occasion_id=occasion_id, read=read, at=at)
        except InvalidInput as error:
            refusal = error
    return _page(request, occasion_id, scan, refusal)


def _page(
    request: HttpRequest, occasion_id: int, scan: Scan | None, refusal: InvalidInput | None
) -> HttpResponse:
    actor, post = actor_of(request), request.POST
    occasion = flows.door_of(actor, occasion_id)
    outcomes = {one.value: one.label for one in Outcome} | (HANDED_OUT if occasion.offer.items else {})
    is_asked = scan is not None and scan.booking is not None and scan.outcome == Outcome.ADMITTED
    values = {
        "occasion": occasion, "offer": occasion.offer, "now": now_at(occasion), "scan": scan, "refusal": refusal,
        "is_good": scan is not None and scan.outcome in GOOD, "way": post.get("way", "in"),
        "hands_out": bool(occasion.offer.items),
        "questions": [(one, post.get(f"q_{one.key}", "")) for one in _asked(occasion)],
        "asks": post.get("code", "") if is_asked or (refusal and refusal.field != "client_id") else "",
        "client_id": uuid7(), "outcomes": outcomes, "said": outcomes[scan.outcome] if scan else "", "user_id": actor.user_id,
    }  # fmt: skip
    return render(request, "offers/checkin.html", values, status=422 if refusal else 200)


def _asked(occasion: Occasion) -> list[Question]:
    return [one for one in load_questions(occasion.offer.questions) if one.asked == Asked.DOOR]


@require(*KEEPS)
@require_POST
def answers(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Answers given at the door: a form, or {"answers": [{"code", "at", "answers"}]} of a device; safe to repeat."""
    actor, at = actor_of(request), clock.now()
    occasion = flows.door_of(actor, occasion_id)
    if request.content_type == "application/json":
        return JsonResponse(
            {"answers": [_answered(request, occasion_id, one) for one in _listed(request, "answers")]}
        )
    given = {one.key: request.POST.get(f"q_{one.key}", "") for one in _asked(occasion)}
    try:
        flows.answer(
            actor=actor, occasion_id=occasion_id, code=request.POST.get("code", ""), answers=given, answered_at=at, at=at
        )  # fmt: skip
    except InvalidInput as refusal:
        return _page(request, occasion_id, None, refusal)
    messages.success(request, _("Answers kept."))
    return redirect("offers:checkin", occasion_id=occasion_id)


def _answered(request: HttpRequest, occasion_id: int, one: Mapping[str, Any]) -> dict[str, str]:
    code, given = str(one.get("code", ""))[:40], one.get("answers")
    try:
        flows.answer(
            actor=actor_of(request), occasion_id=occasion_id, code=code, answers=given if isinstance(given, dict) else {},
            answered_at=_moment(one.get("at")), at=clock.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        return {"code": code, "outcome": "refused", "field": refusal.field or "", "text": refusal.message}
    return {"code": code, "outcome": "kept", "field": "", "text": ""}


@require(*KEEPS)
@require_POST
def open_gate(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Reserve places for a device, and say what it needs to work without signal."""
    gate = flows.open_gate(
        actor=actor_of(request), occasion_id=occasion_id, key=request.POST.get("gate", ""),
        label=request.POST.get("label", ""), share=number_of(request.POST, "share", digits=6),
        at=clock.now(),
    )  # fmt: skip
    return JsonResponse({"number": gate.number, "share": gate.share, "label": gate.label})


@require(*KEEPS)
@require_POST
def close_gate(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Send a device home; places it did not give are free again."""
    gate = flows.close_gate(actor=actor_of(request), gate_id=gate_id, at=clock.now())
    return redirect("offers:checkin", occasion_id=gate.occasion_id)


@require(*KEEPS)
@never_cache
@require_GET
def kept(request: HttpRequest, occasion_id: int) -> JsonResponse:
    """What a phone keeps: a digest of every code with its state and people; no name, no code."""
    occasion = flows.door_of(actor_of(request), occasion_id)
    inside = now_at(occasion)
    return JsonResponse(
        {
            **kept_by_phones(occasion),
            "as_of": clock.now(),
            "inside": inside.inside,
            "missing": inside.missing,
        }
    )


@require(*KEEPS)
@require_POST
def sync(request: HttpRequest, occasion_id: int) -> JsonResponse:
    """Codes a device read, with or without signal: {"scans": […]}; safe to repeat. Answers in the same order."""
    try:
        reads = [_read(one) for one in _listed(request, "scans")]
    except InvalidInput:
        flows.door_of(
            actor_of(request), occasion_id
        )  # a stranger learns nothing of what is wrong with her request
        raise
    scans = flows.sync(actor=actor_of(request), occasion_id=occasion_id, reads=reads, at=clock.now())
    return JsonResponse({"scans": [answer_of(scan) for scan in scans]})


def _listed(request: HttpRequest, name: str) -> list[Mapping[str, Any]]:
    """The rows a device sends under a name. Raises InvalidInput."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RawPostDataException):  # the second where a form was sent, and read for its token
        raise InvalidInput(_("This is not what a device sends."), field=name) from None
    given = body.get(name, []) if isinstance(body, dict) else None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise InvalidInput(_("This is not what a device sends."), field=name)
    if len(given) > flows.MOST_SYNCED:
        raise InvalidInput(_("Send at most %(most)s at once.") % {"most": flows.MOST_SYNCED}, field=name)
    return given


def _read(one: Mapping[str, Any]) -> flows.Read:
    return flows.Read(
        client_id=_uuid(one.get("client_id")), code=str(one.get("code", ""))[:40], at=_moment(one.get("at")),
        gate_key=str(one.get("gate", ""))[:40], was_let_in=one.get("was_let_in") is True,
        is_offline=one.get("is_offline") is True, is_walk_in=one.get("is_walk_in") is True,
        is_exit=one.get("is_exit") is True,
    )  # fmt: skip


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise InvalidInput(
            _("The device sent no id of its own. Reload the page."), field="client_id"
        ) from None


def _moment(text: object) -> datetime:
    try:
        moment = parse_datetime(str(text))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(_("The device sent no time."), field="at")
    return moment


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the door."""
    return service_worker(
        request, name="door", pages=r"^/checkin/\d+/$", files=("offers/door.js", "offers/offers.css")
    )
