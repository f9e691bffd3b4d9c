"""What a union did with its money, told to its members on the phone; and the funds review of those who serve on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.reading import any_of, get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.papers import pdf
from smartunion.ground.accounts.web import require
from smartunion.systems.dues import report_queries as queries
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_paper import paper, review_words
from smartunion.systems.dues.report_rules import TOLD, FundsReportState
from smartunion.systems.dues.report_views import sides_of

#: Reports named on the first page; older ones stand beside each report.
_SHOWN = 30


@require()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Reports told to me, my own union's first; those that wait for me as a member of a funds-review committee."""
    actor, today = actor_of(request), clock.today()
    mine = FundsReport.objects.told_to(actor.person_id).filter(state=FundsReportState.PUBLISHED)
    rows = list(mine.select_related("union").order_by("-union__depth", "-year", "-half")[:_SHOWN])
    waiting = FundsReport.objects.reviewed_by(actor.person_id, today).filter(state=FundsReportState.REVIEW)
    values = {"rows": rows, "waiting": list(waiting.select_related("union").order_by("pk")[:_SHOWN])}
    return render(request, "dues/told_all.html", values)


@require()
@require_GET
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: balances, where the money came from and went, who passed it, what was asked."""
    return _report(request, report_id, None)


@require()
@require_POST
def review(request: HttpRequest, report_id: int) -> HttpResponse:
    """Pass a report, or send it back with what is wrong."""
    actor, at = actor_of(request), clock.now()
    try:
        match request.POST.get("do"):
            case "pass":
                reports.pass_it(actor=actor, report_id=report_id, at=at)
                messages.success(request, _("Passed. The members read it from now on."))
                return redirect("funds:report", report_id=report_id)
            case "return":
                reports.send_back(actor=actor, report_id=report_id, why=request.POST.get("why", ""), at=at)
                messages.success(request, _("Sent back. Who wrote it reads what you said."))
                return redirect("funds:home")
            case _:
                raise NotVisible
    except Refusal as refusal:
        return _report(request, report_id, refusal)


@require()
@require_GET
def report_paper(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report as PDF."""
    row = _seen(actor_of(request), report_id)
    return pdf(paper(row, queries.told(row, "").changed, at=clock.now()), f"{row.union.name}-{row.title}.pdf")


def _seen(actor: Actor, report_id: int) -> FundsReport:
    """A report told to somebody, or with the committee she serves on. Raises NotVisible."""
    rows = FundsReport.objects.select_related("union").prefetch_related("lines")
    told = FundsReport.objects.told_to(actor.person_id)
    return get_visible(
        any_of(rows, told, FundsReport.objects.reviewed_by(actor.person_id, clock.today())), report_id
    )


def _report(request: HttpRequest, report_id: int, refusal: Refusal | None) -> HttpResponse:
    actor = actor_of(request)
    row = _seen(actor, report_id)
    reviewing = FundsReport.objects.reviewed_by(actor.person_id, clock.today()).filter(
        pk=row.pk, state=FundsReportState.REVIEW
    )
    context = {
        "row": row, "told": queries.told(row, _("Where the money went")), "sides": sides_of(row), "review": review_words(row),
        "may_review": reviewing.exists(), "refusal": refusal, "is_told": row.state in TOLD, "given": request.POST.get("why", ""),
        "newest": None if row.state != FundsReportState.REPLACED else _newest(row),
    }  # fmt: skip
    return render(request, "dues/told.html", context, status=refusal.status if refusal else 200)


def _newest(row: FundsReport) -> FundsReport | None:
    same = FundsReport.objects.filter(union=row.union_id, year=row.year, half=row.half)
    return same.filter(state=FundsReportState.PUBLISHED).first()
