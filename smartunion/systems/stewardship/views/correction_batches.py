"""Decisions on many corrections: what each act would do, the choice, how far it is, the way back."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs.batch_pages import SHOWN, BatchPages, Picked, Said, Urls, Words
from smartunion.core.listing.columns import Column
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.stewardship.correction_listings import CORRECTIONS, both
from smartunion.systems.stewardship.flows import correction_batches as flows
from smartunion.systems.stewardship.models import CorrectionBatch, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act
from smartunion.systems.stewardship.views.corrections import EDIT, tabs

PAGES = BatchPages(
    key="stewardship.correction_batches",
    model=CorrectionBatch,
    words=Words(
        title=gettext_lazy("Decisions on many"), unit=pgettext_lazy("record", "decisions"),
        lead=gettext_lazy(
            "Where a department says something else than we do: which value is right? Everything can be undone."
        ),
        one=gettext_lazy("Decide together"), rows=gettext_lazy("Corrections of this decision"), records=gettext_lazy("differences"),
        said=gettext_lazy("What was decided"), done=pgettext_lazy("correction", "Done"), undone=gettext_lazy("Put back"),
        undo=(
            gettext_lazy("Put all of them back"), gettext_lazy("Put all of them back as they were?"),
            gettext_lazy("What somebody changed since stays as it is and is listed."),
        ),
        empty=gettext_lazy("Tick differences in the list and choose “Decide together”."),
    ),
    urls=Urls(
        all="stewardship:correction_batches", one="stewardship:correction_batch", rows="stewardship:correction_batch_items",
        undo="stewardship:undo_correction_batch",
        home=(pgettext_lazy("record", "Corrections"), "stewardship:corrections"), home_args=("todo",),
    ),
    what=flows.act_in_words,
    undo=flows.undo,
    columns=(Column(key="reason", label=gettext_lazy("Reason"), width=40, priority=3),),
)  # fmt: skip


@require(EDIT)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """Decisions on many corrections, newest first."""
    return PAGES.listed(request, tabs=tabs(actor_of(request), "batches"))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, decisions_id: int) -> HttpResponse:
    """While it is a draft: what each act would do, and the choice; afterwards progress, result and undo."""
    actor, at = actor_of(request), clock.now()
    found = PAGES.one(actor, decisions_id)
    act, refusal = _act(request), None
    if request.method == "POST":
        try:
            flows.begin(actor=actor, batch_id=found.pk, act=act, reason=request.POST.get("reason", ""), at=at)
            return redirect("stewardship:correction_batch", decisions_id=found.pk)
        except InvalidInput as error:
            refusal = error
    is_to_say = found.is_draft and found.user_id == actor.user_id
    return PAGES.page(
        request, found, said=Said([(_("What"), flows.act_in_words(found))], [(_("Reason"), found.reason)]),
        picked=[] if is_to_say else _picked(found, actor), draft="stewardship/_decide_draft.html", styles="stewardship/side.css",
        status=422 if refusal else 200, **(_to_say(request, found, act) if is_to_say else {}), act=act, refusal=refusal,
    )  # fmt: skip


def _to_say(request: HttpRequest, found: CorrectionBatch, act: Act) -> dict[str, Any]:
    outcomes = flows.preview(actor=actor_of(request), batch=found, act=act, at=clock.now())
    acts = [
        {
            "label": flows.in_words(one),
            "href": f"{request.path}?act={one.value}",
            "current": one == act,
        }
        for one in flows.ACTS
    ]
    return {
        "acts": acts, "outcomes": [(one, *both(one.item)) for one in outcomes], "label": flows.in_words(act),
        "refusals": sum(bool(one.why_not) for one in outcomes), "shown": len(outcomes),
    }  # fmt: skip


def _picked(found: CorrectionBatch, actor: Actor) -> list[Picked]:
    rows = found.items(actor).filter(pk__in=found.picked[:SHOWN]).order_by("pk")
    return [_named(item) for item in rows]


def _named(item: Discrepancy) -> Picked:
    address = reverse("stewardship:correction", args=[item.pk])
    return Picked(item.record_name, item.field_label, address, item.get_state_display())


def _act(request: HttpRequest) -> Act:
    given = request.POST.get("act") or request.GET.get("act") or Act.TAKE.value
    return Act(given) if given in {one.value for one in flows.ACTS} else Act.TAKE


@require(EDIT)
@require_GET
def batch_rows(request: HttpRequest, decisions_id: int) -> HttpResponseBase:
    """The corrections of one decision on many, with what became of each."""
    actor = actor_of(request)
    found = PAGES.one(actor, decisions_id)
    plain = CORRECTIONS["all"]
    return PAGES.records(
        request, found, replace(plain, order=("pk",)), found.items(actor), filters=plain.filters
    )


@require(EDIT)
@require_POST
def undo_batch(request: HttpRequest, decisions_id: int) -> HttpResponse:
    """Take the whole batch back."""
    return PAGES.taken_back(request, decisions_id)
