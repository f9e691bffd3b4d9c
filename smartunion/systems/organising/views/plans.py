"""The area designer: drafts, what they would change, by hand, published, taken back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import plans as flows
from smartunion.systems.organising.models import AreaPlan
from smartunion.systems.organising.queries import plans as queries
from smartunion.systems.organising.rules import PlanState

ASSIGN = "organising.assign"
#: Problems shown at once; the others open.
_PROBLEMS = 5
#: Areas on one page.
_AREAS = 50


class AskedForm(forms.Form):
    """Limits and, where wanted, the number of areas."""

    unions = forms.IntegerField(label=gettext_lazy("Unions in an area, at most"), min_value=1, max_value=1000)
    members = forms.IntegerField(
        label=gettext_lazy("Members in an area, at most"), min_value=1, max_value=1_000_000
    )
    areas = forms.IntegerField(
        label=gettext_lazy("Number of areas"), min_value=1, max_value=2000, required=False,
        help_text=gettext_lazy("Empty: as few as the limits allow."),
    )  # fmt: skip

    def asked(self) -> flows.Asked:
        """As the flow wants it; call after is_valid()."""
        given = self.cleaned_data
        return flows.Asked(given["unions"], given["members"], given["areas"])


class NewPlanForm(AskedForm):
    """A new draft."""

    union = forms.TypedChoiceField(label=gettext_lazy("Federation"), coerce=int)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, required=False)
    field_order = ("union", "title", "unions", "members", "areas")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TradeUnion.objects.filter(
            actor.within(ASSIGN),
            kind="federation",
            state="active",
            territory__isnull=False,
            level__in=["town", "county"],
        )
        self.fields["union"].choices = list(rows.order_by("path").values_list("pk", "name")[:500])  # type: ignore[attr-defined]


@require(ASSIGN)
@require_http_methods(["GET", "POST"])
def plan_list(request: HttpRequest) -> HttpResponse:
    """Drafts and what was published, and the form for a new one."""
    actor = actor_of(request)
    root = (actor.paths(ASSIGN) or ("",))[0]
    held = policies.values(["organising.area_unions", "organising.area_members"], path=root, on=clock.today())
    initial = {name: held[f"organising.area_{name}"].value for name in ("unions", "members")}
    form = NewPlanForm(actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = flows.propose(
                actor=actor, union_id=given["union"], title=given["title"], asked=form.asked(), at=clock.now()
            )
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            return redirect("coverage:plan", plan_id=made.pk)
    rows = AreaPlan.objects.visible_to(actor).exclude(state=PlanState.DISCARDED).select_related("union")
    return render(
        request, "organising/plans.html",
        {"form": form, "plans": rows.defer("before", "pins").order_by("-pk")[:50]},
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@require(ASSIGN)
@require_GET
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One draft beside the areas as they are: fifty areas at a time, the unions of the one that is open."""
    found = get_visible(AreaPlan.objects.visible_to(actor_of(request)).select_related("union"), plan_id)
    ground = queries.ground_of(found.union)
    after = queries.loads_after(found, ground)
    opened = _number(request.GET.get("area", "")) if len(after) > 1 else 0
    page = Paginator(after, _AREAS).get_page(request.GET.get("page") or max(opened, 0) // _AREAS + 1)
    problems = [queries.sentence(problem, found.parts) for problem in found.problems]
    return render(
        request, "organising/plan.html",
        {
            "plan": found, "page": page, "opened": queries.opened(found, ground, after, opened),
            "before": queries.beside(found, queries.loads_before(found, ground), list(page)),
            "chart": queries.map_of(found, ground, after, found.changed_at), "form": AskedForm(initial=found.asked),
            "problems": problems[:_PROBLEMS], "more_problems": problems[_PROBLEMS:],
            "is_draft": found.state == PlanState.DRAFT, "is_published": found.state == PlanState.PUBLISHED,
            "has_positions": any(spot.lon is not None for spot in ground.spots.values()),
        },
    )  # fmt: skip


@require(ASSIGN)
@require_POST
def change(request: HttpRequest, plan_id: int, act: str) -> HttpResponse:
    """Divide anew, put unions by hand, rename, publish, take back, put away; a refusal comes back as a message."""
    acts = {
        "rework": _rework, "put": _put, "rename": _rename, "publish": _publish, "undo": _undo, "discard": _discard
    }  # fmt: skip
    get_visible(AreaPlan.objects.visible_to(actor_of(request)), plan_id)
    if act not in acts:
        raise NotVisible
    try:
        messages.success(request, acts[act](request, actor_of(request), plan_id))
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
    if act == "discard":
        return redirect("coverage:plans")
    open_area = _number(request.POST.get("area", ""))
    place = f"?area={open_area}#area-{open_area}" if open_area >= 0 else ""
    return redirect(reverse("coverage:plan", args=[plan_id]) + place)


def _number(text: str) -> int:
    number = whole_number(text)
    return -1 if number is None else number


def _rework(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    form = AskedForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(" ".join(str(error) for errors in form.errors.values() for error in errors))
    flows.rework(actor=actor, plan_id=plan_id, asked=form.asked(), at=clock.now())
    return _("Divided anew; unions placed by hand stayed.")


def _put(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    unions = [_number(key) for key in request.POST.getlist("union")]
    flows.put(
        actor=actor,
        plan_id=plan_id,
        union_ids=unions,
        part=_number(request.POST.get("part", "")),
        at=clock.now(),
    )
    return _("Moved; they stay there when you divide anew.")


def _rename(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    part = _number(request.POST.get("part", ""))
    flows.rename(actor=actor, plan_id=plan_id, part=part, name=request.POST.get("name", ""), at=clock.now())
    return _("The name is kept.")


def _publish(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    flows.publish(actor=actor, plan_id=plan_id, at=clock.now())
    return _("Published: these are the areas from today on.")


def _undo(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    flows.undo(actor=actor, plan_id=plan_id, at=clock.now())
    return _("The areas are as they were before.")


def _discard(request: HttpRequest, actor: Actor, plan_id: int) -> str:
    flows.discard(actor=actor, plan_id=plan_id, at=clock.now())
    return _("The draft is put away.")
