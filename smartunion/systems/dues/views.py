"""Contributions on the desk: who pays, who is behind, and the letters to them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.papers import pdf
from smartunion.ground.accounts.web import require
from smartunion.systems.dues import papers, queries
from smartunion.systems.dues.flows import letters
from smartunion.systems.dues.listings import FIRMS, LETTERS, UNKNOWN
from smartunion.systems.dues.models import VIEW, VIEW_OWN, Payment, Reminder
from smartunion.systems.dues.rules import DuesLetterKind, LetterState

#: Periods of a firm that are open at once; the page folds the others (firm.html).
SHOWN = 12


@require(VIEW)
@require_http_methods(["GET", "POST"])
def firms(request: HttpRequest) -> HttpResponseBase:
    """Employers in reach, those that owe most first."""
    actor = actor_of(request)
    return listing_response(
        request, FIRMS, queries.firms(actor), template="dues/firms.html", whole_page=partial(_numbers, actor)
    )


def _numbers(actor: Actor) -> dict[str, Any]:
    return {
        "numbers": queries.numbers(actor),
        "unknown": Payment.objects.unknown_to(actor).values("code", "name").distinct().count(),
        "open_letters": Reminder.objects.visible_to(actor).filter(state=LetterState.OPEN).count(),
    }


@require(VIEW, VIEW_OWN)
@require_GET
def firm(request: HttpRequest, employer_id: int) -> HttpResponse:
    """One employer: how it stands, every period, every letter."""
    return _firm(request, employer_id, None)


@require(VIEW)
@require_POST
def issue(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Write a reminder, or the application to the court."""
    kind = request.POST.get("kind", "")
    if kind not in DuesLetterKind.values:
        raise NotVisible
    try:
        made = letters.issue(
            actor=actor_of(request), employer_id=employer_id, kind=DuesLetterKind(kind), at=clock.now()
        )
    except Refusal as refusal:
        return _firm(request, employer_id, refusal)
    messages.success(request, _("%(number)s is written. Print it and send it.") % {"number": made.number})
    return redirect("dues:firm", employer_id=employer_id)


@require(VIEW)
@require_POST
def withdraw(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Take a letter back."""
    row = get_visible(Reminder.objects.visible_to(actor_of(request)), reminder_id)
    try:
        letters.withdraw(
            actor=actor_of(request), reminder_id=row.pk, reason=request.POST.get("reason", ""), at=clock.now()
        )
    except Refusal as refusal:
        return _firm(request, row.employer_id, refusal)
    messages.success(request, _("%(number)s is withdrawn.") % {"number": row.number})
    return redirect("dues:firm", employer_id=row.employer_id)


@require(VIEW)
@require_GET
def letter_list(request: HttpRequest) -> HttpResponseBase:
    """Letters in reach, newest first."""
    return listing_response(
        request, LETTERS, Reminder.objects.visible_to(actor_of(request)), template="dues/below.html"
    )


@require(VIEW)
@require_GET
def letter_paper(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """The letter as PDF."""
    rows = Reminder.objects.visible_to(actor_of(request)).select_related("employer")
    row = get_visible(rows, reminder_id)
    return pdf(papers.letter(row, at=clock.now()), f"{row.number}-{row.addressed_to}.pdf")


@require(VIEW)
@require_GET
def unknown(request: HttpRequest) -> HttpResponseBase:
    """Rows of extracts that mean no firm we know."""
    rows = Payment.objects.unknown_to(actor_of(request)).select_related("snapshot__source")
    return listing_response(request, UNKNOWN, rows, template="dues/below.html")


def _firm(request: HttpRequest, employer_id: int, refusal: Refusal | None) -> HttpResponse:
    actor = actor_of(request)
    standing = queries.standing_for(actor, employer_id)
    today = clock.today()
    rows = queries.periods_of(standing, queries.limits_of(standing.employer.territory_path, today))
    context = {
        "standing": standing, "firm": standing.employer, "rows": rows, "earlier": max(len(rows) - SHOWN, 0), "refusal": refusal,
        "links": standing.employer.open_links,
        "letters": list(Reminder.objects.filter(employer_id=employer_id).order_by("-pk")[:100]),
        "writer": queries.writer_for(actor, standing.employer.territory_path), "today": today,
        "sees_all": actor.can(VIEW, path=standing.employer.territory_path),
    }  # fmt: skip
    return render(request, "dues/firm.html", context, status=422 if refusal else 200)
