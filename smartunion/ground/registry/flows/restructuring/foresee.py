"""What a merger or split would do, before it is decided: checked as the decision is, counted, nothing changed."""

from collections.abc import Collection
from datetime import date

from smartunion.core.actor import Actor
from smartunion.ground.registry.flows.access import employer_for, union_for
from smartunion.ground.registry.flows.restructuring import decide, decide_employers
from smartunion.ground.registry.flows.restructuring.decide import NewSplit
from smartunion.ground.registry.flows.unions.checks import check_stood
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.queries import restructurings as queries
from smartunion.ground.registry.queries.restructurings import Touched

EDIT = "registry.edit"


def merger(*, actor: Actor, union_id: int, target_id: int, on: date) -> list[Touched]:
    """What a merger of one union into another would carry, end and hand over. Raises as `decide_merge`."""
    source, target = union_for(actor, union_id, EDIT), union_for(actor, target_id, EDIT)
    decide.check_stands(source)
    decide.check_may_merge(source, target)
    for one in (source, target):
        check_stood(one, on, field="on")
    return queries.merger_touches(actor, source, target, on)


def split(*, actor: Actor, union_id: int, data: NewSplit, on: date) -> list[Touched]:
    """What would go into the new union of a split, and what would stay. Raises as `decide_split`."""
    source = union_for(actor, union_id, EDIT)
    decide.check_stands(source)
    decide.check_may_split(source, data)
    check_stood(source, on, field="on")
    return queries.split_touches(source, set(data.employer_ids))


def absorption(
    *, actor: Actor, employer_id: int, into_id: int, union_id: int | None, on: date
) -> list[Touched]:
    """What would follow when an employer goes into another. Raises as `decide_absorption`."""
    employer, into, target = _of_employers(actor, employer_id, into_id, union_id, on)
    ending = decide_employers.unions_that_end(employer, into, target)
    return queries.absorption_touches(actor, employer, into, target, ending)


def hive_off(
    *,
    actor: Actor,
    employer_id: int,
    into_id: int,
    union_id: int | None,
    people: Collection[int],
    on: date,
) -> list[Touched]:
    """What would follow when some people go to another employer. Raises as `decide_hive_off`."""
    employer, into, target = _of_employers(actor, employer_id, into_id, union_id, on)
    return queries.hive_off_touches(
        employer, into, target, decide_employers.checked_people(actor, employer, people)
    )


def _of_employers(
    actor: Actor, employer_id: int, into_id: int, union_id: int | None, on: date
) -> tuple[Employer, Employer, TradeUnion | None]:
    employer, into = employer_for(actor, employer_id, EDIT), employer_for(actor, into_id, EDIT)
    decide_employers.check_pair(employer, into)
    target = decide_employers.target_of(employer, into, union_id)
    decide_employers.check_day(employer, into, target, on)
    return employer, into, target
