"""An organiser's day: which firms, in which order, and why."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.policies import service as policies
from smartunion.systems.organising.building import Spot, shared, spot, together
from smartunion.systems.organising.models import Finding, Visit
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.route import Stop, Travel, distance_km, minutes, visiting_order
from smartunion.systems.organising.rules import TO_VISIT, FindingState


@dataclass(frozen=True)
class DayPlan:
    """How she wants the day: where she starts (never stored), how she travels, stops she keeps first in her order."""

    start: Stop | None = None
    travel: Travel = Travel.DRIVE
    locked: tuple[int, ...] = ()


@dataclass(frozen=True)
class DayStop:
    """One firm on the day list.

    distance_km, minutes: from the stop before; 0 for the first one and where a place is unknown.
    is_locked: she put it where it is; building, floor: where several of the day are under one roof, "" and None otherwise.
    """

    finding_id: int
    employer_id: int | None
    version: int
    area_id: int | None
    order: int
    name: str
    address: str
    lon: float | None
    lat: float | None
    headcount: int | None
    kind: str
    reasons: tuple[str, ...]
    last_visit: str
    distance_km: float
    minutes: int
    is_locked: bool
    building: str = ""
    floor: int | None = None


def day_list(actor: Actor, on: date, plan: DayPlan | None = None) -> list[DayStop]:
    """The day's firms of one's own areas in visiting order; an area's most promising ones first.

    How many: policy organising.day_visits. A fixed number of queries however many there are.
    """
    plan = plan or DayPlan()
    found = candidates(actor, on).select_related("employer__region", "union__region")
    wanted = list(found)
    by_key = {finding.pk: finding for finding in wanted}
    stops = {finding.pk: _stop(finding) for finding in wanted}
    first = [stops[key] for key in dict.fromkeys(plan.locked) if key in stops]
    rest = [stop for key, stop in stops.items() if stop not in first]
    ordered = [*first, *visiting_order(rest, first[-1] if first else plan.start)]
    spots = {key: spot(address_of(finding)) for key, finding in by_key.items()}
    ordered, roofs = together(ordered, lambda stop: spots[stop.key]), shared(spots.values())
    last = last_visits([finding.pk for finding in wanted])
    rows, before = [], plan.start
    for order, stop in enumerate(ordered, start=1):
        way = distance_km(before, stop) if before else 0.0
        row = _row(by_key[stop.key], stop, order, last, way, plan.travel, is_locked=stop in first)
        rows.append(replace(row, **_roof(spots[stop.key], roofs)))
        before = stop if stop.lon is not None else before
    return rows


def address_of(finding: Finding) -> str:
    """Where the firm or union a finding is about says it is."""
    subject = finding.employer or finding.union
    return str(subject.address) if subject else ""


def _roof(found: Spot, roofs: frozenset[str]) -> dict[str, Any]:
    return found._asdict() if found.building in roofs else {}


def _stop(finding: Finding) -> Stop:
    """Where a firm is: its own position, else the middle of its village or town."""
    subject = finding.employer or finding.union
    own = finding.employer
    if own is not None and own.lon is not None:
        return Stop(finding.pk, own.lon, own.lat)
    region = subject.region if subject is not None else None
    return Stop(finding.pk, region.lon if region else None, region.lat if region else None)


def candidates(actor: Actor, on: date) -> QuerySet[Finding]:
    """The firms of her day list: of her areas, due ones first, then the most promising; as many as the policy says."""
    size: int = policies.value("organising.day_visits", path=_path(actor), on=on)
    open_ones = Finding.objects.visible_to(actor).filter(
        Q(due_on=None) | Q(due_on__lte=on), state=FindingState.OPEN, area_id__in=actor.area_ids,
        kind__in=TO_VISIT,
    )  # fmt: skip
    due_first = F("due_on").asc(nulls_last=True)
    return open_ones.order_by(due_first, "-score", "pk")[:size]


def _path(actor: Actor) -> str:
    roots = actor.paths("organising.visit")
    return roots[0] if roots else ""


def last_visits(finding_ids: Collection[int]) -> dict[int, str]:
    """What the last visit to each finding found, in words: "day result: note · people seen · spoke to · answers"; four queries."""
    newest = Visit.objects.filter(finding=OuterRef("pk")).order_by("-noted_at", "-pk").values("pk")[:1]
    keys = (
        Finding.objects.filter(pk__in=finding_ids)
        .annotate(last=Subquery(newest))
        .values_list("last", flat=True)
    )
    visits = Visit.objects.filter(pk__in=[key for key in keys if key is not None])
    visits = visits.prefetch_related("answers__question")
    return {visit.finding_id or 0: _said(visit) for visit in visits}


def _said(visit: Visit) -> str:
    found = f"{local_date(visit.noted_at):%m-%d} {visit.get_result_display()}"
    more = [visit.note] if visit.note else []
    if visit.staff_seen is not None:
        more.append(_("%(people)s people seen") % {"people": visit.staff_seen})
    if visit.contact_name:
        more.append(_("spoke to %(name)s") % {"name": visit.contact_name})
    more += [
        _("%(said)s: %(note)s") % {"said": one.question.label, "note": one.said}
        for one in visit.answers.all()
    ]
    return _("%(said)s: %(note)s") % {"said": found, "note": " · ".join(more)} if more else found


def _row(
    finding: Finding,
    stop: Stop,
    order: int,
    last: dict[int, str],
    way_km: float,
    travel: Travel,
    *,
    is_locked: bool,
) -> DayStop:
    return DayStop(
        finding_id=finding.pk, employer_id=finding.employer_id, version=finding.version, area_id=finding.area_id,
        order=order, name=finding.subject_name,
        address=address_of(finding), lon=stop.lon, lat=stop.lat, headcount=finding.headcount,
        kind=finding.get_kind_display(), reasons=(*sentences(finding.reasons), *_mode(finding)),
        last_visit=last.get(finding.pk, ""), distance_km=round(way_km, 1), minutes=minutes(way_km, travel),
        is_locked=is_locked,
    )  # fmt: skip


def _mode(finding: Finding) -> list[str]:
    """How its union could be founded, as one sentence."""
    if not finding.mode:
        return []
    return [_("How to found: %(mode)s.") % {"mode": finding.get_mode_display()}]
