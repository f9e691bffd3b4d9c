"""Settlement files on the desk: read, looked through, taken in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotVisible, Refusal
from smartunion.core.files.serving import file_response
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.flows import settlements
from smartunion.systems.mutual.flows.settlement_rows import ROWS
from smartunion.systems.mutual.models import Settlement

_MOST = 50


@require(settlements.HANDLE)
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Files so far, and reading another."""
    actor, refusal = actor_of(request), None
    if request.method == "POST":
        try:
            made = _read(request)
        except Refusal as said:
            refusal = said
        else:
            return redirect("mutual:settlement", settlement_id=made.pk)
    values = {
        "files": Settlement.objects.visible_to(actor).select_related("union").order_by("-pk")[:_MOST],
        "unions": TradeUnion.objects.filter(path__in=actor.paths(settlements.HANDLE)).order_by("depth", "pk"), "refusal": refusal,
    }  # fmt: skip
    return render(request, "mutual/settlements.html", values, status=refusal.status if refusal else 200)


def _read(request: HttpRequest) -> Settlement:
    given = request.FILES.get("file")
    if given is None:
        raise InvalidInput(_("Choose the file of the settlements, of at most 100 MB."), field="file")
    return settlements.read_file(
        actor=actor_of(request), at=clock.now(), union_id=number_of(request.POST, "union", digits=17),
        name=given.name or "file", chunks=given.chunks(),
    )  # fmt: skip


@require(settlements.HANDLE)
@require_GET
def one(request: HttpRequest, settlement_id: int) -> HttpResponse:
    """What a file would bring, or brought."""
    actor = actor_of(request)
    made = get_visible(Settlement.objects.visible_to(actor).select_related("union"), settlement_id)
    job = Job.objects.filter(pk=made.job_id or 0, finished_at=None).first()
    names = {spec.key: spec.label for spec in ROWS.fields}
    is_mine = made.user_id == actor.user_id
    values = {
        "one": made, "job": job, "is_mine": is_mine, "here": request.path,
        "may_begin": is_mine and made.state in {"read", "stopped"} and made.ready + made.known > 0,
        "problems": [[row, names.get(key, key), *said] for row, key, *said in made.problem_rows],
        "may_read": is_mine and made.state == "unread", "more": made.refused - len(made.problem_rows),
    }  # fmt: skip
    return render(request, "mutual/settlement.html", values)


@require(settlements.HANDLE)
@require_GET
def result(request: HttpRequest, settlement_id: int) -> HttpResponseBase:
    """What became of every row, as a file."""
    made = get_visible(
        Settlement.objects.visible_to(actor_of(request)).select_related("result"), settlement_id
    )
    if made.result is None:
        raise NotVisible
    return file_response(made.result)


@require(settlements.HANDLE)
@require_POST
def begin(request: HttpRequest, settlement_id: int) -> HttpResponse:
    """Have it taken in."""
    try:
        settlements.begin(actor=actor_of(request), at=clock.now(), settlement_id=settlement_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("It is at work. You need not wait: how far it is stands here and under “My work”.")
        )
    return redirect("mutual:settlement", settlement_id=settlement_id)
