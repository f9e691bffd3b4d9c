"""My cases: where each one is, who holds it, until when, and what I can do."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.casework.flows import acting, drafts
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.queries import hall
from smartunion.engines.casework.queries.mine import my_standings, standings
from smartunion.engines.casework.queries.pages import case_page
from smartunion.engines.casework.rules import FINAL, CaseState
from smartunion.engines.casework.views.common import client_id, version_of
from smartunion.ground.accounts.web import require


@require_GET
@require()
def my_cases(request: HttpRequest) -> HttpResponse:
    """One's own cases, those that wait for oneself first."""
    rows = my_standings(actor_of(request), clock.now())
    groups = [
        (_("Waiting for you"), [row for row in rows if row.case.state == CaseState.SUPPLEMENT]),
        (_("In progress"), [row for row in rows if row.case.state in {CaseState.OPEN, CaseState.HELD}]),
        (_("Not sent yet"), [row for row in rows if row.case.state == CaseState.DRAFT]),
        (_("Finished"), [row for row in rows if CaseState(row.case.state) in FINAL]),
    ]
    return render(request, "casework/my_cases.html", {"groups": groups, "is_empty": not rows})


@require_GET
@require()
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case as its applicant sees it."""
    loaded = load(case_id=case_id, actor=actor_of(request), at=clock.now())
    if Side.APPLICANT not in loaded.sides:
        return redirect("casework:desk_case", case_id=case_id)
    if loaded.case.state == CaseState.DRAFT:
        return redirect("casework:fill", case_id=case_id)
    page = case_page(loaded, is_masked=True, sees_all=False)
    parts = loaded.case.parts.defer("data").order_by("pk") if loaded.definition.feeds else []
    context = {
        "page": page, "case": loaded.case, "definition": loaded.definition,
        "parts": standings(list(parts), clock.now()), "whole": loaded.case.whole,
        "following": hall.following(loaded.case, page.is_late),
        "client_id": uuid4() if hall.may_apply_again(loaded.case, actor_of(request)) else "",
    }  # fmt: skip
    return render(request, "casework/case.html", context)


@require_POST
@require()
def withdraw(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the case back."""
    acting.withdraw(on=_on(request, case_id), reason=request.POST.get("reason", ""))
    messages.success(request, _("The case has been withdrawn."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def discard(request: HttpRequest, case_id: int) -> HttpResponse:
    """Throw a draft away."""
    drafts.discard_draft(case_id=case_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The draft and everything in it have been deleted."))
    return redirect("casework:my_cases")


@require_POST
@require()
def rate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say how it went; not satisfied can take it up again."""
    acting.rate(
        on=_on(request, case_id), rating=number_of(request.POST, "rating", digits=4),
        words=request.POST.get("words", ""), again=request.POST.get("again") == "1",
    )  # fmt: skip
    messages.success(request, _("Thank you. Your words have been passed on."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def note(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add something to a running case."""
    acting.add_note(on=_on(request, case_id), note=request.POST.get("note", ""))
    messages.success(request, _("Added; whoever holds the case has been told."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def urge(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask how far it is."""
    acting.urge(on=_on(request, case_id))
    messages.success(request, _("Whoever holds the case has been told that you wait."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def appeal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a refusal to the union above."""
    acting.appeal(on=_on(request, case_id), reason=request.POST.get("reason", ""))
    messages.success(request, _("Your appeal has been sent to the union above; other people look at it."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    """Have a closed case taken up again."""
    acting.reopen(on=_on(request, case_id), reason=request.POST.get("reason", ""))
    messages.success(request, _("The case is taken up again."))
    return redirect("casework:case", case_id=case_id)


@require_POST
@require()
def again(request: HttpRequest, case_id: int) -> HttpResponse:
    """Apply again with what was refused or withdrawn filled in."""
    draft = drafts.start_again(
        case_id=case_id, actor=actor_of(request), at=clock.now(), client_id=client_id(request.POST.dict())
    )
    return redirect("casework:fill", case_id=draft.pk)


def _on(request: HttpRequest, case_id: int) -> acting.ActOn:
    return acting.ActOn(case_id, version_of(request.POST.dict()), actor_of(request), clock.now())
