"""My papers: what somebody has given before, by kind, offered again by every form that asks for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework.flows.materials import stop_reusing
from smartunion.engines.casework.queries.materials import folder_of_person
from smartunion.ground.accounts.web import require


@require_GET
@require()
def papers(request: HttpRequest) -> HttpResponse:
    """The folder."""
    folder = folder_of_person(actor_of(request).person_id)
    return render(request, "casework/papers.html", {"folder": folder})


@require_POST
@require()
def drop(request: HttpRequest, folder: str) -> HttpResponse:
    """Offer papers of this kind no more."""
    stop_reusing(folder=folder, actor=actor_of(request), at=clock.now())
    messages.success(request, _("Taken out of your folder. Cases it was given for keep it."))
    return redirect("casework:papers")
