"""Service areas on the desk."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows import areas as flows
from smartunion.systems.organising.listings import AREAS
from smartunion.systems.organising.models import Area, AreaUnion
from smartunion.systems.organising.queries import pages
from smartunion.systems.organising.queries.quarter import Duty, with_names, with_states
from smartunion.systems.organising.rules import DutyState, FindingState, WorkList
from smartunion.systems.organising.views.coverage import OWN, VIEW


class AreaForm(forms.Form):
    """Name, federation and places of an area; unions only once it exists."""

    union = forms.TypedChoiceField(label=gettext_lazy("Town federation"), coerce=int)
    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=60)
    regions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Villages and communities"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    unions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Unions"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, actor: Actor, area: Area | None, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed through
        if area is None:
            towns = TradeUnion.objects.filter(
                actor.within("organising.assign"), territory__isnull=False, level="town", state="active"
            )
            self.fields["union"].choices = list(towns.order_by("path").values_list("pk", "name")[:500])  # type: ignore[attr-defined]
            del self.fields["regions"], self.fields["unions"]
            return
        del self.fields["union"]
        territory = area.union.territory
        villages = Region.objects.filter(parent=territory).order_by("code")
        self.fields["regions"].choices = list(villages.values_list("pk", "name"))  # type: ignore[attr-defined]
        grassroots = TradeUnion.objects.under(area.path).exclude(pk=area.union_id).filter(state="active")
        self.fields["unions"].choices = list(grassroots.order_by("name").values_list("pk", "name")[:1000])  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who holds an area from which day on."""

    user = forms.IntegerField(min_value=1)
    on = forms.DateField(required=False)


@require(VIEW, OWN)
@require_GET
def area_list(request: HttpRequest) -> HttpResponseBase:
    """Areas with their organiser and load."""
    actor = actor_of(request)
    today = clock.today()
    rows = pages.areas(actor, Duty.of(actor, Quarter.of(today), today))
    may_make = actor.can("organising.assign")
    return listing_response(request, AREAS, rows, template="organising/areas.html", may_make=may_make)


@require("organising.assign")
@require_http_methods(["GET", "POST"])
def new_area(request: HttpRequest) -> HttpResponse:
    """Make an area."""
    actor = actor_of(request)
    form = AreaForm(actor, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = flows.create_area(
                actor=actor, union_id=form.cleaned_data["union"], name=form.cleaned_data["name"], region_ids=[],
                at=clock.now(),
            )  # fmt: skip
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            return redirect("coverage:edit_area", area_id=made.pk)
    return render(request, "organising/area_form.html", {"form": form, "area": None}, status=_status(form))


@require(VIEW, OWN)
@require_GET
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """One area: load, organiser, unions and when each was visited last."""
    actor = actor_of(request)
    today = clock.today()
    found: Any = get_visible(pages.areas(actor, Duty.of(actor, Quarter.of(today), today)), area_id)
    duty = Duty.of_path(found.path, Quarter.of(today), today)
    held = AreaUnion.objects.standing_on(today).filter(area=found, union__state=UnionState.ACTIVE)
    worst_first = ("-state", "union__name", "pk")  # overdue, due, done
    unions = list(with_names(with_states(held, duty), duty).order_by(*worst_first)[:500])
    last = found.assignments.filter(valid_to=None, valid_from__lte=today).select_related("user").first()
    held_by = [last.user_id] if last is not None else []
    others = RoleGrant.objects.filter(role=Role.ORGANISER, valid_to=None, user__is_active=True).exclude(
        user__in=held_by
    )
    here = [
        (grant.user_id, grant.user.name)
        for grant in others.select_related("user", "union")
        if grant.union is None or found.path.startswith(grant.union.path)
    ]
    standing = Counter(with_states(held, duty).values_list("state", flat=True))
    counted = dict(
        found.findings.exclude(state=FindingState.CLOSED)
        .order_by()
        .values_list("work_list")
        .annotate(n=Count("pk"))
    )
    return render(
        request, "organising/area.html",
        {
            "area": found, "left": last.user.name if last is not None and not found.organiser_name else "",
            "unions": unions, "organisers": here, "done": standing[DutyState.DONE],
            "overdue": standing[DutyState.OVERDUE],
            "lists": [(one, counted.get(one.value, 0)) for one in WorkList],
            "may_give_roles": actor.can("accounts.manage"),
            "may_assign": actor.can("organising.assign", path=found.path),
            "handovers": found.handovers.select_related("from_user", "to_user").order_by("-on", "-pk")[:20],
            "held": found.assignments.select_related("user").order_by("-valid_from", "-pk")[:20], "today": today,
        },
    )  # fmt: skip


@require("organising.assign")
@require_http_methods(["GET", "POST"])
def edit_area(request: HttpRequest, area_id: int) -> HttpResponse:
    """Change an area's name, places and unions."""
    actor = actor_of(request)
    found = get_visible(
        Area.objects.filter(actor.within("organising.view")).select_related("union__territory"), area_id
    )
    initial = {
        "name": found.name, "regions": list(found.regions.values_list("pk", flat=True)),
        "unions": list(found.area_unions.filter(valid_to=None).values_list("union_id", flat=True)),
    }  # fmt: skip
    form = AreaForm(actor, found, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            flows.update_area(
                actor=actor, area_id=found.pk, name=form.cleaned_data["name"],
                region_ids=form.cleaned_data["regions"], union_ids=form.cleaned_data["unions"], at=clock.now(),
            )  # fmt: skip
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The area is kept; its findings have been placed again."))
            return redirect("coverage:area", area_id=found.pk)
    return render(request, "organising/area_form.html", {"form": form, "area": found}, status=_status(form))


@require("organising.assign")
@require_POST
def assign(request: HttpRequest, area_id: int) -> HttpResponse:
    """Hand an area to an organiser from a day on."""
    get_visible(Area.objects.filter(actor_of(request).within("organising.view")), area_id)
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("coverage:area", area_id=area_id)
    on = form.cleaned_data["on"] or clock.today()
    held = flows.assign_organiser(
        actor=actor_of(request), area_id=area_id, user_id=form.cleaned_data["user"], on=on, at=clock.now()
    )
    if held.valid_from == on:
        messages.success(request, _("The hand-over is prepared; both sides have been sent to its page."))
    else:
        messages.success(
            request,
            _("The area stays with %(name)s; nothing is being handed over.") % {"name": held.user.name},
        )
    return redirect("coverage:area", area_id=area_id)


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200
