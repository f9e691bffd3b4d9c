"""Unions and employers suggested while somebody types into a form of the desk."""

from collections import Counter

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.models import Employer
from smartunion.site.desk.reading import read

_SHOWN = 12


@require("registry.view")
@require_GET
def unions(request: HttpRequest) -> JsonResponse:
    """Unions that stand, by part of the name, pinyin or number. may: permission held there; kind: any of these kinds."""
    actor = actor_of(request)
    found = queries.find_unions(actor, read(request.GET.get("q", ""))).exclude(state=rules.UnionState.CLOSED)
    found = found.filter(actor.within(request.GET.get("may") or "registry.view"))
    if kinds := request.GET.getlist("kind"):
        found = found.filter(kind__in=kinds)
    rows = list(found[:_SHOWN])
    alike = Counter(row.name for row in rows)
    return JsonResponse({"rows": [
        {"id": row.pk, "name": row.number if alike[row.name] > 1 else row.name,
         "note": row.name if alike[row.name] > 1 else row.number}
        for row in rows
    ]})  # fmt: skip


@require("registry.view")
@require_GET
def employers(request: HttpRequest) -> JsonResponse:
    """Employers in reach by the beginning of the name or of its own part, or by pinyin; namesakes are told apart."""
    actor = actor_of(request)
    rows = queries.find_employers(actor, read(request.GET.get("q", "")), _SHOWN)
    named = queries.told_apart(rows, Employer.objects.visible_to(actor))
    return JsonResponse({"rows": [
        {"id": row.pk, "name": one.text, "note": one.note} for row, one in zip(rows, named, strict=True)
    ]})  # fmt: skip
