"""Rounds of degree subsidies on the desk: the list, a new one, one round and its decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.flows import rounds as flows
from smartunion.systems.aid.forms import RoundForm
from smartunion.systems.aid.listings import ROUNDS
from smartunion.systems.aid.models import SubsidyRound
from smartunion.systems.aid.rules.given import DrawState, RoundState

VIEW, HANDLE = "aid.view", "aid.handle"


@require(VIEW)
@require_GET
def rounds(request: HttpRequest) -> HttpResponseBase:
    """Rounds in reach."""
    actor = actor_of(request)
    rows = SubsidyRound.objects.visible_to(actor).select_related("union")
    return listing_response(request, ROUNDS, rows, template="aid/rounds.html", may=actor.can(HANDLE))


@require(HANDLE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    actor = actor_of(request)
    form = RoundForm(request.POST or None, unions=_unions(actor))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        union_id = int(given.pop("union"))
        try:
            made = flows.open_round(
                actor=actor, union_id=union_id, data=flows.NewRound(**given), at=clock.now()
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("The round is open; members can claim from its first day."))
            return redirect("aid:round", round_id=made.pk)
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "aid/round_new.html", {"form": form, "refusal": refusal}, status=status)


@require(VIEW)
@require_GET
def one(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: claims in counts, the decision."""
    return _page(request, round_id, None)


@require(HANDLE)
@require_POST
def decide(request: HttpRequest, round_id: int) -> HttpResponse:
    """Decide a round with a public number."""
    try:
        flows.decide(
            actor=actor_of(request), round_id=round_id, seed=request.POST.get("seed", ""), at=clock.now()
        )
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        return _page(request, round_id, refusal)
    messages.success(request, _("Decided. Everybody is told; the money is owed."))
    return redirect("aid:round", round_id=round_id)


def _page(request: HttpRequest, round_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    held = get_visible(SubsidyRound.objects.visible_to(actor).select_related("union"), round_id)
    states = list(held.claims.values_list("state", flat=True))
    is_over = clock.today() > held.closes_on
    values = {
        "round": held, "refusal": refusal, "claims": len(states), "won": states.count(DrawState.WON),
        "may": actor.can(HANDLE, path=held.path) and held.state == RoundState.OPEN and is_over,
        "is_waiting": held.state == RoundState.OPEN and not is_over,
    }  # fmt: skip
    return render(request, "aid/round.html", values, status=refusal.status if refusal else 200)


def _unions(actor: Actor) -> list[tuple[str, str]]:
    held = [grant.union_id for grant in actor.grants if HANDLE in grant.permissions]
    rows = (
        TradeUnion.objects.filter(pk__in=[one for one in held if one])
        .order_by("path")
        .values_list("pk", "name")
    )
    return [(str(pk), name) for pk, name in rows]
