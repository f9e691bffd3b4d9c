"""Pages of the parameters: what holds, what held, why, and entering what will."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.refused import show
from smartunion.ground.policies import queries
from smartunion.ground.policies.flows.values import enter_value, withdraw_value
from smartunion.ground.policies.forms import AskedForm, ValueForm
from smartunion.ground.policies.parameters import PARAMETERS, Parameter
from smartunion.ground.policies.places import Place, names_of, places_for
from smartunion.ground.policies.whatif import WHATIFS


@dataclass(frozen=True)
class Asked:
    """Which place and day the page is about."""

    path: str
    on: date
    form: AskedForm

    @property
    def place(self) -> str:
        """Name of the place."""
        return names_of([self.path])[self.path]

    @property
    def query(self) -> str:
        """The same for a link."""
        return urlencode({"place": self.path or "*", "on": self.on.isoformat()})


@require_GET
@require("desk.enter")
def overview(request: ActorRequest) -> HttpResponse:
    """Every parameter with what holds in a place on a day."""
    asked = _asked(request)
    groups = queries.overview(asked.path, asked.on)
    may_ask = any(request.actor.can(one.permission) for one in WHATIFS.values())
    context = {"groups": groups, "asked": asked, "may_ask": may_ask}
    return render(request, "policies/list.html", context, status=_status(asked))


@require_GET
@require("desk.enter")
def page(request: ActorRequest, key: str) -> HttpResponse:
    """One parameter: what held and why, everything ever entered, and entering a value."""
    parameter = _parameter(key)
    asked = _asked(request)
    initial = {"place": asked.path or "*", "valid_from": clock.today()}
    form = ValueForm(parameter=parameter, places=_editable(request), initial=initial)
    return _page(request, key, asked, form, status=_status(asked))


@require_POST
@require("policies.edit")
def enter(request: ActorRequest, key: str) -> HttpResponse:
    """Enter a value."""
    parameter = _parameter(key)
    form = ValueForm(request.POST, parameter=parameter, places=_editable(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = enter_value(
                actor=request.actor, key=key, path=given["place"].replace("*", ""), text=given["value"],
                valid_from=given["valid_from"], valid_to=given["valid_to"], source=given["source"], at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            show(form, error)
        else:
            messages.success(
                request, _("Entered. It holds from the day you gave; earlier decisions stay as they are.")
            )
            on = max(row.valid_from, clock.today())
            return redirect(
                f"{reverse('policies:page', args=[key])}?{urlencode({'place': row.path or '*', 'on': on})}"
            )
    return _page(request, key, _asked(request), form, status=422)


@require_POST
@require("policies.edit")
def withdraw(request: ActorRequest, value_id: int) -> HttpResponse:
    """Take a value back that was entered by mistake."""
    row = withdraw_value(
        actor=request.actor, value_id=value_id, reason=request.POST.get("reason", ""), at=clock.now()
    )
    messages.success(request, _("Withdrawn. What held before holds again."))
    return redirect(f"{reverse('policies:page', args=[row.key])}?{urlencode({'place': row.path or '*'})}")


@require_GET
@require("desk.enter")
def export(request: ActorRequest) -> HttpResponse:
    """Everything that held in the place on the day, as JSON."""
    asked = _asked(request)
    answer = JsonResponse(
        queries.export(asked.path, asked.on), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="policies-{asked.on.isoformat()}.json"'
    return answer


def _parameter(key: str) -> Parameter:
    if key not in PARAMETERS:
        raise NotVisible
    return PARAMETERS[key]


def _asked(request: ActorRequest) -> Asked:
    """Place and day of the address; where it says none: the actor's own union, today."""
    places = places_for(request.actor)
    own = next((place.path for place in places if place.path), "")
    data = {"place": own or "*", "on": clock.today().isoformat()} | {
        k: v for k, v in request.GET.items() if v
    }
    form = AskedForm(data, places=places)
    form.is_valid()
    path = form.cleaned_data.get("place", own).replace("*", "")
    return Asked(path, form.cleaned_data.get("on") or clock.today(), form)


def _status(asked: Asked) -> int:
    return 422 if asked.form.errors else 200


def _editable(request: ActorRequest) -> list[Place]:
    return [
        place for place in places_for(request.actor) if request.actor.can("policies.edit", path=place.path)
    ]


def _page(request: ActorRequest, key: str, asked: Asked, form: ValueForm, status: int) -> HttpResponse:
    return render(
        request, "policies/page.html",
        {
            "line": queries.line_of(key, asked.path, asked.on), "asked": asked, "form": form,
            "entries": queries.history(request.actor, key, asked.path, asked.on), "may_edit": bool(_editable(request)),
            "link": request.build_absolute_uri(f"{reverse('policies:page', args=[key])}?{asked.query}"),
        },
        status=status,
    )  # fmt: skip
