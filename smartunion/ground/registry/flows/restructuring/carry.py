"""Carrying a merger or split out: people in portions, each in a transaction of its own, then everything else at once.

Every row is dated and followed by another; nothing is overwritten but what the journal can put back. Begun again
after a break, it goes on where it stopped.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.jobs.flows import enqueue
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import consequences, kinds, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.carrying import carry_people
from smartunion.ground.registry.flows.ending_certificates import end_with_union
from smartunion.ground.registry.flows.restructuring.decide import standing_below
from smartunion.ground.registry.flows.unions import close
from smartunion.ground.registry.flows.unions.move import move_union
from smartunion.ground.registry.journal import Journal, values_of
from smartunion.ground.registry.models import (
    EmployerLink,
    Membership,
    Officer,
    Restructuring,
    Term,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.policies import RESTRUCTURING_UNDO_DAYS
from smartunion.ground.registry.rules import ChangeReason, MembershipState, RestructuringState

PORTION = 500
Progress = Callable[[int, int], None]


def carry_out(*, restructuring_id: int, at: datetime, progress: Progress) -> Restructuring:
    """Carry out what was decided; progress is called between the portions. Safe to run twice."""
    waiting = [RestructuringState.PLANNED, RestructuringState.RUNNING]
    started = Restructuring.objects.filter(pk=restructuring_id, state__in=waiting)
    if started.update(state=RestructuringState.RUNNING) != 1:
        return Restructuring.objects.get(pk=restructuring_id)
    what = Restructuring.objects.select_related("source__parent", "target").get(pk=restructuring_id)
    total = what.people + _people(what).count()
    while carried := _carry_portion(what, at):
        what.people += carried
        progress(what.people, max(total, what.people))
    _finish(what, at)
    return what


def _people(what: Restructuring) -> "QuerySet[Any, Any]":
    running = Membership.objects.filter(union=what.source, ended_on=None)
    if what.kind == rules.RestructuringKind.SPLIT:
        running = running.filter(employer_id__in=what.plan["employers"])
    return running


@transaction.atomic
def _carry_portion(what: Restructuring, at: datetime) -> int:
    portion = list(_people(what).select_related("union").order_by("pk")[:PORTION])
    assert what.target is not None
    by_state: dict[str, list[Membership]] = {}
    for spell in portion:
        by_state.setdefault(spell.state, []).append(spell)
    for state, people in by_state.items():
        target = what.target
        if state == MembershipState.PREPARATORY and target.kind not in rules.LEADING:
            target = what.source.parent or target  # only leading unions keep a holding pool
        carry_people(
            actor=system(), people=people, to=target, reason=reason_of(what), on=what.on, at=at, journal=Journal(what)
        )  # fmt: skip
    Restructuring.objects.filter(pk=what.pk).update(people=what.people + len(portion))
    return len(portion)


def reason_of(what: Restructuring) -> ChangeReason:
    """Why the memberships go over."""
    is_merger = what.kind == rules.RestructuringKind.MERGE
    return ChangeReason.UNION_CLOSED if is_merger else ChangeReason.UNION_FOUNDED


@transaction.atomic
def _finish(what: Restructuring, at: datetime) -> None:
    """Everything that is not people, and the end of the merged union, in one transaction."""
    journal, actor = Journal(what), system()
    assert what.target is not None
    while carried := _carry_portion(what, at):  # who joined meanwhile
        what.people += carried
    followed = {"employers": _carry_links(what, what.target, journal)}
    if what.kind == rules.RestructuringKind.MERGE:
        followed |= _end_union(what, what.target, journal, actor, at)
    today = local_date(at)
    days = policies.value(RESTRUCTURING_UNDO_DAYS, path=what.path, on=today)
    what.undo_until, what.done_at, what.state = today + timedelta(days=days), at, RestructuringState.DONE
    what.save(update_fields=["undo_until", "done_at", "state", "people"])
    audit.record(
        actor, f"registry.union_{what.kind}_done", what.source, at=at,
        data={"to": what.target.name, "people": what.people, **followed},
    )  # fmt: skip
    audit.record(
        actor, f"registry.union_{what.kind}_received", what.target, at=at,
        data={"from": what.source.name, "to": what.target.name, "people": what.people},
    )  # fmt: skip


def _carry_links(what: Restructuring, target: TradeUnion, journal: Journal) -> int:
    """Coverage ends at the one union and begins at the other, where that may cover it and does not already."""
    running = EmployerLink.objects.filter(union=what.source, valid_to=None)
    if what.kind == rules.RestructuringKind.SPLIT:
        running = running.filter(employer_id__in=what.plan["employers"])
    rows = list(running.order_by("pk"))
    before = [values_of(row, ("valid_to",)) for row in rows]
    for row in rows:
        row.valid_to = max(what.on, row.valid_from)
    EmployerLink.objects.bulk_update(rows, ["valid_to"], batch_size=500)
    journal.note(rows, before)
    tallies.add_one(what.source, tallies.Counts(employers=-len(rows)))
    kind = next(iter(rules.LINK_KINDS.get(rules.UnionKind(target.kind), ())), None)
    covered = set(
        EmployerLink.objects.filter(union=target, valid_to=None).values_list("employer_id", flat=True)
    )
    fresh = [
        EmployerLink(
            union=target, employer_id=row.employer_id, kind=kind, valid_from=max(what.on, row.valid_from),
            source=f"{what.kind}:{what.pk}",
        )
        for row in rows if kind is not None and row.employer_id not in covered
    ]  # fmt: skip
    EmployerLink.objects.bulk_create(fresh, batch_size=500)
    journal.wrote(fresh)
    tallies.add_one(target, tallies.Counts(employers=len(fresh)))
    return len(rows)


def _end_union(
    what: Restructuring, target: TradeUnion, journal: Journal, actor: Actor, at: datetime
) -> dict[str, int]:
    """Unions below go along, offices and certificates end, the other rooms hand over, the union is closed."""
    source, on = what.source, what.on
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
    journal.update(Officer.objects.filter(term__union=source, left_on=None), left_on=on)
    journal.update(Term.objects.filter(union=source, ends_on__gt=on, starts_on__lt=on), ends_on=on)
    _redirect_arrivals(source, target, journal, at)
    followed = consequences.carry_all(
        journal, consequences.Succession(union=source, successor=target, on=on, at=at)
    )
    source.refresh_from_db()
    journal.update(
        TradeUnion.objects.filter(pk=source.pk),
        state=rules.UnionState.CLOSED, closed_on=on, version=source.version + 1, updated_at=at,
    )  # fmt: skip
    if source.kind in rules.GRASSROOTS:
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
    here = arriving.filter(membership__union=target)
    note = str(_("The unions were merged."))[:200]
    journal.update(here, state=rules.TransferState.WITHDRAWN, decided_at=at, note=note)
    journal.update(arriving, to_union=target, to_path=target.path)
