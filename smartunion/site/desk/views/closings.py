"""Closing a union or an employer: a form, what would follow, the decision."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers, unions
from smartunion.ground.registry.flows.access import PARTS, employer_for, union_to_change
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.queries import closings as queries
from smartunion.ground.registry.queries.restructurings import Touched
from smartunion.site.desk.forms.employers import CloseEmployerForm
from smartunion.site.desk.forms.unions import CloseForm
from smartunion.site.desk.views.employer_restructurings import of_employer
from smartunion.site.desk.views.restructurings import of_union, two_steps, undo_days

EDIT = "registry.edit"


@require(EDIT, PARTS)
@require_http_methods(["GET", "POST"])
def close_union(request: HttpRequest, union_id: int) -> HttpResponse:
    """Close a union: first the preview, then the decision."""
    actor = actor_of(request)
    node = union_to_change(actor, union_id)
    form = CloseForm(request.POST or None, initial={"version": node.version})

    def preview() -> Sequence[Touched]:
        unions.check_is_open(node)
        unions.check_not_restructured(node)
        unions.check_day(actor, node, form.cleaned_data["on"], clock.today())
        return queries.union_closing_touches(actor, node, form.cleaned_data["on"])

    def act() -> TradeUnion:
        given = form.decision()
        return unions.close_union(actor=actor, union_id=node.pk, at=clock.now(), **given)

    def done(closed: TradeUnion) -> HttpResponse:
        messages.success(
            request, _("The union is closed. Its members have been told who keeps their membership.")
        )
        return redirect("desk:union", union_id=closed.pk)

    lead = _(
        "Coverage of employers, offices and certificates end with it; members keep their membership and are told. "
        "A union may not be dissolved at will: it ends with its employer or by decision of its members."
    )
    instead = _(
        "Another union takes its members over? Merge it instead: that can be taken back within %(days)s days."
    )
    may_merge = node.kind in rules.ADMITTING and actor.can(EDIT, path=node.path)
    merger = reverse("desk:union_merge", args=[node.pk]) if may_merge else ""
    return two_steps(
        request, of_union(node), form, _("Close the union"), lead, preview, act, done, way_back=_way_back(), danger=True,
        instead=merger, instead_text=instead % {"days": undo_days(node.path)},
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def close_employer(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Mark an employer as out of business: first the preview, then the decision."""
    actor = actor_of(request)
    row = employer_for(actor, employer_id, EDIT)
    form = CloseEmployerForm(request.POST or None, initial={"version": row.version})

    def preview() -> Sequence[Touched]:
        employers.check_is_open(row)
        employers.check_closing_day(actor, row, form.cleaned_data["on"], clock.today())
        return queries.employer_closing_touches(actor, row, form.cleaned_data["on"])

    def act() -> Employer:
        return employers.close_employer(actor=actor, employer_id=row.pk, at=clock.now(), **form.decision())

    def done(closed: Employer) -> HttpResponse:
        messages.success(request, _("The employer is marked as out of business; its members have been told."))
        return redirect("desk:employer", employer_id=closed.pk)

    lead = _(
        "Its own union closes with it, and the members keep their membership at the union above. In a joint union its "
        "people stay, retained."
    )
    instead = _(
        "Another employer takes its people over? Let it go into that one instead: that can be taken back within %(days)s days."
    )
    days = undo_days(row.territory_path)
    return two_steps(
        request, of_employer(row), form, _("Out of business"), lead, preview, act, done, way_back=_way_back(), danger=True,
        instead=reverse("desk:employer_absorb", args=[row.pk]), instead_text=instead % {"days": days},
    )  # fmt: skip


def _way_back() -> str:
    """What can be taken back of a closing, and until when."""
    return _(
        "A closing cannot be taken back as a whole. At any time afterwards members who are retained can be taken into "
        "another union, and employers be covered by one; coverage, offices and certificates that ended stay ended."
    )
