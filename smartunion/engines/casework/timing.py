"""How long a step of a case was held, and whether that was too long; pure.

A case's history says when each step began, stood still, went on and ended. A step may be timed again under another
limit: the limit is counted from its beginning; a hold keeps the days that were left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from smartunion.core.calendar.working_days import add_working_days, working_days_between
from smartunion.core.clock import local_date
from smartunion.engines.casework.rules import Act, CaseState


@dataclass(frozen=True)
class Told:
    """One event of a history: what was done, when, and the positions (state, step) before and after."""

    act: str
    at: datetime
    before: tuple[str, str]
    after: tuple[str, str]


@dataclass
class Spell:
    """One stay at a step: begun, the holds in between as (from, to), ended (None while it lasts)."""

    step: str
    begun: datetime
    holds: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    ended: datetime | None = None


def spells(events: Iterable[Told]) -> list[Spell]:
    """The stays at steps of the office, in order. events: of one case, oldest first."""
    found: list[Spell] = []
    current: Spell | None = None
    for event in events:
        if event.before == event.after:
            continue
        if event.act == Act.HOLD and current is not None:
            current.holds.append((event.at, None))
        elif event.act == Act.RESUME and current is not None and current.holds:
            current.holds[-1] = (current.holds[-1][0], event.at)
        else:
            if current is not None:
                current.ended, current = event.at, None
            if event.after[0] == CaseState.OPEN:
                current = Spell(event.after[1], event.at)
                found.append(current)
    return found


def is_late(spell: Spell, days: int, *, working: bool, now: datetime, calendar: Mapping[date, bool]) -> bool:
    """Whether the step lasted beyond its last day under a limit of so many days (working or calendar days).

    calendar: stored days that differ (core.calendar). A step that lasts is measured until now; one that stands still
    until it was put on hold. Source: the clock of casework.flows.pausing.
    """
    last = _plus(local_date(spell.begun), days, working, calendar)
    for held, resumed in spell.holds:
        today = local_date(held)
        left = working_days_between(today, last, calendar) if working else (last - today).days
        if left < 0 or resumed is None:
            return left < 0
        last = _plus(local_date(resumed), left, working, calendar)
    return local_date(spell.ended or now) > last


def _plus(day: date, days: int, working: bool, calendar: Mapping[date, bool]) -> date:
    return add_working_days(day, days, calendar) if working else day + timedelta(days=days)
