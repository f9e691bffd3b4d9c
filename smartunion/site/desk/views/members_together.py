"""One change for many members: say it, watch it, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.jobs.batches import BatchState
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry.flows import member_batches
from smartunion.ground.registry.models import Membership, MembershipBatch
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms.members import TogetherForm
from smartunion.site.desk.listings import TOGETHER, members_changed

EDIT = "members.edit"
#: As many of those picked are named.
SHOWN = 12


@require(EDIT)
@require_GET
def changes(request: HttpRequest) -> HttpResponseBase:
    """Changes for many members, newest first."""
    rows = MembershipBatch.objects.visible_to(actor_of(request)).defer("membership_ids")
    return listing_response(request, TOGETHER, rows, template="desk/together_list.html")


@require(EDIT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, together_id: int) -> HttpResponse:
    """Say the change while it is a draft; afterwards its progress and result."""
    actor = actor_of(request)
    rows = MembershipBatch.objects.visible_to(actor).select_related("job__result_file", "union")
    batch = get_visible(rows, together_id)
    form = TogetherForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        begun = attempt(form, lambda: member_batches.begin(
            actor=actor, batch_id=batch.pk, saying=form.saying(), at=clock.now()
        ))  # fmt: skip
        if begun is not None:
            return redirect("desk:together", together_id=batch.pk)
    picked = Membership.objects.visible_to(actor).filter(pk__in=batch.membership_ids[:SHOWN])
    spells = list(picked.select_related("person", "union").order_by("name_key", "pk"))
    now = {
        spell.person_id: spell
        for spell in Membership.objects.filter(
            person__in=[spell.person_id for spell in spells], ended_on=None
        )
    }
    return render(
        request, "desk/together.html",
        {
            "batch": batch, "form": form, "count": len(batch.membership_ids), "is_mine": batch.user_id == actor.user_id,
            "picked": [(spell, now.get(spell.person_id, spell)) for spell in spells],
            # Until all were looked at, what is left is not what was refused.
            "is_whole": batch.done + batch.undone + batch.refused == len(batch.membership_ids),
            "is_draft": batch.state == BatchState.DRAFT,
            "is_busy": batch.state in {BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING},
            "may_undo": batch.state in {BatchState.DONE, BatchState.STOPPED} and batch.done > 0,
        },
        status=status_of(form),
    )  # fmt: skip


@require(EDIT)
@require_GET
def members(request: HttpRequest, together_id: int) -> HttpResponseBase:
    """Every member of a change, and what came of it."""
    actor = actor_of(request)
    batch = get_visible(MembershipBatch.objects.visible_to(actor), together_id)
    rows = Membership.objects.visible_to(actor).filter(pk__in=batch.membership_ids)
    return listing_response(
        request, members_changed(batch), rows.select_related("person", "union", "employer"),
        template="desk/together_members.html", batch=batch,
    )  # fmt: skip


@require(EDIT)
@require_POST
def undo(request: HttpRequest, together_id: int) -> HttpResponse:
    """Take the whole change back."""
    member_batches.undo(actor=actor_of(request), batch_id=together_id, at=clock.now())
    messages.success(request, _("It is being taken back in the background."))
    return redirect("desk:together", together_id=together_id)
