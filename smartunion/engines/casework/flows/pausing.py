"""A clock that stands still: how many days were left, and when they end once it runs again."""

from collections.abc import Mapping
from datetime import datetime

from smartunion.core.calendar.deadlines import Term, due_at, overrides
from smartunion.core.calendar.working_days import working_days_between
from smartunion.core.clock import local_date
from smartunion.engines.casework.definition import Deadline
from smartunion.engines.casework.telling import last_day
from smartunion.ground.policies.parameters import PARAMETERS
from smartunion.ground.policies.rules import Kind


def is_in_working_days(deadline: Deadline | None) -> bool:
    """Whether a time limit counts working days, by itself or by its parameter."""
    if deadline is None:
        return False
    if deadline.policy:
        return PARAMETERS[deadline.policy].type is Kind.WORKING_DAYS
    return deadline.is_working


def days_left(at: datetime, due: datetime, *, is_working: bool) -> int:
    """Days from today to the last day, today not counted; negative when it is past."""
    today, last = local_date(at), last_day(due)
    return working_days_between(today, last, overrides()) if is_working else (last - today).days


def due_again(kept: Mapping[str, object], at: datetime) -> datetime | None:
    """When the days that were left end if the clock runs again now. kept: what the hold wrote into the history.

    A case that was late before stays late since the same day.
    """
    left, due = kept.get("left"), str(kept.get("due_at") or "")
    if not due or not isinstance(left, int):
        return None
    return datetime.fromisoformat(due) if left < 0 else due_at(at, Term(left, bool(kept.get("working"))))
