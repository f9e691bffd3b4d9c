"""Offers on the desk: written, published, filled, drawn, called off."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput, NotAllowed, NotVisible, Refusal
from smartunion.core.ids import row_ids, uuid7
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.acts import Act, perform
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.engines.offers import service
from smartunion.engines.offers.flows import checkin, drawing
from smartunion.engines.offers.forms import (
    OfferForm,
    Rows,
    count_of,
    initial_of,
    moment_of,
    offer_data,
    rows_from,
    rows_of,
    values_from,
)
from smartunion.engines.offers.handlers import FOLLOWERS
from smartunion.engines.offers.listings import OFFERS, PEOPLE
from smartunion.engines.offers.models import Booking, Feedback, Occasion, Offer
from smartunion.engines.offers.presets import PRESETS, by_family
from smartunion.engines.offers.queries import pages
from smartunion.engines.offers.queries.drawn import people_by_occasion
from smartunion.engines.offers.queries.places import places_left
from smartunion.engines.offers.rules.questions import Asked, QuestionKind
from smartunion.engines.offers.rules.terms import ITEM, Payer, load_costs, load_items, most_yuan
from smartunion.engines.offers.rules.words import RUNNING, OfferState, QuotaScope
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import Person

MANAGE, DOOR = "offers.manage", "offers.check_in"


@require(MANAGE, DOOR)
@require_GET
def offers(request: HttpRequest) -> HttpResponseBase:
    """Offers in reach, newest first."""
    actor = actor_of(request)
    rows = Offer.objects.visible_to(actor).with_taken().select_related("union")
    return listing_response(request, OFFERS, rows, template="offers/list.html", may_write=actor.can(MANAGE))


@require(MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one."""
    actor = actor_of(request)
    preset = PRESETS.get(request.POST.get("preset") or request.GET.get("preset", ""))
    first = values_from(preset, clock.now()) if preset else None
    form = OfferForm(request.POST or None, initial=first, actor=actor)
    fresh = preset is not None and request.method == "GET"
    rows = rows_from(preset, clock.now()) if preset and fresh else rows_of(request.POST)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            data = offer_data(form, rows, client_id_of(request.POST))
            made = service.create_offer(
                actor=actor, union_id=int(form.cleaned_data["union"]), data=data, at=clock.now()
            )
        except InvalidInput as error:
            refusal = error
        else:
            return redirect("offers:desk_offer", offer_id=made.pk)
    return _write_page(request, form, rows, refusal, None)


@require(MANAGE)
@require_GET
def presets(request: HttpRequest) -> HttpResponse:
    """Ready programmes to begin with, family by family."""
    return render(request, "offers/presets.html", {"shelves": by_family()})


@require(MANAGE)
@require_GET
def preset(request: HttpRequest, programme: str) -> HttpResponse:
    """One ready programme: its source, its rules, what is left to the federation."""
    shown = PRESETS.get(programme)
    if shown is None:
        raise NotVisible
    return render(request, "offers/preset.html", {"preset": shown, "labels": dict(Payer.choices)})


@require(MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Write a draft anew."""
    actor = actor_of(request)
    shown = _managed(actor, offer_id)
    values, rows = initial_of(shown)
    form = OfferForm(request.POST or None, initial=values, actor=actor)
    refusal: DomainError | None = None
    if request.method == "POST":
        rows = rows_of(request.POST)
        if form.is_valid():
            try:
                version = (row_ids([request.POST.get("version", "")]) or [0])[0]
                service.revise_offer(
                    actor=actor, offer_id=shown.pk, data=offer_data(form, rows, shown.client_id), version=version,
                    at=clock.now(),
                )  # fmt: skip
            except Refusal as error:
                refusal = error
            else:
                return redirect("offers:desk_offer", offer_id=shown.pk)
    return _write_page(request, form, rows, refusal, shown)


def _write_page(
    request: HttpRequest, form: OfferForm, rows: Rows, refusal: DomainError | None, shown: Offer | None
) -> HttpResponse:
    wrong = bool(refusal or (request.method == "POST" and form.errors))
    values = {
        "form": form, "rows": rows, "refusal": refusal, "offer": shown, "kinds": QuestionKind.choices,
        "askeds": Asked.choices, "client_id": request.POST.get("client_id") or uuid7(),
        "preset": PRESETS.get(str(form["preset"].value() or "")), "payers": Payer.choices,
        "plain": [form[name] for name in ("union", "kind", "title", "summary", "details", "place")],
        "giving": [form[name] for name in ("allocation", "ranking", "opens_at", "closes_at", "needs_confirming",
                                           "cancel_hours", "party_max", "is_transferable", "ban_days", "certificate_pct")],
        "people": [form[name] for name in ("audience", "members_only", "member_days", "sex", "age_from", "age_to", "group")],
        "limits": [form[name] for name in ("limit_period", "limit_per", "limit_years")],
        "care": [form[name] for name in ("is_private", "consent")],
        "holding": [form[name] for name in ("repeat_days", "fewest", "absences_most", "attendance_pct")],
        "keeping": [form[name] for name in ("keep_question", "keep_most")],
        "hidden": [form[name] for name in ("preset", "limit_key")],
    }  # fmt: skip
    return render(request, "offers/write.html", values, status=422 if wrong else 200)


def _managed(actor: Actor, offer_id: int) -> Offer:
    shown = get_visible(Offer.objects.visible_to(actor).select_related("union"), offer_id)
    actor.check_can(MANAGE, path=shown.path)
    return shown


@require(MANAGE, DOOR)
@require_GET
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One offer: occasions, shares, how it stands."""
    return _page(request, offer_id, None)


def _page(request: HttpRequest, offer_id: int, refusal: DomainError | None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    shown = get_visible(Offer.objects.visible_to(actor).select_related("union"), offer_id)
    occasions = list(shown.occasions.order_by("starts_at", "pk")[:200])
    left, people = places_left(occasions), people_by_occasion(shown)
    quotas = shown.quotas.exclude(scope="all")
    shares = list(quotas.filter(occasion=None).exclude(key__startswith=ITEM).order_by("pk")[:200])
    stock = {one.key.removeprefix(ITEM): one for one in quotas.filter(key__startswith=ITEM)}
    costs, items = load_costs(shown.costs), load_items(shown.items)
    said = list(Feedback.objects.filter(booking__offer=shown).order_by("-pk")[:50])
    lines = [(one, left[one.pk], people.get(one.pk, (0, 0))) for one in occasions]
    values = {
        "offer": shown, "refusal": refusal, "may": actor.can(MANAGE, path=shown.path), "given": request.POST,
        "lines": lines, "shares": shares,
        "total": (sum(one.capacity for one, _left, _taken in lines), sum(taken[1] for _one, _left, taken in lines),
                  sum(free for _one, free, _taken in lines)),
        "preset": PRESETS.get(shown.preset), "costs": costs, "items": [(one, stock.get(one.key)) for one in items],
        "most_yuan": most_yuan(items, costs, places=sum(one.capacity for one in occasions)),
        "ways": [way for one in FOLLOWERS for way in one.desk_ways(shown, actor=actor)],
        "is_draft": shown.state == OfferState.DRAFT, "is_running": shown.state in RUNNING, "at": at,
        "may_draw": shown.state == OfferState.PUBLISHED and bool(shown.commitment) and shown.closes_at <= at,
        "allotted_by": pages.allotted_by(shown), "conditions": pages.conditions_in_words(shown), "said": said,
        "changes": list(shown.changes.order_by("-at", "-pk")[:30]),
        "score": sum(one.score for one in said) / len(said) if said else None, "client_id": uuid7(),
        "open_occasions": [one for one in occasions if one.cancelled_at is None and one.open_until > at],
    }  # fmt: skip
    return render(request, "offers/desk_offer.html", values, status=refusal.status if refusal else 200)


@require(MANAGE)
@require_POST
def act(request: HttpRequest, offer_id: int, act: str) -> HttpResponse:
    """publish, call_off, close, draw, invite."""
    actor, at = actor_of(request), clock.now()
    _managed(actor, offer_id)
    reason = request.POST.get("reason", "")
    acts: dict[str, Act] = {
        "publish": (lambda: service.publish(actor=actor, offer_id=offer_id, at=at), _("Published: members find it now.")),
        "call_off": (lambda: service.call_off(actor=actor, offer_id=offer_id, reason=reason, at=at),
                     _("Called off; everybody who signed up is told why.")),
        "close": (lambda: service.close(actor=actor, offer_id=offer_id, at=at), _("Closed.")),
        "draw": (lambda: drawing.allot(offer_id=offer_id, at=at, actor=actor), _("Drawn. Everybody is told the result.")),
        "invite": (lambda: _invite(request, actor, offer_id), _("Invited. A place is kept until the answer.")),
    }  # fmt: skip
    return perform(
        request,
        acts,
        act,
        refused=lambda refusal: _page(request, offer_id, refusal),
        back=reverse("offers:desk_offer", args=[offer_id]),
    )


def _invite(request: HttpRequest, actor: Actor, offer_id: int) -> Booking:
    occasion_id = (row_ids([request.POST.get("occasion", "")]) or [0])[0]
    if not Offer.objects.filter(pk=offer_id, occasions__pk=occasion_id).exists():
        raise InvalidInput(_("Choose an occasion."), field="occasion")
    mobile = request.POST.get("mobile", "").strip()
    found = (
        Person.objects.visible_to(actor).filter(mobile_index__of=mobile) if mobile else Person.objects.none()
    )
    person = found.order_by("pk").first()
    if person is None:
        raise InvalidInput(_("No member with this phone number is in your reach."), field="mobile")
    return service.invite(
        actor=actor,
        occasion_id=occasion_id,
        person_id=person.pk,
        client_id=client_id_of(request.POST),
        at=clock.now(),
    )


@require(MANAGE)
@require_GET
def people(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """Everybody of an offer: names and states, never answers."""
    shown = _managed(actor_of(request), offer_id)
    return listing_response(
        request, PEOPLE, pages.people_rows(shown), template="offers/people.html", offer=shown
    )


@require(MANAGE)
@require_POST
def occasion_act(request: HttpRequest, occasion_id: int, act: str) -> HttpResponse:
    """call_off: one occasion; change: its time, place, places."""
    actor, at = actor_of(request), clock.now()
    occasion = checkin.door_of(actor, occasion_id)
    acts: dict[str, Act] = {
        "call_off": (lambda: service.call_off_occasion(
            actor=actor, occasion_id=occasion_id, reason=request.POST.get("reason", ""), at=at
        ), _("Called off; everybody who signed up is told why.")),
        "change": (lambda: _change(request, actor, occasion), _("Changed; everybody who signed up is told.")),
    }  # fmt: skip
    if act not in acts:
        raise NotVisible
    if not actor.can(MANAGE, path=occasion.offer.path):
        raise NotAllowed
    try:
        acts[act][0]()
    except Refusal as refusal:
        return _page(request, occasion.offer_id, refusal)
    messages.success(request, acts[act][1])
    return redirect("offers:desk_offer", offer_id=occasion.offer_id)


@transaction.atomic
def _change(request: HttpRequest, actor: Actor, occasion: Occasion) -> None:
    """Time and place, and the number of places; what stays as it is tells nobody anything."""
    post, at = request.POST, clock.now()
    starts_at, ends_at = moment_of(post.get("starts_at", "")), moment_of(post.get("ends_at", ""))
    place, capacity = post.get("place", "").strip(), post.get("capacity", "")
    if (starts_at, ends_at, place) != (
        occasion.starts_at.replace(second=0, microsecond=0), occasion.ends_at.replace(second=0, microsecond=0), occasion.place
    ):  # fmt: skip
        service.change_occasion(
            actor=actor, occasion_id=occasion.pk, starts_at=starts_at, ends_at=ends_at, place=place, at=at
        )
    if count_of(capacity, "capacity") != occasion.capacity:
        quota = occasion.quotas.get(scope=QuotaScope.ALL)
        service.resize_quota(actor=actor, quota_id=quota.pk, size=int(capacity), at=at)
