"""Asking on the phone or a computer: one field, answers as cards, and on to a person."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import Refusal
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.accounts.web import require
from smartunion.systems.guide import wording_model
from smartunion.systems.guide.cards import LAW_CHECKED_ON
from smartunion.systems.guide.flows import asking
from smartunion.systems.guide.queries import SUGGESTIONS, again, asked_by_token
from smartunion.systems.guide.rules import Channel
from smartunion.systems.guide.views.common import answered, needed_token, token_of


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """The field; POST answers under it. The question stands in no address: it may be a private matter."""
    context = {"token": uuid4(), "suggestions": SUGGESTIONS, "law_checked_on": LAW_CHECKED_ON}
    status = 200
    if request.method == "POST":
        try:
            found, shown = answered(request, Channel.WEB)
            context |= {
                "found": found,
                "cards": shown,
                "question": found.question,
                "has_model": wording_model.is_on(),
            }
        except Refusal as error:
            status = error.status
            context |= {"refusal": error, "question": request.POST.get("question", "")[:600]}
    return render(request, "guide/ask.html", context, status=status)


@never_cache
@require_GET
def wording(request: ActorRequest) -> HttpResponse:
    """The answer in the model's words, fetched after the local one stands; empty when it does not hold."""
    asked = asked_by_token(token_of(request.GET.dict()), clock.now())
    summary = wording_model.summary(asked.text, again(asked, request.actor)) if asked.is_sure else None
    return render(request, "guide/_wording.html", {"summary": summary})


@require_POST
def helped(request: HttpRequest) -> HttpResponse:
    """Thumb up or down for one's own question."""
    posted = request.POST.dict()
    asking.say_helped(token=needed_token(posted), helped=posted.get("helped") == "1", at=clock.now())
    return render(request, "guide/_thanks.html")


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def to_person(request: ActorRequest) -> HttpResponse:
    """What will be passed on; POST begins the case with the question filled in."""
    if request.method == "POST":
        case = asking.hand_over(token=needed_token(request.POST.dict()), actor=request.actor, at=clock.now())
        return redirect("casework:fill", case_id=case.pk)
    asked = asked_by_token(token_of(request.GET.dict()), clock.now())
    return render(request, "guide/to_person.html", {"asked": asked})
