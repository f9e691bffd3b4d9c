"""The work of a quarter of one federation: sums over the ledger, its targets and those of the units directly below."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from smartunion.core.actor import Actor
from smartunion.core.paths import is_under
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.models import Target
from smartunion.systems.organising.quarter_review import Pace, Review, Schedule, Sums, span
from smartunion.systems.organising.queries import quarter as duty_queries
from smartunion.systems.organising.queries.quarter import Load
from smartunion.systems.organising.queries.target_progress import TargetLine, lines

VISIT, CLOSED, ANSWERED = "organising.visit", "organising.finding_closed", "casework.case_closed"
#: What a quarter tells of, in this order.
TOLD = (UNION_FOUNDED, MEMBER_JOINED, VISIT, CLOSED, ANSWERED)
#: A federation has fewer units directly below it, and a meeting goes through fewer targets.
UNITS, TARGETS = 200, 200


@dataclass(frozen=True)
class Planned:
    """A target with its schedule as of the day that is asked about."""

    line: TargetLine
    schedule: Schedule


def reviewable(actor: Actor) -> "list[TradeUnion]":
    """The topmost federation in reach, for whoever names none; empty without one."""
    rows = TradeUnion.objects.leading().filter(actor.within("organising.view"), state=UnionState.ACTIVE)
    return list(rows.order_by("depth", "pk")[:1])


def units_of(union: TradeUnion) -> list[TradeUnion]:
    """The federations directly below, in the order of places."""
    below = TradeUnion.objects.filter(parent=union, kind="federation", state=UnionState.ACTIVE)
    return list(below.order_by("path")[:UNITS])


def review(union: TradeUnion, quarter: Quarter, actor: Actor, *, today: date) -> Review:
    """The sums of a quarter that has begun; as many statements for one unit as for many."""
    since, until, before = span(quarter, today)
    units = units_of(union)
    paths = [unit.path for unit in units]
    now = {kind: facts.by_path(kind, paths, since, until) for kind in TOLD}
    earlier = {kind: facts.by_path(kind, paths, *before) for kind in TOLD}
    duty = duty_queries.Duty.of_path(union.path, quarter, today)
    loads = duty_queries.loads(actor, duty)

    def sums(one: TradeUnion, told: dict[str, int], of_before: dict[str, int]) -> Sums:
        mine = duty_queries.total([load for load in loads if is_under(load.path, one.path)])
        return Sums(one.pk, one.name, one.path, told, of_before, *_visits(mine))

    whole = sums(union, facts.totals(TOLD, union.path, since, until), facts.totals(TOLD, union.path, *before))
    return Review(
        quarter, since, until, before, whole, facts.totals(TOLD, union.path, date(quarter.year, 1, 1), until),
        [sums(one, {k: now[k][one.path] for k in TOLD}, {k: earlier[k][one.path] for k in TOLD}) for one in units],
    )  # fmt: skip


def _visits(load: Load) -> tuple[int, int, int]:
    return load.done, load.owed, load.overdue


def planned(union: TradeUnion, units: Iterable[int], found: Review) -> list[Planned]:
    """Targets of the federation and the units directly below that ran in the quarter, those to be caught up first.

    What was reached counts to the end of the days the review counts; platforms' shares stand on their drive's page.
    """
    rows = Target.objects.filter(
        union_id__in=[union.pk, *units], platform="", starts_on__lt=found.until, ends_on__gte=found.since
    ).select_related("union", "drive")  # fmt: skip
    on = found.until - timedelta(days=1)
    made = [
        Planned(
            line, Schedule(line.target.quantity, line.done, line.target.starts_on, line.target.ends_on, on)
        )
        for line in lines(list(rows.order_by("path", "pk")[:TARGETS]), until=found.until)
    ]
    return sorted(made, key=lambda one: _ORDER[one.schedule.pace])


_ORDER = {Pace.BEHIND: 0, Pace.MISSED: 1, Pace.ON_TIME: 2, Pace.REACHED: 3}
