"""Self-checks: take one, see what it means and who helps, look back, delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import uuid7
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.systems.counselling import queries
from smartunion.systems.counselling.flows import checking
from smartunion.systems.counselling.models import SelfCheck
from smartunion.systems.counselling.rules import Scale, Score
from smartunion.systems.counselling.scales import CURRENT, OFFERED


@never_cache
@require_GET
@require()
def checks(request: ActorRequest) -> HttpResponse:
    """Which there are, and what I took before."""
    mine = SelfCheck.objects.of_owner(request.actor).order_by("-pk")
    values = {
        "scales": [CURRENT[key] for key in OFFERED],
        "mine": mine,
        "hotline": queries.hotline(request.actor),
    }
    return render(request, "counselling/checks.html", values)


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def check(request: ActorRequest, scale_key: str) -> HttpResponse:
    """Take one; it is kept for me alone if I want, else shown once and gone."""
    scale, refusal = checking.scale_of(scale_key), None
    given = [_points(request, number) for number in range(1, len(scale.items) + 1)]
    if request.method == "POST":
        try:
            if request.POST.get("keep"):
                kept = checking.keep(actor=request.actor, key=scale.key, answers=given, at=clock.now())
                return redirect("counselling:result", self_check_id=kept.pk)
            return _shown(request, scale, checking.worked(scale, given), None)
        except InvalidInput as said:
            refusal = said
    questions = [(number, words, given[number - 1]) for number, words in enumerate(scale.items, start=1)]
    values = {
        "scale": scale, "questions": questions, "refusal": refusal, "hotline": queries.hotline(request.actor),
        "keep": request.method == "GET" or bool(request.POST.get("keep")),
    }  # fmt: skip
    return render(request, "counselling/check.html", values, status=422 if refusal else 200)


@never_cache
@require_GET
@require()
def result(request: ActorRequest, self_check_id: int) -> HttpResponse:
    """What one of mine came to, and the next step."""
    row = get_visible(SelfCheck.objects.of_owner(request.actor), self_check_id)
    return _shown(request, row.how, row.score, row)


@require_POST
@require()
def drop(request: ActorRequest, self_check_id: int) -> HttpResponse:
    """Delete one of mine."""
    checking.drop(actor=request.actor, self_check_id=self_check_id)
    messages.success(request, _("Deleted. Nobody else had it."))
    return redirect("counselling:checks")


def _points(request: ActorRequest, number: int) -> int | None:
    return whole_number(request.POST.get(f"q{number}", ""), digits=2)


def _shown(request: ActorRequest, scale: Scale, score: Score, row: SelfCheck | None) -> HttpResponse:
    actor = request.actor
    said = _("%(title)s: %(total)s of %(most)s points (%(band)s).") % {
        "title": scale.title, "total": score.total, "most": scale.most, "band": score.band.words,
    }  # fmt: skip
    values = {
        "scale": scale, "score": score, "row": row, "hotline": queries.hotline(actor), "said": said, "client_id": uuid7(),
        "helpers": queries.helpers(actor, score.band.level, clock.now()),
        "alarms": [scale.items[number - 1] for number in score.alarms],
    }  # fmt: skip
    return render(request, "counselling/result.html", values)
