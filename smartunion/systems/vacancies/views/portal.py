"""Vacancies for everybody: look for work, read an issue, complain, keep a wish."""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import Refusal
from smartunion.core.ids import row_ids
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import Region
from smartunion.systems.vacancies import queries
from smartunion.systems.vacancies.flows import complaining, wishes
from smartunion.systems.vacancies.forms import ComplaintForm, SearchForm
from smartunion.systems.vacancies.listings import pay_words
from smartunion.systems.vacancies.models import Issue, JobWish, Vacancy
from smartunion.systems.vacancies.papers import bulletin
from smartunion.systems.vacancies.queries import Sought

PAGE = 20


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Open vacancies by words, trade, place and pay."""
    actor, today = actor_of(request), clock.today()
    near = queries.near(actor)
    form, sought = _sought(request, near)
    page = Paginator(queries.open_vacancies(sought, today), PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    values = {
        "form": form, "page": page, "shown": [(row, pay_words(row)) for row in page], "near": near, "sought": sought,
        "query": kept.urlencode(), "is_known": actor.is_known, "latest": queries.issues_by(actor).first(),
    }  # fmt: skip
    return render(request, "vacancies/jobs.html", values, status=422 if form.errors else 200)


@require_GET
def vacancy(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """One vacancy; whom to call is shown to people who are signed in."""
    return _vacancy(request, vacancy_id, ComplaintForm(), 200)


@require()
@require_POST
def complain(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """Say that it is wrong; it is off the list at once."""
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _vacancy(request, vacancy_id, form, 422)
    try:
        complaining.complain(
            actor=actor_of(request), vacancy_id=vacancy_id, fault=form.cleaned_data["fault"], text=form.cleaned_data["text"],
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        show(form, refusal)
        return _vacancy(request, vacancy_id, form, refusal.status)
    messages.success(
        request, _("Thank you. The vacancy is off the list while the union checks it; you will be told.")
    )
    return redirect("vacancies:jobs")


@require_GET
def issue_shelf(request: HttpRequest) -> HttpResponse:
    """Every issue, newest first."""
    page = Paginator(queries.issues_by(actor_of(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "vacancies/issues.html", {"page": page})


@require_GET
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One issue, to read on a phone."""
    found, rows = _issue(request, issue_id)
    return render(request, "vacancies/issue.html", {"issue": found, "rows": rows})


@require_GET
def issue_paper(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One issue on A4 as PDF, to hang out."""
    found, _rows = _issue(request, issue_id)
    address = request.build_absolute_uri("/jobs/")
    made = bulletin(found, list(queries.in_issue(found)), address=address, at=clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="vacancies-{found.number}.pdf"'
    return answer


@require()
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What I look for: kept wishes; POST keeps one more."""
    actor = actor_of(request)
    regions = _regions(queries.near(actor), request.POST.get("region", ""))
    form = SearchForm(request.POST or None, regions=regions)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            wishes.keep(
                actor=actor, words=given["q"], trade=given["trade"], pay_yuan=given["pay"], at=clock.now(),
                region_id=int(given["region"]) if given["region"] else None,
            )  # fmt: skip
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("Kept. When an issue has such work, you are told."))
            return redirect("vacancies:mine")
    rows = JobWish.objects.visible_to(actor).select_related("region").order_by("-pk")
    return render(
        request, "vacancies/mine.html", {"form": form, "rows": rows}, status=422 if form.errors else 200
    )


@require()
@require_POST
def drop(request: HttpRequest, job_wish_id: int) -> HttpResponse:
    """Hear of it no more."""
    wishes.drop(actor=actor_of(request), wish_id=job_wish_id)
    messages.success(request, _("Thrown away. You hear of it no more."))
    return redirect("vacancies:mine")


def _vacancy(request: HttpRequest, vacancy_id: int, form: ComplaintForm, status: int) -> HttpResponse:
    rows = Vacancy.objects.open_on(clock.today()).select_related("employer", "region", "issue__union")
    found = get_visible(rows, vacancy_id)
    values = {"vacancy": found, "pay": pay_words(found), "form": form, "is_known": actor_of(request).is_known}
    return render(request, "vacancies/job.html", values, status=status)


def _issue(request: HttpRequest, issue_id: int) -> tuple[Issue, list[tuple[Vacancy, str]]]:
    found = get_visible(queries.issues_by(actor_of(request)), issue_id)
    return found, [(row, pay_words(row)) for row in queries.in_issue(found)]


def _sought(request: HttpRequest, near: list[Region]) -> tuple[SearchForm, Sought]:
    regions = _regions(near, request.GET.get("region", ""))
    form = SearchForm(request.GET or {}, regions=regions)
    form.is_valid()
    given = form.cleaned_data
    chosen = next((one for one in regions if str(one.pk) == given.get("region")), None)
    sought = Sought(given.get("q", ""), given.get("trade", ""), None, given.get("pay"))
    return form, replace(sought, region=chosen)


def _regions(near: list[Region], asked: str) -> list[Region]:
    """Near ones first, then where there is work, then what the address names."""
    found = {one.pk: one for one in [*near, *queries.places_open(clock.today())]}
    for key in row_ids([asked]):
        if key not in found and (named := Region.objects.filter(pk=key, valid_to=None).first()):
            found[key] = named
    return list(found.values())
