"""Coverage for leaders: shares by group of firms and federation, each opening its firms."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.organising.founding_modes import NEW_FORM_WORDS, Thresholds
from smartunion.systems.organising.models import EmployerMark
from smartunion.systems.organising.queries import segments as queries
from smartunion.systems.organising.queries.segments import Segment, Share
from smartunion.systems.organising.segment_listing import FIRMS, UNKNOWN_MARKS
from smartunion.systems.organising.views.coverage import VIEW


@require(VIEW)
@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """Shares of the whole and of each federation below."""
    actor, today = actor_of(request), clock.today()
    limits = queries.limits_for(actor, today)
    whole, *units = queries.shares(actor, queries.units_below(actor), limits)
    # Groups that only an extract names stand here once one is in.
    shown = [one for one in Segment if one not in queries.MARKED or whole.shares[one].total]
    cards = [(one, whole.shares[one], _said(one, limits), _links(one, "")) for one in shown]
    rows = [(unit, [_cell(one, unit.shares[one], unit.path) for one in shown]) for unit in units]
    return render(
        request,
        "organising/segments.html",
        {
            "cards": cards,
            "rows": rows,
            "segments": shown,
            "today": today,
            "unknown": EmployerMark.objects.visible_to(actor).filter(employer=None).count(),
        },
    )


@require(VIEW)
@require_GET
def segment(request: HttpRequest, segment: str) -> HttpResponseBase:
    """The firms of one group."""
    if segment not in Segment.values:
        raise NotVisible
    actor, chosen = actor_of(request), Segment(segment)
    limits = queries.limits_for(actor, clock.today())
    rows = queries.segment_firms(actor, chosen, limits)
    return listing_response(
        request, FIRMS, rows, template="organising/segment.html", segment=chosen, said=_said(chosen, limits)
    )


@require(VIEW)
@require_GET
def unknown_marks(request: HttpRequest) -> HttpResponseBase:
    """Rows of the departments' extracts that mean no firm we know."""
    rows = (
        EmployerMark.objects.visible_to(actor_of(request))
        .filter(employer=None)
        .select_related("snapshot__source")
    )
    return listing_response(request, UNKNOWN_MARKS, rows)


def _cell(segment: Segment, share: Share, path: str) -> tuple[Segment, Share, dict[str, str]]:
    return segment, share, _links(segment, path)


def _links(segment: Segment, path: str) -> dict[str, str]:
    base = reverse("coverage:segment", args=[segment.value])
    unit: dict[str, Any] = {"unit": path} if path else {}

    def address(**more: Any) -> str:
        query = urlencode(unit | more, doseq=True)
        return f"{base}?{query}" if query else base

    return {"all": address(), "covered": address(cover=["own", "joint"]), "without": address(cover="none")}


def _said(segment: Segment, limits: Thresholds) -> str:
    """Who belongs to the group, in words."""
    if segment == Segment.LEADING:
        return _("%(people)s insured people and more") % {"people": limits.leading_people}
    if segment == Segment.OWN:
        return _("%(low)s to %(high)s insured people") % {
            "low": limits.alone_people,
            "high": limits.leading_people - 1,
        }
    if segment == Segment.FOREIGN:
        return _("as the market register or the union’s record says")
    if segment == Segment.PROJECT:
        return _("as the key projects of the department of development and reform name them")
    if segment in queries.MARKED:
        return _("as the extract of the department of industry names them")
    words = "、".join(NEW_FORM_WORDS)
    return _("%(people)s insured people and more, with a name that says %(words)s") % {
        "people": limits.alone_people, "words": words,
    }  # fmt: skip
