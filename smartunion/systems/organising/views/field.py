"""The organiser's phone: today's firms, visits noted with or without signal."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.intake import keep_photo
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import AreaUnion, Finding, Visit
from smartunion.systems.organising.queries.conflicts import conflict_sentence
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.queries.quarter import Duty, owed
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.rules import DutyState, FindingState, VisitResult
from smartunion.systems.organising.views.coverage import actor_of
from smartunion.systems.organising.visit_form import VisitForm

VISIT = "organising.visit"
NEEDS_UNION, NEEDS_FIRM = VisitResult.COVERED, VisitResult.DUPLICATE


@require(VISIT)
@never_cache
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Today's firms in visiting order; the page works without JavaScript, and without signal with it."""
    actor = actor_of(request)
    return render(
        request, "organising/field/day.html",
        {
            "stops": day_list(actor, clock.today()), "today": clock.today(), "unions": _owed(actor),
            "results": [r for r in VisitResult if r != VisitResult.SERVICE], "has_area": bool(actor.area_ids),
        },
    )  # fmt: skip


@require(VISIT)
@never_cache
@require_GET
def day_json(request: HttpRequest) -> JsonResponse:
    """What the phone keeps for work without signal: the day's stops, names for “covered” and “duplicate”."""
    actor = actor_of(request)
    stops = day_list(actor, clock.today())
    return JsonResponse(
        {
            "day": clock.today(), "as_of": clock.now(), "stops": [asdict(stop) for stop in stops],
            "unions": _joint_unions(actor), "firms": _firms(actor),
        }
    )  # fmt: skip


def _joint_unions(actor: Actor) -> list[dict[str, Any]]:
    rows = TradeUnion.objects.filter(
        actor.within("organising.visit"), state=UnionState.ACTIVE, kind=UnionKind.JOINT
    )
    return [{"id": pk, "name": name} for pk, name in rows.order_by("name").values_list("pk", "name")[:500]]


def _firms(actor: Actor) -> list[dict[str, Any]]:
    rows = Finding.objects.visible_to(actor).filter(area_id__in=actor.area_ids, employer__isnull=False)
    rows = rows.exclude(state=FindingState.CLOSED).order_by("-score", "pk")
    return [{"id": pk, "name": name} for pk, name in rows.values_list("employer_id", "employer__name")[:500]]


def _owed(actor: Actor) -> list[AreaUnion]:
    """Unions of one's areas still to be visited this quarter, overdue ones first, at most twenty."""
    today = clock.today()
    rows = owed(actor, Duty.of(actor, Quarter.of(today), today)).filter(area_id__in=actor.area_ids)
    return list(rows.exclude(state=DutyState.DONE).order_by("-state", "union__name", "pk")[:20])


@require(VISIT)
@require_POST
def send_visit(request: HttpRequest) -> JsonResponse:
    """Take one visit from the phone's outbox; safe to repeat."""
    visit = _note(request, actor_of(request))
    return JsonResponse(
        {
            "id": visit.pk, "conflict": conflict_sentence(visit),
            "version": visit.finding.version if visit.finding else None,
            "state": visit.finding.get_state_display() if visit.finding else "",
        }
    )  # fmt: skip


def _note(request: HttpRequest, actor: Actor) -> Visit:
    form = VisitForm(request.POST, request.FILES)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise InvalidInput(str(errors[0]), remedy=_("Correct it and send it again."), field=field)
    at = clock.now()
    photo = None
    if picture := form.cleaned_data["photo"]:
        photo = keep_photo(
            actor=actor, data=picture, name=picture.name or "photo", purpose="visit", at=at, field="photo"
        )
    return note_visit(actor=actor, visit=form.note_at(at), photo=photo, at=at)


@require(VISIT)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The same on a plain page, for one finding."""
    actor = actor_of(request)
    finding = get_visible(Finding.objects.visible_to(actor).select_related("employer", "union"), finding_id)
    form = VisitForm(
        request.POST or None, initial={"finding_id": finding.pk, "base_version": finding.version}
    )
    status = 200
    if request.method == "POST":
        try:
            noted = _note(request, actor)
        except InvalidInput as refusal:
            messages.error(request, str(refusal))
            status = 422
        else:
            messages.success(request, conflict_sentence(noted) or _("The visit is kept."))
            return redirect("field:day")
    return render(
        request, "organising/field/visit.html",
        {
            "finding": finding, "form": form, "why": sentences(finding.reasons), "unions": _joint_unions(actor),
            "firms": _firms(actor), "results": [r for r in VisitResult if r != VisitResult.SERVICE],
        },
        status=status,
    )  # fmt: skip


@require(VISIT)
@require_http_methods(["GET", "POST"])
def union_visit(request: HttpRequest, union_id: int) -> HttpResponse:
    """A service visit to a union of one's area."""
    actor = actor_of(request)
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    form = VisitForm(request.POST or None, initial={"union_id": union.pk, "result": VisitResult.SERVICE})
    if request.method == "POST":
        noted = _note(request, actor)
        messages.success(request, _("The visit to %(union)s is kept.") % {"union": noted.union})
        return redirect("field:day")
    return render(request, "organising/field/union_visit.html", {"union": union, "form": form})


@require_GET
def worker_script(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because it may only look after addresses below its own."""
    files = [
        "core/vendor/bootstrap.min.css", "core/vendor/bootstrap-icons.min.css", "core/css/tokens.css",
        "core/css/app.css", "core/css/portal.css", "core/css/print.css", "core/js/app.js",
        "organising/field.js", "organising/field.css",
    ]  # fmt: skip
    return render(
        request, "organising/field/worker.js", {"files": [static(name) for name in files]},
        content_type="text/javascript",
    )  # fmt: skip


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """So that a phone can put the day list on its start screen."""
    return JsonResponse(
        {
            "name": _("SmartUnion day list"), "short_name": _("Day list"), "start_url": "/field/", "scope": "/field/",
            "display": "standalone", "background_color": "#ffffff", "theme_color": "#ffffff", "lang": "zh-Hans",
            "icons": [{"src": static("core/img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )  # fmt: skip
