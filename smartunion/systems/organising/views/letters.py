"""A letter of approval, on the phone and on the desk."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.ids import row_id
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.papers import pdf
from smartunion.systems.organising import papers
from smartunion.systems.organising.flows import letters as flows
from smartunion.systems.organising.models import ApprovalLetter


@require_GET
@require()
def letter(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Number, day, from whom to whom, what is approved; the way to the paper."""
    row = _visible(request, letter_id)
    context = {
        "letter": row, "end": papers.proper_end(row.term),
        "elected": [row.officer] if row.officer else list(row.term.officers.filter(began_on=None).order_by("pk")),
        "sees_union": request.actor.can("registry.view", path=row.union.path),
        "is_mine": row.case is not None and row.case.user_id == request.actor.user_id,
    }  # fmt: skip
    return render(request, "organising/letter.html", context)


@require_GET
@require()
def paper(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The letter as PDF."""
    row = _visible(request, letter_id)
    return pdf(papers.letter(row, at=clock.now()), f"{row.number}-{row.addressed_to}.pdf")


@require_POST
@require("cases.handle")
def issue_afterwards(request: ActorRequest, union_id: int) -> HttpResponse:
    """Issue the letter of an approval given before letters were kept: term, post or postponement says which."""
    wanted = {
        f"{key}_id": row_id(request.POST.get(key, "")) or None for key in ("term", "post", "postponement")
    }
    made = flows.issue_afterwards(
        actor=request.actor, union_id=union_id, number=request.POST.get("number", ""), at=clock.now(), **wanted
    )  # fmt: skip
    return redirect("letters:letter", letter_id=made.pk)


def _visible(request: ActorRequest, letter_id: int) -> ApprovalLetter:
    rows = ApprovalLetter.objects.visible_to(request.actor)
    return get_visible(rows.select_related("union", "term", "officer", "postponement", "case"), letter_id)
