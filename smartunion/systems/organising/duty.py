"""The duty to visit every union of an area once a quarter; pure. Rule and worked table: docs/rules/visits.md."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from smartunion.systems.organising.rules import DutyState


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; number 1–4. The period is [start, end)."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026-3". Raises ValueError."""
        year, _dash, number = text.partition("-")
        found = cls(int(year), int(number))
        if not (2000 <= found.year <= 2200 and 1 <= found.number <= 4) or str(found) != text:
            raise ValueError(text)
        return found

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """First day of the next quarter."""
        return self.next.start

    @property
    def next(self) -> Self:
        """The quarter after."""
        return type(self)(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Self:
        """The quarter before."""
        return type(self)(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def last_day_to_join(self, reminder_days: int) -> date:
        """A union that came into an area after this day is owed from the next quarter on."""
        return max(self.start, self.end - timedelta(days=reminder_days + 1))

    def asked_on(self, today: date) -> date:
        """The day whose areas count: today while the quarter runs, its last day once it is over."""
        return min(max(today, self.start), self.end - timedelta(days=1))


def duty_state(*, visits: int, before: int, owed_before: bool, wanted: int, is_over: bool) -> DutyState:
    """How the duty stands for one union in one quarter.

    visits, before: days on which it was visited in this quarter and in the one before; owed_before: it was in an area
    then already; wanted: visits a quarter. Overdue is what the quarter before left open as well, or a quarter that is
    over. Source: docs/rules/visits.md.
    """
    if visits >= wanted:
        return DutyState.DONE
    if is_over or (owed_before and before < wanted):
        return DutyState.OVERDUE
    return DutyState.DUE


def covered_pct(done: int, owed: int) -> int | None:
    """Share of the unions visited, rounded down, so that 100 means all; None when none is owed: nothing due is no success."""
    return 100 * done // owed if owed else None
