"""Pages on background work: mine, how far it is, what came out, how to stop it.

A handler that calls `finish({"summary": [[label, value], …], "next": [label, address]})` has both shown here.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.files.serving import file_response
from smartunion.core.jobs import flows
from smartunion.core.jobs.listing import JOBS
from smartunion.core.jobs.models import Job
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible


@require_GET
def job_list(request: HttpRequest) -> HttpResponseBase:
    """My background work, newest first."""
    mine = Job.objects.visible_to(_known(request))
    return listing_response(request, JOBS, mine, template="core/jobs/list.html")


@require_GET
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job."""
    job = _job(request, job_id)
    onward = job.result.get("next") or ["", ""]
    return render(
        request, "core/jobs/page.html",
        {
            "job": job, "is_mine": job.user_id == _known(request).user_id, "may_stop": flows.may_stop(job),
            "summary": job.result.get("summary", []), "opens": _opens(job, onward[1]),
            "next_label": onward[0], "next_url": onward[1],
        },
    )  # fmt: skip


def _opens(job: Job, onward: str) -> str:
    """What stands behind the numbers of a result: its file, which tells of each record, or the page it leads to."""
    return reverse("jobs:file", args=[job.pk]) if job.result_file_id else onward


@require_GET
def job_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The fragment a page asks for every second; sends the browser on once the job is done."""
    job = _job(request, job_id)
    onward = request.GET.get("reload", "")
    inside = _is_inside(request, onward)
    answer = render(request, "core/jobs/_progress.html", {"job": job, "reload": onward if inside else ""})
    if job.finished_at is not None and inside:
        answer["HX-Redirect"] = onward
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a job of one's own. next: the page to go back to."""
    job = _job(request, job_id)
    if flows.cancel(actor=_known(request), job_id=job.pk, at=clock.now()):
        messages.success(request, _("The work is being stopped. What it had finished before stays as it is."))
    else:
        messages.info(request, _("The work had already ended, so there was nothing to stop."))
    onward = request.POST.get("next", "")
    return redirect(onward) if _is_inside(request, onward) else redirect("jobs:page", job_id=job.pk)


def _is_inside(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


@require_GET
def job_file(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """The file a job made, for its owner alone."""
    stored = _job(request, job_id).result_file
    if stored is None:
        raise NotVisible
    return file_response(stored)


def _known(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    if not actor.is_known:
        raise NotVisible
    return actor


def _job(request: HttpRequest, job_id: int) -> Job:
    return get_visible(Job.objects.visible_to(_known(request)).select_related("result_file"), job_id)
