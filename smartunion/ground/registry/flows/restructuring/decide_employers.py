"""Deciding that an employer goes into another, whole or in part."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.access import employer_for, union_for
from smartunion.ground.registry.flows.employers import known_since
from smartunion.ground.registry.flows.restructuring.decide import (
    check_may_merge,
    checked_reason,
    put_in_queue,
)
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.flows.unions.checks import check_since, check_stood
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Restructuring, TradeUnion
from smartunion.ground.registry.rules import LinkKind, RestructuringKind


@transaction.atomic
def decide_absorption(
    *, actor: Actor, employer_id: int, into_id: int, union_id: int | None, version: int, on: date, reason: str,
    at: datetime,
) -> Restructuring:  # fmt: skip
    """Let an employer go into another one from a day on; a job carries people, coverage and the rest over.

    union_id: the union, covering one of the two, that takes all their people; None takes the first of `unions_covering`
    (nobody moves when there is none). Other unions of their own are merged into it. The
    actor needs registry.edit over both employers and those unions.
    Raises NotVisible, NotAllowed; InvalidInput naming into, union, on or reason; StaleEdit; RestructuringOpen.
    """
    employer, into = _both(actor, employer_id, into_id, version)
    why = checked_reason(on, reason, at)
    target = _target(actor, employer, into, union_id)
    check_day(employer, into, target, on)
    ending = unions_that_end(employer, into, target)
    for union in ending:
        actor.check_can("registry.edit", path=union.path)
        assert target is not None
        check_may_merge(union, target)
    plan = {"version": version, "unions": [union.pk for union in ending]}
    return _decide(actor, RestructuringKind.ABSORB, employer, into, target, on, why, at, plan)


@transaction.atomic
def decide_hive_off(
    *, actor: Actor, employer_id: int, into_id: int, union_id: int | None, people: Collection[int], version: int, on: date,
    reason: str, at: datetime,
) -> Restructuring:  # fmt: skip
    """Let some people of an employer, and their work, go to another employer from a day on.

    people: persons (ids) with a running membership at the employer; union_id: as for an absorption. Both employers stand
    on. Raises NotVisible, NotAllowed; InvalidInput naming into, union, people, on or reason; StaleEdit; RestructuringOpen.
    """
    employer, into = _both(actor, employer_id, into_id, version)
    why = checked_reason(on, reason, at)
    target = _target(actor, employer, into, union_id)
    check_day(employer, into, target, on)
    wanted = checked_people(actor, employer, people)
    plan = {"version": version, "unions": [], "people": sorted(wanted)}
    return _decide(actor, RestructuringKind.HIVE_OFF, employer, into, target, on, why, at, plan)


def checked_people(actor: Actor, employer: Employer, people: Collection[int]) -> set[int]:
    """Who goes to another employer: persons with a running membership there, in reach. Raises InvalidInput naming people."""
    wanted = set(people)
    here = Membership.objects.filter(employer=employer, ended_on=None, person_id__in=wanted)
    known = set(here.filter(actor.within("members.edit", "union_path")).values_list("person_id", flat=True))
    if not wanted or known != wanted:
        raise InvalidInput(
            _("Name people who work at %(name)s and are members in your reach.") % {"name": employer.name},
            field="people",
        )
    return wanted


def unions_covering(into: Employer, employer: Employer) -> list[TradeUnion]:
    """Standing unions that may take the people: own unions before joint ones, those of the employer that takes first."""
    links = EmployerLink.objects.filter(
        employer__in=[into, employer], valid_to=None, union__state=rules.UnionState.ACTIVE, union__kind__in=rules.ADMITTING
    )  # fmt: skip
    rows = sorted(
        links.select_related("union"),
        key=lambda one: (one.kind != LinkKind.OWN, one.employer_id != into.pk, one.valid_from, one.pk),
    )
    return list(dict.fromkeys(row.union for row in rows))


def unions_that_end(employer: Employer, into: Employer, target: TradeUnion | None) -> list[TradeUnion]:
    """Their own unions beside the one that takes over, when they cover nobody else."""
    if target is None:
        return []
    own = EmployerLink.objects.filter(employer__in=[employer, into], kind=LinkKind.OWN, valid_to=None)
    elsewhere = EmployerLink.objects.filter(valid_to=None).exclude(employer__in=[employer, into])
    standing = TradeUnion.objects.filter(
        pk__in=own.values("union_id"), state=rules.UnionState.ACTIVE, kind=rules.UnionKind.INDEPENDENT
    )
    rows = standing.exclude(pk=target.pk).exclude(pk__in=elsewhere.values("union_id"))
    return list(rows.select_related("parent").order_by("pk"))


def _both(actor: Actor, employer_id: int, into_id: int, version: int) -> tuple[Employer, Employer]:
    employer = employer_for(actor, employer_id, "registry.edit")
    into = employer_for(actor, into_id, "registry.edit")
    check_pair(employer, into)
    if employer.version != version:
        raise StaleEdit(employer, {})
    return employer, into


def check_pair(employer: Employer, into: Employer) -> None:
    """Whether the one can go into the other: two employers, both in business. Raises InvalidInput naming into."""
    for one in (employer, into):
        if one.state != rules.EmployerState.ACTIVE:
            raise InvalidInput(_("%(employer)s is out of business.") % {"employer": one.name}, field="into")
    if employer.pk == into.pk:
        raise InvalidInput(_("Choose another employer."), field="into")


def target_of(employer: Employer, into: Employer, union_id: int | None) -> TradeUnion | None:
    """The union that takes the people: the one chosen, else the first possible. Raises InvalidInput naming union."""
    possible = unions_covering(into, employer)
    if union_id is None:
        return possible[0] if possible else None
    for union in possible:
        if union.pk == union_id:
            return union
    raise InvalidInput(
        _("This union covers neither of the two employers."),
        remedy=_("Possible: %(names)s.") % {"names": "、".join(one.name for one in possible) or "–"}, field="union",
    )  # fmt: skip


def check_day(employer: Employer, into: Employer, target: TradeUnion | None, on: date) -> None:
    """Both employers, and the union that takes the people, exist by that day. Raises InvalidInput naming on."""
    for one in (employer, into):
        check_since(one.name, known_since(one), on, field="on")
    if target is not None:
        check_stood(target, on, field="on")


def _target(actor: Actor, employer: Employer, into: Employer, union_id: int | None) -> TradeUnion | None:
    union = target_of(employer, into, union_id)
    return union_for(actor, union.pk, "registry.edit") if union is not None else None


def _decide(
    actor: Actor, kind: RestructuringKind, employer: Employer, into: Employer, target: TradeUnion | None, on: date,
    why: str, at: datetime, plan: dict[str, Any],
) -> Restructuring:  # fmt: skip
    what = Restructuring(
        kind=kind, employer=employer, into=into, path=employer.territory_path or (target.path if target else ""),
        target=target, target_name=into.name, on=on, reason=why, plan=plan, decided_at=at, decided_by=actor.name[:80],
    )  # fmt: skip
    title = _("%(name)s goes into %(into)s") % {"name": employer.name, "into": into.name}
    put_in_queue(actor, what, title, at)
    audit.record(
        actor, f"registry.employer_{kind}_decided", employer, at=at, reason=why,
        data={"to": into.name, "on": on.isoformat(), "restructuring": what.pk},
    )  # fmt: skip
    return what
