"""Employers: list, page, changes."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.listing.views import listing_response
from smartunion.core.panels import sections_for
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers as flows
from smartunion.ground.registry.flows.access import employer_for
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, MergeKind, PlatformWork
from smartunion.ground.registry.queries import dated
from smartunion.ground.registry.queries.merged import successor
from smartunion.ground.registry.wording import told
from smartunion.site.desk import listings
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.coverage_history import with_coverage
from smartunion.site.desk.dated import as_asked
from smartunion.site.desk.forms.employers import EmployerEditForm, EmployerForm

EDIT = "registry.edit"


@require("registry.view")
@require_http_methods(["GET", "POST"])
def employers(request: HttpRequest) -> HttpResponseBase:
    """The list of employers."""
    actor = actor_of(request)
    listing, rows = as_asked(
        request, listings.EMPLOYERS, lambda: listings.employer_rows(actor),
        lambda day: dated.employers_covered(actor, day),
    )  # fmt: skip
    return listing_response(request, listing, rows, template="desk/employers.html", may_edit=actor.can(EDIT))


@require("registry.view")
@require_GET
def employer(request: HttpRequest, employer_id: int) -> HttpResponse:
    """One employer: details, the unions that cover it, its members by union, history; the old number of one entered twice
    leads to the record it went into.
    """
    actor = actor_of(request)
    rows = Employer.objects.visible_to(actor).select_related("region")
    if not Employer.objects.filter(pk=employer_id).exists():
        now = get_visible(rows, successor(MergeKind.EMPLOYER, employer_id) or 0)
        return redirect("desk:employer", now.pk)
    row = get_visible(rows, employer_id)
    links = list(row.union_links.select_related("union").order_by("-valid_to", "-valid_from", "-pk"))
    people = Membership.objects.filter(
        actor.within("members.view", "union_path"), employer=row, state=rules.MembershipState.ACTIVE
    )
    events = AuditEvent.objects.filter(subject_type="registry.employer", subject_id=row.pk).order_by("-pk")[
        :50
    ]
    context = {
        "employer": row, "links": links, "members": people.count(), "events": with_coverage(actor, row, links, told(events)),
        "workers": _workers(actor, row), "may_edit": _may_edit(actor, row),
        "may_found": _may_found(actor, row, links), "sections": sections_for(actor, "employer", row),
    }  # fmt: skip
    return render(request, "desk/employer.html", context)


def _may_found(actor: Actor, row: Employer, links: Sequence[EmployerLink]) -> bool:
    """Whether she may begin the founding of its own union: it is in business and has none."""
    has_own = any(link.valid_to is None and link.kind == rules.LinkKind.OWN for link in links)
    return not has_own and row.state == rules.EmployerState.ACTIVE and actor.can("cases.handle")


@require(EDIT)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Enter an employer."""
    actor = actor_of(request)
    form = EmployerForm(actor, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.values()
        data = flows.NewEmployer(given.pop("name"), given.pop("uscc"), given, source="desk")
        made = attempt(form, lambda: flows.create_employer(actor=actor, data=data, at=clock.now()))
        if made is not None:
            messages.success(request, _("%(name)s has been entered.") % {"name": made.name})
            return redirect("desk:employer", employer_id=made.pk)
    context = {"form": form, "title": _("New employer")}
    return render(request, "desk/employer_form.html", context, status=status_of(form))


@require(EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Change an employer."""
    actor = actor_of(request)
    row = employer_for(actor, employer_id, EDIT)
    form = EmployerEditForm(actor, row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        changed = attempt(form, lambda: flows.update_employer(
            actor=actor, employer_id=row.pk, version=version, changes=form.values(), at=clock.now()
        ))  # fmt: skip
        if changed is not None:
            messages.success(request, _("The record has been changed."))
            return redirect("desk:employer", employer_id=row.pk)
    context = {"form": form, "title": _("Change the record"), "employer": row}
    return render(request, "desk/employer_form.html", context, status=status_of(form))


def _workers(actor: Actor, row: Employer) -> int | None:
    """Members in reach who work for a platform now; None for other employers."""
    if not row.is_platform:
        return None
    running = PlatformWork.objects.visible_to(actor).running()
    return running.filter(platform=row).values("person_id").distinct().count()


def _may_edit(actor: Actor, row: Employer) -> bool:
    if row.state == rules.EmployerState.CLOSED:
        return False
    covering = row.union_links.filter(actor.within(EDIT, "union_path"), valid_to=None)
    return actor.can(EDIT, path=row.territory_path) or covering.exists()
