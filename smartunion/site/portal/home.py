"""The first page: what a worker may need now, with or without an account."""

from dataclasses import dataclass

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.hall import hall
from smartunion.engines.casework.rules import FINAL
from smartunion.ground.registry.models import Membership


@dataclass(frozen=True)
class Mine:
    """What a signed-in worker sees of herself: the current membership, else the last one (ended), open cases (newest first),
    how many.
    """

    membership: Membership | None
    last: Membership | None
    cases: list[CaseFile]
    case_count: int


def mine(actor: Actor) -> Mine:
    """Three statements, whatever there is."""
    spells = Membership.objects.filter(person_id=actor.person_id or -1).order_by(
        F("ended_on").desc(nulls_first=True), "-pk"
    )
    latest = spells.select_related("union", "employer").first()
    runs = latest is not None and latest.ended_on is None
    open_cases = CaseFile.objects.filter(user_id=actor.user_id).exclude(state__in=FINAL).order_by("-pk")
    return Mine(
        membership=latest if runs else None,
        last=None if runs else latest,
        cases=list(open_cases[:3]),
        case_count=open_cases.count(),
    )


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The portal's first page; organisers and cadres find the way to their own pages on it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    offers = [offer for shelf in hall(actor, clock.now()).shelves for offer in shelf.offers][:8]
    return render(
        request, "portal/home.html",
        {
            "mine": mine(actor) if actor.is_known else None, "offers": offers, "card_url": _address("joining:card"),
            "is_staff": actor.can("desk.enter"), "is_organiser": bool(actor.area_ids),
        },
    )  # fmt: skip


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
