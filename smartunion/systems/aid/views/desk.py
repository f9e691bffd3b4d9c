"""The assistance officer's desk: the archive, one file, the yearly review, what is handed over."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.ground.accounts.web import require
from smartunion.systems.aid.flows import archive, giving
from smartunion.systems.aid.forms import ChildForm, GiveForm, HouseholdForm
from smartunion.systems.aid.listings import FILES, MODEL_WORKERS
from smartunion.systems.aid.models import HardshipFile, ModelWorker
from smartunion.systems.aid.queries.standards import standards_of
from smartunion.systems.aid.queries.years import Year, load_lines
from smartunion.systems.aid.rules.reviews import FileState
from smartunion.systems.aid.rules.support import AidKind

VIEW, HANDLE = "aid.view", "aid.handle"
_LIVE = {FileState.ACTIVE, FileState.WATCH}


@require(VIEW)
@require_GET
def files(request: HttpRequest) -> HttpResponseBase:
    """Files in reach, by surname alone."""
    rows = HardshipFile.objects.visible_to(actor_of(request)).select_related("union", "person")
    return listing_response(request, FILES, rows, template="aid/files.html")


@require(VIEW)
@require_GET
def model_workers(request: HttpRequest) -> HttpResponseBase:
    """Model workers in reach, by surname alone."""
    rows = ModelWorker.objects.visible_to(actor_of(request)).select_related("union", "person")
    return listing_response(request, MODEL_WORKERS, rows, template="aid/model_workers.html")


@never_cache
@require(VIEW)
@require_GET
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: the calculation line by line, reviews, what was given. Names and illness stay sealed."""
    return _page(request, file_id)


@never_cache
@require(VIEW)
@require_POST
def look(request: HttpRequest, file_id: int) -> HttpResponse:
    """Open what is sealed, with a reason; the look is kept first."""
    try:
        opened = archive.look(
            actor=actor_of(request), file_id=file_id, reason=request.POST.get("reason", ""), at=clock.now()
        )
    except Refusal as refusal:
        return _page(request, file_id, refusal)
    values = {
        "file": opened, "year": archive.latest_year(opened), "goods": opened.goods.order_by("-pk")[:50],
        "given": [(one, load_lines(one.lines)) for one in opened.aids.order_by("-pk")[:50]],
    }  # fmt: skip
    return render(request, "aid/opened.html", values)


@never_cache
@require(HANDLE)
@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, file_id: int) -> HttpResponse:
    """Assess a year again."""
    actor, at = actor_of(request), clock.now()
    shown = get_visible(HardshipFile.objects.visible_to(actor), file_id)
    last = archive.latest_year(shown)
    initial = HouseholdForm.initial_of(last.household) if last else None
    form = HouseholdForm(request.POST or None, initial=initial)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            given = Year(
                form.household(), standards_of(shown.path, clock.today()), last.members if last else (),
                last.cause if last else "",
            )  # fmt: skip
            done = archive.review_year(
                actor=actor, file_id=file_id, version=number_of(request.POST, "version"), year=given, at=at
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Assessed: %(state)s.") % {"state": done.get_state_display()})
            return redirect("aid:file", file_id=file_id)
    values = {"file": shown, "form": form, "refusal": refusal}
    return render(request, "aid/year.html", values, status=refusal.status if refusal else 200)


@require(HANDLE)
@require_POST
def remove(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a file off the archive."""
    return _act(request, file_id, _("Removed."), lambda: archive.remove(
        actor=actor_of(request), file_id=file_id, version=number_of(request.POST, "version"), reason=request.POST.get("reason", ""),
        at=clock.now(),
    ))  # fmt: skip


@require(HANDLE)
@require_POST
def give(request: HttpRequest, file_id: int) -> HttpResponse:
    """Note goods or money handed over."""
    form = GiveForm(request.POST)
    return _act(request, file_id, _("Kept."), lambda: giving.hand_over(
        actor=actor_of(request), file_id=file_id, kind=AidKind(form.cleaned_data["kind"]),
        amount_yuan=form.cleaned_data["amount"], fund=form.cleaned_data["fund"], what=form.cleaned_data["what"],
        at=clock.now(),
    ), form)  # fmt: skip


@require(HANDLE)
@require_POST
def child(request: HttpRequest, file_id: int) -> HttpResponse:
    """Note goods handed to a child."""
    form = ChildForm(request.POST)
    return _act(request, file_id, _("Kept."), lambda: giving.hand_to_child(
        actor=actor_of(request), file_id=file_id, child=form.cleaned_data["child"], item=form.cleaned_data["item"],
        quantity=form.cleaned_data["quantity"], at=clock.now(),
    ), form)  # fmt: skip


def _act(
    request: HttpRequest, file_id: int, done: str, act: Callable[[], object], form: forms.Form | None = None
) -> HttpResponse:
    get_visible(HardshipFile.objects.visible_to(actor_of(request)), file_id)
    if form is not None and not form.is_valid():
        return _page(request, file_id, form=form)
    try:
        act()
    except Refusal as refusal:
        return _page(request, file_id, refusal, form)
    messages.success(request, done)
    return redirect("aid:file", file_id=file_id)


def _page(
    request: HttpRequest, file_id: int, refusal: DomainError | None = None, form: forms.Form | None = None
) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(
        HardshipFile.objects.visible_to(actor).select_related("union", "person", "case"), file_id
    )
    last = archive.latest_year(shown)
    values = {
        "file": shown, "year": last, "found": last.assessment if last else None, "refusal": refusal,
        "reviews": shown.reviews.order_by("pk"), "given": shown.aids.order_by("-pk")[:50],
        "goods": shown.goods.order_by("-pk")[:50], "looks": shown.looks.order_by("-pk")[:20],
        "may": actor.can(HANDLE, path=shown.path) and shown.state in _LIVE,
        "give": form if isinstance(form, GiveForm) else GiveForm(),
        "child": form if isinstance(form, ChildForm) else ChildForm(),
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form is not None and form.errors else 200
    return render(request, "aid/file.html", values, status=status)
