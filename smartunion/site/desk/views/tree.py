"""The union tree: opened level by level, counted at every node."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import TradeUnion

#: Rows of one level that are drawn; beyond, the list of unions is the better tool.
_SHOWN = 300


@require("registry.view")
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The topmost unions of the actor's reach, the first of them opened."""
    actor = actor_of(request)
    roots = list(queries.tree_roots(actor)[:50])
    opened = queries.tree_children(actor, roots[0])[: _SHOWN + 1] if len(roots) == 1 else []
    return render(request, "desk/tree.html", {"roots": roots, **_cut(list(opened))})


@require("registry.view")
@require_GET
def branch(request: HttpRequest, union_id: int) -> HttpResponse:
    """The unions directly below one: a fragment for htmx, a page of its own without."""
    actor = actor_of(request)
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    rows = list(queries.tree_children(actor, union)[: _SHOWN + 1])
    name = "desk/_branch.html" if request.headers.get("HX-Request") else "desk/branch.html"
    return render(request, name, {"union": union, "above": queries.ancestors_of(union, actor), **_cut(rows)})


def _cut(rows: list[TradeUnion]) -> dict[str, object]:
    return {"children": rows[:_SHOWN], "is_cut": len(rows) > _SHOWN, "shown": _SHOWN}
