"""The organiser's phone: today's firms, visits noted with or without signal."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.files.intake import drop, keep_photo
from smartunion.core.ids import row_id, row_ids, uuid7
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.offline import service_worker
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import parcels
from smartunion.systems.organising.driver_forms import ContactForm
from smartunion.systems.organising.driver_rules import ENDED, Channel, TalkOutcome
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows import visit_notes
from smartunion.systems.organising.flows.driver_ledger import note_contact
from smartunion.systems.organising.flows.visits import LATEST, as_of_day, note_visit
from smartunion.systems.organising.models import Finding, Visit
from smartunion.systems.organising.queries import questions
from smartunion.systems.organising.queries.conflicts import conflict_sentence
from smartunion.systems.organising.queries.day import DayPlan, day_list
from smartunion.systems.organising.queries.driver_ledger import talk_conflict
from smartunion.systems.organising.queries.handover import waiting_for
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.queries.week import (
    firms,
    joint_unions,
    kept_on_phone,
    owed_rows,
    promise_rows,
    what_stands,
)
from smartunion.systems.organising.route import Stop, Travel
from smartunion.systems.organising.rules import ConflictAnswer, PromiseOutcome, VisitResult
from smartunion.systems.organising.visit_form import NoteForm, NotTodayForm, VisitForm, refusal_of

VISIT = "organising.visit"
NEEDS_UNION, NEEDS_FIRM = VisitResult.COVERED, VisitResult.DUPLICATE


def _enter(request: HttpRequest) -> Actor:
    """Organisers; and who was one until lately, because her phone may still hold what she noted then."""
    actor = actor_of(request)
    if not actor.can(VISIT) and not as_of_day(actor, clock.today() - LATEST).can(VISIT):
        raise NotVisible
    return actor


def _plan(request: HttpRequest) -> DayPlan:
    """How she wants the day, from the address: "at" is longitude,latitude and is used for this answer alone."""
    start = None
    try:
        lon, lat = (float(part) for part in request.GET.get("at", "").split(","))
        if -180 <= lon <= 180 and -90 <= lat <= 90:
            start = Stop(0, lon, lat)
    except ValueError:
        pass
    locked = tuple(row_ids(request.GET.getlist("first")[:50]))
    travel = Travel.WALK if request.GET.get("by") == Travel.WALK else Travel.DRIVE
    return DayPlan(start, travel, locked)


@require()
@never_cache
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Today's firms in visiting order; the page works without JavaScript, and without signal with it."""
    actor, today, plan = _enter(request), clock.today(), _plan(request)
    stops = day_list(actor, today, plan)
    return render(
        request, "organising/field/day.html",
        {
            "stops": stops, "today": today, "unions": owed_rows(actor, today)[:20], "promises": promise_rows(actor),
            "results": [r for r in VisitResult if r != VisitResult.SERVICE], "has_area": bool(actor.area_ids),
            "user_id": actor.user_id, "plan": plan, "km": round(sum(stop.distance_km for stop in stops), 1),
            "minutes": sum(stop.minutes for stop in stops), "not_today": NotTodayForm(),
            "outcomes": TalkOutcome, "ended": ENDED, "channels": Channel,
            "handovers": [(row, row.from_user_id == actor.user_id) for row in waiting_for(actor.user_id)],
        },
    )  # fmt: skip


@require()
@never_cache
@require_GET
def day_json(request: HttpRequest) -> JsonResponse:
    """What the phone keeps for a week without signal; of what it says it has, only what changed since."""
    actor = _enter(request)
    lists = kept_on_phone(actor, clock.today(), _plan(request))
    have = parcels.read_have(request.GET.get("have", "")[:4000])
    return JsonResponse(parcels.changed(lists, have) | {"as_of": clock.now()})


@require()
@require_POST
def send_visit(request: HttpRequest) -> JsonResponse:
    """Take one visit from the phone's outbox; safe to repeat."""
    visit = _note(request, actor_of(request))
    return JsonResponse(
        {
            "id": visit.pk, "conflict": conflict_sentence(visit), "stands": what_stands(visit), "answer": visit.answer,
            "version": visit.finding.version if visit.finding else None,
            "state": visit.finding.get_state_display() if visit.finding else "",
        }
    )  # fmt: skip


@require()
@require_POST
def send_talk(request: HttpRequest) -> JsonResponse:
    """Take one talk with a driver from the phone's outbox; safe to repeat."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    noted = note_contact(
        actor=actor_of(request), driver_id=row_id(request.POST.get("driver_id", "")), data=form.contact(),
        at=clock.now(),
    )  # fmt: skip
    return JsonResponse({"id": noted.pk, "conflict": talk_conflict(noted)})


@require()
@require_POST
def edit_note(request: HttpRequest) -> JsonResponse:
    """Another wording of a visit's note, perhaps written without signal; safe to repeat."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    visit = visit_notes.edit_note(
        actor=actor_of(request), client_id=given["client_id"], note=given["note"], contact_name=given["contact_name"],
        staff_seen=given["staff_seen"], edited_at=given["edited_at"], sent_at=given["sent_at"],
        answers=form.answers(), at=clock.now(),
    )  # fmt: skip
    return JsonResponse({"id": visit.pk, "note": visit.note})


@require()
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """What she says to a conflict; from the phone as JSON, from the finding's page as a form."""
    client_id, said = request.POST.get("client_id", ""), request.POST.get("answer", "")
    try:
        visit_id = Visit.objects.values_list("pk", flat=True).get(client_id=UUID(client_id))
        chosen = ConflictAnswer(said)
    except (ValueError, Visit.DoesNotExist):
        raise NotVisible from None
    visit = visit_notes.answer_conflict(
        actor=actor_of(request),
        visit_id=visit_id,
        answer=chosen,
        note=request.POST.get("note", ""),
        at=clock.now(),
    )
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"answer": visit.answer})
    messages.success(request, _("Your answer is kept."))
    return redirect("coverage:finding", finding_id=visit.finding_id)


@require(VISIT)
@require_POST
def close_promise(request: HttpRequest) -> HttpResponse:
    """A promise is kept, or withdrawn with a reason."""
    given, said = request.POST.get("promise", ""), request.POST.get("outcome", "")
    if said not in PromiseOutcome.values:
        raise NotVisible
    visit_notes.close_promise(
        actor=actor_of(request), promise_id=row_id(given),
        outcome=PromiseOutcome(said), note=request.POST.get("note", ""), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Noted."))
    return redirect("field:day")


@require(VISIT)
@require_POST
def not_today(request: HttpRequest) -> HttpResponse:
    """Take a firm off today's list with a reason."""
    form = NotTodayForm(request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    finding_flows.postpone(
        actor=actor_of(request), finding_id=given["finding"], until=given["until"] or clock.today() + timedelta(days=1),
        note=given["reason"], at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("It comes back on the day you chose."))
    return redirect("field:day")


def _note(request: HttpRequest, actor: Actor) -> Visit:
    form = VisitForm(request.POST, request.FILES)
    if not form.is_valid():
        raise refusal_of(form)
    at = clock.now()
    photo = None
    if picture := form.cleaned_data["photo"]:
        photo = keep_photo(
            actor=actor, data=picture, name=picture.name or "photo", purpose="visit", at=at, field="photo"
        )
    noted = None
    try:
        noted = note_visit(actor=actor, visit=form.note_at(at), photo=photo, at=at)
    finally:  # refused, or sent a second time: nothing points at this picture
        if photo is not None and (noted is None or noted.photo_id != photo.pk):
            drop([photo])
    return noted


@require(VISIT)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The same on a plain page, for one finding."""
    actor = actor_of(request)
    finding = get_visible(Finding.objects.visible_to(actor).select_related("employer", "union"), finding_id)
    form = VisitForm(
        request.POST or None, initial={"finding_id": finding.pk, "base_version": finding.version}
    )
    if request.method == "POST" and (noted := _noted(request, actor)):
        messages.success(request, conflict_sentence(noted) or _("The visit is kept."))
        return redirect("field:day")
    return render(
        request, "organising/field/visit.html",
        {
            "finding": finding, "form": form, "why": sentences(finding.reasons), "unions": joint_unions(actor),
            "firms": firms(actor), "results": [r for r in VisitResult if r != VisitResult.SERVICE],
            "client_id": request.POST.get("client_id") or uuid7(),
            **_asked(request, finding.path, finding.area_id),
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _asked(request: HttpRequest, path: str, area_id: int | None) -> dict[str, Any]:
    """Drives the visit may be made for, the one chosen, and the questions, each with what was given when it was refused."""
    today = clock.today()
    drives, named = questions.drives_there(path, today), row_id(request.GET.get("drive", ""))
    chosen = next((one.pk for one in drives if one.pk == named), None)
    rows = questions.asked(path, area_id, today, drive_id=chosen)
    return {
        "drives": drives,
        "drive": chosen,
        "asked": [(one, request.POST.get(f"q{one.pk}", "")) for one in rows],
    }


def _noted(request: HttpRequest, actor: Actor) -> Visit | None:
    """The visit kept; None when it was refused, and the page says why."""
    try:
        return _note(request, actor)
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
        return None


@require(VISIT)
@require_http_methods(["GET", "POST"])
def union_visit(request: HttpRequest, union_id: int) -> HttpResponse:
    """A service visit to a union of one's area."""
    actor = actor_of(request)
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    form = VisitForm(request.POST or None, initial={"union_id": union.pk, "result": VisitResult.SERVICE})
    if request.method == "POST" and (noted := _noted(request, actor)):
        messages.success(request, _("The visit to %(union)s is kept.") % {"union": noted.union})
        return redirect("field:day")
    return render(
        request, "organising/field/union_visit.html",
        {
            "union": union, "form": form, "client_id": request.POST.get("client_id") or uuid7(),
            **_asked(request, union.path, questions.area_of_union(union.pk)),
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@require_GET
def worker_script(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because it may only look after addresses below its own."""
    return service_worker(
        request, name="field", pages="^/field/$", files=("organising/field.js", "organising/field.css")
    )


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
