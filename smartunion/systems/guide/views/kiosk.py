"""The terminal in the hall: full screen, large, by touch, voice and, where allowed, by hand before the camera."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartunion.core.actor import STRANGER
from smartunion.core.errors import Refusal
from smartunion.core.web.guards import ActorRequest
from smartunion.systems.guide.queries import SUGGESTIONS
from smartunion.systems.guide.rules import Channel
from smartunion.systems.guide.views.common import answered


@never_cache
@require_http_methods(["GET", "POST"])
def kiosk(request: ActorRequest) -> HttpResponse:
    """Ask and be answered; whoever is signed in on the machine plays no part."""
    request.actor = STRANGER
    context = {"token": uuid4(), "suggestions": SUGGESTIONS}
    status = 200
    if request.method == "POST":
        try:
            found, shown = answered(request, Channel.KIOSK)
            context |= {"found": found, "cards": shown[:4], "question": found.question}
        except Refusal as error:
            status = error.status
            context |= {"refusal": error}
    return render(request, "guide/kiosk.html", context, status=status)
