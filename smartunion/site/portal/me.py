"""Me: what is asked of me first, then my cases with who holds them, my card and papers, and what is done with my data."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.web.guards import ActorRequest, require
from smartunion.engines.casework.queries.materials import folder_of_person
from smartunion.engines.casework.queries.mine import Standing, my_open
from smartunion.ground.accounts import queries as accounts
from smartunion.ground.notices.queries import unread_count
from smartunion.ground.registry.models import Membership, Transfer
from smartunion.systems.hall.models import Proof


@dataclass(frozen=True)
class Mine:
    """The page's parts. waiting: what the person has to do; running: with offices; total: open cases in all."""

    membership: Membership | None
    waiting: list[Standing]
    running: list[Standing]
    total: int
    move: Transfer | None
    papers: int
    proofs: int
    unread: int
    last_look: AuditEvent | None
    consents: int


def mine(actor: Actor, at: datetime) -> Mine:
    """Everything on the page, in a fixed number of statements."""
    person_id = actor.person_id or -1
    spells = Membership.objects.filter(person_id=person_id, ended_on=None).select_related("union", "employer")
    cases, total = my_open(actor, at)
    looks = accounts.looks_at(actor).exclude(user_id=actor.user_id) if actor.person_id else None
    return Mine(
        membership=spells.first(), waiting=[row for row in cases if row.waits_for_me],
        running=[row for row in cases if not row.waits_for_me], total=total,
        move=Transfer.objects.open().filter(person_id=person_id).select_related("to_union").first(),
        papers=len(folder_of_person(actor.person_id)), proofs=Proof.objects.filter(person_id=person_id).count(),
        unread=unread_count(actor), last_look=looks.first() if looks is not None else None,
        consents=accounts.consents_of(actor).filter(withdrawn_at=None).count() if actor.person_id else 0,
    )  # fmt: skip


@never_cache
@require_GET
@require()
def me(request: ActorRequest) -> HttpResponse:
    """The page."""
    context = {"mine": mine(request.actor, clock.now()), "is_staff": request.actor.can("desk.enter")}
    return render(request, "portal/me.html", context)
