"""The new union's term to answer a transfer: counted, reminded of, and passed to the union above when nobody answers.

Silence never takes anybody in: whether she belongs there has to be looked at by somebody (domain rules 5.5).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages
from smartunion.ground.registry.models import TradeUnion, Transfer
from smartunion.ground.registry.policies import ANSWER_DAYS, REMIND_DAYS
from smartunion.ground.registry.rules import TransferState, UnionState


def term_for(union: TradeUnion, at: datetime) -> dict[str, datetime]:
    """When a union that has a request from now on is to have answered it, and when it is reminded."""
    on = local_date(at)
    answer_by = due_at(at, Term(policies.value(ANSWER_DAYS, path=union.path, on=on), working=True))
    before = timedelta(days=policies.value(REMIND_DAYS, path=union.path, on=on))
    return {"answer_by": answer_by, "remind_at": max(answer_by - before, at)}


def look_after(*, at: datetime, limit: int = 500) -> dict[str, int]:
    """Begin the terms of requests that have none, remind of those that end soon, pass on those that ended.

    What waits for the member stands still. Returns how many of each; safe to run twice, one transaction each.
    """
    waiting = Transfer.objects.filter(state=TransferState.ASKED).exclude(~Q(question=""), answer="")
    return {
        "begun": sum(_begin(one, at) for one in _some(waiting.filter(answer_by=None), limit)),
        "passed_on": sum(_pass_on(one, at) for one in _some(waiting.filter(answer_by__lte=at), limit)),
        "reminded": sum(_remind(one, at) for one in _some(waiting.filter(remind_at__lte=at), limit)),
    }


def _some(rows: QuerySet[Transfer], limit: int) -> list[Transfer]:
    related = rows.select_related("person", "to_union", "held_by", "membership__union")
    return list(related.order_by("answer_by", "pk")[:limit])


def _begin(transfer: Transfer, at: datetime) -> bool:
    """Requests of before there was a term, and those the member has just answered."""
    term = term_for(transfer.held_by or transfer.to_union, at)
    return (
        Transfer.objects.filter(pk=transfer.pk, state=TransferState.ASKED, answer_by=None).update(**term) == 1
    )


@transaction.atomic
def _pass_on(transfer: Transfer, at: datetime) -> bool:
    """To the union above whoever let the term pass; from the topmost to nobody, but with another term."""
    holder = transfer.held_by or transfer.to_union
    above = _above(holder)
    term = term_for(above or holder, at)
    same = Transfer.objects.filter(pk=transfer.pk, state=TransferState.ASKED, answer_by=transfer.answer_by)
    if same.update(held_by=above or transfer.held_by, **term) != 1:
        return False  # somebody answered in this very moment
    missed = transfer.answer_until
    transfer.held_by, transfer.answer_by = above or transfer.held_by, term["answer_by"]
    audit.record(
        system(), "registry.transfer_passed_on", transfer, at=at, owner_person_id=transfer.person_id,
        data={"from": holder.pk, "to": (above or holder).pk},
    )  # fmt: skip
    messages.tell_late(transfer, holder, missed, at)
    return True


@transaction.atomic
def _remind(transfer: Transfer, at: datetime) -> bool:
    due = Transfer.objects.filter(pk=transfer.pk, state=TransferState.ASKED, remind_at=transfer.remind_at)
    if due.update(remind_at=None) != 1:
        return False
    messages.tell_answer_due(transfer, at)
    return True


def _above(union: TradeUnion) -> TradeUnion | None:
    """The nearest standing union above; None at the top."""
    higher = TradeUnion.objects.filter(path__in=ancestors(union.path), state=UnionState.ACTIVE)
    return higher.exclude(pk=union.pk).order_by("-depth").first()
