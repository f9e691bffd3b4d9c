"""An employer goes into another, whole or in part, portion by portion."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.ground.registry import consequences, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.carrying import carry_people
from smartunion.ground.registry.flows.merging.employers import former_names
from smartunion.ground.registry.flows.restructuring.shared import PORTION, done, end_union
from smartunion.ground.registry.journal import Journal, values_of
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Restructuring, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, LinkKind, MembershipState, RestructuringKind

_CHANGED = ("state", "former_name", "insured_count", "staff_count", "version", "updated_at")


def waiting(what: Restructuring) -> "QuerySet[Any, Any]":
    """Running memberships that have to go over yet: those of the employer, of unions that end, of the other's joint ones."""
    running = Membership.objects.filter(ended_on=None)
    if what.kind == RestructuringKind.HIVE_OFF:
        return running.filter(employer=what.employer, person_id__in=what.plan["people"])
    found = Q(employer=what.employer) | Q(union_id__in=what.plan["unions"])
    if what.target is not None and _covers_as(what.target) == LinkKind.OWN:
        members = Q(state__in=[MembershipState.ACTIVE, MembershipState.RETAINED])
        found |= Q(employer=what.into) & members & ~Q(union_id=what.target_id)
    return running.filter(found)


@transaction.atomic
def carry_portion(what: Restructuring, at: datetime) -> int:
    """The next of them, a union and state at a time. Returns how many."""
    portion = list(waiting(what).select_related("union").order_by("union_id", "state", "pk")[:PORTION])
    by_place: dict[tuple[int, str], list[Membership]] = {}
    for spell in portion:
        by_place.setdefault((spell.union_id, spell.state), []).append(spell)
    for people in by_place.values():
        waits = people[0].state == MembershipState.PREPARATORY
        to = people[0].union if waits or what.target is None else what.target
        carry_people(
            actor=system(), people=people, to=to, reason=ChangeReason.EMPLOYMENT_CHANGED, on=what.on, at=at,
            journal=Journal(what), employer=what.into,
        )  # fmt: skip
    Restructuring.objects.filter(pk=what.pk).update(people=what.people + len(portion))
    return len(portion)


@transaction.atomic
def finish(what: Restructuring, at: datetime) -> None:
    """Coverage, unions that end, the employer itself and what other rooms keep about it, in one transaction."""
    journal = Journal(what)
    employer, into = what.employer, what.into
    assert employer is not None
    assert into is not None
    while carried := carry_portion(what, at):  # who joined meanwhile
        what.people += carried
    followed: dict[str, int] = {}
    if what.kind == RestructuringKind.ABSORB:
        _end_links(what, employer, journal)
    if what.target is not None:
        _cover(what, into, what.target, journal)
        for union in TradeUnion.objects.filter(pk__in=what.plan["unions"]).order_by("pk"):
            end_union(what, union, what.target, journal, system(), at)
    if what.kind == RestructuringKind.ABSORB:
        followed = consequences.carry_employer(journal, employer, into)
        _end_employer(employer, into, journal, at)
    done(what, at)
    for one, word in ((employer, "done"), (into, "received")):
        audit.record(
            system(), f"registry.employer_{what.kind}_{word}", one, at=at,
            data={"from": employer.name, "to": into.name, "people": what.people, **followed},
        )  # fmt: skip


def _covers_as(union: TradeUnion) -> LinkKind | None:
    return next(iter(rules.LINK_KINDS.get(rules.UnionKind(union.kind), ())), None)


def _end_links(what: Restructuring, employer: Employer, journal: Journal) -> None:
    """Every coverage of the employer ends."""
    _end(
        what,
        list(EmployerLink.objects.filter(employer=employer, valid_to=None).select_related("union")),
        journal,
    )


def _end(what: Restructuring, rows: list[EmployerLink], journal: Journal) -> None:
    before = [values_of(row, ("valid_to",)) for row in rows]
    for row in rows:
        row.valid_to = max(what.on, row.valid_from)
        tallies.add_one(row.union, tallies.Counts(employers=-1))
    EmployerLink.objects.bulk_update(rows, ["valid_to"], batch_size=500)
    journal.note(rows, before)


def _cover(what: Restructuring, into: Employer, target: TradeUnion, journal: Journal) -> None:
    """The union covers the employer that takes over; as its own union it ends what others covered."""
    kind = _covers_as(target)
    running = EmployerLink.objects.filter(employer=into, valid_to=None).select_related("union")
    if kind == LinkKind.OWN and what.kind == RestructuringKind.ABSORB:
        _end(what, [row for row in running if row.union_id != target.pk], journal)
    if kind is None or running.filter(union=target).exists():
        return
    row = EmployerLink.objects.create(
        union=target, union_path=target.path, employer=into, kind=kind, valid_from=what.on,
        source=f"{what.kind}:{what.pk}",
    )  # fmt: skip
    tallies.add_one(target, tallies.Counts(employers=1))
    journal.wrote([row])


def _end_employer(employer: Employer, into: Employer, journal: Journal, at: datetime) -> None:
    """It is out of business under its name; its head counts go to the other until the next extract says more."""
    before = [values_of(employer, _CHANGED), values_of(into, _CHANGED)]
    into.former_name = former_names(into, [employer])
    for name in ("insured_count", "staff_count"):
        known = [value for value in (getattr(employer, name), getattr(into, name)) if value is not None]
        setattr(into, name, sum(known) if known else None)
    employer.state = rules.EmployerState.CLOSED
    for row in (employer, into):
        row.version, row.updated_at = row.version + 1, at
        row.save(update_fields=_CHANGED)
    journal.note([employer, into], before)
