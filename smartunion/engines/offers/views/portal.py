"""Offers for whoever looks: what there is, one offer, sign-up, the result of a draw."""

import csv
import io
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, InvalidInput, Refusal
from smartunion.core.ids import row_ids, uuid7
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.engines.offers.flows import arriving as flows
from smartunion.engines.offers.flows.booking import Wish
from smartunion.engines.offers.handlers import way_to_disagree
from smartunion.engines.offers.models import Offer
from smartunion.engines.offers.presets import PRESETS
from smartunion.engines.offers.queries import pages
from smartunion.engines.offers.queries.drawn import HEADER, entry_list
from smartunion.engines.offers.queries.places import places_left
from smartunion.engines.offers.rules.questions import Asked
from smartunion.engines.offers.rules.questions import load as load_questions
from smartunion.engines.offers.rules.terms import load_costs
from smartunion.engines.offers.rules.words import Allocation, OfferKind
from smartunion.ground.accounts.web import require

PAGE = 30


@require()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What I may have, by kind and by words."""
    actor, at = actor_of(request), clock.now()
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60]
    rows = pages.offers_for(actor, at)
    there = set(rows.order_by().values_list("kind", flat=True).distinct())
    if kind in OfferKind.values:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(title__icontains=words)
    page = Paginator(rows.prefetch_related("occasions"), PAGE).get_page(request.GET.get("page"))
    offers = list(page)
    occasions = [one for offer in offers for one in offer.occasions.all()]
    left = places_left(occasions)
    shown = [
        (offer, [one for one in offer.occasions.all() if one.cancelled_at is None and one.ends_at > at][:1],
         sum(left[one.pk] for one in offer.occasions.all() if one.open_until > at),
         sum(one.capacity for one in offer.occasions.all()))
        for offer in offers
    ]  # fmt: skip
    values = {
        "page": page,
        "shown": shown,
        "kind": kind,
        "kinds": [one for one in OfferKind.choices if one[0] in there | {kind}],
        "q": words,
        "at": at,
    }
    return render(request, "offers/home.html", values)


@require()
@require_GET
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One offer."""
    return offer_answer(request, offer_id, None)


def offer_answer(request: HttpRequest, offer_id: int, refusal: DomainError | None) -> HttpResponse:
    """The page of an offer, with what was typed when something was refused."""
    actor, at = actor_of(request), clock.now()
    shown = get_visible(Offer.objects.shown().select_related("union"), offer_id)
    questions = [
        (one, request.POST.get(f"q_{one.key}", ""))
        for one in load_questions(shown.questions)
        if one.asked == Asked.SIGN_UP
    ]
    values = {
        "offer": shown, "about": pages.offer_page(shown, actor, at), "allotted_by": pages.allotted_by(shown),
        "questions": questions, "refusal": refusal, "given": request.POST, "at": at,
        "client_id": request.POST.get("client_id") or uuid7(), "guests": range(shown.party_max - 1),
        "chosen": row_ids(request.POST.getlist("occasion")), "may_manage": actor.can("offers.manage", path=shown.path),
        "items": pages.items_left(shown), "costs": load_costs(shown.costs), "given_item": request.POST.get("item", ""),
        "disagree": way_to_disagree(None, shown), "preset": PRESETS.get(shown.preset),
        "is_scarce": shown.allocation in (Allocation.DRAW, Allocation.RANKED),
    }  # fmt: skip
    return render(request, "offers/offer.html", values, status=refusal.status if refusal else 200)


@require()
@require_POST
def book(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Sign up."""
    shown = get_visible(Offer.objects.shown(), offer_id)
    post = request.POST
    try:
        wanted = row_ids(post.getlist("occasion")) or [0]
        if not shown.occasions.filter(pk=wanted[0]).exists():
            raise InvalidInput(field="occasion")
        wish = Wish(
            occasion_id=wanted[0], client_id=client_id_of(request.POST), also=tuple(wanted[1:]),
            guests=tuple(post.getlist("guest")), group_code=post.get("group_code", ""),
            item=post.get("item", "")[:20], agrees=post.get("consent") == "1",
            answers={one.key: post.get(f"q_{one.key}", "") for one in load_questions(shown.questions)},
        )  # fmt: skip
        made = flows.book(actor=actor_of(request), wish=wish, at=clock.now())
    except Refusal as refusal:
        return offer_answer(request, offer_id, refusal)
    return redirect("offers:booking", booking_id=made.pk)


@require_GET
def drawn(request: HttpRequest, offer_id: int) -> HttpResponse:
    """How it was drawn: commitment, secret, digest, seed; open to everybody."""
    shown = get_visible(Offer.objects.shown().exclude(commitment="").select_related("union"), offer_id)
    return render(request, "offers/drawn.html", {"offer": shown, "quotas": shown.drawn_sizes})


@require_GET
def drawn_csv(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """Every entry with what came of it, for recomputing; numbers and nobody's name."""
    shown = get_visible(Offer.objects.shown().exclude(allotted_at=None), offer_id)
    answer = StreamingHttpResponse(_lines(shown), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="draw-{shown.pk}.csv"'
    return answer


def _lines(shown: Offer) -> Iterator[str]:
    yield ",".join(HEADER) + "\n"
    for row in entry_list(shown):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(row)
        yield out.getvalue()
