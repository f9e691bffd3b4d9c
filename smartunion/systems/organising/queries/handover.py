"""What passes from one organiser to another: the page both sides of a hand-over see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.models import AreaUnion, Finding, HandOver, Visit, VisitPromise
from smartunion.systems.organising.queries.quarter import Duty, with_states
from smartunion.systems.organising.rules import DutyState, FindingState, HandOverState

SHOWN = 100


def open_work(area_id: int) -> dict[str, int]:
    """Open work of an area by name: findings by state, those with a day set, promises."""
    rows = Finding.objects.filter(area_id=area_id).exclude(state=FindingState.CLOSED).order_by()
    counts: dict[str, int] = dict(rows.values_list("state").annotate(n=Count("pk")))
    counts["dated"] = rows.exclude(due_on=None).count()
    counts["promises"] = VisitPromise.objects.open().filter(area_id=area_id).count()
    counts["unions"] = AreaUnion.objects.filter(area_id=area_id, valid_to=None).count()
    return counts


def waiting_for(user_id: int | None) -> list[HandOver]:
    """Hand-overs in which this person is to say something next: to give the area, or to take it. Unscoped: her own."""
    to_give = Q(from_user=user_id, state=HandOverState.PREPARED)
    to_take = Q(to_user=user_id) & (
        Q(state=HandOverState.GIVEN) | Q(state=HandOverState.PREPARED, from_user=None)
    )
    rows = HandOver.objects.filter(to_give | to_take) if user_id else HandOver.objects.none()
    return list(rows.select_related("area", "from_user", "to_user").order_by("on", "pk")[:SHOWN])


def whole(counts: dict[str, Any]) -> int:
    """All open findings among counts by name."""
    return sum(int(counts.get(state.value, 0)) for state in FindingState if state != FindingState.CLOSED)


@dataclass(frozen=True)
class Passing:
    """Everything on the page. findings: those begun or dated first, at most SHOWN; notes: newest first."""

    counts: dict[str, int]
    findings: list[Finding]
    promises: list[VisitPromise]
    notes: list[Visit]
    owed: list[Any]
    late: list[Visit]


def passing(made: HandOver, today: date) -> Passing:
    """What the area holds now; a fixed number of queries."""
    rows = Finding.objects.filter(area_id=made.area_id).exclude(state=FindingState.CLOSED)
    begun = rows.filter(Q(due_on__isnull=False) | ~Q(state=FindingState.OPEN)).select_related(
        "employer", "union"
    )
    duty = Duty.of_path(made.path, Quarter.of(today), today)
    owed = with_states(
        AreaUnion.objects.standing_on(today).filter(area_id=made.area_id, union__state=UnionState.ACTIVE),
        duty,
    )
    visits = Visit.objects.filter(area_id=made.area_id).exclude(note="")
    subjects = ("finding__employer", "finding__union", "union")
    return Passing(
        counts=open_work(made.area_id),
        findings=list(begun.order_by(F("due_on").asc(nulls_last=True), "-score", "pk")[:SHOWN]),
        promises=list(
            VisitPromise.objects.open().filter(area_id=made.area_id).order_by("due_on", "pk")
            .select_related("finding__employer", "finding__union", "union")[:SHOWN]
        ),
        notes=list(visits.order_by("-noted_at", "-pk").select_related(*subjects)[:20]),
        owed=list(owed.exclude(state=DutyState.DONE).order_by("-state", "union__name", "pk")[:SHOWN]),
        late=_late(made, subjects),
    )  # fmt: skip


def _late(made: HandOver, subjects: tuple[str, ...]) -> list[Visit]:
    """Visits the old organiser noted while she held the area that came in after she had handed it over."""
    if made.from_user_id is None or made.given_at is None:
        return []
    rows = Visit.objects.filter(
        area_id=made.area_id, user_id=made.from_user_id, received_at__gt=made.given_at
    )
    return list(rows.order_by("-received_at", "-pk").select_related(*subjects)[:20])


def names_of(counts: dict[str, Any]) -> dict[str, int]:
    """Counts by name, 0 where there is none."""
    names = (
        *(state.value for state in FindingState if state != FindingState.CLOSED),
        "dated",
        "promises",
        "unions",
    )
    return {name: int(counts.get(name, 0)) for name in names}
