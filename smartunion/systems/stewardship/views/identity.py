"""Names and ID numbers compared by the authority: how far it is, the lists that went out, the answers that came."""

from dataclasses import dataclass, replace
from functools import partial

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor, within
from smartunion.core.charts import Chart, Series
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.queries.trees import counts_of
from smartunion.systems.stewardship.flows import identity as flow
from smartunion.systems.stewardship.identity_listing import LISTS, READINGS
from smartunion.systems.stewardship.models import IdentityList, IdentityReading
from smartunion.systems.stewardship.queries.identity import Identity, identity_of, shares_below
from smartunion.systems.stewardship.rules.identity import Outcome
from smartunion.systems.stewardship.rules.quality import BY_KEY

VIEW = "members.view"
#: Rules as a card of a figure calls them.
_SHORT = {
    "member_identity_differs": Outcome.DIFFERS.label,
    "member_identity_unknown": Outcome.UNKNOWN.label,
    "member_identity_ended": Outcome.ENDED.label,
    "member_identity_open": gettext_lazy("Not confirmed yet"),
}


class ListForm(forms.Form):
    """What is said of a list before it is made."""

    sent_to = forms.CharField(
        label=gettext_lazy("Which authority gets the list"), max_length=80,
        help_text=gettext_lazy("Every member on it can read to whom the list was given."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why it is compared"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example the agreement with the authority and its number."),
    )  # fmt: skip
    only_open = forms.BooleanField(
        label=gettext_lazy("Only those it has not confirmed"), required=False, initial=True,
        help_text=gettext_lazy("Without the tick, everybody with an ID number is asked about again."),
    )  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """One answer: how many members it was given of, and where they stand."""

    label: str | Promise
    number: int
    href: str
    is_wrong: bool


@require(VIEW)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the topmost union in reach."""
    top = TradeUnion.objects.filter(actor_of(request).within(VIEW)).order_by("depth", "path").first()
    if top is None:
        raise NotVisible
    return redirect("stewardship:identity", union_id=top.pk)


@require(VIEW)
@require_GET
def overview(request: HttpRequest, union_id: int) -> HttpResponse:
    """How many members of a union and all below it are confirmed, and who is to be put right."""
    actor, union = actor_of(request), _union(request, union_id)
    found = identity_of(union)
    members = counts_of(union)
    last = _lists(actor, union).select_related("union").order_by("-pk").first()
    return render(
        request, "stewardship/identity.html",
        {
            "union": union, "found": found, "members": members.active + members.retained,
            "answers": [
                Answered(
                    _SHORT[key], found.numbers[key], reverse("stewardship:faults", args=[union.pk, key]),
                    bool(BY_KEY[key].weight),
                )
                for key in found.numbers
            ],
            "others": max(members.active + members.retained - found.confirmed - found.numbers["member_identity_open"], 0),
            "confirmed_href": reverse("stewardship:faults", args=[union.pk, "member_identity_same"]),
            "chart": _chart(union, found), "tabs": _tabs(union, "identity"), "may_make": _may_make(actor, union),
            "last": last, "fetched_at": _fetched_at(actor, last) if last else "",
            "may_bring_in": actor.can("feeds.import", path=union.path),
        },
    )  # fmt: skip


@require(VIEW)
@require_GET
def lists(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """The lists that were made of a union and of unions below."""
    actor, union = actor_of(request), _union(request, union_id)
    mine = replace(LISTS, row_url=partial(_fetched_at, actor))
    return listing_response(
        request, mine, _lists(actor, union).select_related("union", "job"), template="stewardship/identity_list.html",
        union=union, tabs=_tabs(union, "identity_lists"), may_make=_may_make(actor, union),
    )  # fmt: skip


@require(VIEW)
@require_GET
def readings(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """The answers that came for a union or unions below, and what they said."""
    actor, union = actor_of(request), _union(request, union_id)
    rows = IdentityReading.objects.visible_to(actor).filter(within([union.path], "path"))
    return listing_response(
        request, READINGS, rows.select_related("snapshot__source"), template="stewardship/identity_list.html",
        union=union, tabs=_tabs(union, "identity_answers"), may_make=_may_make(actor, union),
    )  # fmt: skip


@require(VIEW)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, union_id: int) -> HttpResponse:
    """Have a list made."""
    actor = actor_of(request)
    union = flow.checked_union(actor, union_id)
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = flow.ask_for_list(actor=actor, union_id=union.pk, at=clock.now(), **form.cleaned_data)
        except (InvalidInput, StaleState) as refusal:
            show(form, refusal)
        else:
            return redirect("jobs:page", job_id=made.job_id)
    return render(
        request, "stewardship/identity_make.html", {"union": union, "form": form},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _union(request: HttpRequest, union_id: int) -> TradeUnion:
    return get_visible(TradeUnion.objects.filter(actor_of(request).within(VIEW)), union_id)


def _lists(actor: Actor, union: TradeUnion) -> "QuerySet[IdentityList]":
    return IdentityList.objects.filter(actor.within(VIEW), within([union.path]))


def _fetched_at(actor: Actor, row: IdentityList) -> str:
    """Where whoever had the list made follows the work and fetches it; nobody else can."""
    return reverse("jobs:page", args=[row.job_id]) if row.job_id and row.user_id == actor.user_id else ""


def _may_make(actor: Actor, union: TradeUnion) -> bool:
    return actor.can("members.reveal", path=union.path) and actor.can("feeds.import", path=union.path)


def _chart(union: TradeUnion, found: Identity) -> Chart | None:
    shares = shares_below(union) if found.confirmed else []
    if not shares:
        return None
    return Chart(
        key="confirmed", title=_("Confirmed members in a hundred"), kind="hbar",
        categories=[share.union.name for share in shares],
        series=[Series(name=_("Confirmed"), values=[share.percent for share in shares])],
        unit="%", source=_("Registry"), as_of=found.as_of or clock.now(),
        links=[reverse("stewardship:identity", args=[share.union.pk]) for share in shares],
    )  # fmt: skip


def _tabs(union: TradeUnion, current: str) -> list[dict[str, object]]:
    words = {
        "identity": _("How far it is"),
        "identity_lists": _("Lists to be compared"),
        "identity_answers": _("Answers that came"),
    }
    return [
        {"label": label, "href": reverse(f"stewardship:{name}", args=[union.pk]), "current": name == current}
        for name, label in words.items()
    ]  # fmt: skip
