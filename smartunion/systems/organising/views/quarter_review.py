"""The work of a quarter on the desk: how it stands against the schedule, by federation, and the pack of the meeting."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.files.serving import disposition
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import quarter_review_text as words
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.quarter_review import Pace, Review, Sums
from smartunion.systems.organising.queries import quarter_review as queries
from smartunion.systems.organising.rules import DutyState
from smartunion.systems.organising.views.coverage import VIEW
from smartunion.systems.organising.views.duty import chosen_quarter

_TONES = {Pace.REACHED: "done", Pace.ON_TIME: "active", Pace.BEHIND: "bad", Pace.MISSED: "off"}


@require(VIEW)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the present quarter of the topmost federation in reach."""
    top = queries.reviewable(actor_of(request))
    if not top:
        raise NotVisible(_("There is no federation within your reach."))
    return redirect("coverage:review", union_id=top[0].pk, quarter=str(Quarter.of(clock.today())))


@require(VIEW)
@require_GET
def review(request: HttpRequest, union_id: int, quarter: str) -> HttpResponse:
    """One quarter of one federation."""
    union, found, planned = _made(request, union_id, quarter)
    actor, present = actor_of(request), Quarter.of(clock.today())
    above = union.parent if union.parent and actor.can(VIEW, path=union.parent.path) else None
    schedule = [(one, words.what(one.line.target), _TONES[one.schedule.pace]) for one in planned]
    below = [row for row in schedule if row[0].line.target.union_id != union.pk]
    context = {
        "union": union, "above": above, "found": found, "title": words.title(found), "compared": words.compared(found),
        "figures": [
            (label, number, found.whole.before[kind], found.year[kind], to)
            for kind, (label, number, to) in zip(queries.TOLD, _cells(found.whole, found), strict=True)
        ],
        "visits": _visits(found.whole, found), "heads": words.heads(),
        "units": [(one, _cells(one, found), _visits(one, found)) for one in found.units],
        "own": [row for row in schedule if row not in below], "below": below,
        "behind_below": sum(row[0].schedule.pace == Pace.BEHIND for row in below),
        "paragraphs": words.paragraphs(found, planned), "text": words.text(found, planned),
        "earlier": reverse("coverage:review", args=[union.pk, str(found.quarter.before)]),
        "later": reverse("coverage:review", args=[union.pk, str(found.quarter.next)]) if found.quarter < present else "",
    }  # fmt: skip
    return render(request, "organising/review.html", context)


@require(VIEW)
@require_GET
def paper(request: HttpRequest, union_id: int, quarter: str) -> HttpResponse:
    """The pack of the meeting as PDF."""
    _union, found, planned = _made(request, union_id, quarter)
    answer = HttpResponse(words.paper(found, planned, at=clock.now()), content_type="application/pdf")
    answer["Content-Disposition"] = disposition(f"{words.title(found)}.pdf")
    return answer


def _made(
    request: HttpRequest, union_id: int, quarter: str
) -> tuple[TradeUnion, Review, list[queries.Planned]]:
    actor, today = actor_of(request), clock.today()
    chosen = chosen_quarter(quarter, Quarter.of(today))
    rows = TradeUnion.objects.leading().filter(actor.within(VIEW)).select_related("parent")
    union = get_visible(rows, union_id)
    found = queries.review(union, chosen, actor, today=today)
    return union, found, queries.planned(union, [one.key for one in found.units], found)


def _cells(one: Sums, found: Review) -> list[tuple[str, int, str]]:
    """Label, number and what it counts, in the order in which work is told of."""
    told = zip(queries.TOLD, words.heads(), strict=True)
    return [(label, one.now[kind], _behind(kind, one.path, found)) for kind, label in told]


def _behind(kind: str, path: str, found: Review) -> str:
    days: dict[str, date] = {"since": found.since, "until": found.until}
    return f"{reverse('boards:behind')}?{urlencode({'kind': kind, 'path': path, **days})}"


def _visits(one: Sums, found: Review) -> dict[str, Any]:
    """Addresses of the unions visited and overdue."""
    here = reverse("coverage:quarter_of", args=[str(found.quarter)])
    asked = {
        state: urlencode({"state": state.value, "town": one.path})
        for state in (DutyState.DONE, DutyState.OVERDUE)
    }
    return {state.value: f"{here}?{query}" for state, query in asked.items()} | {
        "all": f"{here}?{urlencode({'town': one.path})}"
    }
