"""The quarter's visits: which unions are visited, due and overdue, by area, counted over the ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db import connections
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from smartunion.core.actor import Actor
from smartunion.ground.facts.models import Fact
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.duty import Quarter, covered_pct
from smartunion.systems.organising.models import AreaAssignment, AreaUnion
from smartunion.systems.organising.rules import DutyState

VISITED = "organising.union_visited"
_UNION = "registry.tradeunion"


@dataclass(frozen=True)
class Duty:
    """What is owed in a quarter, seen from a day: the rule's numbers come from the policies in force at its start."""

    quarter: Quarter
    today: date
    wanted: int
    reminder_days: int

    @classmethod
    def of(cls, actor: Actor, quarter: Quarter, today: date) -> Self:
        """With the policies of the actor's own place (the widest one, where she has several)."""
        roots = actor.paths("organising.visit") or actor.paths("organising.view")
        return cls.of_path(roots[0] if roots else "", quarter, today)

    @classmethod
    def of_path(cls, path: str, quarter: Quarter, today: date) -> Self:
        """With the policies of a place."""
        held = policies.values(
            ["organising.quarter_visits", "organising.quarter_reminder_days"], path=path, on=quarter.start
        )
        return cls(
            quarter, today, held["organising.quarter_visits"].value,
            held["organising.quarter_reminder_days"].value,
        )  # fmt: skip

    @property
    def is_over(self) -> bool:
        """The quarter has ended."""
        return self.today >= self.quarter.end


def owed(actor: Actor, duty: Duty) -> QuerySet[Any]:
    """Unions owed a visit in the quarter, each with visits, state, organiser and last visit; one query.

    Rows are those of the areas as they stood (today, or on the last day of a past quarter) that the actor sees:
    territory, and areas of one's own. state: a DutyState.
    """
    day = duty.quarter.asked_on(duty.today)
    own = Q(area_id__in=actor.area_ids)
    rows = AreaUnion.objects.standing_on(day).filter(
        actor.within("organising.view", "area__path") | own,
        valid_from__lte=duty.quarter.last_day_to_join(duty.reminder_days), union__state=UnionState.ACTIVE,
    )  # fmt: skip
    return with_states(rows, duty)


def with_states(rows: QuerySet[AreaUnion], duty: Duty) -> QuerySet[Any]:
    """The rows with visits, state and the rest, whoever asks; untyped, because the annotations are the point.

    state is looked up for each row that is shown; who narrows a whole city by it asks `standing`, which says the same.
    """
    says = {one: one.value for one in DutyState}
    return (
        rows.annotate(visits=_visit_days(duty.quarter), state=_by_state(duty, says, _one_by_one))
        .alias(standing=_by_state(duty, says, _of_all(rows, duty)))
        .select_related("union", "area")
    )


#: The condition that a row's union was visited on so many days of a quarter.
_Enough = Callable[[Quarter, int], Any]


def _of_all(rows: QuerySet[AreaUnion], duty: Duty) -> _Enough:
    """How it is asked of all rows: the visited unions are gathered once, but SQLite looks up one visit of each sooner."""
    return _one_by_one if connections[rows.db].vendor == "sqlite" and duty.wanted == 1 else _among_visited


def _by_state(duty: Duty, says: Mapping[DutyState, str | int], enough: _Enough) -> Case:
    """What is said of a row by its state."""
    overdue = Value(says[DutyState.OVERDUE])
    open_state: Value | Case = overdue
    if not duty.is_over:
        before = duty.quarter.before
        owed_before = Q(valid_from__lte=before.last_day_to_join(duty.reminder_days))
        late = When(owed_before & ~Q(enough(before, duty.wanted)), then=overdue)
        open_state = Case(late, default=Value(says[DutyState.DUE]))
    done = When(enough(duty.quarter, duty.wanted), then=Value(says[DutyState.DONE]))
    return Case(done, default=open_state)


def _one_by_one(quarter: Quarter, wanted: int) -> Any:
    """Asked of few rows: each union's own visits are looked up."""
    if wanted == 1:
        return Exists(_standing_in(quarter).filter(subject_id=OuterRef("union_id")))
    return GreaterThanOrEqual(_visit_days(quarter), wanted)


def _among_visited(quarter: Quarter, wanted: int) -> Any:
    return Q(union_id__in=_visited(quarter, wanted))


def _visited(quarter: Quarter, wanted: int) -> QuerySet[Any, Any]:
    """Keys of the unions visited on so many days of a quarter.

    Everything reversed is gathered once and not looked for visit by visit, and where one visit is enough no days are
    counted: of a city's quarter that is 4 ms instead of 50.
    """
    told = Fact.objects.filter(
        kind=VISITED, happened_on__gte=quarter.start, happened_on__lt=quarter.end
    ).order_by()
    undone = told.filter(reverses__isnull=False).values(
        "reverses_id"
    )  # a reversal bears kind and day of what it undoes
    made = told.filter(subject_type=_UNION, subject_id__isnull=False, reverses=None).exclude(pk__in=undone)
    if wanted == 1:
        return made.values("subject_id")
    days = made.values("subject_id").annotate(n=Count("happened_on", distinct=True))
    return days.filter(n__gte=wanted).values("subject_id")


def with_names(rows: QuerySet[Any], duty: Duty) -> QuerySet[Any]:
    """The rows with the organiser's name and the day of the last visit, as the list shows them."""
    held = _held(duty).filter(area=OuterRef("area_id"))
    to_it = _facts().filter(subject_id=OuterRef("union_id"), happened_on__lt=duty.quarter.end)
    last = to_it.order_by().values("subject_id")
    named: QuerySet[Any] = rows.annotate(
        organiser_id=Subquery(held.values("user_id")[:1]), organiser=Subquery(held.values("user__name")[:1]),
        last_on=Subquery(last.annotate(day=Max("happened_on")).values("day")),
    )  # fmt: skip
    return named


def _held(duty: Duty) -> QuerySet[AreaAssignment]:
    """Who looks after an area on the day that is asked about."""
    day = duty.quarter.asked_on(duty.today)
    held = AreaAssignment.objects
    return held.looking_after(day) if day == duty.today else held.held_on(day)


def _visit_days(quarter: Quarter) -> Coalesce:
    within = _standing_in(quarter).filter(subject_id=OuterRef("union_id"))
    days = within.order_by().values("subject_id").annotate(n=Count("happened_on", distinct=True)).values("n")
    return Coalesce(Subquery(days, output_field=IntegerField()), Value(0))


def _standing_in(quarter: Quarter) -> QuerySet[Fact]:
    return _facts().filter(happened_on__gte=quarter.start, happened_on__lt=quarter.end)


def _facts() -> QuerySet[Fact]:
    """Standing facts of visits to unions."""
    return Fact.objects.standing().filter(subject_type=_UNION, kind=VISITED)


@dataclass(frozen=True)
class Load:
    """Counts of one area, or of all: owed is the sum of the three. path: of the federation the area belongs to; organiser_id:
    who looks after it.
    """

    area_id: int | None
    name: str
    organiser: str
    done: int
    due: int
    overdue: int
    path: str = ""
    organiser_id: int | None = None

    @property
    def owed(self) -> int:
        """Unions owed a visit."""
        return self.done + self.due + self.overdue

    @property
    def pct(self) -> int | None:
        """Share visited, rounded down; None when nothing is due."""
        return covered_pct(self.done, self.owed)


def loads(actor: Actor, duty: Duty) -> list[Load]:
    """Counts by area, ordered by place and name and never by result: this is work, not a ranking; two queries."""
    # Grouped by state too, the sets of visited unions would be made twice over, and with a count for each state more often.
    rows = owed(actor, duty).order_by()
    says = {DutyState.DONE: 1, DutyState.DUE: 0, DutyState.OVERDUE: _LATE}
    weight = _by_state(duty, says, _of_all(rows, duty))
    sums: dict[tuple[str, str, int], tuple[int, int, int]] = {}
    by_area = rows.values_list("area_id", "area__name", "area__path")
    for area_id, name, path, weights, number in by_area.annotate(sum=Sum(weight), n=Count("pk")):
        overdue, done = divmod(weights, _LATE)
        sums[path, name, area_id] = done, number - done - overdue, overdue
    held = _held(duty).filter(area__in=[area_id for _path, _name, area_id in sums])
    names, numbers = {}, {}
    for area_id, user_id, who in held.values_list("area_id", "user_id", "user__name"):
        names[area_id], numbers[area_id] = who, user_id
    return [
        Load(area_id, name, names.get(area_id, ""), *counts, path, numbers.get(area_id))
        for (path, name, area_id), counts in sorted(sums.items())
    ]


def counted(rows: list[Load], given: Mapping[str, list[str]]) -> int | None:
    """How many unions the list shows under these filters; None where they ask for more than areas, organisers and states."""
    if not given.keys() <= {"area", "organiser", "state"}:
        return None
    chosen = [
        load for load in rows
        if given.get("area", [str(load.area_id)]) == [str(load.area_id)]
        and given.get("organiser", [str(load.organiser_id)]) == [str(load.organiser_id)]
    ]  # fmt: skip
    numbers = {
        DutyState.DONE: sum(load.done for load in chosen), DutyState.DUE: sum(load.due for load in chosen),
        DutyState.OVERDUE: sum(load.overdue for load in chosen),
    }  # fmt: skip
    return sum(number for state, number in numbers.items() if state in given.get("state", DutyState.values))


#: What an overdue union weighs in a sum in which a visited one weighs one: more than an area has unions.
_LATE = 1_000_000


def total(rows: list[Load]) -> Load:
    """The sum of several areas."""
    return Load(
        None, "", "", sum(r.done for r in rows), sum(r.due for r in rows), sum(r.overdue for r in rows)
    )


def owing_now(today: date) -> list[tuple[int, int, Duty]]:
    """(organiser, unions still to be visited, duty) for every organiser whose quarter ends soon, by her areas' policies.

    One row each; areas of several federations are added up. Empty outside the reminder's days.
    """
    quarter = Quarter.of(today)
    held = AreaAssignment.objects.looking_after(today).filter(area__closed_on=None)
    counts: dict[int, tuple[int, Duty]] = {}
    duties: dict[str, Duty] = {}
    for user_id, area_id, path in held.order_by("user_id", "area_id").values_list(
        "user_id", "area_id", "area__path"
    ):
        duty = duties.setdefault(path, Duty.of_path(path, quarter, today))
        if today < quarter.end - timedelta(days=duty.reminder_days):
            continue
        rows = AreaUnion.objects.standing_on(today).filter(
            area_id=area_id, valid_from__lte=quarter.last_day_to_join(duty.reminder_days),
            union__state=UnionState.ACTIVE,
        )  # fmt: skip
        open_ones = with_states(rows, duty).exclude(state=DutyState.DONE).count()
        counts[user_id] = (counts.get(user_id, (0, duty))[0] + open_ones, duty)
    return [(user_id, count, duty) for user_id, (count, duty) in counts.items() if count]
