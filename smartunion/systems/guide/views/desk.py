"""What people asked and the guide did not know; teaching it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.systems.guide.flows import teaching
from smartunion.systems.guide.forms import NoteForm, WordsForm
from smartunion.systems.guide.models import Asked, Lesson
from smartunion.systems.guide.queries import again, tally

TEACH = "guide.teach"
_SHOWN = 100


@require(TEACH)
@require_GET
def asked(request: ActorRequest) -> HttpResponse:
    """Questions to look at, newest first, how the guide does, and what it was taught."""
    waiting = Asked.objects.visible_to(request.actor).waiting().order_by("-pk")
    lessons = Lesson.objects.visible_to(request.actor).standing().order_by("-pk")
    return render(
        request, "guide/asked.html",
        {
            "tally": tally(request.actor), "waiting": list(waiting[:_SHOWN]), "waiting_count": waiting.count(),
            "lessons": list(lessons[:_SHOWN]),
        },
    )  # fmt: skip


@require(TEACH)
@require_http_methods(["GET", "POST"])
def teach(request: ActorRequest, what: str) -> HttpResponse:
    """Words and examples, or a short answer; ?asked= names the question that gave rise to it."""
    if what not in {"words", "note"}:
        raise NotVisible
    number = request.GET.get("asked", "")
    question = (
        get_visible(Asked.objects.visible_to(request.actor), int(number))
        if number.isdecimal() and len(number) < 16
        else None
    )
    begin = (
        {
            "asked": question.pk,
            "question": question.text[:200],
            "text": "" if what == "note" else question.text,
        }
        if question
        else {}
    )
    form: forms.Form = (
        NoteForm(request.POST or None, initial=begin) if what == "note"
        else WordsForm(request.actor, request.POST or None, initial={"kind": "example" if question else "words", **begin})
    )  # fmt: skip
    if form.is_valid() and isinstance(form, WordsForm | NoteForm):
        try:
            teaching.teach(teaching=form.teaching(), actor=request.actor, at=clock.now())
        except Refusal as error:
            show(form, error)
        else:
            messages.success(request, _("The guide knows it from now on."))
            return redirect("guide:asked")
    context = {
        "form": form,
        "what": what,
        "question": question,
        "cards": again(question, request.actor) if question else [],
    }
    return render(request, "guide/teach.html", context, status=422 if form.errors else 200)


@require(TEACH)
@require_POST
def withdraw(request: ActorRequest, lesson_id: int) -> HttpResponse:
    """Take a lesson back."""
    teaching.withdraw(lesson_id=lesson_id, actor=request.actor, at=clock.now())
    messages.success(request, _("Taken back; it no longer counts."))
    return redirect("guide:asked")


@require(TEACH)
@require_POST
def settle(request: ActorRequest, asked_id: int) -> HttpResponse:
    """Nothing to learn here."""
    teaching.settle(asked_id=asked_id, actor=request.actor, at=clock.now())
    return redirect("guide:asked")
