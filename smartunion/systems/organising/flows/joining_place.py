"""Where an application to join belongs: the employer meant, the union concerned, the way it takes. Reads only."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.ground.registry.rules import ADMITTING, LEADING, UnionKind, UnionState, fold_name
from smartunion.systems.organising import joining_rules
from smartunion.systems.organising.joining_rules import Cover, Decision, Situation, Way
from smartunion.systems.organising.models import JoiningDrive


@dataclass(frozen=True)
class Workplace:
    """Where she says she works. employer_id counts only when its name is employer_name."""

    employer_name: str = ""
    employer_id: int | None = None
    region_code: str = ""


@dataclass(frozen=True)
class Place:
    """The employer if it is known, its name, the union concerned and the way."""

    employer: Employer | None
    employer_name: str
    target: TradeUnion
    decision: Decision


def place_of(
    drive: JoiningDrive | None, work: Workplace, *, phone_differs: bool, on: date, was_expelled: bool = False
) -> Place:  # fmt: skip
    """Where the application belongs on the day. Raises InvalidInput naming employer, or when no union is set up."""
    employer = employer_of(drive, work)
    target, decision = _decide(drive, work, employer, phone_differs, was_expelled, on)
    name = employer.name if employer is not None else work.employer_name.strip()[:120]
    return Place(employer, name, target, decision)


def employer_of(drive: JoiningDrive | None, work: Workplace) -> Employer | None:
    """The employer of the code, the one chosen, or the only one of the name given; None when nobody knows it."""
    if drive is not None and drive.employer is not None:
        return drive.employer
    key = fold_name(work.employer_name)
    if work.employer_id is not None:
        chosen = Employer.objects.filter(pk=work.employer_id, name_key=key).select_related("region").first()
        if chosen is not None:
            return chosen
    same = registry.employers_meant(Employer.objects.select_related("region"), work.employer_name)
    return same[0] if len(same) == 1 else None


def only_employer(drive: JoiningDrive) -> Employer | None:
    """The one employer a code's own union covers; None where there are several, or the code is a joint union's."""
    if drive.union.kind != UnionKind.INDEPENDENT:
        return None
    covered = Employer.objects.filter(union_links__union=drive.union_id, union_links__valid_to=None)
    found = list(covered.only("name")[:2])
    return found[0] if len(found) == 1 else None


def _decide(
    drive: JoiningDrive | None,
    work: Workplace,
    employer: Employer | None,
    differs: bool,
    expelled: bool,
    on: date,
) -> tuple[TradeUnion, Decision]:
    """The union concerned and the way the application takes."""
    if employer is None and not work.employer_name.strip():
        raise InvalidInput(
            _("Please say where you work."), field="employer",
            remedy=_("Write part of the name and choose it; if it is not in the list, write the whole name."),
        )  # fmt: skip
    union = drive.union if drive is not None else None
    admits = union is not None and union.state == UnionState.ACTIVE and union.kind in ADMITTING
    covering = registry.union_for_employer(employer, on) if employer is not None else None
    situation = Situation(
        admits=admits, cover=_cover(employer, covering, union), phone_differs=differs, was_expelled=expelled,
        named=drive is not None and drive.employer_id is not None,
        needs_approval=bool(union and policies.value("organising.join_needs_approval", path=union.path, on=on)),
    )  # fmt: skip
    decision = joining_rules.decide(situation)
    if decision.way is Way.POOL:
        return _pool(union, employer, work), decision
    target = covering if decision.through_other or union is None else union
    assert target is not None
    return target, decision


def _cover(employer: Employer | None, covering: TradeUnion | None, union: TradeUnion | None) -> Cover:
    if employer is None:
        return Cover.UNKNOWN
    if covering is None:
        return Cover.NOBODY
    return Cover.HERE if union is not None and covering.pk == union.pk else Cover.ELSEWHERE


def _pool(union: TradeUnion | None, employer: Employer | None, work: Workplace) -> TradeUnion:
    """The federation that keeps her place: of the code, of the employer's place, of the place given, or the topmost."""
    if union is not None and union.kind in LEADING:
        place = registry.federation_for(employer.region) if employer is not None else None
        return place if place is not None and place.path.startswith(union.path) else union
    if union is not None and union.parent is not None:
        return union.parent
    region = employer.region if employer is not None else Region.objects.filter(code=work.region_code).first()
    found = registry.federation_for(region) or (
        TradeUnion.objects.filter(kind__in=LEADING, state=UnionState.ACTIVE).order_by("depth", "pk").first()
    )
    if found is None:
        raise InvalidInput(
            _("No union is set up here yet."), remedy=_("Please tell the federation; nothing was stored.")
        )
    return found
