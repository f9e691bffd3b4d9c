"""Deadlines in calendar or working days, with the stored overrides."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from smartunion.core.calendar.models import CalendarDay
from smartunion.core.calendar.working_days import add_working_days
from smartunion.core.clock import SHANGHAI, local_date


@dataclass(frozen=True)
class Term:
    """A time limit: so many days, working or calendar."""

    days: int
    working: bool


def overrides() -> dict[date, bool]:
    """Every stored day that differs (a few dozen a year)."""
    return dict(CalendarDay.objects.values_list("day", "is_working"))


def due_at(start: datetime, term: Term) -> datetime:
    """The instant the term ends: the end of its last day, local time. The starting day does not count."""
    day = local_date(start)
    last = add_working_days(day, term.days, overrides()) if term.working else day + timedelta(days=term.days)
    return datetime.combine(last + timedelta(days=1), time.min, SHANGHAI)
