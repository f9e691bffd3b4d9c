"""The page that lays two days or two places side by side."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.listing.files import csv_bytes
from smartunion.core.listing.xlsx import xlsx_bytes
from smartunion.core.web.guards import ActorRequest, require
from smartunion.ground.policies.comparing import Comparison, compare, table_of
from smartunion.ground.policies.forms import CompareForm
from smartunion.ground.policies.places import places_for

_WIDTHS = [18, 44, 30, 18, 12, 44, 18, 12, 44, 8]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@require("desk.enter")
def page(request: ActorRequest) -> HttpResponseBase:
    """Two (place, day) side by side, only what differs or all; as a file where the address says so."""
    places = places_for(request.actor)
    own = next((place.path for place in places if place.path), "")
    today = clock.today()
    start = {
        "left": own or "*", "left_on": today.replace(month=1, day=1).isoformat(), "right": own or "*",
        "right_on": today.isoformat(),
    }  # fmt: skip
    form = CompareForm(start | {key: word for key, word in request.GET.items() if word}, places=places)
    if not form.is_valid():
        return render(request, "policies/compare.html", {"form": form, "found": None}, status=422)
    given = form.cleaned_data
    left, right = ((given[side].replace("*", ""), given[f"{side}_on"]) for side in ("left", "right"))
    found = compare(left, right, whole=bool(given["whole"]))
    names = {place.path: place.name for place in places}
    heads = [f"{names[path]} · {on.isoformat()}" for path, on in (left, right)]
    kind = request.GET.get("export", "")
    if kind in {"csv", "xlsx"}:
        return _file(found, heads, kind)
    query = request.GET.copy()
    query.update({key: word for key, word in start.items() if not request.GET.get(key)})
    return render(
        request, "policies/compare.html", {"form": form, "found": found, "heads": heads, "query": query.urlencode()}
    )  # fmt: skip


def _file(found: Comparison, names: list[str], kind: str) -> HttpResponse | StreamingHttpResponse:
    heads, rows = table_of(found, *names)
    if kind == "csv":
        answer = StreamingHttpResponse(csv_bytes(heads, rows), content_type="text/csv; charset=utf-8")
    else:
        pieces = xlsx_bytes(heads, rows, title=_("Rules compared"), widths=_WIDTHS)
        answer = StreamingHttpResponse(pieces, content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="policies-compared.{kind}"'
    return answer
