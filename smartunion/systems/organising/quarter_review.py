"""The work of a quarter: targets against their schedule, sums of each unit, what is to be caught up; pure (S120).

Units are federations, never people. Rule and worked table: docs/rules/quarter_review.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.systems.organising import bulletin
from smartunion.systems.organising.duty import Quarter, covered_pct


class Pace(models.TextChoices):
    """How a target stands against its days."""

    REACHED = "reached", _("Reached")
    ON_TIME = "on_time", _("On schedule")
    BEHIND = "behind", _("Behind schedule")
    MISSED = "missed", _("Ended short of it")


@dataclass(frozen=True)
class Schedule:
    """A number to be reached over [starts_on, ends_on], and what was reached by the end of the day `on`."""

    quantity: int
    done: int
    starts_on: date
    ends_on: date
    on: date

    @property
    def elapsed_pct(self) -> int:
        """Share of its days gone by, 0–100, rounded down."""
        return bulletin.elapsed_pct(self.starts_on, self.ends_on, self.on) or 0

    @property
    def pct(self) -> int:
        """Share reached, rounded down."""
        return bulletin.share_pct(self.done, self.quantity) or 0

    @property
    def due(self) -> int:
        """What would be reached by now if every day brought the same, rounded down."""
        days = (self.ends_on - self.starts_on).days + 1
        gone = max(0, min(days, (self.on - self.starts_on).days + 1))
        return self.quantity * gone // days

    @property
    def lag(self) -> int:
        """How much is to be caught up to be on schedule; 0 when nothing is."""
        return max(0, self.due - self.done)

    @property
    def gap(self) -> int:
        """What is missing in all; 0 once reached."""
        return max(0, self.quantity - self.done)

    @property
    def weekly(self) -> int | None:
        """What each week left must bring, rounded up; None once reached or over."""
        left = (self.ends_on - self.on).days
        return -(-self.gap * 7 // max(left, 7)) if self.gap and left > 0 else None

    @property
    def pace(self) -> Pace:
        """Reached, on schedule, behind it, or ended short of it."""
        if not self.gap:
            return Pace.REACHED
        if self.on >= self.ends_on:
            return Pace.MISSED
        return Pace.BEHIND if self.lag else Pace.ON_TIME


@dataclass(frozen=True)
class Sums:
    """Sums of a union and everything below it. now, before: kind of fact → quantity; before: as many days of the quarter before.

    visited, owed, overdue: unions of service areas and the visits they are owed in the quarter.
    """

    key: int
    name: str
    path: str
    now: dict[str, int]
    before: dict[str, int]
    visited: int = 0
    owed: int = 0
    overdue: int = 0

    @property
    def visited_pct(self) -> int | None:
        """Share of the visits owed that were made, rounded down; None where none is owed."""
        return covered_pct(self.visited, self.owed)


@dataclass(frozen=True)
class Review:
    """A quarter of one federation. since, until: days [since, until) it counts; before: [since, until) it is compared with.

    year: kind of fact → sum since the first of January; units: in the order of places.
    """

    quarter: Quarter
    since: date
    until: date
    before: tuple[date, date]
    whole: Sums
    year: dict[str, int]
    units: list[Sums]

    @property
    def is_over(self) -> bool:
        """The quarter is counted to its end."""
        return self.until >= self.quarter.end

    def still(self, kind: str) -> list[Sums]:
        """Units that tell of nothing of a kind in this quarter."""
        return [one for one in self.units if not one.now[kind]]

    @property
    def late(self) -> list[Sums]:
        """Units with unions whose visit is overdue."""
        return [one for one in self.units if one.overdue]


def span(quarter: Quarter, today: date) -> tuple[date, date, tuple[date, date]]:
    """since, until, and the days of the quarter before it is fairly compared with: as many from its start."""
    until = min(quarter.end, today + timedelta(days=1))
    before = quarter.before
    if until == quarter.end:
        return quarter.start, until, (before.start, before.end)
    same = before.start + (until - quarter.start)
    return quarter.start, until, (before.start, min(before.end, same))
