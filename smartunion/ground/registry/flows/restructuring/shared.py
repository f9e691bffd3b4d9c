"""What all mergers and splits share: the end of a union that another takes over, and the end of the work itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.jobs.flows import enqueue
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import consequences, kinds, messages, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.ending_certificates import end_with_union
from smartunion.ground.registry.flows.restructuring.decide import standing_below
from smartunion.ground.registry.flows.term_ends import cut_short
from smartunion.ground.registry.flows.unions import close
from smartunion.ground.registry.flows.unions.move import move_union
from smartunion.ground.registry.journal import Journal, values_of
from smartunion.ground.registry.models import Officer, Restructuring, Term, TradeUnion, Transfer
from smartunion.ground.registry.policies import RESTRUCTURING_UNDO_DAYS
from smartunion.ground.registry.rules import RestructuringState

PORTION = 500
Progress = Callable[[int, int], None]


def done(what: Restructuring, at: datetime) -> None:
    """Everything is carried out; from now on it can be taken back for the days of the policy."""
    today = local_date(at)
    days = policies.value(RESTRUCTURING_UNDO_DAYS, path=what.path, on=today)
    what.undo_until, what.done_at, what.state = today + timedelta(days=days), at, RestructuringState.DONE
    what.save(update_fields=["undo_until", "done_at", "state", "people"])


def end_union(
    what: Restructuring, source: TradeUnion, target: TradeUnion, journal: Journal, actor: Actor, at: datetime
) -> dict[str, int]:
    """Unions below go along, offices and certificates end, the other rooms hand over, the union is closed."""
    on = what.on
    below = list(standing_below(source))
    for child in below:
        before = values_of(child, ("parent", "version", "updated_at"))
        moved = move_union(
            actor=actor,
            union_id=child.pk,
            parent_id=target.pk,
            version=child.version,
            reason=what.reason,
            at=at,
        )
        journal.note([moved], [before])
    end_with_union(source, on=on, reason=what.reason, at=at, journal=journal)
    journal.update(
        Officer.objects.filter(term__union=source, left_on=None), left_on=on, end_reason=rules.PostEnd.UNION_CLOSED
    )  # fmt: skip
    cut_short(Term.objects.filter(union=source), on, journal)
    _redirect_arrivals(source, target, journal, at)
    followed = consequences.carry_all(
        journal, consequences.Succession(union=source, successor=target, on=on, at=at)
    )
    source.refresh_from_db()
    journal.update(
        TradeUnion.objects.filter(pk=source.pk),
        state=rules.UnionState.CLOSED, closed_on=on, version=source.version + 1, updated_at=at,
    )  # fmt: skip
    if source.kind in rules.COUNTED_KINDS:
        tallies.add_one(source, tallies.Counts(unions=-1))
    ledger.record(
        actor=actor, kind=kinds.UNION_CLOSED, key=f"union_closed:{source.pk}:{what.pk}", path=source.path,
        subject=source, happened_on=on, at=at, attrs={"kind": source.kind},
    )  # fmt: skip
    enqueue(
        actor=actor, kind=close.SETTLE, title=str(_("Closing %(name)s") % {"name": source.name}), at=at,
        delay=close.SETTLE_AFTER,
        payload={"union_id": source.pk, "members": close.Fate.MOVED, "to": target.pk, "on": on.isoformat()},
    )  # fmt: skip
    return {"unions": len(below), **followed}


def _redirect_arrivals(source: TradeUnion, target: TradeUnion, journal: Journal, at: datetime) -> None:
    """Who asked for a transfer into the merged union goes to its successor; who is there already need not."""
    arriving = Transfer.objects.open().filter(to_union=source)
    asking = list(arriving.exclude(membership__union=target).values_list("pk", flat=True))
    here = arriving.filter(membership__union=target)
    note = str(_("The unions were merged."))[:200]
    journal.update(here, state=rules.TransferState.WITHDRAWN, decided_at=at, note=note)
    journal.update(arriving, to_union=target, to_path=target.path)
    for transfer in Transfer.objects.filter(pk__in=asking).select_related(
        "to_union", "membership__union", "person"
    ):
        messages.tell_redirected(transfer, at)
