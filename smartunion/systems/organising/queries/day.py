"""An organiser's day: which firms, in which order, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from smartunion.core.actor import Actor
from smartunion.ground.policies import service as policies
from smartunion.systems.organising.models import Finding, Visit
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.route import Stop, length_km, visiting_order
from smartunion.systems.organising.rules import FindingKind, FindingState


@dataclass(frozen=True)
class DayStop:
    """One firm on the day list. distance_km: from the stop before, 0 for the first or where a place is unknown."""

    finding_id: int
    version: int
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


def day_list(actor: Actor, on: date, start: Stop | None = None) -> list[DayStop]:
    """The day's firms of one's own areas in visiting order; an area's most promising ones first.

    How many: policy organising.day_visits. A fixed number of queries however many there are.
    """
    wanted = _candidates(actor, on)
    stops = [
        Stop(f.pk, f.employer.lon if f.employer else None, f.employer.lat if f.employer else None)
        for f in wanted
    ]
    ordered = visiting_order(stops, start)
    by_key = {finding.pk: finding for finding in wanted}
    last = _last_visits([finding.pk for finding in wanted])
    rows, before = [], start
    for order, stop in enumerate(ordered, start=1):
        rows.append(_row(by_key[stop.key], stop, order, last, length_km([before, stop]) if before else 0.0))
        before = stop
    return rows


def _candidates(actor: Actor, on: date) -> Sequence[Finding]:
    size: int = policies.value("organising.day_visits", path=_path(actor), on=on)
    open_ones = Finding.objects.visible_to(actor).filter(
        Q(due_on=None) | Q(due_on__lte=on), state=FindingState.OPEN, area_id__in=actor.area_ids,
        kind__in=[FindingKind.NO_UNION, FindingKind.UNCERTAIN_LINK, FindingKind.CLOSED_UNION],
    )  # fmt: skip
    due_first = F("due_on").asc(nulls_last=True)
    return list(open_ones.select_related("employer", "union").order_by(due_first, "-score", "pk")[:size])


def _path(actor: Actor) -> str:
    roots = actor.paths("organising.visit")
    return roots[0] if roots else ""


def _last_visits(finding_ids: list[int]) -> dict[int, str]:
    """The newest note on each finding, as "day result: note"."""
    found: dict[int, str] = {}
    for visit in Visit.objects.filter(finding_id__in=finding_ids).order_by("noted_at", "pk"):
        note = f": {visit.note}" if visit.note else ""
        found[visit.finding_id or 0] = f"{visit.noted_at:%m-%d} {visit.get_result_display()}{note}"
    return found


def _row(finding: Finding, stop: Stop, order: int, last: dict[int, str], distance: float) -> DayStop:
    subject = finding.employer or finding.union
    return DayStop(
        finding_id=finding.pk, version=finding.version, order=order, name=finding.subject_name,
        address=subject.address if subject else "", lon=stop.lon, lat=stop.lat, headcount=finding.headcount,
        kind=finding.get_kind_display(), reasons=tuple(sentences(finding.reasons)),
        last_visit=last.get(finding.pk, ""), distance_km=round(distance, 1),
    )  # fmt: skip
