"""Scores, what would change them, and the repair lists behind every number."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.charts import Chart, Series
from smartunion.core.errors import NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.stewardship.queries import faults as repair
from smartunion.systems.stewardship.queries.scores import Score, children_of, score_of
from smartunion.systems.stewardship.repair_lists import SCORES, repair_list_for, score_rows
from smartunion.systems.stewardship.rules.quality import BY_KEY, Rule, Subject

VIEW = "registry.view"


@require(VIEW)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the topmost union in reach."""
    actor = actor_of(request)
    top = TradeUnion.objects.filter(actor.within(VIEW)).order_by("depth", "path").first()
    if top is None:
        raise NotVisible
    return redirect("stewardship:score", union_id=top.pk)


@require(VIEW)
@require_GET
def score(request: HttpRequest, union_id: int) -> HttpResponse:
    """The score of a union and all below it, what would change it most, and the unions below."""
    actor, union = actor_of(request), _union(request, union_id)
    found = score_of(union.path)
    may_see_members = actor.can("members.view", path=union.path)
    return render(
        request, "stewardship/score.html",
        {
            "union": union, "score": found, "children": children_of(union)[:200],
            "chart": _chart(union, found, may_see_members=may_see_members),
            "rules": [
                {"gain": gain, "href": _repairs(union, gain.rule, may_see_members=may_see_members)} for gain in found.gains
            ],
        },
    )  # fmt: skip


@require(VIEW)
@require_GET
def scores(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """Every union below with its own score, the lowest first."""
    union = _union(request, union_id)
    return listing_response(
        request, SCORES, score_rows(actor_of(request), union.path), template="stewardship/repair.html", union=union,
        heading=_("Scores of unions"),
    )  # fmt: skip


@require(VIEW)
@require_GET
def faults(request: HttpRequest, union_id: int, rule: str) -> HttpResponseBase:
    """The repair list of one rule."""
    actor, union = actor_of(request), _union(request, union_id)
    if rule not in BY_KEY:
        raise NotVisible
    if BY_KEY[rule].subject is Subject.MEMBER:
        actor.check_can("members.view", path=union.path)
    rows = repair.broken(rule, actor=actor, path=union.path, on=clock.today())
    listing = repair_list_for(actor, rule, union.path)
    return listing_response(
        request, listing, listing.prepared(rows), template="stewardship/repair.html", union=union,
        heading=BY_KEY[rule].label, rule=BY_KEY[rule],
    )  # fmt: skip


def _union(request: HttpRequest, union_id: int) -> TradeUnion:
    actor = actor_of(request)
    return get_visible(TradeUnion.objects.filter(actor.within(VIEW)), union_id)


def _repairs(union: TradeUnion, rule: Rule, *, may_see_members: bool) -> str:
    """Address of the repair list of a rule, "" for people's records where the reader sees no members."""
    is_open = may_see_members or rule.subject is not Subject.MEMBER
    return reverse("stewardship:faults", args=[union.pk, rule.key]) if is_open else ""


def _chart(union: TradeUnion, found: Score, *, may_see_members: bool) -> Chart:
    shown = [gain for gain in found.gains if gain.gain][:10]
    return Chart(
        key="gains", title=_("What would change the score most"), kind="hbar",
        categories=[str(gain.rule.label) for gain in shown],
        series=[Series(name=_("Points of the score"), values=[gain.gain for gain in shown])],
        unit=_("points"), source=_("Registry"), as_of=found.as_of or clock.now(),
        links=[_repairs(union, gain.rule, may_see_members=may_see_members) for gain in shown],
    )  # fmt: skip
