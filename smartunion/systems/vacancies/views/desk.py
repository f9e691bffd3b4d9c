"""Vacancies on the desk: proposed, checked, put together into issues."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.ids import row_ids
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.systems.vacancies import queries, wording
from smartunion.systems.vacancies.flows import complaining, issues, proposing
from smartunion.systems.vacancies.forms import VacancyForm, copied
from smartunion.systems.vacancies.listings import ISSUES, VACANCIES, pay_words
from smartunion.systems.vacancies.models import MANAGE, Complaint, Vacancy


@require(MANAGE)
@require_GET
def vacancies(request: HttpRequest) -> HttpResponseBase:
    """Vacancies in reach, newest first."""
    actor = actor_of(request)
    rows = queries.desk_rows(actor)
    publishes = queries.publishers(actor).exists()
    return listing_response(
        request, VACANCIES, rows, template="vacancies/desk_list.html", publishes=publishes
    )


@require(MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose one; `copy` begins from an older one."""
    actor = actor_of(request)
    start = {}
    for key in row_ids([request.GET.get("copy", "")]):
        start = copied(get_visible(Vacancy.objects.visible_to(actor).select_related("employer"), key))
    form = VacancyForm(request.POST or None, regions=queries.regions_for(actor), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = proposing.propose(actor=actor, data=form.written(), at=clock.now())
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(
                request, _("Proposed. The federation checks it and posts it with its next issue.")
            )
            return redirect("vacancies:desk_one", vacancy_id=made.pk)
    return render(request, "vacancies/desk_new.html", {"form": form}, status=422 if form.errors else 200)


@require(MANAGE)
@require_GET
def one(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """One vacancy: what it says, what to look at before it is posted, what was complained of."""
    return _page(request, vacancy_id, None)


@require(MANAGE)
@require_POST
def act(request: HttpRequest, vacancy_id: int, act: str) -> HttpResponse:
    """check, refuse, end, right (the complaint was), wrong."""
    actor, at, post = actor_of(request), clock.now(), request.POST
    get_visible(Vacancy.objects.visible_to(actor), vacancy_id)
    reason = post.get("reason", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "check": (
            lambda: proposing.check(actor=actor, vacancy_id=vacancy_id, exception=post.get("exception", ""), at=at),
            _("Checked. It goes out with the next issue."),
        ),
        "refuse": (
            lambda: proposing.refuse(actor=actor, vacancy_id=vacancy_id, reason=reason, at=at),
            _("Refused; the union that proposed it reads why."),
        ),
        "end": (lambda: proposing.end(actor=actor, vacancy_id=vacancy_id, reason=reason, at=at), _("It is over and off the list.")),
        "right": (
            lambda: complaining.settle(actor=actor, vacancy_id=vacancy_id, is_right=True, answer=reason, at=at),
            _("It stays off for good; whoever complained was told."),
        ),
        "wrong": (
            lambda: complaining.settle(actor=actor, vacancy_id=vacancy_id, is_right=False, answer=reason, at=at),
            _("It is posted again; whoever complained was told why."),
        ),
    }  # fmt: skip
    if act not in acts:
        raise NotVisible
    run, done = acts[act]
    try:
        run()
    except Refusal as refusal:
        return _page(request, vacancy_id, refusal)
    messages.success(request, done)
    return redirect("vacancies:desk_one", vacancy_id=vacancy_id)


@require(MANAGE)
@require_GET
def issue_list(request: HttpRequest) -> HttpResponseBase:
    """Every union's issues, newest first."""
    return listing_response(request, ISSUES, queries.issues_by(actor_of(request)))


@require(MANAGE)
@require_http_methods(["GET", "POST"])
def new_issue(request: HttpRequest) -> HttpResponse:
    """Put the next issue together from what was checked, and publish it."""
    actor, today = actor_of(request), clock.today()
    unions = list(queries.publishers(actor)[:60])
    if not unions:
        raise NotVisible
    wanted = row_ids([request.POST.get("union", "") or request.GET.get("union", "")])
    union = next((one for one in unions if one.pk in wanted), unions[0])
    refusal: DomainError | None = None
    if request.method == "POST":
        post = request.POST
        try:
            made = issues.publish(
                actor=actor, union_id=union.pk, vacancy_ids=row_ids(post.getlist("vacancy")), title=post.get("title", ""),
                foreword=post.get("foreword", ""), at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Published. Those who look for such work are being told."))
            return redirect("vacancies:issue", issue_id=made.pk)
    rows = [(row, pay_words(row)) for row in queries.ready_for(union, today)[: issues.MOST]]
    values = {"unions": unions, "union": union, "rows": rows, "refusal": refusal, "given": request.POST}
    return render(request, "vacancies/desk_issue.html", values, status=refusal.status if refusal else 200)


def _page(request: HttpRequest, vacancy_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    vacancy = get_visible(queries.desk_rows(actor), vacancy_id)
    values = {
        "vacancy": vacancy, "pay": pay_words(vacancy), "refusal": refusal, "given": request.POST,
        "publishes": actor.can(MANAGE, path=vacancy.path),
        "warnings": wording.warnings_of(vacancy.title, vacancy.text, vacancy.requirements),
        "twins": proposing.twins_of(vacancy),
        "complaints": Complaint.objects.visible_to(actor).filter(vacancy=vacancy).order_by("-pk"),
    }  # fmt: skip
    return render(request, "vacancies/desk_one.html", values, status=refusal.status if refusal else 200)
