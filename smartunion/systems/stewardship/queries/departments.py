"""How the differences each department told stand: how many, what became of them, since when the oldest waits."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.engines.feeds.models import TableKind
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import WORK, State


@dataclass(frozen=True)
class Department:
    """One table of the departments'. told: differences in all; waiting: not decided, of them asked: with the union;
    accepted: theirs taken; refused: ours kept, or a third value written; gone: agree again; since: the oldest that waits.
    """

    table: TableKind
    told: int
    waiting: int
    asked: int
    accepted: int
    refused: int
    gone: int
    since: date | None


def departments(actor: Actor) -> list[Department]:
    """One row a table that told a difference, in the order of the tables. One statement."""
    grouped = Discrepancy.objects.visible_to(actor).order_by().values_list("table", "state")
    found: dict[str, dict[str, tuple[int, date]]] = {}
    for table, state, number, first in grouped.annotate(n=Count("*"), first=Min("found_at")):
        found.setdefault(table, {})[state] = (number, local_date(first))
    return [_department(kind, found[kind.value]) for kind in TableKind if kind.value in found]


def _department(table: TableKind, states: dict[str, tuple[int, date]]) -> Department:
    def of(*wanted: State) -> int:
        return sum(states[one.value][0] for one in wanted if one.value in states)

    return Department(
        table=table, told=sum(number for number, _first in states.values()), waiting=of(*WORK), asked=of(State.ASKED),
        accepted=of(State.TAKEN), refused=of(State.KEPT, State.WRITTEN), gone=of(State.GONE),
        since=min((states[one.value][1] for one in WORK if one.value in states), default=None),
    )  # fmt: skip
