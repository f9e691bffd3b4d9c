"""The one search box. Posted, so that ID numbers and phones never stand in an address or a log."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries
from smartunion.site.desk.reading import Wanted, read

_PERSONAL = frozenset({Wanted.RESIDENT_ID, Wanted.MOBILE})


@require("registry.view", "members.view")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Results by kind. Harmless texts lead to an address that can be kept; personal numbers are answered at once."""
    sent = request.method == "POST"
    text = (request.POST if sent else request.GET).get("q", "")
    is_personal = read(text).wanted in _PERSONAL
    if sent and not is_personal:
        return HttpResponseRedirect(f"{reverse('desk:search')}?{urlencode({'q': text})}")
    if is_personal and not sent:
        return HttpResponseRedirect(reverse("desk:search"))
    results = queries.search(actor_of(request), text, today=clock.today())
    answer = render(
        request, "desk/search.html", {"results": results, "text": text, "is_personal": is_personal}
    )
    answer["Cache-Control"] = "no-store"
    return answer
