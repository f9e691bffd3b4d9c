"""One change for many members: say it, watch it, take it back."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs.batch_pages import SHOWN, BatchPages, Picked, Said, Urls, Words
from smartunion.core.listing.columns import Column
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry.flows import member_batches
from smartunion.ground.registry.models import Membership, MembershipBatch
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms.members import TogetherForm
from smartunion.site.desk.listings import MEMBERS

EDIT = "members.edit"
RECORDS = replace(
    MEMBERS, columns=tuple(one for one in MEMBERS.columns if one.key not in {"mobile", "resident_id"})
)


def _reason(batch: MembershipBatch) -> str:
    return str(batch.get_reason_display()) if batch.reason else ""


PAGES = BatchPages(
    key="desk.together",
    model=MembershipBatch,
    words=Words(
        title=gettext_lazy("Changes for many members"), unit=gettext_lazy("changes"),
        lead=gettext_lazy("Each change can be taken back as a whole."), one=gettext_lazy("One change for many members"),
        rows=gettext_lazy("Members of this change"), records=pgettext_lazy("counted", "members"), said=gettext_lazy("This change"),
        done=pgettext_lazy("people", "Changed"), undone=gettext_lazy("Taken back"),
        undo=(
            gettext_lazy("Take the whole change back"), gettext_lazy("Take the change back for all of them?"),
            gettext_lazy(
                "Each membership runs on as before; whoever has changed since stays as she is and is listed."
            ),
        ),
        empty=gettext_lazy("Tick members in a list and choose “Change together”."),
    ),
    urls=Urls(
        all="desk:together_list", one="desk:together", rows="desk:together_members", undo="desk:together_undo",
        home=(pgettext_lazy("people", "Members"), "desk:members"),
    ),
    what=MembershipBatch.get_change_display,
    undo=member_batches.undo,
    columns=(
        Column(key="reason", label=gettext_lazy("Why"), value=_reason),
        Column(key="on", label=gettext_lazy("Starting on"), kind="date"),
    ),
)  # fmt: skip


@require(EDIT)
@require_GET
def changes(request: HttpRequest) -> HttpResponseBase:
    """Changes for many members, newest first."""
    return PAGES.listed(request)


@require(EDIT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, together_id: int) -> HttpResponse:
    """Say the change while it is a draft; afterwards its progress and result."""
    actor = actor_of(request)
    batch = PAGES.one(actor, together_id, "union")
    form = TogetherForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        begun = attempt(form, lambda: member_batches.begin(
            actor=actor, batch_id=batch.pk, saying=form.saying(), at=clock.now()
        ))  # fmt: skip
        if begun is not None:
            return redirect("desk:together", together_id=batch.pk)
    return PAGES.page(
        request, batch, said=_said(batch), picked=_picked(batch, actor), draft="desk/_together_draft.html", form=form,
        status=status_of(form),
    )  # fmt: skip


def _picked(batch: MembershipBatch, actor: Actor) -> Sequence[Picked]:
    """The first of them, each with how she stands now."""
    spells = batch.spells(actor).filter(pk__in=batch.picked[:SHOWN]).select_related("person", "union")
    named = list(spells.order_by("name_key", "pk"))
    running = Membership.objects.filter(person__in=[one.person_id for one in named], ended_on=None)
    now = {spell.person_id: spell for spell in running}
    return [
        Picked(
            one.person.name, one.union.name, reverse("desk:person", args=[one.person_id]),
            now.get(one.person_id, one).get_state_display(),
        )
        for one in named
    ]  # fmt: skip


def _said(batch: MembershipBatch) -> Said:
    return Said(
        [
            (pgettext("people", "What happens"), batch.get_change_display()),
            (_("Why"), _reason(batch) or "–"),
            (_("Starting on"), batch.on),
        ],
        [(_("To which union"), batch.union.name if batch.union else None)],
    )


@require(EDIT)
@require_GET
def members(request: HttpRequest, together_id: int) -> HttpResponseBase:
    """Every member of a change, and what came of it: their spells as they were picked."""
    actor = actor_of(request)
    batch = PAGES.one(actor, together_id)
    return PAGES.records(request, batch, RECORDS, batch.spells(actor).for_lists())


@require(EDIT)
@require_POST
def undo(request: HttpRequest, together_id: int) -> HttpResponse:
    """Take the whole change back."""
    return PAGES.taken_back(request, together_id)
