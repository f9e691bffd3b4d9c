"""Members and people: list, person page, changes, looks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.panels import sections_for
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.flows import people as flows
from smartunion.ground.registry.flows.people.looks import REVEALABLE
from smartunion.ground.registry.models import Membership, MergeKind, Person, Transfer
from smartunion.ground.registry.queries import dated
from smartunion.ground.registry.queries.merged import successor
from smartunion.ground.registry.wording import FIELDS, told
from smartunion.site.desk import listings
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.dated import as_asked
from smartunion.site.desk.forms.members import CorrectForm, EraseForm, PersonForm

LOOKS_SHOWN = 50


def person_of(request: HttpRequest, person_id: int) -> Person:
    """The person, if the actor sees her."""
    return get_visible(Person.objects.visible_to(actor_of(request)), person_id)


def running_of(person: Person) -> Membership | None:
    """Her running membership."""
    spells = Membership.objects.filter(person=person, ended_on=None).select_related("union", "employer")
    return spells.first()


@require("members.view")
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponseBase:
    """Everybody with a running membership in reach, or with one that held on a past day."""
    actor = actor_of(request)
    listing, rows = as_asked(
        request,
        listings.MEMBERS,
        lambda: listings.member_rows(actor),
        lambda day: dated.members_held(actor, day),
    )
    return listing_response(request, listing, rows, template="desk/members.html")


@require("members.view")
@require_GET
def former(request: HttpRequest) -> HttpResponseBase:
    """Whoever left or was expelled, in reach."""
    return listing_response(request, listings.FORMER_MEMBERS, listings.former_rows(actor_of(request)))


@require("members.view")
@require_GET
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: masked data, memberships in time, who looked. An old number leads to the record it went into."""
    row = Person.objects.visible_to(actor_of(request)).filter(pk=person_id).first()
    if row is None:
        now = successor(MergeKind.PERSON, person_id) or 0
        return redirect("desk:person", person_id=person_of(request, now).pk)
    return render(request, "desk/person.html", page_of(actor_of(request), row))


def page_of(actor: Actor, row: Person) -> dict[str, Any]:
    """Everything the person page shows."""
    running = running_of(row)
    path = running.union_path if running else None
    may_edit = path is not None and actor.can("members.edit", path=path)
    spells = queries.spells_of(row)
    mending = {spell.pk for spell in spells if actor.can("members.edit", path=spell.union_path)}
    may_see_looks = may_edit or (path is not None and actor.can("audit.view", path=path))
    return {
        "person": row, "running": running, "spells": spells, "since": queries.member_since(row),
        "mending": mending, "ended_id": _ended(spells, mending),
        "transfers": list(Transfer.objects.visible_to(actor).filter(person=row).select_related(
            "to_union", "membership__union").order_by("-pk")[:10]),
        "may_see_looks": may_see_looks,
        "looks": told(queries.looks_at(row, LOOKS_SHOWN)) if may_see_looks else [],
        "corrections": [
            {"field": FIELDS.get(one.field, one.field), "at": one.corrected_at, "reason": one.reason}
            for one in row.corrections.order_by("-pk")[:20]
        ],
        "works": queries.platform_work_of(row),
        "may_edit": may_edit, "may_reveal": path is not None and actor.can("members.reveal", path=path),
        "is_active": running is not None and running.state == rules.MembershipState.ACTIVE,
        "is_retained": running is not None and running.state == rules.MembershipState.RETAINED,
        "is_waiting": running is not None and running.state == rules.MembershipState.PREPARATORY,
        "sections": sections_for(actor, "person", row),
    }  # fmt: skip


def _ended(spells: list[Membership], mending: set[int]) -> int | None:
    """The last spell when it ended for good and the actor may say that this was a mistake."""
    last = spells[0] if spells else None
    if last is None or last.pk not in mending:
        return None
    return last.pk if last.end_type in {rules.ChangeType.LEFT, rules.ChangeType.EXPELLED} else None


@require("members.reveal")
@require_POST
def reveal(request: HttpRequest, person_id: int, field: str) -> HttpResponse:
    """Show one sealed value once, with a reason."""
    if field not in REVEALABLE:
        raise NotVisible
    actor, row = actor_of(request), person_of(request, person_id)
    try:
        value = flows.reveal(
            actor=actor, person_id=row.pk, field=field, reason=request.POST.get("reason", ""), at=clock.now()
        )
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:person", person_id=row.pk)
    context = {
        "label": FIELDS[field],
        "value": value,
        "owner": row.name,
        "back": reverse("desk:person", args=[row.pk]),
    }
    answer = render(request, "revealed.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require("members.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change optional items and the phone."""
    actor, row = actor_of(request), person_of(request, person_id)
    form = PersonForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        changed = attempt(form, lambda: flows.update_person(
            actor=actor, person_id=row.pk, version=version, changes=form.changes(), at=clock.now()
        ))  # fmt: skip
        if changed is not None:
            messages.success(request, _("The record has been changed."))
            return redirect("desk:person", person_id=row.pk)
    return _form_page(request, form, row, _("Change the record"))


@require("members.edit")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Correct name, number, birth date or sex, with a reason."""
    actor, row = actor_of(request), person_of(request, person_id)
    form = CorrectForm(request.POST or None, initial={"version": row.version, "field": "name"})
    if request.method == "POST" and form.is_valid():
        value, given = form.value(), form.cleaned_data
        if not form.errors:
            fixed = attempt(form, lambda: flows.correct(
                actor=actor, person_id=row.pk, version=given["version"], field=given["field"], value=value,
                reason=given["reason"], at=clock.now(),
            ))  # fmt: skip
            if fixed is not None:
                messages.success(request, _("Corrected. The old value and the reason stay in the record."))
                return redirect("desk:person", person_id=row.pk)
    return _form_page(request, form, row, _("Correct who this is"))


@require("members.edit")
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Delete the personal data of somebody who is no member any more."""
    actor, row = actor_of(request), person_of(request, person_id)
    form = EraseForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        gone = attempt(form, lambda: flows.erase(
            actor=actor, person_id=row.pk, at=clock.now(), **form.cleaned_data
        ))  # fmt: skip
        if gone is not None:
            messages.success(request, _("The personal data has been deleted; dates and counts stay."))
            return redirect("desk:members")
    lead = _("Name, numbers and all details are deleted for good. Dates and unions of the memberships stay.")
    return _form_page(request, form, row, _("Delete personal data"), lead=lead, danger=True)


def _form_page(request: HttpRequest, form: Any, row: Person, title: str, **more: Any) -> HttpResponse:
    context = {"form": form, "person": row, "title": title, **more}
    return render(request, "desk/person_form.html", context, status=status_of(form))
