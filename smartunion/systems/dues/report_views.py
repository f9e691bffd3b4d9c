"""Reports of unions' funds on the desk: drafted, passed, published, corrected; and who has not reported."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.papers import pdf
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.policies import service as policies
from smartunion.systems.dues import report_queries as queries
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import REPORT, VIEW, VIEW_OWN, FundsReport
from smartunion.systems.dues.report_forms import ReportForm, SpanForm, kinds_with, values_of
from smartunion.systems.dues.report_listing import REPORTS, unreported, year_asked
from smartunion.systems.dues.report_messages import signs_in
from smartunion.systems.dues.report_paper import paper, review_words
from smartunion.systems.dues.report_rules import OPEN, FundsHalf, FundsSide

#: Unions offered to choose from; who sees more comes from a union's page or the list of those that have not reported.
_OFFERED = 200


@require(VIEW, VIEW_OWN)
@require_GET
def report_list(request: HttpRequest) -> HttpResponseBase:
    """Reports in reach, the last year's first, with the sums of a year."""
    actor = actor_of(request)
    year = year_asked(request.GET.get("year", ""), clock.today())
    rows = FundsReport.objects.visible_to(actor).select_related("union")
    return listing_response(
        request, REPORTS, rows, template="dues/reports.html", whole_page=partial(_above, actor, year)
    )


def _above(actor: Actor, year: int) -> dict[str, Any]:
    sums = queries.sums_by_kind(actor, year, FundsSide.SPENDING)
    return {
        "numbers": queries.numbers(actor, year), "may_write": actor.can(REPORT), "base": reverse("dues:reports"),
        "chart": queries.chart_of("funds-by-kind", _("Spending of %(year)s by kind") % {"year": year}, sums),
    }  # fmt: skip


@require(VIEW, VIEW_OWN)
@require_GET
def missing(request: HttpRequest) -> HttpResponseBase:
    """Unions in reach that have not reported a year, with the day it is or was due."""
    today = clock.today()
    year = year_asked(request.GET.get("year", ""), today)
    actor = actor_of(request)
    listing = unreported(year, policies.value_by_place("dues.report_days", on=today), actor)
    rows = queries.missing_for(actor, year).select_related("region")
    return listing_response(request, listing, rows, template="dues/unreported.html", year=year)


@require(REPORT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a report: which union and year, then its figures."""
    actor, today = actor_of(request), clock.today()
    given = request.POST or request.GET
    chosen = _span_form(actor, given, today)
    if not chosen.is_valid():
        # The page asks first which year is meant; that nothing was said yet is no mistake.
        shown = chosen if "year" in given and "union" in given else _span_form(actor, None, today)
        return render(request, "dues/report_new.html", {"form": shown}, status=422 if shown.is_bound else 200)
    union = get_visible(queries.writes_for(actor), chosen.cleaned_data["union"])
    kinds = queries.kinds_of(union.path, chosen.span)
    opening = queries.closing_before(union.pk, chosen.span)
    form = ReportForm(request.POST or None, kinds=kinds, initial={"opening_yuan": opening})
    if request.method == "POST" and form.is_valid():
        try:
            made = reports.draft(
                actor=actor, union_id=union.pk, span=chosen.span, given=reports.Given(form.money, form.cleaned_data["note"]),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Look through it, then send it on."))
            return redirect("dues:report", report_id=made.pk)
    values = {"form": form, "union": union, "span": chosen.span, "opening": opening}
    return render(request, "dues/report_form.html", values, status=422 if form.errors else 200)


def _span_form(actor: Actor, given: Any, today: date) -> SpanForm:  # Any: a QueryDict of either method
    rows = queries.writes_for(actor).filter(kind__in=sorted(reports.KEEPING)).order_by("path")
    named = str(given.get("union", "")) if given else ""
    unions = list(rows.values_list("pk", "name")[:_OFFERED])
    if named.isdigit() and int(named[:18]) not in dict(unions):
        unions += list(rows.filter(pk=int(named[:18])).values_list("pk", "name"))
    newest = today.year
    offered = [newest - 1, newest, *range(newest - 2, newest - queries.YEARS, -1)]
    # A link names union and year alone: the whole year is meant.
    return SpanForm(given or None, unions=unions, years=offered, initial={"half": FundsHalf.YEAR})


@require(REPORT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, report_id: int) -> HttpResponse:
    """Change a draft."""
    actor = actor_of(request)
    row = get_visible(_written(actor), report_id)
    actor.check_can(REPORT, path=row.path)
    if row.state != "draft":
        return redirect("dues:report", report_id=row.pk)
    kinds = kinds_with(queries.kinds_of(row.path, row.span), row)
    form = ReportForm(request.POST or None, kinds=kinds, initial=values_of(row, kinds))
    seen = request.POST.get("edits", "")
    if request.method == "POST" and form.is_valid():
        try:
            reports.rewrite(
                actor=actor, report_id=row.pk, edits=int(seen) if seen.isdigit() and len(seen) < 10 else row.edits,
                given=reports.Given(form.money, form.cleaned_data["note"]), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Look through it, then send it on."))
            return redirect("dues:report", report_id=row.pk)
    values = {"form": form, "union": row.union, "span": row.span, "row": row, "edits": seen or row.edits}
    return render(request, "dues/report_form.html", values, status=422 if form.errors else 200)


def _written(actor: Actor) -> Any:  # Any: annotated by select_related
    return FundsReport.objects.visible_to(actor).select_related("union").prefetch_related("lines")


@require(VIEW, VIEW_OWN)
@require_GET
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report with what can be done about it."""
    return _report(request, report_id, None)


@require(REPORT)
@require_POST
def act(request: HttpRequest, report_id: int, act: str) -> HttpResponse:
    """Send to the review, take back, publish, enter what was passed on paper, correct, throw away."""
    actor, at = actor_of(request), clock.now()
    who: dict[str, Any] = {"actor": actor, "report_id": report_id, "at": at}
    said = ""
    try:
        match act:
            case "submit":
                reports.submit(**who)
                said = _("The funds-review committee was told.")
            case "take-back":
                reports.take_back(**who)
            case "publish":
                reports.publish_unreviewed(**who)
                said = _("The report is published; the members are told.")
            case "paper":
                reports.passed_on_paper(**who, officer_id=_number(request, "officer"), day=_day(request))
                said = _("The report is published; the members are told.")
            case "correct":
                made = reports.correct(**who, reason=request.POST.get("reason", ""))
                return redirect("dues:edit_report", report_id=made.pk)
            case "discard":
                reports.discard(**who)
                messages.success(request, _("The draft is thrown away."))
                return redirect("dues:reports")
            case _:
                raise NotVisible
    except Refusal as refusal:
        return _report(request, report_id, refusal)
    if said:
        messages.success(request, said)
    return redirect("dues:report", report_id=report_id)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdigit() and len(given) < 16 else 0


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return date.min


@require(VIEW, VIEW_OWN)
@require_GET
def report_paper(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report as PDF."""
    row = get_visible(_written(actor_of(request)), report_id)
    told = queries.told(row, "")
    return pdf(paper(row, told.changed, at=clock.now()), f"{row.union.name}-{row.title}.pdf")


def _report(request: HttpRequest, report_id: int, refusal: Refusal | None) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    row = get_visible(_written(actor), report_id)
    reviewers = queries.reviewers_of(row.union_id, today) if row.state in OPEN else []
    may_write = actor.can(REPORT, path=row.path)
    context = {
        "row": row, "told": queries.told(row, _("Where the money went")), "refusal": refusal, "today": today,
        "reviewers": reviewers, "on_paper": [one for one in reviewers if not signs_in(one)] if may_write else [],
        "may_write": may_write, "review": review_words(row), "before": queries.prior_of(row), "sides": sides_of(row),
        "next_version": _next(row),
    }  # fmt: skip
    return render(request, "dues/report.html", context, status=refusal.status if refusal else 200)


def _next(row: FundsReport) -> FundsReport | None:
    """The correction under way, or the one that replaced it."""
    newer = FundsReport.objects.filter(
        union=row.union_id, year=row.year, half=row.half, version__gt=row.version
    )
    return newer.order_by("version").first()


def sides_of(row: FundsReport) -> list[dict[str, Any]]:
    """Both sides for a page: label, lines, totals."""
    money = row.money
    return [
        {
            "label": side.label,
            "entries": money.of(side),
            "total": money.total(side),
            "budget": money.budget(side),
        }
        for side in FundsSide
    ]
