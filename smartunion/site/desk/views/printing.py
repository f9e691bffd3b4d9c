"""Paper: a union's roster as of any day, and the membership registration form."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.listing.page import drawn
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import people as flows
from smartunion.site.desk.listings import ROSTER
from smartunion.site.desk.views.people import person_of, running_of
from smartunion.site.desk.views.unions import union_of

#: More rows than anybody prints; the spreadsheet export has no limit.
ROSTER_LIMIT = 5_000


@require("members.view")
@require_GET
def roster(request: HttpRequest, union_id: int) -> HttpResponse:
    """The roster of one union as it stood on a day (?on=2026-01-01), for paper."""
    actor, union = actor_of(request), union_of(request, union_id)
    actor.check_can("members.view", path=union.path)
    try:
        day = date.fromisoformat(request.GET.get("on", "")) if request.GET.get("on") else clock.today()
    except ValueError:
        messages.error(request, _("The day must be written as 2026-01-31. Here is the roster of today."))
        day = clock.today()
    rows = list(queries.members_on(actor, union, day, with_subtree=False)[: ROSTER_LIMIT + 1])
    return render(request, "desk/roster.html", {
        "union": union, "day": day, "lines": list(drawn(ROSTER, rows[:ROSTER_LIMIT])), "columns": ROSTER,
        "is_cut": len(rows) > ROSTER_LIMIT,
        "limit": ROSTER_LIMIT, "now": clock.now(),
    })  # fmt: skip


@require("members.view")
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, person_id: int) -> HttpResponse:
    """The membership registration form 会员登记表; with whole numbers only on POST, with a reason."""
    actor, row = actor_of(request), person_of(request, person_id)
    clear: dict[str, str] = {}
    if request.method == "POST":
        reason, at = request.POST.get("reason", ""), clock.now()
        try:
            with transaction.atomic():
                for field in ("resident_id", "mobile"):
                    clear[field] = flows.reveal(
                        actor=actor, person_id=row.pk, field=field, reason=reason, at=at
                    )
        except InvalidInput as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:person_form", person_id=row.pk)
    running = running_of(row)
    answer = render(request, "desk/registration.html", {
        "person": row, "running": running, "spells": queries.spells_of(row), "since": queries.member_since(row),
        "clear": clear, "now": clock.now(),
        "may_reveal": running is not None and actor.can("members.reveal", path=running.union_path),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer
