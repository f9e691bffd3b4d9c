"""Employers: set up, changed, covered by unions from a day until a day, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min, QuerySet
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes import uscc as usccs
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal, StaleState
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import origins, platform_work, spells, tallies
from smartunion.ground.registry.flows.access import employer_for, union_for
from smartunion.ground.registry.flows.carrying import bring_home
from smartunion.ground.registry.flows.origins import Origin
from smartunion.ground.registry.flows.spells import Begin, End
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.flows.unions.checks import (
    check_not_future,
    check_since,
    check_stood,
    checked_name,
    named,
)
from smartunion.ground.registry.flows.unions.close import check_day, close_union
from smartunion.ground.registry.flows.unions.closing_days import check_nobody_later
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Region, TradeUnion
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.queries.closings import unions_that_close
from smartunion.ground.registry.queries.places import federation_for
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState

#: Fields create_employer and update_employer take besides name and code.
OPTIONAL = frozenset(
    {"former_name", "old_reg_no", "org_code", "entity_id", "region_id", "address", "lon", "lat", "unit_nature",
     "economic_type", "industry", "is_platform", "staff_count", "insured_count", "founded_on", "legal_person"}
)  # fmt: skip
_CHOICES = {"unit_nature": rules.UnitNature, "economic_type": rules.EconomicType, "industry": rules.Industry}
_LONGEST = {"former_name": 240, "address": 200, "legal_person": 60, "unit_nature": 20, "economic_type": 20}


class EmployerKnown(Refusal):
    """An employer with this code is in the registry already."""

    code = "employer_known"


class AlreadyClosed(StaleState):
    """The employer is out of business; there is nothing left to end."""

    code = "already_closed"


class AlreadyCovered(Refusal):
    """The union covers this employer already."""

    code = "already_covered"


class HasOwnUnion(InvalidInput):
    """The employer has a union of its own, so that no joint union covers it any more."""

    code = "has_own_union"


@dataclass(frozen=True)
class NewEmployer:
    """What is known of an employer. details: fields of OPTIONAL, as stored; region_id decides who looks after it."""

    name: str
    uscc: str = ""
    details: Mapping[str, Any] | None = None
    source: str = ""


@transaction.atomic
def create_employer(*, actor: Actor, data: NewEmployer, at: datetime) -> Employer:
    """Enter an employer; its place decides which federation looks after it.

    Raises NotAllowed when the place lies outside the actor's reach; InvalidInput naming name, uscc or region;
    EmployerKnown with employer_id.
    """
    values = checked_values(dict(data.details or {}) | {"name": data.name, "uscc": data.uscc})
    territory_path = _territory_path(values.get("region_id"))
    if not actor.can("registry.edit", path=territory_path):
        raise NotAllowed(
            _("This place is not looked after by your union."),
            remedy=_(
                "Choose a region inside your territory, or ask the federation of that place to enter it."
            ),
        )
    try:
        with transaction.atomic():
            employer = Employer.objects.create(
                territory_path=territory_path, created_at=at, updated_at=at, **values
            )
    except IntegrityError:
        raise _known(values) from None
    audit.record(actor, "registry.employer_created", employer, at=at, data={"source": data.source})
    return employer


@transaction.atomic
def update_employer(
    *,
    actor: Actor,
    employer_id: int,
    version: int,
    changes: Mapping[str, Any],
    at: datetime,
    origin: Origin | None = None,
) -> Employer:
    """Change what is known of an employer; another region hands it to another federation, another name keeps the old.

    changes: name, uscc and fields of OPTIONAL. origin: where all of them come from, the actor herself when not given;
    what people say is not overwritten by the next comparison. Raises NotVisible, NotAllowed; InvalidInput naming the field;
    EmployerKnown; StaleEdit with both versions.
    """
    employer = employer_for(actor, employer_id, "registry.edit")
    values = checked_values(changes)
    if "region_id" in values:
        values["territory_path"] = _territory_path(values["region_id"])
    if values.get("name", employer.name) != employer.name and "former_name" not in values:
        values["former_name"] = "；".join(filter(None, [employer.name, employer.former_name]))[:240]
    changed = sorted(name for name, value in values.items() if getattr(employer, name) != value)
    stored = Employer.objects.filter(pk=employer.pk, version=version)
    try:
        with transaction.atomic():
            moved = stored.update(**values, version=F("version") + 1, updated_at=at)
    except IntegrityError:
        raise _known(values) from None
    if moved != 1:
        raise StaleEdit(Employer.objects.get(pk=employer.pk), changes)
    origins.put(
        employer,
        origins.named(changes, changed, origin),
        origin or origins.by_people(actor),
        actor=actor,
        at=at,
    )
    if changed:
        audit.record(actor, "registry.employer_updated", employer, at=at, data={"fields": changed})
    employer.refresh_from_db()
    if employer.is_platform and "is_platform" in changed:
        platform_work.fill_from_memberships(employer=employer, at=at)
    return employer


@transaction.atomic
def link(
    *,
    actor: Actor,
    union_id: int,
    employer_id: int,
    kind: rules.LinkKind,
    on: date,
    at: datetime,
    source: str = "",
    with_people: bool = True,
) -> EmployerLink:
    """Let a union cover an employer from a day on; when it is the employer's own union, joint coverage ends that day.

    with_people: the employer's people in joint unions become members of its own union that day, if it stands, and
    both unions are told; an import says False, because its members follow in a list of their own.
    Raises NotVisible, NotAllowed; InvalidInput naming union, kind or on; HasOwnUnion; AlreadyCovered.
    """
    union = union_for(actor, union_id, "registry.edit")
    employer = employer_for(actor, employer_id, "registry.view")
    _check_may_cover(union, employer, kind)
    if kind == rules.LinkKind.JOINT:
        _check_has_no_own_union(employer)
    elif with_people:
        _check_has_no_other_union(employer, union)
    check_not_future(on, local_date(at), field="on")
    check_stood(union, on, field="on")
    if kind == rules.LinkKind.OWN:
        joint = EmployerLink.objects.filter(employer=employer, kind=rules.LinkKind.JOINT, valid_to=None)
        for running in joint.select_related("union"):
            _leave_joint(running, max(on, running.valid_from), union, actor, at)
    try:
        with transaction.atomic():
            row = EmployerLink.objects.create(
                union=union,
                union_path=union.path,
                employer=employer,
                kind=kind,
                valid_from=on,
                source=source[:60],
            )
    except IntegrityError:
        raise AlreadyCovered(
            _("%(union)s covers %(employer)s already.") % {"union": union.name, "employer": employer.name},
            field="employer",
        ) from None
    tallies.add_one(union, tallies.Counts(employers=1))
    people = 0
    if with_people and kind == rules.LinkKind.OWN and union.state == rules.UnionState.ACTIVE:
        people = bring_home(actor=system(), employer_ids=[employer.pk], to=union, on=on, at=at)
    audit.record(
        actor, "registry.employer_linked", union, at=at,
        data={"employer": employer.pk, "kind": kind, "on": on.isoformat(), "source": source[:60], "people": people},
    )  # fmt: skip
    return row


def _leave_joint(running: EmployerLink, on: date, own: TradeUnion, actor: Actor, at: datetime) -> None:
    """End a joint coverage because the employer's own union covers it; the joint union's record says so."""
    _end(running, on)
    reason = _("its own union covers it from that day: %(union)s") % {"union": own.name}
    audit.record(
        actor, "registry.employer_unlinked", running.union, at=at, reason=reason[:200],
        data={"employer": running.employer_id, "on": on.isoformat()},
    )  # fmt: skip


@transaction.atomic
def unlink(*, actor: Actor, link_id: int, on: date, reason: str, at: datetime) -> EmployerLink:
    """End a coverage on a day. Raises NotVisible, NotAllowed; InvalidInput naming on; StaleState if it has ended."""
    row = (
        EmployerLink.objects.visible_to(actor).select_related("union", "employer").filter(pk=link_id).first()
    )
    if row is None:
        raise NotVisible
    actor.check_can("registry.edit", path=row.union.path)
    check_not_future(on, local_date(at), field="on")
    if on < row.valid_from:
        raise InvalidInput(
            _("The coverage began only on %(day)s.") % {"day": row.valid_from.isoformat()}, field="on"
        )
    _end(row, on)
    audit.record(
        actor, "registry.employer_unlinked", row.union, at=at, reason=reason,
        data={"employer": row.employer_id, "on": on.isoformat()},
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def resume(*, actor: Actor, link_id: int, ended_on: date, at: datetime) -> EmployerLink:
    """Take the end of a coverage back: it runs on as if it had never ended, beside whatever stood beside it before.

    Raises NotVisible, NotAllowed; InvalidInput naming union or employer; StaleState when it did not end that day, or the
    union covers the employer anew.
    """
    row = get_visible(EmployerLink.objects.visible_to(actor).select_related("union", "employer"), link_id)
    actor.check_can("registry.edit", path=row.union.path)
    _check_may_cover(row.union, row.employer, rules.LinkKind(row.kind))
    try:
        with transaction.atomic():
            moved = EmployerLink.objects.filter(pk=row.pk, valid_to=ended_on).update(valid_to=None)
    except IntegrityError:
        moved = 0
    if moved != 1:
        raise StaleState(
            _("The coverage by %(union)s was changed since; it stays as it is.") % {"union": row.union.name}
        )
    tallies.add_one(row.union, tallies.Counts(employers=1))
    audit.record(
        actor, "registry.employer_link_resumed", row.union, at=at,
        data={"employer": row.employer_id, "ended_on": ended_on.isoformat()},
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def close_employer(
    *, actor: Actor, employer_id: int, version: int, on: date, reason: str, at: datetime
) -> Employer:
    """Mark an employer as gone out of business, with its consequences.

    Its own unions close with it and their members keep their membership at the union above; coverage by joint
    unions ends, and people of this employer there keep their membership where they are, as retained.
    One that moved away can end too: what it left here ends with it.
    Raises NotVisible, NotAllowed; InvalidInput naming on; AlreadyClosed, StaleEdit. Source: Trade Union Law art. 13 (2021).
    """
    employer = employer_for(actor, employer_id, "registry.edit")
    check_closing_day(actor, employer, on, local_date(at))
    check_is_open(employer)
    standing = Employer.objects.filter(pk=employer.pk, version=version).exclude(
        state=rules.EmployerState.CLOSED
    )
    if standing.update(state=rules.EmployerState.CLOSED, version=F("version") + 1, updated_at=at) != 1:
        raise StaleEdit(Employer.objects.get(pk=employer.pk), {"state": rules.EmployerState.CLOSED})
    closing = {union.pk for union in unions_that_close(employer)}
    for row in EmployerLink.objects.filter(employer=employer, valid_to=None).select_related("union"):
        if row.union_id in closing:
            close_union(
                actor=actor, union_id=row.union_id, version=row.union.version, on=on, reason=reason, at=at, with_employer=True,
            )  # fmt: skip
        else:
            _end(row, max(on, row.valid_from))
    _retain_people(actor, employer, on, at)
    origins.put(employer, ["state"], origins.by_people(actor), actor=actor, at=at)
    audit.record(
        actor, "registry.employer_closed", employer, at=at, reason=reason, data={"on": on.isoformat()}
    )
    employer.refresh_from_db()
    return employer


def check_closing_day(actor: Actor, employer: Employer, on: date, today: date) -> None:
    """Whether an employer can end on a day: not to come, not before it existed, nor its own unions, and nothing is on record
    after it. Raises InvalidInput.
    """
    check_not_future(on, today, field="on")
    check_since(employer.name, known_since(employer), on, field="on")
    closing = unions_that_close(employer)
    for union in closing:
        check_day(actor, union, on, today)
    check_nobody_later(actor, employer, closing, on)


def known_since(employer: Employer) -> date | None:
    """The day an employer was founded; where nobody knows it, since when somebody worked there or a union covered it."""
    if employer.founded_on is not None:
        return employer.founded_on
    worked = Membership.objects.filter(employer=employer).aggregate(first=Min("started_on"))["first"]
    covered = EmployerLink.objects.filter(employer=employer).aggregate(first=Min("valid_from"))["first"]
    return min((day for day in (worked, covered) if day is not None), default=None)


def check_is_open(employer: Employer) -> None:
    """Whether it can go out of business. Raises AlreadyClosed."""
    if employer.state == rules.EmployerState.CLOSED:
        raise AlreadyClosed(
            _("%(employer)s is out of business.") % {"employer": employer.name},
            remedy=_("Open its page: it shows since when, and what followed."),
        )


@transaction.atomic
def take_state(
    *, actor: Actor, employer_id: int, version: int, state: rules.EmployerState, origin: Origin, at: datetime
) -> Employer:
    """Let an employer stand as a register has it. Coverage and memberships stay: the next comparison asks about them.

    Raises NotVisible, NotAllowed, StaleEdit.
    """
    employer = employer_for(actor, employer_id, "registry.edit")
    stored = Employer.objects.filter(pk=employer.pk, version=version)
    if stored.update(state=state, version=F("version") + 1, updated_at=at) != 1:
        raise StaleEdit(Employer.objects.get(pk=employer.pk), {"state": state})
    origins.put(employer, ["state"], origin, actor=actor, at=at)
    audit.record(actor, "registry.employer_updated", employer, at=at, data={"fields": ["state"]})
    employer.refresh_from_db()
    return employer


def _end(row: EmployerLink, on: date) -> None:
    if EmployerLink.objects.filter(pk=row.pk, valid_to=None).update(valid_to=on) != 1:
        raise StaleState(
            _("This coverage has ended already."),
            remedy=_("Open the employer’s page: it shows until when, and who covers it now."),
        )
    tallies.add_one(row.union, tallies.Counts(employers=-1))


def _retain_people(actor: Actor, employer: Employer, on: date, at: datetime) -> None:
    """People of a closed employer in joint unions stay there, as retained."""
    remaining = Membership.objects.filter(employer=employer, state=MembershipState.ACTIVE).select_related(
        "union"
    )
    by_union: dict[int, list[Membership]] = {}
    for spell in remaining:
        by_union.setdefault(spell.union_id, []).append(spell)
    end = End(ChangeType.RETAINED, ChangeReason.EMPLOYER_CLOSED, on)
    new = Begin(MembershipState.RETAINED, ChangeType.RETAINED, on, ChangeReason.EMPLOYER_CLOSED)
    for people in by_union.values():
        for row in spells.swap_many(
            actor=actor, spells=people, end=end, union=people[0].union, new=new, at=at
        ):
            messages.tell_retained(row, ChangeReason.EMPLOYER_CLOSED, at)


def _check_may_cover(union: TradeUnion, employer: Employer, kind: rules.LinkKind) -> None:
    if union.state == rules.UnionState.CLOSED:
        raise InvalidInput(_("%(union)s is closed.") % {"union": union.name}, field="union")
    if employer.state == rules.EmployerState.CLOSED:
        raise InvalidInput(
            _("%(employer)s is out of business.") % {"employer": employer.name}, field="employer"
        )
    if kind not in rules.LINK_KINDS.get(rules.UnionKind(union.kind), frozenset()):
        raise InvalidInput(
            _("A union of the kind “%(kind)s” cannot cover an employer in this way.")
            % {"kind": union.get_kind_display()},
            remedy=_(
                "Own unions are independent ones; joint unions and associations cover employers jointly."
            ),
            field="kind",
        )


def own_coverage() -> QuerySet[EmployerLink]:
    """Running coverage of employers by unions of their own; a branch in a firm is part of its union."""
    return EmployerLink.objects.filter(
        kind=rules.LinkKind.OWN, union__kind=rules.UnionKind.INDEPENDENT, valid_to=None
    )


def _check_has_no_other_union(employer: Employer, union: TradeUnion) -> None:
    """No second union of its own; a branch or group within the first is part of it."""
    if union.kind != rules.UnionKind.INDEPENDENT:
        return
    others = own_coverage().exclude(union=union).exclude(union__path__in=ancestors(union.path))
    _check_no_own_union(
        employer, others.exclude(union_path__startswith=union.path),
        remedy=_("An employer has one union of its own. Merge the two, or end the coverage by the first one."),
    )  # fmt: skip


def _check_has_no_own_union(employer: Employer) -> None:
    _check_no_own_union(
        employer, own_coverage(),
        remedy=_("A joint union covers employers that have none. If it has ended, close that union first."),
    )  # fmt: skip


def _check_no_own_union(employer: Employer, among: QuerySet[EmployerLink], *, remedy: str) -> None:
    own = among.filter(employer=employer).select_related("union").first()
    if own is not None:
        raise HasOwnUnion(
            _("%(employer)s has a union of its own: %(union)s.")
            % {"employer": employer.name, "union": own.union.name},
            remedy=remedy, field="employer",
        )  # fmt: skip


def _territory_path(region_id: int | None) -> str:
    if region_id is None:
        return ""
    region = Region.objects.filter(pk=region_id).first()
    if region is None:
        raise InvalidInput(
            _("This region is not known here."), remedy=_("Choose a region from the list."), field="region"
        )
    federation = federation_for(region)
    return federation.path if federation else ""


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values ready to store, with the keys that follow from name and code. Raises InvalidInput, ValueError."""
    unknown = values.keys() - OPTIONAL - {"name", "uscc"}
    if unknown:
        raise ValueError(f"not a field of an employer: {sorted(unknown)}")
    checked = {name: squeeze(value) if isinstance(value, str) else value for name, value in values.items()}
    for name, limit in _LONGEST.items():
        if len(checked.get(name) or "") > limit:
            raise InvalidInput(_("At most %(limit)s characters fit here.") % {"limit": limit}, field=name)
    for name, choices in _CHOICES.items():
        if checked.get(name) and checked[name] not in choices.values:
            raise InvalidInput(_("Choose one of the values of the list, or leave it empty."), field=name)
    if "name" in checked:
        checked |= named(checked_name(checked["name"]))
        checked["brand_key"] = brand_key(checked["name"])
    if checked.get("uscc"):
        checked |= _coded(checked["uscc"])
    return checked


def code_of_union() -> InvalidInput:
    """The refusal of a union's code where an employer's belongs."""
    return InvalidInput(
        _("This is the code of a union, not of an employer."),
        remedy=_("Take the code from the employer's licence, or leave the field empty."), field="uscc",
    )  # fmt: skip


def _coded(text: str) -> dict[str, str]:
    found = usccs.check(text)
    if not found.ok:
        raise InvalidInput(" ".join(found.messages), field="uscc")
    if found.code.startswith("81"):
        raise code_of_union()
    return {"uscc": found.code, "org_code": usccs.organisation_code_of(found.code)}


def _known(values: Mapping[str, Any]) -> EmployerKnown:
    twin = Employer.objects.filter(uscc=values.get("uscc") or "-").first()
    twin = twin or Employer.objects.filter(entity_id=values.get("entity_id") or "-").first()
    return EmployerKnown(
        _("This code is in the registry already: %(name)s.") % {"name": twin.name if twin else ""},
        remedy=_("Open that employer instead of entering it again."), field="uscc",
        employer_id=twin.pk if twin else None,
    )  # fmt: skip
