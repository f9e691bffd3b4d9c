"""Changing unions."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, Refusal, joined_sentences
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers, officers, people, postponing, posts
from smartunion.ground.registry.flows import unions as flows
from smartunion.ground.registry.flows.access import PARTS, permission_for
from smartunion.ground.registry.flows.full_time import set_full_time
from smartunion.ground.registry.models import EmployerLink, Term, TradeUnion
from smartunion.ground.registry.queries.full_time import full_time_of
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms import unions as shapes
from smartunion.site.desk.forms.members import ReasonForm
from smartunion.site.desk.forms.unions import kinds_below
from smartunion.site.desk.views.unions import head_of, new_below, union_of
from smartunion.systems.organising.queries.entered_terms import objections_to, refuses

EDIT = "registry.edit"


def _editable(request: HttpRequest, union_id: int, *, is_part_too: bool = False) -> tuple[Actor, TradeUnion]:
    """is_part_too: a part of a union is changed this way by the union itself."""
    actor, node = actor_of(request), union_of(request, union_id)
    actor.check_can(permission_for(node.kind) if is_part_too else EDIT, path=node.path)
    return actor, node


def form_page(
    request: HttpRequest, form: forms.Form, title: str, node: TradeUnion, **more: Any
) -> HttpResponse:
    """The page of a form about a union."""
    context = {"form": form, "title": title, "union": node, **more}
    return render(request, "desk/union_form.html", context, status=status_of(form))


def act(
    request: HttpRequest, union_id: int, form: Callable[[Actor, TradeUnion], forms.Form], title: str, done: str,
    flow: Callable[[Actor, TradeUnion, Any], object], *, to: str = "desk:union", is_part_too: bool = False, **more: Any,
) -> HttpResponse:  # fmt: skip
    """The page of one change: form, flow, toast, back to the union. flow gets the valid form."""
    actor, node = _editable(request, union_id, is_part_too=is_part_too)
    shape = form(actor, node)
    if request.method == "POST" and shape.is_valid():
        changed = attempt(shape, lambda: flow(actor, node, shape))
        if changed is not None:
            messages.success(request, done)
            return redirect(to, union_id=node.pk)
    return form_page(request, shape, title, node, **more)


def _stands_from(state: str) -> date | None:
    """The founding day when none was given: today, once it stands."""
    return clock.today() if state == rules.UnionState.ACTIVE else None


@require(EDIT, PARTS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, union_id: int) -> HttpResponse:
    """Set up a union below this one, or a part of it."""
    actor, parent = actor_of(request), union_of(request, union_id)
    if not kinds_below(actor, parent):
        raise NotAllowed
    form = shapes.UnionForm(actor, parent, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        data = flows.NewUnion(
            name=given["name"], kind=rules.UnionKind(given["kind"]), level=rules.UnionLevel(given["level"]),
            parent_id=parent.pk, region_id=given["region"], territory_id=given["territory"],
            state=rules.UnionState(given["state"]), founded_on=given["founded_on"] or _stands_from(given["state"]),
            founding_mode=rules.FoundingMode(given["founding_mode"]) if given["founding_mode"] else "", uscc=given["uscc"],
            address=given["address"], contact_name=given["contact_name"], contact_phone=given["contact_phone"],
            source="desk",
        )  # fmt: skip
        made = attempt(form, lambda: flows.create_union(actor=actor, data=data, at=clock.now()))
        if made is not None:
            messages.success(request, _("%(name)s stands in the tree now, number %(number)s.")
                             % {"name": made.name, "number": made.number})  # fmt: skip
            return redirect("desk:union", union_id=made.pk)
    return form_page(request, form, new_below(actor, parent), parent)


@require(EDIT, PARTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_id: int) -> HttpResponse:
    """Change what is known of a union."""
    return act(
        request, union_id, lambda actor, node: shapes.UnionEditForm(actor, node, request.POST or None),
        _("Change the record"), _("The record has been changed."),
        lambda actor, node, form: flows.update_union(
            actor=actor, union_id=node.pk, version=form.cleaned_data["version"], changes=form.changes(), at=clock.now()
        ),
        is_part_too=True,
    )  # fmt: skip


@require(EDIT, PARTS)
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, union_id: int) -> HttpResponse:
    """Give a union another name."""
    return act(
        request, union_id,
        lambda actor, node: shapes.RenameForm(
            request.POST or None, initial={"version": node.version, "name": node.name}
        ),
        _("Rename"), _("The union bears its new name; the old one stays in its history and still finds it."),
        lambda actor, node, form: flows.rename(actor=actor, union_id=node.pk, at=clock.now(), **form.cleaned_data),
        is_part_too=True,
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, union_id: int) -> HttpResponse:
    """Put a union below another one."""
    return act(
        request, union_id, lambda actor, node: shapes.MoveForm(actor, node, request.POST or None),
        _("Move in the tree"), _("The union and everything below it stand at their new place."),
        lambda actor, node, form: flows.move_union(
            actor=actor, union_id=node.pk, parent_id=form.cleaned_data["parent"].pk,
            version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], at=clock.now(),
        ),
        lead=_("Everything below moves along: unions, members, employers, cases. Counts above change at once."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, union_id: int) -> HttpResponse:
    """Let a preparatory group stand as a union."""
    return act(
        request, union_id, lambda actor, node: shapes.FoundForm(request.POST or None), _("Approve the election"),
        _("The union stands and can take in members."),
        lambda actor, node, form: flows.activate_union(
            actor=actor, union_id=node.pk, founded_on=form.cleaned_data["founded_on"], at=clock.now()
        ),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def term(request: HttpRequest, union_id: int) -> HttpResponse:
    """Enter the outcome of an election."""
    return act(
        request, union_id,
        lambda actor, node: shapes.TermForm(
            request.POST or None, initial={"years": 5, "approval_number": "", "starts_on": clock.today()}
        ),
        _("New term of office"), _("The term and its officers have been entered."),
        partial(_enter_term, request),
        to="desk:union_offices",
        lead=_("The running term ends where the new one begins; its officers stay in the history."),
    )  # fmt: skip


def _enter_term(request: HttpRequest, actor: Actor, node: TradeUnion, form: shapes.TermForm) -> Term:
    """As a ballot is judged; a policy says whether what speaks against the committee refuses the term or is a caution."""
    data, today = form.term(), clock.today()
    doubts = objections_to(node, data, has_relatives=form.cleaned_data["has_relatives"], today=today)
    if doubts and refuses(node, today):
        raise InvalidInput(
            joined_sentences(*(one.message for one in doubts)),
            remedy=_("Correct what is entered, or have it elected anew."), field="committee",
        )  # fmt: skip
    made = officers.set_term(actor=actor, union_id=node.pk, data=data, at=clock.now())
    for one in doubts:
        messages.warning(request, joined_sentences(one.message, one.source))
    return made


@require(EDIT)
@require_http_methods(["GET", "POST"])
def postpone(request: HttpRequest, union_id: int) -> HttpResponse:
    """Put the re-election off."""
    return act(
        request, union_id, lambda actor, node: shapes.PostponeForm(*_last_term(node), request.POST or None),
        _("Put the re-election off"), _("The term ends later now; the chair has been told."),
        lambda actor, node, form: postponing.postpone_term(
            actor=actor, union_id=node.pk, at=clock.now(), **form.decision()
        ),
        to="desk:union_offices",
        lead=_("The committee stays in office until then. The end before stays in the history; how long it can be put off "
               "at most is a policy."),
    )  # fmt: skip


def _last_term(node: TradeUnion) -> tuple[Term | None, date | None, tuple[int, int] | None]:
    """The term that can be put off, until when at most, and whether that is early; the flow says why when there is none."""
    try:
        term = postponing.last_term(node)
    except Refusal:
        return None, None, None
    now = clock.now()
    return term, postponing.latest_day(term, now), postponing.days_too_early(term, now)


@require(EDIT)
@require_http_methods(["GET", "POST"])
def by_election(request: HttpRequest, union_id: int) -> HttpResponse:
    """Enter who takes a free post until the end of the term."""
    return act(
        request, union_id,
        lambda actor, node: shapes.ByElectionForm(
            request.POST or None, initial={"seat": request.GET.get("seat", "chair"), "on": clock.today()}
        ),
        _("Enter a by-election"), _("The by-election has been entered; whoever was elected has been told."),
        lambda actor, node, form: posts.by_elect(actor=actor, union_id=node.pk, data=form.election(), at=clock.now()),
        to="desk:union_offices",
        lead=_("Whoever is elected holds the post until the running term ends. The election of a whole committee is a new "
               "term of office."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def post_end(request: HttpRequest, post_id: int) -> HttpResponse:
    """End one officer's post before the term is over."""
    actor = actor_of(request)
    post = posts.post_for(actor, post_id, EDIT)
    form = shapes.PostEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, lambda: posts.end_post(actor=actor, officer_id=post.pk, at=clock.now(), **form.ending())
        )
        if done is not None:
            messages.success(request, _("The post has ended."))
            return redirect("desk:union_offices", union_id=post.term.union_id)
    title = _("End the post of %(name)s: %(organ)s, %(post)s") % {
        "name": post.name or "–", "organ": post.get_organ_display(), "post": post.get_post_display(),
    }  # fmt: skip
    lead = _("The post ends before the term does and stays in the history; a chair’s role on the desk ends with the last "
             "post here. Who leaves the union or dies is entered at the membership: the posts end with it.")  # fmt: skip
    return form_page(request, form, title, post.term.union, lead=lead, danger=True, does=_("End the post"))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def post_holder(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say which member holds a post that was entered by name alone."""
    actor = actor_of(request)
    post = posts.post_for(actor, post_id, EDIT)
    form = shapes.PostHolderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: posts.identify(
                actor=actor, officer_id=post.pk, phone_tail=form.cleaned_data["phone_tail"], at=clock.now()
            ),
        )
        if done is not None:
            messages.success(request, _("It is known now which member holds the post; she has been told."))
            return redirect("desk:union_offices", union_id=post.term.union_id)
    title = _("Which member is %(name)s: %(organ)s, %(post)s") % {
        "name": post.name or "–", "organ": post.get_organ_display(), "post": post.get_post_display(),
    }  # fmt: skip
    lead = _("The post was entered by name alone and nobody, or several members, bear it. Once it is known who holds it, it ends "
             "with the membership, and what concerns it is told to the right person.")  # fmt: skip
    return form_page(request, form, title, post.term.union, lead=lead, does=_("Note the member"))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def post_full_time(request: HttpRequest, post_id: int) -> HttpResponse:
    """Note since when a chair is full-time."""
    actor = actor_of(request)
    post = posts.post_for(actor, post_id, EDIT)
    form = shapes.FullTimeForm(request.POST or None, initial={"since": post.full_time_since or clock.today()})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: set_full_time(actor=actor, officer_id=post.pk, at=clock.now(), **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("It has been noted."))
            return redirect("desk:union_offices", union_id=post.term.union_id)
    rule = full_time_of(post.term.union, clock.today())
    lead = ""
    if rule is not None:
        lead = _("Possible from %(needed)s people on; %(union)s covers %(staff)s. %(source)s") % {
            "needed": rule.needed, "union": post.term.union.name, "staff": "–" if rule.staff is None else rule.staff,
            "source": rule.source,
        }  # fmt: skip
    title = _("Full-time chair: %(name)s") % {"name": post.name or "–"}
    return form_page(request, form, title, post.term.union, lead=lead, does=_("Note it"))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def post_take_back(request: HttpRequest, post_id: int) -> HttpResponse:
    """Let a post run on that was ended by mistake."""
    actor = actor_of(request)
    post = posts.post_for(actor, post_id, EDIT)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: posts.take_back_end(
                actor=actor, officer_id=post.pk, reason=form.cleaned_data["reason"], at=clock.now()
            ),
        )
        if done is not None:
            messages.success(
                request, _("The post runs on as if it had not ended; whoever holds it has been told.")
            )
            return redirect("desk:union_offices", union_id=post.term.union_id)
    title = _("Take the end of the post of %(name)s back: %(organ)s, %(post)s") % {
        "name": post.name or "–", "organ": post.get_organ_display(), "post": post.get_post_display(),
    }  # fmt: skip
    lead = _("Only for a mistake. The chair’s role on the desk that ended with the post comes back too. Who is elected again "
             "is entered as a by-election.")  # fmt: skip
    return form_page(request, form, title, post.term.union, lead=lead, does=_("Take the ending back"))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, union_id: int) -> HttpResponse:
    """Say that a union covers an employer."""

    def flow(actor: Actor, node: TradeUnion, form: forms.Form) -> EmployerLink:
        fitting = rules.LINK_KINDS.get(rules.UnionKind(node.kind), frozenset())
        kind = next(iter(fitting), rules.LinkKind.OWN)
        return employers.link(
            actor=actor, union_id=node.pk, employer_id=form.cleaned_data["employer"].pk, kind=kind,
            on=form.cleaned_data["on"], at=clock.now(), source="desk",
        )  # fmt: skip

    return act(
        request, union_id, lambda actor, node: shapes.LinkForm(actor, request.POST or None), _("Cover an employer"),
        _("The employer is covered by this union now."), flow, to="desk:union_employers",
        lead=_("When it is the employer's own union, coverage by a joint union ends on that day."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def unlink(request: HttpRequest, link_id: int) -> HttpResponse:
    """End the coverage of an employer."""
    actor = actor_of(request)
    row = get_visible(EmployerLink.objects.visible_to(actor).select_related("union", "employer"), link_id)
    form = shapes.UnlinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ended = attempt(form, lambda: employers.unlink(actor=actor, link_id=row.pk, at=clock.now(), **given))
        if ended is not None:
            messages.success(request, _("The coverage has ended."))
            return redirect("desk:employer", employer_id=row.employer_id)
    title = _("End the coverage of %(name)s") % {"name": row.employer.name}
    return form_page(request, form, title, row.union)


@require("members.reveal", EDIT)
@require_POST
def phone(request: HttpRequest, union_id: int) -> HttpResponse:
    """Show the head's telephone number once, with a reason."""
    actor, node = actor_of(request), union_of(request, union_id)
    try:
        number = people.reveal_contact(
            actor=actor, union_id=node.pk, reason=request.POST.get("reason", ""), at=clock.now()
        )
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:union", union_id=node.pk)
    answer = render(request, "revealed.html", {
        **head_of(actor, node, "union"), "label": _("Telephone"), "value": number, "owner": node.contact_name,
        "back": reverse("desk:union", args=[node.pk]),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer
