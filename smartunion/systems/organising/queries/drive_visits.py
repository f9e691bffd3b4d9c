"""Visits made for a drive: how many, with whom, what was answered to its questions; whole, or of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from smartunion.core import clock
from smartunion.core.paths import is_under
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.bulletin import Period, Visited
from smartunion.systems.organising.models import JoiningDrive, Visit, VisitAnswer, VisitQuestion
from smartunion.systems.organising.queries.questions import Outcome, outcomes
from smartunion.systems.organising.rules import VisitResult

_SUMS = {
    "visits": Count("pk"),
    "met": Count("pk", filter=~Q(result=VisitResult.NOBODY)),
    "done": Count("pk", filter=Q(is_done=True)),
}


@dataclass(frozen=True)
class UnitVisits:
    """Visits made for a drive at one unit."""

    union: TradeUnion
    sums: Visited

    @property
    def narrowed(self) -> str:
        """What makes the list of visits those of this unit, as in an address."""
        return urlencode({"town": self.union.path})


@dataclass(frozen=True)
class DriveVisits:
    """All visits made for a drive. units: those with any, in the order of places; asked: each of its questions with answers."""

    whole: Visited
    units: Sequence[UnitVisits]
    asked: Sequence[tuple[VisitQuestion, Outcome]]


def drive_visits(drive: JoiningDrive, units: Sequence[TradeUnion]) -> DriveVisits:
    """Sums over the visits made for it, by unit too, and its questions; at most five queries."""
    rows = _made_for(drive).values_list("path").annotate(**_SUMS)
    by_path = {path: Visited(*sums) for path, *sums in rows}
    lines = [UnitVisits(unit, _sum(by_path, unit.path)) for unit in units]
    questions = list(drive.questions.order_by("pk"))
    found = outcomes(VisitAnswer.objects.filter(question__drive=drive), questions)
    return DriveVisits(
        _sum(by_path, drive.path),
        [line for line in lines if line.sums.visits],
        [(one, found[one.pk]) for one in questions],
    )


def visited_in(drive: JoiningDrive, period: Period) -> Visited:
    """The visits made for it in a period; one query."""
    return Visited(**_within(_made_for(drive), period).aggregate(**_SUMS))


def answered_in(drive: JoiningDrive, period: Period) -> list[tuple[VisitQuestion, Outcome]]:
    """Its questions with what was answered in a period, those nobody answered left out; at most four queries."""
    questions = list(drive.questions.order_by("pk"))
    visits = _within(_made_for(drive), period)
    found = outcomes(VisitAnswer.objects.filter(question__drive=drive, visit__in=visits), questions)
    return [(one, found[one.pk]) for one in questions if found[one.pk].visits]


def _made_for(drive: JoiningDrive) -> QuerySet[Visit]:
    return Visit.objects.filter(drive=drive).order_by()


def _within(rows: QuerySet[Visit], period: Period) -> QuerySet[Visit]:
    return rows.filter(noted_at__gte=clock.midnight(period.first), noted_at__lt=clock.midnight(period.after))


def _sum(by_path: dict[str, Visited], root: str) -> Visited:
    here = [sums for path, sums in by_path.items() if is_under(path, root)]
    return Visited(
        sum(one.visits for one in here), sum(one.met for one in here), sum(one.done for one in here)
    )
