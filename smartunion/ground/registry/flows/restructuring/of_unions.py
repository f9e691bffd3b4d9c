"""Mergers and splits of unions, portion by portion."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.carrying import carry_people
from smartunion.ground.registry.flows.restructuring.shared import PORTION, done, end_union
from smartunion.ground.registry.journal import Journal, values_of
from smartunion.ground.registry.models import EmployerLink, Membership, Restructuring, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, MembershipState


def waiting(what: Restructuring) -> "QuerySet[Any, Any]":
    """Running memberships that have to go over yet."""
    running = Membership.objects.filter(union=what.source, ended_on=None)
    if what.kind == rules.RestructuringKind.SPLIT:
        running = running.filter(employer_id__in=what.plan["employers"])
    return running


@transaction.atomic
def carry_portion(what: Restructuring, at: datetime) -> int:
    """The next of them. Returns how many."""
    portion = list(waiting(what).select_related("union").order_by("pk")[:PORTION])
    assert what.target is not None
    assert what.source is not None
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
def finish(what: Restructuring, at: datetime) -> None:
    """Everything that is not people, and the end of the merged union, in one transaction."""
    journal, actor = Journal(what), system()
    assert what.target is not None
    assert what.source is not None
    while carried := carry_portion(what, at):  # who joined meanwhile
        what.people += carried
    followed = {"employers": _carry_links(what, what.target, journal)}
    if what.kind == rules.RestructuringKind.MERGE:
        followed |= end_union(what, what.source, what.target, journal, actor, at)
    done(what, at)
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
    assert what.source is not None
    tallies.add_one(what.source, tallies.Counts(employers=-len(rows)))
    kind = next(iter(rules.LINK_KINDS.get(rules.UnionKind(target.kind), ())), None)
    covered = set(
        EmployerLink.objects.filter(union=target, valid_to=None).values_list("employer_id", flat=True)
    )
    fresh = [
        EmployerLink(
            union=target, union_path=target.path, employer_id=row.employer_id, kind=kind,
            valid_from=max(what.on, row.valid_from), source=f"{what.kind}:{what.pk}",
        )
        for row in rows if kind is not None and row.employer_id not in covered
    ]  # fmt: skip
    EmployerLink.objects.bulk_create(fresh, batch_size=500)
    journal.wrote(fresh)
    tallies.add_one(target, tallies.Counts(employers=len(fresh)))
    return len(rows)
