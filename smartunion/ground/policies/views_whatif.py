"""Pages of the what-ifs: which questions there are, asking one, and what came out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.errors import NotAllowed, NotVisible, Refusal
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.ground.policies import counts
from smartunion.ground.policies.flows.whatifs import ask_whatif
from smartunion.ground.policies.forms import WhatIfForm
from smartunion.ground.policies.models import Counting
from smartunion.ground.policies.places import Place, places_for
from smartunion.ground.policies.whatif import WHATIFS, WhatIf


@require_GET
@require("desk.enter")
def questions(request: ActorRequest) -> HttpResponse:
    """The questions this person may ask, and the latest results."""
    mine = [one for one in WHATIFS.values() if request.actor.can(one.permission)]
    if not mine:
        raise NotAllowed
    return render(
        request, "policies/whatifs.html", {"questions": mine, "rows": counts.latest(request.actor, limit=10)}
    )


@require_http_methods(["GET", "POST"])
@require("desk.enter")
def question(request: ActorRequest, question: str) -> HttpResponse:
    """One question: period, place, other values; and what came out before, side by side."""
    asked = WHATIFS.get(question)
    if asked is None:
        raise NotVisible
    request.actor.check_can(asked.permission)
    places = _places(request, asked)
    form = WhatIfForm(request.POST or None, question=asked, places=places, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_whatif(
                actor=request.actor, key=question, path=form.place, since=form.cleaned_data["since"],
                until=form.until, given=form.given, at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            form.refuse(error)
        else:
            messages.success(request, _("It is being counted. You can leave this page; the result is kept."))
            return redirect("policies:counting", counting_id=row.pk)
    context: dict[str, Any] = {
        "question": asked, "form": form, "rows": counts.latest(request.actor, key=question, limit=20),
    }  # fmt: skip
    return render(request, "policies/whatif.html", context, status=422 if form.errors else 200)


@require_GET
@require("desk.enter")
def counting(request: ActorRequest, counting_id: int) -> HttpResponse:
    """One result, or how far the counting is."""
    row = get_visible(Counting.objects.visible_to(request.actor), counting_id)
    job = Job.objects.filter(pk=row.job_id or 0).first()
    return render(
        request, "policies/counting.html",
        {
            "row": counts.shown_row(row), "job": job, "is_mine": row.user_id == request.actor.user_id,
            "others": [one for one in counts.latest(request.actor, key=row.key, limit=20) if one.row.pk != row.pk],
        },
    )  # fmt: skip


def _places(request: ActorRequest, asked: WhatIf) -> list[Place]:
    return [
        place for place in places_for(request.actor) if request.actor.can(asked.permission, path=place.path)
    ]
