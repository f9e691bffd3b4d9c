"""Joining codes and how they do: every number a sum over the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from smartunion.core.actor import Actor
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED, MEMBER_TRANSFERRED
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.queries.drive_steps import POOLED, STARTED, SUBMITTED, undecided
from smartunion.systems.organising.queries.target_progress import TargetLine, lines


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel: stable key and how many."""

    key: str
    count: int


@dataclass(frozen=True)
class Progress:
    """How a drive does: people joined, funnel, by day (day, joined, pooled), its own target with what is reached."""

    joined: int
    pooled: int
    waiting: int
    stages: Sequence[Stage]
    by_day: Sequence[tuple[date, int, int]]
    own: TargetLine | None


def drives_for(actor: Actor) -> "QuerySet[JoiningDrive]":
    """Codes of unions in reach with the number of people joined by each."""
    return JoiningDrive.objects.visible_to(actor).select_related("union", "employer")


def progress(drive: JoiningDrive, *, today: date, days: int = 30) -> Progress:
    """The numbers of one drive; by_day covers its last so many days, oldest first, days without anybody included."""
    facts = Fact.objects.filter(drive_id=drive.pk)
    totals: dict[str, int] = dict(
        facts.filter(kind__in=[STARTED, SUBMITTED, MEMBER_JOINED, POOLED, MEMBER_TRANSFERRED])
        .values_list("kind")
        .annotate(total=Sum("quantity"))
    )
    stages = (
        Stage("started", totals.get(STARTED, 0)),
        Stage("sent", totals.get(SUBMITTED, 0)),
        Stage("joined", totals.get(MEMBER_JOINED, 0)),
    )
    own = drive.targets.filter(fact_kind=MEMBER_JOINED, union=drive.union_id, platform="").select_related(
        "drive"
    )
    return Progress(
        joined=totals.get(MEMBER_JOINED, 0), pooled=totals.get(POOLED, 0), waiting=undecided(drive).count(), stages=stages,
        by_day=_by_day(drive, today, days), own=next(iter(lines(list(own))), None),
    )  # fmt: skip


def _by_day(drive: JoiningDrive, today: date, days: int) -> list[tuple[date, int, int]]:
    first = max(drive.starts_on, today - timedelta(days=days - 1))
    last = min(drive.ends_on, today) if drive.ends_on is not None else today
    rows = Fact.objects.filter(drive_id=drive.pk, kind__in=[MEMBER_JOINED, POOLED], happened_on__gte=first)
    counted = rows.values_list("happened_on").annotate(
        joined=Sum("quantity", filter=Q(kind=MEMBER_JOINED)), pooled=Sum("quantity", filter=Q(kind=POOLED))
    )
    found = {day: (joined or 0, pooled or 0) for day, joined, pooled in counted}
    span = max(0, (last - first).days + 1)
    every = [first + timedelta(days=number) for number in range(span)]
    return [(day, *found.get(day, (0, 0))) for day in every]
