"""My cases: where each one is, who holds it, until when, and what I can do."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.flows import acting, drafts
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.pages import case_page
from smartunion.engines.casework.queries.versions import definitions_of
from smartunion.engines.casework.rules import FINAL, CaseState
from smartunion.engines.casework.telling import last_day
from smartunion.engines.casework.views.common import version_of
from smartunion.ground.accounts.web import require


@require_GET
@require()
def my_cases(request: HttpRequest) -> HttpResponse:
    """One's own cases, those that wait for oneself first."""
    found = list(CaseFile.objects.of_applicant(actor_of(request)).order_by("-id")[:200])
    definitions = definitions_of(found)
    rows = [_row(case, definitions[case.service_version_id]) for case in found]
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
    return render(
        request, "casework/case.html", {"page": page, "case": loaded.case, "definition": loaded.definition}
    )


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
    given = request.POST.get("rating", "")
    acting.rate(
        on=_on(request, case_id), rating=int(given) if given.isascii() and given.isdigit() else 0,
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


def _on(request: HttpRequest, case_id: int) -> acting.ActOn:
    return acting.ActOn(case_id, version_of(request.POST.dict()), actor_of(request), clock.now())


@dataclass(frozen=True)
class Row:
    """One case in the list."""

    case: CaseFile
    definition: Definition
    step: str
    due_on: date | None


def _row(case: CaseFile, definition: Definition) -> Row:
    step = str(definition.step(case.step).title) if case.step else ""
    return Row(case, definition, step, last_day(case.due_at) if case.due_at else None)
