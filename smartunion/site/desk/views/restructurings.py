"""Mergers and splits: a form, a preview of everything it touches, the decision; what was done, and taking it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.jobs.models import Job
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import restructuring as flows
from smartunion.ground.registry.models import Restructuring, TradeUnion
from smartunion.ground.registry.policies import RESTRUCTURING_UNDO_DAYS
from smartunion.ground.registry.queries import restructurings as queries
from smartunion.site.desk import listings
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms import unions as shapes
from smartunion.site.desk.views.unions import union_of

EDIT = "registry.edit"
T = TypeVar("T")


@require(EDIT)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, union_id: int) -> HttpResponse:
    """Merge a union into another: first the preview, then the decision."""
    actor, node = actor_of(request), union_of(request, union_id)
    actor.check_can(EDIT, path=node.path)
    form = shapes.MergeForm(actor, node, request.POST or None)

    def preview() -> Sequence[queries.Touched]:
        given = form.cleaned_data
        return flows.foresee.merger(
            actor=actor, union_id=node.pk, target_id=given["to_union"].pk, on=given["on"]
        )

    def act() -> Restructuring:
        given = form.cleaned_data
        return flows.decide_merge(
            actor=actor, union_id=node.pk, target_id=given["to_union"].pk, version=given["version"], on=given["on"],
            reason=given["reason"], at=clock.now(),
        )  # fmt: skip

    lead = _(
        "Everything goes over with dates: members, employers, unions below, open cases, joining codes. "
        "The union itself closes. You see the numbers before anything happens."
    )
    return two_steps(
        request, of_union(node), form, _("Merge into another union"), lead, preview, act,
        partial(decided, request), way_back=within_days(node.path),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, union_id: int) -> HttpResponse:
    """Split employers and their people off into a new union: first the preview, then the decision."""
    actor, node = actor_of(request), union_of(request, union_id)
    actor.check_can(EDIT, path=node.path)
    form = shapes.SplitForm(node, request.POST or None)

    def wanted() -> flows.NewSplit:
        given = form.cleaned_data
        return flows.NewSplit(given["name"], rules.UnionKind(given["kind"]), given["employers"])

    def act() -> Restructuring:
        given = form.cleaned_data
        return flows.decide_split(
            actor=actor, union_id=node.pk, data=wanted(), version=given["version"], on=given["on"],
            reason=given["reason"], at=clock.now(),
        )  # fmt: skip

    lead = _(
        "The chosen employers and all their people become a union of their own, beside this one. "
        "It stands at once; enter its election as its first term."
    )

    def preview() -> Sequence[queries.Touched]:
        return flows.foresee.split(actor=actor, union_id=node.pk, data=wanted(), on=form.cleaned_data["on"])

    return two_steps(
        request, of_union(node), form, _("Split off a union"), lead, preview, act, partial(decided, request),
        way_back=within_days(node.path),
    )  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What a decision is about: its name, the union above the days of undoing, where one comes from, lists of its records."""

    name: str
    path: str
    back: str
    lists: Mapping[str, str] = field(default_factory=dict)


def of_union(node: TradeUnion) -> Subject:
    members = reverse("desk:union_members", args=[node.pk])
    people = {state: f"{members}?state={state}" for state in ("active", "retained", "preparatory")}
    pages = {
        name: reverse(f"desk:union_{name}", args=[node.pk]) for name in ("employers", "below", "offices")
    }
    lists = {**people, **pages, "transfers": reverse("desk:transfers")}
    return Subject(node.name, node.path, reverse("desk:union", args=[node.pk]), lists)


def two_steps(
    request: HttpRequest, subject: Subject, form: forms.Form, title: str, lead: str,
    preview: Callable[[], Sequence[queries.Touched]], act: Callable[[], T], done: Callable[[T], HttpResponse], *,
    way_back: str, danger: bool = False, instead: str = "", instead_text: str = "",
) -> HttpResponse:  # fmt: skip
    """A form, what would happen, the decision. done: the answer once it is made; way_back: what can be taken back;
    instead: address of what is done rather than this in the case instead_text names.
    """
    touched: list[tuple[queries.Touched, str]] | None = None
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        if form.cleaned_data["confirm"]:
            made = attempt(form, act)
            if made is not None:
                return done(made)
        else:
            found = attempt(form, preview)
            if found is not None:
                touched = [(one, _list_of(one, subject)) for one in found]
    context = {
        "form": form, "title": title, "subject": subject, "back": subject.back, "lead": lead, "way_back": way_back,
        "touched": touched, "shown": [(one, href) for one, href in touched or () if one.number],
        "untouched": "、".join(dict.fromkeys(str(one.label) for one, _href in touched or () if not one.number)),
        "stops": any(one.stops for one, _href in touched or ()), "danger": danger,
        "instead": instead, "instead_text": instead_text,
    }  # fmt: skip
    answer = render(request, "desk/restructuring_form.html", context, status=status_of(form))
    answer["Cache-Control"] = "no-store"  # names and numbers may have been pasted
    return answer


def _list_of(one: queries.Touched, subject: Subject) -> str:
    """Address of the list that shows what was counted; "" where there is nothing or no such list."""
    if not one.number or not one.kind:
        return ""
    return (of_union(one.of) if one.of else subject).lists.get(one.kind, "")


def decided(request: HttpRequest, made: Restructuring) -> HttpResponse:
    """To the page of what is being carried out."""
    messages.success(request, _("It has been decided and is being carried out."))
    return redirect("desk:restructuring", restructuring_id=made.pk)


def undo_days(path: str) -> int:
    """Days within which a merger or split of that place can be taken back."""
    days: int = policies.value(RESTRUCTURING_UNDO_DAYS, path=path, on=clock.today())
    return days


def within_days(path: str) -> str:
    """The sentence about the way back of a merger or split."""
    return _("Within %(days)s days it can be taken back.") % {"days": undo_days(path)}


@require("registry.view")
@require_http_methods(["GET", "POST"])
def restructurings(request: HttpRequest) -> HttpResponseBase:
    """Mergers and splits in reach."""
    rows = (
        Restructuring.objects.visible_to(actor_of(request))
        .select_related("source", "employer")
        .with_standstill()
    )
    return listing_response(request, listings.RESTRUCTURINGS, rows)


@require("registry.view")
@require_GET
def restructuring(request: HttpRequest, restructuring_id: int) -> HttpResponse:
    """What was decided, how far it is, and the way back."""
    return _shown(request, restructuring_id, shapes.UndoForm())


@require(EDIT)
@require_POST
def undo(request: HttpRequest, restructuring_id: int) -> HttpResponse:
    """Take it back."""
    actor = actor_of(request)
    what = get_visible(Restructuring.objects.visible_to(actor), restructuring_id)
    form = shapes.UndoForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        back = attempt(
            form,
            lambda: flows.ask_undo(actor=actor, restructuring_id=what.pk, reason=reason, at=clock.now()),
        )
        if back is not None:
            messages.success(request, _("It is being taken back."))
            return redirect("desk:restructuring", restructuring_id=what.pk)
    return _shown(request, restructuring_id, form)


@require(EDIT)
@require_POST
def carry_on(request: HttpRequest, restructuring_id: int) -> HttpResponse:
    """Let work that gave up go on."""
    made = flows.carry_on(actor=actor_of(request), restructuring_id=restructuring_id, at=clock.now())
    messages.success(request, _("It is being carried on."))
    return redirect("desk:restructuring", restructuring_id=made.pk)


def _shown(request: HttpRequest, restructuring_id: int, form: forms.Form) -> HttpResponse:
    actor = actor_of(request)
    rows = Restructuring.objects.visible_to(actor).select_related("source", "target", "employer", "into")
    what = get_visible(rows, restructuring_id)
    is_done = what.state == rules.RestructuringState.DONE
    given_up = flows.is_given_up(what)
    may_undo = is_done and what.undo_until is not None and what.undo_until >= clock.today()
    may_undo = may_undo or (given_up and what.state != rules.RestructuringState.UNDOING)
    context = {
        "what": what, "form": form, "job": Job.objects.filter(pk=what.job_id or 0).first(),
        "may_undo": may_undo and actor.can(EDIT, path=what.path),
        "given_up": given_up, "may_carry_on": given_up and actor.can(EDIT, path=what.path),
        "rows_left": what.rows.count() if given_up else 0,
        "may_edit": what.target is not None and actor.can(EDIT, path=what.target.path),
        "may_see_members": what.target is not None and actor.can("members.view", path=what.target.path),
    }  # fmt: skip
    return render(request, "desk/restructuring.html", context, status=status_of(form))
