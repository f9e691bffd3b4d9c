"""Questions at visits on the desk: the list, one with its answers, asked and ended."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import questions as flows
from smartunion.systems.organising.models import Area, JoiningDrive
from smartunion.systems.organising.queries import questions as queries
from smartunion.systems.organising.question_listing import QUESTIONS, state_of
from smartunion.systems.organising.question_rules import MOST, QuestionKind
from smartunion.systems.organising.views.coverage import OWN, VIEW

ASSIGN, VISIT, MANAGE = "organising.assign", "organising.visit", "drives.manage"
_OFFERED = 500


class QuestionForm(forms.Form):
    """A new question. where: "u12" for all areas of a federation and below, "a7" for one area, "d3" at visits for a drive."""

    where = forms.ChoiceField(label=gettext_lazy("Asked in"))
    label = forms.CharField(label=pgettext_lazy("question", "Question"), min_length=2, max_length=120)
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Answer"), choices=QuestionKind.choices)
    choices = forms.CharField(
        label=gettext_lazy("Answers to choose from, one a line"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Only for one of several."),
    )  # fmt: skip
    is_needed = forms.BooleanField(
        label=gettext_lazy("A visit counts as done only with an answer"), required=False
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = _places(actor)  # type: ignore[attr-defined]

    def asked(self) -> flows.Asked:
        """The question as the flow wants it; call after is_valid()."""
        given = self.cleaned_data
        kind, key = given["where"][0], int(given["where"][1:])
        return flows.Asked(
            given["label"], QuestionKind(given["kind"]), is_needed=given["is_needed"],
            area_id=key if kind == "a" else None, union_id=key if kind == "u" else None,
            drive_id=key if kind == "d" else None,
            choices=tuple(given["choices"].splitlines()),
        )  # fmt: skip


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where she may ask: federations whose areas she hands out, their areas, her own areas, drives she leads."""
    unions = TradeUnion.objects.filter(
        actor.within(ASSIGN), territory__isnull=False, state="active", kind="federation"
    )
    areas = Area.objects.filter(actor.within(ASSIGN), closed_on=None)
    mine = Area.objects.filter(pk__in=actor.area_ids if actor.can(VISIT) else (), closed_on=None)
    today = clock.today()
    drives = JoiningDrive.objects.filter(
        actor.within("drives.manage"), closed_at=None, ends_on__gte=today, union__territory__isnull=False
    )
    return [
        *((f"u{one.pk}", _("%(union)s, all areas") % {"union": one.name}) for one in unions.order_by("path")[:_OFFERED]),
        *((f"a{one.pk}", one.name) for one in (areas | mine).order_by("path", "name", "pk")[:_OFFERED]),
        *((f"d{one.pk}", _("Visits for “%(drive)s”") % {"drive": one.title}) for one in drives.order_by("-pk")[:_OFFERED]),
    ]  # fmt: skip


@require(VIEW, OWN)
@require_GET
def questions(request: HttpRequest) -> HttpResponseBase:
    """What is asked at visits in reach."""
    actor = actor_of(request)
    return listing_response(
        request, QUESTIONS, queries.questions_for(actor), template="organising/questions.html", most=MOST,
        may_ask=bool(_places(actor)), asked_in=_asked_in(request),
    )  # fmt: skip


def _asked_in(request: HttpRequest) -> str:
    """The area or drive an address names, as the form knows it: "a7", "d3", or ""."""
    named = {letter: row_id(request.GET.get(key, "")) for letter, key in (("a", "area"), ("d", "drive"))}
    return next((f"{letter}{key}" for letter, key in named.items() if key), "")


@require(ASSIGN, VISIT, MANAGE)
@require_http_methods(["GET", "POST"])
def new_question(request: HttpRequest) -> HttpResponse:
    """Ask one more."""
    actor = actor_of(request)
    if not _places(actor):
        raise NotAllowed
    initial = {"starts_on": clock.today(), "where": request.GET.get("where", "")}
    form = QuestionForm(actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = flows.ask(
                actor=actor, question=form.asked(), starts_on=form.cleaned_data["starts_on"], at=clock.now()
            )
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("From that day on it is asked at each visit."))
            return redirect("coverage:question", question_id=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "organising/question_form.html", {"form": form, "most": MOST}, status=status)


@require(VIEW, OWN, MANAGE)
@require_GET
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question with what was answered; each number opens its visits."""
    actor = actor_of(request)
    found = get_visible(queries.questions_for(actor), question_id)
    result, here = queries.outcome(actor, found), f"{reverse('coverage:visits')}?said={found.pk}"
    return render(
        request, "organising/question.html",
        {
            "question": found, "state": state_of(found, clock.today()), "result": result, "here": here,
            "rows": [(words, number, f"{here}.{key}") for key, words, number in result.by_answer],
            "may_end": found.valid_to is None and flows.may_ask(
                actor, found.path, area=found.area, drive=found.drive
            ),
        },
    )  # fmt: skip


@require(ASSIGN, VISIT, MANAGE)
@require_POST
def end_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Ask it no longer."""
    flows.end(actor=actor_of(request), question_id=question_id, at=clock.now())
    messages.success(request, _("It is asked no longer; what was answered stays."))
    return redirect("coverage:question", question_id=question_id)
