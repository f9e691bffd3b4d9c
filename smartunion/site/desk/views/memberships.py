"""Memberships: entering a member by hand, retaining, restoring, moving, ending."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import memberships as flows
from smartunion.ground.registry.flows import mending, transfers, workplace
from smartunion.ground.registry.flows.access import membership_for
from smartunion.ground.registry.flows.joining import add_member
from smartunion.ground.registry.flows.joining_many import Line, enter_many
from smartunion.ground.registry.flows.memberships import AlreadyMember
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, EmployerState
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms import members as shapes
from smartunion.site.desk.views.unions import head_of, union_of

EDIT = "members.edit"


@require(EDIT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, union_id: int) -> HttpResponse:
    """Enter a member by hand; a member of another union can be asked over with the same data."""
    actor, union = actor_of(request), union_of(request, union_id)
    actor.check_can(EDIT, path=union.path)
    form = shapes.MemberForm(actor, union, request.POST or None)
    may_ask = False
    if request.method == "POST" and form.is_valid():
        if request.POST.get("ask") == "1":
            return _ask(request, form, actor, union.pk)
        row = attempt(form, lambda: add_member(
            actor=actor, person=form.person(), data=form.membership(union), at=clock.now()
        ))  # fmt: skip
        if row is not None:
            messages.success(request, _("%(name)s has been entered and told.") % {"name": row.person.name})
            return redirect("desk:person", person_id=row.person_id)
        may_ask = isinstance(getattr(form, "refusal", None), AlreadyMember) and union.kind in rules.ADMITTING
    context = head_of(actor, union, "union_members") | {"form": form, "may_ask": may_ask}
    return render(request, "desk/member_add.html", context, status=status_of(form))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def add_many(request: HttpRequest, union_id: int) -> HttpResponse:
    """Enter a pasted list: first what would happen, then the lines that are right; wrong ones are named."""
    actor, union = actor_of(request), union_of(request, union_id)
    actor.check_can(EDIT, path=union.path)
    form = shapes.ManyForm(actor, union, request.POST or None)
    lines: list[Line] | None = None
    left = 0
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        confirmed = form.cleaned_data["confirm"]
        lines = attempt(form, lambda: enter_many(
            actor=actor, text=form.cleaned_data["people"], data=form.membership(union), at=clock.now(),
            try_only=not confirmed,
        ))  # fmt: skip
        if lines is not None and confirmed:
            number = sum(not line.wrong for line in lines)
            messages.success(request, _("%(number)s people have been entered and told.") % {"number": number})
            if number == len(lines):
                return redirect("desk:union_members", union_id=union.pk)
            left = len(lines) - number
            form, lines = _what_is_left(form, actor, union, lines), None
    good = sum(not line.wrong for line in lines or ())
    context = head_of(actor, union, "union_members") | {
        "form": form, "lines": lines and sorted(lines, key=lambda line: not line.wrong), "good": good,
        "bad": len(lines or ()) - good, "left": left,
    }  # fmt: skip
    answer = render(request, "desk/member_add_many.html", context, status=status_of(form))
    answer["Cache-Control"] = "no-store"
    return answer


def _what_is_left(
    form: shapes.ManyForm, actor: Actor, union: TradeUnion, lines: Sequence[Line]
) -> shapes.ManyForm:
    """The form with the lines that could not be entered, to be mended."""
    sent = form.cleaned_data["people"].splitlines()
    wrong = "\n".join(sent[line.number - 1] for line in lines if line.wrong)
    return shapes.ManyForm(
        actor,
        union,
        initial={"people": wrong, "on": form.cleaned_data["on"], "employer": form.data.get("employer")},
    )


def _ask(request: HttpRequest, form: shapes.MemberForm, actor: Actor, union_id: int) -> HttpResponse:
    given = form.cleaned_data
    employer = given["employer"]
    asked = attempt(form, lambda: transfers.ask_for(
        actor=actor, name=given["name"], resident_id=given["resident_id"], to_union_id=union_id, at=clock.now(),
        to_employer_id=employer.pk if employer else None,
    ))  # fmt: skip
    if asked is None:
        context = head_of(actor, union_of(request, union_id), "union_members") | {"form": form}
        return render(request, "desk/member_add.html", context, status=status_of(form))
    messages.success(request, _("The transfer has been asked for; the other union has been told."))
    return redirect("desk:transfer", transfer_id=asked.pk)


def _act(
    request: HttpRequest, membership_id: int, form: Callable[[Actor, Membership], forms.Form], title: str,
    done: str | Callable[[Membership, Membership], str], flow: Callable[[Actor, Membership, Any], Membership], **more: Any,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    spell = membership_for(actor, membership_id, EDIT)
    shape = form(actor, spell)
    if request.method == "POST" and shape.is_valid():
        changed = attempt(shape, lambda: flow(actor, spell, shape))
        if changed is not None:
            messages.success(request, done if isinstance(done, str) else done(spell, changed))
            return redirect("desk:person", person_id=spell.person_id)
    context = {"form": shape, "person": spell.person, "spell": spell, "title": title, **more}
    return render(request, "desk/person_form.html", context, status=status_of(shape))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def retain(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Retain a membership."""
    return _act(
        request, membership_id, lambda actor, spell: shapes.RetainForm(request.POST or None),
        _("Retain the membership"), _("The membership is retained; the member has been told."),
        lambda actor, spell, form: flows.retain(
            actor=actor, membership_id=spell.pk, reason=ChangeReason(form.cleaned_data["reason"]),
            on=form.cleaned_data["on"], at=clock.now(),
        ),
        lead=_("A retained member pays no dues, has no vote and is not counted as a member; her posts in the union end that day."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Restore a retained membership, or take a waiting person in."""

    def flow(actor: Actor, spell: Membership, form: forms.Form) -> Membership:
        union, employer = form.cleaned_data["union"], form.cleaned_data["employer"]
        return flows.activate(
            actor=actor, membership_id=spell.pk, on=form.cleaned_data["on"], at=clock.now(),
            union_id=union.pk if union else None, employer_id=employer.pk if employer else None,
        )  # fmt: skip

    return _act(
        request, membership_id, lambda actor, spell: shapes.RestoreForm(actor, spell, request.POST or None),
        _("Make it an active membership"),
        lambda before, now: _told(_("The membership is active; the member has been told."), before, now), flow,
    )  # fmt: skip


def _told(done: str, before: Membership, now: Membership) -> str:
    """What was done, and where she works if that changed or nobody knows it because her employer has closed."""
    old = before.employer
    if old is None or old.state != EmployerState.CLOSED:
        return done
    if now.employer is not None and now.employer.pk != old.pk:
        more = _("%(old)s is out of business: her employer is now %(employer)s.")
    else:
        more = _("%(old)s is out of business: enter whom she works for now under “Change the employer”.")
    return done + more % {"old": old.name, "employer": now.employer}


@require(EDIT)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Move a member to another union of the same hands."""
    return _act(
        request, membership_id, lambda actor, spell: shapes.MoveMemberForm(actor, request.POST or None),
        _("Move to another union"), _("The membership has moved; the member has been told."),
        lambda actor, spell, form: flows.move(
            actor=actor, membership_id=spell.pk, union_id=form.cleaned_data["union"].pk, at=clock.now(),
            on=form.cleaned_data["on"], reason=ChangeReason(form.cleaned_data["reason"]),
        ),
        lead=_("For unions that you look after both. Otherwise the new union asks for a transfer."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def employer(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Another employer of the same union."""
    return _act(
        request, membership_id, lambda actor, spell: shapes.WorkplaceForm(actor, spell, request.POST or None),
        _("Change the employer"), _("The employer has been changed; the member has been told."),
        lambda actor, spell, form: workplace.change_employer(
            actor=actor, membership_id=spell.pk, employer_id=form.cleaned_data["employer"].pk, at=clock.now(),
            on=form.cleaned_data["on"],
        ),
        lead=_("The membership stays in this union; the employer before stays in its history. Who goes to an employer that "
               "this union does not cover is transferred."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Put a day of a membership right."""
    return _act(
        request, membership_id, lambda actor, spell: shapes.DayForm(spell, request.POST or None),
        _("Correct a day"), _("Corrected. The old value and the reason stay in the record."),
        lambda actor, spell, form: mending.correct_day(
            actor=actor, membership_id=spell.pk, field=form.cleaned_data["field"], on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"], at=clock.now(),
        ),
        lead=_("For a day that was entered wrongly. Numbers of the months concerned follow; the member is told."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take an ending back that was a mistake."""
    return _act(
        request, membership_id, lambda actor, spell: shapes.ReasonForm(request.POST or None),
        _("Take the ending back"),
        lambda before, now: _told(
            _("The membership runs on as if it had never ended; the member has been told."), before, now
        ),
        lambda actor, spell, form: mending.take_back_end(
            actor=actor, membership_id=spell.pk, reason=form.cleaned_data["reason"], at=clock.now()
        ),
        lead=_("Only for a mistake, such as a namesake. Who wants to come back joins anew."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a membership."""

    def flow(actor: Actor, spell: Membership, form: shapes.EndForm) -> Membership:
        change, reason = form.pair()
        given = form.cleaned_data
        return flows.end(
            actor=actor, membership_id=spell.pk, end_type=change, reason=reason, on=given["on"], at=clock.now(),
            note=given["note"],
        )  # fmt: skip

    return _act(
        request, membership_id, lambda actor, spell: shapes.EndForm(spell, request.POST or None),
        _("End the membership"),
        _("The membership has ended."), flow, danger=True,
        lead=_("Who goes to another employer does not leave: the new union asks for a transfer. Who is out of work or "
               "retires keeps the membership, retained. Her posts in the union end that day."),
    )  # fmt: skip
