"""The desk's first page: what waits for me, and how my unions stand."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.panels import panels_for
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry import kinds, queries
from smartunion.site.boards.figures import behind

_JOINED = (kinds.MEMBER_JOINED, kinds.MEMBER_TRANSFERRED)
#: Whoever may do one of these sees who joined.
_OPEN_ENTRIES = ("members.view", "boards.view", "organising.view")
#: Unions whose standing is drawn; an account with more roles than that finds the rest below.
_STANDING = 3


@require("desk.enter")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Queues of all rooms and, for each of the actor's topmost unions, members, unions and what happened this month."""
    actor = actor_of(request)
    roots = list(queries.tree_roots(actor)[:6]) if actor.can("registry.view") else []
    today = clock.today()
    month = today.replace(day=1)
    standing = []
    for root in roots[:_STANDING]:
        sums = facts.totals(_JOINED, root.path, month, today + timedelta(days=1))
        opens = {name: actor.can(name, path=root.path) for name in _OPEN_ENTRIES}
        until = today + timedelta(days=1)
        standing.append({
            "union": root, "joined": sum(sums.values()), "sees_members": opens["members.view"],
            "joined_url": behind(*_JOINED, path=root.path, since=month, until=until) if any(opens.values()) else "",
        })  # fmt: skip
    return render(
        request, "desk/home.html",
        {"panels": panels_for(actor), "standing": standing, "today": today, "more": roots[_STANDING:]},
    )  # fmt: skip
