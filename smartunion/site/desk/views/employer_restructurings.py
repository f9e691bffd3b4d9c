"""An employer goes into another, whole or in part: a form, a preview, the decision."""

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry.flows import restructuring as flows
from smartunion.ground.registry.flows.access import employer_for
from smartunion.ground.registry.models import Employer, Restructuring
from smartunion.ground.registry.queries import restructurings as queries
from smartunion.site.desk.forms import employers as shapes
from smartunion.site.desk.views.restructurings import Subject, decided, two_steps, within_days

EDIT = "registry.edit"


@require(EDIT)
@require_http_methods(["GET", "POST"])
def absorb(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Let an employer go into another one."""
    actor = actor_of(request)
    row = employer_for(actor, employer_id, EDIT)
    form = shapes.AbsorbForm(actor, row, request.POST or None)

    def preview() -> Sequence[queries.Touched]:
        return flows.foresee.absorption(actor=actor, employer_id=row.pk, **form.asked())

    def act() -> Restructuring:
        return flows.decide_absorption(actor=actor, employer_id=row.pk, at=clock.now(), **form.decision())

    lead = _(
        "Its people work at the other employer from that day and belong to one union; coverage, open findings, cases and "
        "joining codes follow. The employer itself is out of business. You see the numbers before anything happens."
    )
    return two_steps(
        request, of_employer(row), form, _("Goes into another employer"), lead, preview, act, partial(decided, request),
        way_back=within_days(row.territory_path),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def hive_off(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Let part of an employer go to another one."""
    actor = actor_of(request)
    row = employer_for(actor, employer_id, EDIT)
    form = shapes.HiveOffForm(actor, row, request.POST or None)

    def preview() -> Sequence[queries.Touched]:
        people = form.cleaned_data["people"]
        return flows.foresee.hive_off(actor=actor, employer_id=row.pk, people=people, **form.asked())

    def act() -> Restructuring:
        people = form.cleaned_data["people"]
        return flows.decide_hive_off(
            actor=actor, employer_id=row.pk, people=people, at=clock.now(), **form.decision()
        )

    lead = _(
        "The people you name work at the other employer from that day; both employers stand on. Enter the new employer first, "
        "with its own code. You see the numbers before anything happens."
    )
    return two_steps(
        request, of_employer(row), form, _("Part goes to another employer"), lead, preview, act, partial(decided, request),
        way_back=within_days(row.territory_path),
    )  # fmt: skip


def of_employer(row: Employer) -> Subject:
    return Subject(row.name, row.territory_path, reverse("desk:employer", args=[row.pk]))
