"""Hazards on the desk: the list with its map, one hazard and what is done about it, the safety officers."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, Refusal
from smartunion.core.files.exif import checked_spot
from smartunion.core.ids import row_ids
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.flows import hazards as flows
from smartunion.systems.matters.listings_hazards import HAZARDS, OFFICERS, officer_rows
from smartunion.systems.matters.models import Hazard
from smartunion.systems.matters.queries import hazards as queries
from smartunion.systems.matters.rules.hazards import HazardLevel, HazardState
from smartunion.systems.matters.views.common import uploads_of

VIEW, HANDLE = "cases.view", "cases.handle"


@require(VIEW)
@require_GET
def hazards(request: HttpRequest) -> HttpResponseBase:
    """Hazards in reach, overdue first, with their map."""
    actor, at = actor_of(request), clock.now()
    return listing_response(
        request, HAZARDS, queries.hazard_rows(actor), template="matters/hazards.html", counted=queries.counted(actor, at),
        towns=queries.town_map(actor, at), by_kind=queries.kind_chart(actor, at), month_ago=local_date(at - timedelta(days=30)),
    )  # fmt: skip


@require(VIEW)
@require_GET
def hazard(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """One hazard."""
    return _page(request, _seen(request, hazard_id), None)


@require(HANDLE)
@require_POST
def act(request: HttpRequest, hazard_id: int, act: str) -> HttpResponse:
    """assign, ask, refuse, pass_on, join_to, rectify or check."""
    shown, post = _seen(request, hazard_id), request.POST
    on = flows.On(
        actor=actor_of(request),
        hazard_id=hazard_id,
        version=number_of(request.POST, "version"),
        at=clock.now(),
    )
    officer = (row_ids([post.get("officer", "")]) or [0])[0]
    union = (row_ids([post.get("union", "")]) or [0])[0]
    acts: dict[str, Callable[[], Hazard]] = {
        "assign": lambda: flows.assign(
            on=on,
            data=flows.Order(
                level=post.get("level", ""), officer_id=officer, demand=post.get("demand", ""),
                is_open_photo=post.get("open_photo") == "1",
            ),
        ),
        "refuse": lambda: flows.refuse(on=on, reason=post.get("reason", "")),
        "ask": lambda: flows.ask_more(on=on, question=post.get("question", "")),
        "pass_on": lambda: flows.pass_on(on=on, union_id=union),
        "join_to": lambda: flows.join_to(on=on, other=post.get("other", "")),
        "rectify": lambda: flows.rectify(on=on, note=post.get("note", ""), photos=uploads_of(request)),
        "check": lambda: flows.check(
            on=on, is_right=post.get("right") == "1", note=post.get("note", "")
        ),
    }  # fmt: skip
    try:
        acts.get(act, lambda: shown)()
    except Refusal as refusal:
        return _page(request, _seen(request, hazard_id), refusal, act)
    messages.success(request, _("Done; everybody concerned has been told."))
    if not Hazard.objects.visible_to(actor_of(request)).filter(pk=hazard_id).exists():
        return redirect("matters:hazards")
    return redirect("matters:hazard", hazard_id=hazard_id)


@require(VIEW)
@require_http_methods(["GET", "POST"])
def officers(request: HttpRequest) -> HttpResponseBase:
    """Safety officers in reach; appointing one."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            _appoint(request)
        except Refusal as refusal:
            messages.error(request, f"{refusal}")
        else:
            messages.success(request, _("Appointed."))
        return redirect("matters:officers")
    own = list(TradeUnion.objects.filter(actor.within(HANDLE, "path")).order_by("depth", "pk")[:1])
    return listing_response(
        request, OFFICERS, officer_rows(actor), template="matters/officers.html", today=clock.today(), own=own,
        people=_people(own),
    )  # fmt: skip


@require(HANDLE)
@require_POST
def relieve(request: HttpRequest, officer_id: int) -> HttpResponse:
    """End an appointment."""
    flows.relieve(actor=actor_of(request), officer_id=officer_id, at=clock.now())
    messages.success(request, _("The appointment has ended."))
    return redirect("matters:officers")


def _appoint(request: HttpRequest) -> None:
    post = request.POST
    union = (row_ids([post.get("union", "")]) or [0])[0]
    person = (row_ids([post.get("user", "")]) or [0])[0]
    if not person and post.get("mobile", "").strip():
        found = User.objects.filter(mobile_index__of=post["mobile"].strip()).first()
        person = found.pk if found else 0
    trained = post.get("trained", "").strip()
    try:
        until = parse_date(trained) if trained else None
    except ValueError:
        raise InvalidInput(_("This is not a date. Write it like 2026-03-08."), field="trained") from None
    flows.appoint(
        actor=actor_of(request), union_id=union, user_id=person, trained_until=until, at=clock.now()
    )


def _people(unions: list[TradeUnion]) -> list[User]:
    """Accounts with a role at the union, to choose from."""
    held = RoleGrant.objects.active_on(clock.today()).filter(union__in=unions).values("user_id")
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("name")[:100])


def _seen(request: HttpRequest, hazard_id: int) -> Hazard:
    rows = queries.hazard_rows(actor_of(request)).select_related("union", "region", "joined_to")
    return get_visible(rows, hazard_id)


def _page(request: HttpRequest, shown: Hazard, refusal: DomainError | None, act: str = "") -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    may = actor.can(HANDLE, path=shown.path)
    region = shown.region.code if shown.region else ""
    is_new = shown.state == HazardState.REPORTED
    near = queries.near(spot=checked_spot(shown.lon, shown.lat), region=region, kind=shown.kind, at=at, path=shown.path,
                        but=shown.pk) if is_new else []  # fmt: skip
    values = {
        "hazard": shown, "photos": list(shown.photos.order_by("pk")), "events": list(shown.events.order_by("pk")),
        "may": may, "levels": HazardLevel.choices, "officers": queries.officers_for(shown) if may and is_new else [],
        "near": [one for one in near if one.hazard.path.startswith(actor.paths(VIEW) or ("-",))],
        "names": queries.named_reporters(actor, shown), "refusal": refusal, "given": request.POST, "act": act, "now": at,
        "unions": _unions_for(shown) if may and is_new else [],
        "is_own_work": shown.rectifier_id is not None and shown.rectifier_id == actor.user_id,
    }  # fmt: skip
    return render(request, "matters/hazard_desk.html", values, status=refusal.status if refusal else 200)


def _unions_for(shown: Hazard) -> list[TradeUnion]:
    """Where a hazard can be handed on to: the union above and those directly below."""
    below = TradeUnion.objects.filter(parent_id=shown.union_id).exclude(state="closed").order_by("name")[:200]
    return [*([shown.union.parent] if shown.union.parent else []), *below]
