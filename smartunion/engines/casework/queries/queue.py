"""An office's queue: what waits, what is late, what is mine; counts exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.looks import waiting
from smartunion.engines.casework.rules import FINAL, CaseState


@dataclass(frozen=True)
class QueueCounts:
    """How many open cases wait in the actor's reach; mine: given to her; soon: due within two days."""

    all: int
    mine: int
    free: int
    overdue: int
    soon: int


def open_cases(actor: Actor) -> "QuerySet[CaseFile]":
    """Cases an office in reach holds, first due first; those without a last day at the end."""
    return _slim(CaseFile.objects.queued_for(actor)).order_by(F("due_at").asc(nulls_last=True), "id")


def with_applicants(actor: Actor) -> "QuerySet[CaseFile]":
    """Cases of offices in reach that wait for their applicants."""
    held = CaseFile.objects.held_by(actor).filter(state=CaseState.SUPPLEMENT)
    return _slim(held).order_by(F("due_at").asc(nulls_last=True), "id")


def on_hold(actor: Actor) -> "QuerySet[CaseFile]":
    """Cases of offices in reach whose clock stands still, longest first."""
    held = CaseFile.objects.held_by(actor).filter(state=CaseState.HELD)
    return _slim(held).order_by("held_at", "id")


def closed_cases(actor: Actor) -> "QuerySet[CaseFile]":
    """Ended cases in reach, newest first."""
    ended = CaseFile.objects.ended_at(actor).filter(state__in=list(FINAL))
    return _slim(ended).order_by("-closed_at", "-id")


def seen_cases(actor: Actor) -> "QuerySet[CaseFile]":
    """Everything the desk may look at: handled or begun in reach, drafts left out; newest first."""
    return _slim(CaseFile.objects.at_desk(actor)).order_by("-id")


def mine(cases: "QuerySet[CaseFile]", actor: Actor) -> "QuerySet[CaseFile]":
    """Those given to the actor."""
    return cases.filter(assignee_id=actor.user_id or -1)


def overdue(cases: "QuerySet[CaseFile]", at: datetime) -> "QuerySet[CaseFile]":
    """Those past their last day."""
    return cases.filter(due_at__lte=at)


def counts(actor: Actor, at: datetime) -> QueueCounts:
    """Exact numbers of the actor's queue; one query."""
    me = actor.user_id or -1
    found = CaseFile.objects.queued_for(actor).aggregate(
        all=Count("id"),
        mine=Count("id", filter=Q(assignee_id=me)),
        free=Count("id", filter=Q(assignee_id=None)),
        overdue=Count("id", filter=Q(due_at__lte=at)),
        soon=Count("id", filter=Q(due_at__gt=at, due_at__lte=at + timedelta(days=2))),
    )
    return QueueCounts(**found)


def badge(actor: Actor) -> int:
    """Number beside the desk's menu entry: open cases in reach."""
    return CaseFile.objects.queued_for(actor).count() if actor.paths("cases.handle") else 0


def looks_badge(actor: Actor) -> int:
    """Number beside second looks: decisions drawn in reach that nobody has looked at, one's own left out; to 100."""
    if not actor.paths("cases.handle"):
        return 0
    return waiting(actor)[:100].count()


def applicant_badge(actor: Actor) -> int:
    """Number beside the portal's entry: one's own cases that wait for oneself."""
    return CaseFile.objects.of_applicant(actor).filter(state=CaseState.SUPPLEMENT, on_behalf=False).count()


def _slim(cases: "QuerySet[CaseFile]") -> "QuerySet[CaseFile]":
    return cases.defer("data", "decision_reason")


def unsent_of(actor: Actor, service_keys: Sequence[str]) -> list[CaseFile]:
    """Forms of these services the account has begun for itself and not sent, newest first, at most fifty."""
    rows = CaseFile.objects.filter(
        user_id=actor.user_id or -1, service_key__in=service_keys, state=CaseState.DRAFT, on_behalf=False
    )
    return list(rows.order_by("-id")[:50])
