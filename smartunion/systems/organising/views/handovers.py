"""The page of a hand-over: what passes, seen and confirmed by both sides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.ids import row_id, row_ids
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework import service as casework
from smartunion.ground.accounts.web import require
from smartunion.systems.organising.flows import handovers as flows
from smartunion.systems.organising.models import HandOver
from smartunion.systems.organising.queries.handover import passing, whole
from smartunion.systems.organising.views.coverage import OWN, VIEW


@require(VIEW, OWN)
@require_GET
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Everything that passes."""
    actor = actor_of(request)
    rows = HandOver.objects.visible_to(actor).select_related("area__union", "from_user", "to_user")
    made = get_visible(rows, handover_id)
    is_old, is_new = made.from_user_id == actor.user_id, made.to_user_id == actor.user_id
    drafts = casework.unsent_of(actor, flows.DRAFTS) if is_old and made.state == "prepared" else []
    may_give = made.state == "prepared" and (is_old or actor.can("organising.assign", path=made.path))
    found = passing(made, clock.today())
    return render(
        request, "organising/handover.html",
        {
            "made": made, "passing": found, "now": whole(found.counts), "then": whole(made.counts), "is_old": is_old,
            "may_see_area": actor.can(VIEW, path=made.path) or made.area_id in actor.area_ids,
            "may_give": may_give, "drafts": drafts,
            "may_take": is_new and (made.state == "given" or (made.state == "prepared" and made.from_user_id is None)),
            "is_new": is_new, "may_note": made.state not in {"taken", "replaced"},
        },
    )  # fmt: skip


@require(VIEW, OWN)
@require_POST
def give(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The old side confirms."""
    drafts = row_ids(request.POST.getlist("draft"))
    flows.give(
        actor=actor_of(request), handover_id=handover_id, note=request.POST.get("note", ""), draft_ids=drafts,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Handed over. The other side has been told."))
    return redirect("coverage:handover", handover_id=handover_id)


@require(VIEW, OWN)
@require_POST
def take(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The new side confirms."""
    flows.take(
        actor=actor_of(request),
        handover_id=handover_id,
        answer=request.POST.get("answer", ""),
        at=clock.now(),
    )
    messages.success(request, _("Taken over. Everything on this page is yours now."))
    return redirect("coverage:handover", handover_id=handover_id)


@require(VIEW, OWN)
@require_POST
def note(request: HttpRequest, handover_id: int) -> HttpResponse:
    """A word on one finding."""
    given = request.POST.get("finding", "")
    flows.leave_note(
        actor=actor_of(request), handover_id=handover_id, finding_id=row_id(given),
        note=request.POST.get("note", ""), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("The note stands in the history of the finding."))
    return redirect("coverage:handover", handover_id=handover_id)
