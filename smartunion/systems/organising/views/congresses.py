"""Congresses on the desk and, during the meeting, on the phone."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.papers import pdf
from smartunion.ground.registry.rules import Organ, Post
from smartunion.systems.organising import papers
from smartunion.systems.organising.congress_listing import CONGRESSES
from smartunion.systems.organising.counting import Standing
from smartunion.systems.organising.flows import congresses as flows
from smartunion.systems.organising.models import Congress, CongressState, Contest, ContestState
from smartunion.systems.organising.queries.congresses import (
    attendance,
    elected_in,
    may_be_let_in,
    may_run,
    officers,
    tally,
    women_needed,
)


@require_GET
@require("cases.view")
def congress_list(request: ActorRequest) -> HttpResponseBase:
    """Every congress in reach."""
    return listing_response(
        request, CONGRESSES, Congress.objects.visible_to(request.actor).select_related("federation")
    )


@require_GET
@require("cases.view")
def congress(request: ActorRequest, congress_id: int) -> HttpResponse:
    """One congress: representatives, agenda, papers."""
    return _page(request, _visible(request, congress_id), None)


@require_POST
@require("cases.handle")
def act(request: ActorRequest, congress_id: int, what: str) -> HttpResponse:
    """One act on the congress; a refusal is shown on its page with what was typed."""
    row = _visible(request, congress_id)
    try:
        message = _do(request, row, what)
    except Refusal as refusal:
        return _page(request, row, refusal)
    messages.success(request, message)
    return redirect("congress:congress", congress_id=row.pk)


@require_GET
@require("cases.view")
def paper(request: ActorRequest, congress_id: int, what: str) -> HttpResponse:
    """Letter, report or minutes as PDF."""
    row = _visible(request, congress_id)
    return pdf(papers.of_congress(row, what, at=clock.now()), f"{row.name}-{what}.pdf")


@require_GET
@require("cases.view")
def contest(request: ActorRequest, contest_id: int) -> HttpResponse:
    """One vote: papers out, tally, result."""
    return _vote_page(request, _contest(request, contest_id), None)


@require_POST
@require("cases.handle")
def vote(request: ActorRequest, contest_id: int, what: str) -> HttpResponse:
    """One act on a vote."""
    row = _contest(request, contest_id)
    try:
        message = _do_vote(request, row, what)
    except Refusal as refusal:
        return _vote_page(request, row, refusal)
    if message:
        messages.success(request, message)
    return redirect("congress:contest", contest_id=row.pk)


def _do(request: ActorRequest, row: Congress, what: str) -> str:
    given, at, actor = request.POST, clock.now(), request.actor
    if what == "representatives":
        named = flows.name_representatives(
            actor=actor, congress_id=row.pk, lines=given.get("lines", ""), at=at
        )
        return _("%(count)s representatives are on the list.") % {"count": len(named)}
    if what in {"let-in", "shut-out"}:
        move = flows.let_in if what == "let-in" else flows.shut_out
        move(actor=actor, congress_id=row.pk, user_id=_number(given.get("user", ""), "user"), at=at)
        return _("The preparatory group is as you said.")
    if what == "open":
        day = _day(given.get("held_on", ""))
        flows.open_congress(actor=actor, congress_id=row.pk, held_on=day, place=given.get("place", ""), at=at)
        return _("The congress is in session.")
    if what in {"came", "left"}:
        numbers = [_number(value, "number") for value in given.getlist("number")][:1000]
        moved = flows.set_here(actor=actor, congress_id=row.pk, numbers=numbers, here=what == "came", at=at)
        return _("%(count)s noted.") % {"count": moved}
    if what == "propose":
        flows.propose(
            actor=actor, congress_id=row.pk, organ=given.get("organ", ""), post=given.get("post", Post.MEMBER),
            seats=_number(given.get("seats", ""), "seats"), names=given.get("names", ""), at=at,
        )  # fmt: skip
        return _("The vote is on the agenda.")
    if what == "close":
        flows.close_congress(actor=actor, congress_id=row.pk, ceremony=given.get("ceremony", ""), at=at)
        return _("The congress has ended; report and minutes are ready.")
    raise NotVisible


def _do_vote(request: ActorRequest, row: Contest, what: str) -> str:
    given, at, actor = request.POST, clock.now(), request.actor
    if what == "hand-out":
        present = _number(given["present"], "present") if given.get("present") else None
        papers_out = _number(given.get("handed_out", ""), "handed_out")
        flows.hand_out(actor=actor, contest_id=row.pk, handed_out=papers_out, present=present, at=at)
        return _("The papers are out. Count them here, one by one.")
    if what == "count":
        marks = [_number(value, "marks") for value in given.getlist("mark")][:200]
        flows.count_paper(
            actor=actor, contest_id=row.pk, client_id=_client_id(given.get("client_id", "")), marks=marks,
            is_spoiled=given.get("do") == "spoiled", at=at,
        )  # fmt: skip
        return ""
    if what == "take-back":
        paper_id = _number(given.get("paper", ""), "paper")
        flows.take_back_paper(actor=actor, contest_id=row.pk, paper_id=paper_id, at=at)
        return _("The last paper you entered is struck.")
    if what == "recount":
        flows.recount(actor=actor, contest_id=row.pk, reason=given.get("reason", ""), at=at)
        return _("Counting begins again from the first paper.")
    if what == "announce":
        flows.announce(actor=actor, contest_id=row.pk, at=at)
        return _("The result is announced.")
    if what == "again":
        flows.vote_again(actor=actor, contest_id=row.pk, names=given.get("names", ""), at=at)
        return _("The seats left open are on the agenda again.")
    raise NotVisible


def _page(request: ActorRequest, row: Congress, refusal: DomainError | None) -> HttpResponse:
    representatives = list(row.representatives.order_by("number"))
    contests = [
        {"row": one, "title": papers.vote_title(one), "elected": _elected(one)}
        for one in row.contests.order_by("id")
    ]  # fmt: skip
    lines = "\n".join(
        " ".join(filter(None, (one.name, one.from_union, "女" if one.is_woman else "")))
        for one in representatives
    )
    unions = list(row.unions.select_related("union").order_by("union__name"))
    names = {one.union.name for one in unions}
    unknown = [one.name for one in representatives if one.from_union not in names]
    context = {
        "strangers": unknown[:20] if row.state == CongressState.PLANNED else [],
        "congress": row, "now": attendance(row), "representatives": representatives, "contests": contests,
        "officers": officers(row), "unions": unions,
        "organs": Organ.choices, "posts": [(post.value, post.label) for post in (Post.MEMBER, Post.CHAIR, Post.VICE_CHAIR)],
        "lines": request.POST.get("lines", lines), "given": request.POST, "today": clock.today(), "refusal": refusal,
        "may": may_run(request.actor, row), "is_federation": request.actor.can("cases.handle", path=row.path),
        "preparers": row.preparers.select_related("user").order_by("pk"),
        "may_be_let_in": may_be_let_in(row, clock.today()).order_by("name")[:200], "women": women_needed(row),
    }  # fmt: skip
    return render(
        request, "organising/congress/page.html", context, status=refusal.status if refusal else 200
    )


def _elected(row: Contest) -> list[str]:
    return [
        str(place["name"]) for place in row.result.get("places", []) if place["standing"] == Standing.ELECTED
    ]


def _vote_page(request: ActorRequest, row: Contest, refusal: DomainError | None) -> HttpResponse:
    row.refresh_from_db()
    counted = tally(row) if row.state != ContestState.DRAFT else None
    candidates = list(row.candidates.order_by("number"))
    votes = {place.candidate: place for place in counted.places} if counted else {}
    again = row.state in {ContestState.DONE, ContestState.VOID} and bool(row.result.get("open_seats"))
    context = {
        "contest": row, "congress": row.congress, "title": papers.vote_title(row), "count": counted, "refusal": refusal,
        "candidates": [{"number": one.number, "name": one.name, "place": votes.get(one.number)} for one in candidates],
        "client_id": uuid4(), "mine": flows.last_paper(request.actor, row), "now": attendance(row.congress),
        "is_member_vote": row.post == Post.MEMBER,
        "organ_size": len(elected_in(row.congress, row.organ)), "may": may_run(request.actor, row.congress),
        "earlier": [(number, tally(row, number)) for number in range(1, row.count_number)],
        "may_again": again and not row.next_rounds.exclude(round="tie").exists(),
    }  # fmt: skip
    return render(
        request, "organising/congress/vote.html", context, status=refusal.status if refusal else 200
    )


def _visible(request: ActorRequest, congress_id: int) -> Congress:
    return get_visible(
        Congress.objects.visible_to(request.actor).select_related("federation", "union", "case"), congress_id
    )


def _contest(request: ActorRequest, contest_id: int) -> Contest:
    visible = Contest.objects.filter(congress__in=Congress.objects.visible_to(request.actor))
    return get_visible(visible.select_related("congress"), contest_id)


def _number(given: str, field: str) -> int:
    number = whole_number(given, digits=6)
    if number is None:
        raise InvalidInput(_("Please enter a whole number."), field=field)
    return number


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidInput(_("Please enter the day like 2026-06-05."), field="held_on") from None


def _client_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        return uuid4()
