"""Hazards on the phone: the picture first, then where, is it this one, sent; and what came of it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.files.exif import Spot, checked_spot
from smartunion.core.files.serving import file_response
from smartunion.core.ids import uuid7
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of, number_of
from smartunion.engines.casework import service as casework
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.web import require
from smartunion.systems.matters.flows import hazards as flows
from smartunion.systems.matters.models import Hazard, HazardPhoto
from smartunion.systems.matters.queries import hazards as queries
from smartunion.systems.matters.rules.hazards import KIND_ICONS, HazardKind, HazardState
from smartunion.systems.matters.views.common import region_code, uploads_of

#: One person sends so many in a day; whoever sees more goes through the whole yard and calls somebody.
PER_PERSON = Limit(30, timedelta(days=1))


@require()
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The picture first; then kind and place; sent."""
    actor, at = actor_of(request), clock.now()
    refusal: DomainError | None = None
    if request.method == "POST":
        limits.take(limits.key_of("hazard", str(actor.user_id)), PER_PERSON, at=at)
        try:
            made = flows.report(actor=actor, data=_told(request), at=at)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Thank you! You are told at every step."))
            return redirect("hazards:one", hazard_id=made.pk)
    own = casework.own_union(actor.person_id)
    values = {
        "kinds": [(kind, KIND_ICONS[kind]) for kind in HazardKind], "given": request.POST, "refusal": refusal,
        "client_id": request.POST.get("client_id") or uuid7(), "own": own, "tiles": queries.town_tiles(own),
        "most": flows.MOST_PHOTOS,
    }  # fmt: skip
    return render(request, "matters/hazard_report.html", values, status=refusal.status if refusal else 200)


@require()
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """What lies near the picture: the town, and hazards it may be. A fragment."""
    spot = _spot(request.GET.get("lon", ""), request.GET.get("lat", ""))
    town = queries.town_of(spot) if spot else None
    region = region_code(request.GET.get("region", "")) or (town.code if town else "")
    found = queries.near(spot=spot, region=region, kind=request.GET.get("kind", ""), at=clock.now())
    answer = render(request, "matters/_hazard_near.html", {"found": found, "town": town, "spot": spot})
    answer["Cache-Control"] = "no-store"
    return answer


@require()
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I have to put right, and what I told of."""
    actor = actor_of(request)
    given = Hazard.objects.given_to(actor).select_related("union").order_by("due_at", "pk")
    told = Hazard.objects.of_reporter(actor).select_related("union").order_by("-pk")
    values = {
        "given": given.filter(state=HazardState.ASSIGNED)[:100],
        "told": told[:100], "now": clock.now(),
        "done": given.exclude(state=HazardState.ASSIGNED).order_by("-pk")[:20],
    }  # fmt: skip
    return render(request, "matters/my_hazards.html", values)


@require()
@require_GET
def one(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """One hazard for whoever told of it or has to put it right."""
    return _page(request, _seen(actor_of(request), hazard_id), None)


@require()
@require_POST
def join(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """It is this one."""
    try:
        flows.join(
            actor=actor_of(request),
            hazard_id=hazard_id,
            is_named=request.POST.get("named") == "1",
            at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, f"{refusal}")
        return redirect("hazards:report")
    messages.success(request, _("Thank you! You are told what comes of it."))
    return redirect("hazards:one", hazard_id=hazard_id)


@require()
@require_POST
def rectify(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """Put right, with a picture."""
    shown = _seen(actor_of(request), hazard_id)
    try:
        flows.rectify(
            on=flows.On(actor=actor_of(request), hazard_id=hazard_id, version=number_of(request.POST, "version"), at=clock.now()),
            note=request.POST.get("note", ""), photos=uploads_of(request),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, shown, refusal)
    messages.success(request, _("Thank you! Somebody else looks on the spot next."))
    return redirect("hazards:one", hazard_id=hazard_id)


@require()
@require_POST
def more(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """What the intake asked for, from whoever told of it."""
    shown = _seen(actor_of(request), hazard_id)
    try:
        flows.tell_more(
            actor=actor_of(request), hazard_id=hazard_id, words=request.POST.get("words", ""), photos=uploads_of(request),
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, shown, refusal)
    messages.success(request, _("Thank you! You are told at every step."))
    return redirect("hazards:one", hazard_id=hazard_id)


@require()
@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """A picture: for those who see the hazard; once the intake has looked at it, for everybody signed in."""
    actor = actor_of(request)
    kept = get_visible(HazardPhoto.objects.select_related("hazard", "file"), photo_id)
    if not (kept.hazard.is_open_photo or _may_see(actor, kept.hazard)):
        raise NotVisible
    return file_response(kept.file, show=True)


def _may_see(actor: Actor, hazard: Hazard) -> bool:
    return Hazard.objects.visible_to(actor).filter(pk=hazard.pk).exists() or queries.is_reporter(
        actor, hazard
    )


def _seen(actor: Actor, hazard_id: int) -> Hazard:
    hazard = get_visible(Hazard.objects.select_related("union", "joined_to"), hazard_id)
    if not _may_see(actor, hazard):
        raise NotVisible
    return hazard


def _page(request: HttpRequest, shown: Hazard, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    may_rectify = shown.state == HazardState.ASSIGNED and (
        shown.officer_id == actor.user_id or actor.can("cases.handle", path=shown.path)
    )
    is_mine = queries.is_reporter(actor, shown)
    events = list(shown.events.order_by("pk"))
    asked = [event for event in events if event.what in {"asked", "told_more"}][-1:]
    waits = is_mine and shown.state == HazardState.REPORTED and bool(asked) and asked[0].what == "asked"
    values = {
        "hazard": shown, "photos": list(shown.photos.order_by("pk")), "events": events,
        "may_rectify": may_rectify, "is_mine": is_mine, "refusal": refusal, "asked": asked[0] if waits else None,
        "given": request.POST, "may_desk": Hazard.objects.filter(actor.within("cases.view", "path"), pk=shown.pk).exists(),
    }  # fmt: skip
    return render(request, "matters/hazard.html", values, status=refusal.status if refusal else 200)


def _told(request: HttpRequest) -> flows.Told:
    post = request.POST
    spot = _spot(post.get("lon", ""), post.get("lat", ""))
    region = region_code(post.get("region", ""))
    if not region and spot is not None:
        town = queries.town_of(spot)
        region = town.code if town else ""
    return flows.Told(
        client_id=client_id_of(request.POST), kind=post.get("kind", ""), about=post.get("about", ""), region=region,
        place=post.get("place", ""), at_work=post.get("where") == "work", spot=spot, photos=uploads_of(request),
        is_named=post.get("named") == "1",
    )  # fmt: skip


def _spot(lon: str, lat: str) -> Spot | None:
    try:
        return checked_spot(float(lon), float(lat))
    except ValueError:
        return None
