"""The worker's pages: the self-test, and her own file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.errors import Refusal
from smartunion.core.web.guards import actor_of, person_required
from smartunion.systems.aid.forms import SelfTestForm
from smartunion.systems.aid.queries.mine import mine
from smartunion.systems.aid.queries.places import place_of, places_with_standard
from smartunion.systems.aid.queries.standards import standards_of
from smartunion.systems.aid.rules.hardship import Assessment, assess


@never_cache
@require_http_methods(["GET", "POST"])
def self_test(request: HttpRequest) -> HttpResponse:
    """Compute whether a household is in difficulty. Sent by post so that no number stands in an address; nothing is kept."""
    on = clock.today()
    places = places_with_standard(on)
    start = {"place": place_of(actor_of(request).person_id, places), "lives_in_city": True}
    form = SelfTestForm(request.POST or None, places=places, initial=start)
    found: Assessment | None = None
    source, refusal = "", None
    if request.method == "POST" and form.is_valid():
        path = form.cleaned_data["place"].replace("-", "")
        try:
            standards = standards_of(path, on)
            found, source = assess(form.household(), standards), standards.source
        except Refusal as error:
            refusal = error
    values = {"form": form, "found": found, "source": source, "refusal": refusal, "places": places}
    return render(request, "aid/self_test.html", values, status=422 if form.errors or refusal else 200)


@never_cache
@person_required
@require_GET
def my_aid(request: HttpRequest) -> HttpResponse:
    """My file: where it stands, who decides, the calculation, what I received, who looked."""
    return render(request, "aid/mine.html", {"mine": mine(actor_of(request)), "title": _("My aid")})
