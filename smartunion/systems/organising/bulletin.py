"""The bulletin of a drive: how units stand at the end of a period and what changed in it; pure (S008).

Units are federations or unions, never people. Worked table: docs/rules/drives.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    """Sums of one unit over the ledger. before: joined before the period; during: in it; previous: in the one before.

    target: agreed number of the unit, None without one; path: of the unit, for the lists behind its numbers.
    """

    key: int
    name: str
    target: int | None
    before: int
    during: int
    previous: int
    verified: int = 0
    path: str = ""

    @property
    def total(self) -> int:
        """Joined by the end of the period."""
        return self.before + self.during

    @property
    def pct(self) -> int | None:
        """Reached in percent of the target, rounded down."""
        return share_pct(self.total, self.target)

    @property
    def gap(self) -> int | None:
        """People still missing; 0 once reached."""
        return None if self.target is None else max(0, self.target - self.total)


def share_pct(done: int, target: int | None) -> int | None:
    """done in percent of target, rounded down so that 100 means reached; None without a target."""
    return None if not target else done * 100 // target


@dataclass(frozen=True)
class Place:
    """A unit with its place; place_before: at the beginning of the period; equals share a place."""

    unit: Unit
    place: int
    place_before: int

    @property
    def moved(self) -> int:
        """Places won (positive) or lost."""
        return self.place_before - self.place


def ranked(units: Iterable[Unit]) -> list[Place]:
    """Units by share of the target, those without one behind by people joined; equal ones share a place.

    Compared exactly (people × other's target), never by the rounded percentage.
    """
    rows = list(units)
    before = _places({unit.key: (unit.target, unit.before) for unit in rows})
    now = _places({unit.key: (unit.target, unit.total) for unit in rows})
    return sorted(
        (Place(unit, now[unit.key], before[unit.key]) for unit in rows),
        key=lambda one: (one.place, -one.unit.total, one.unit.key),
    )  # fmt: skip


def _places(standing: dict[int, tuple[int | None, int]]) -> dict[int, int]:
    marks = {
        key: (0, -Fraction(done, target)) if target else (1, Fraction(-done))
        for key, (target, done) in standing.items()
    }
    ordered = sorted(marks.values())
    return {key: ordered.index(mark) + 1 for key, mark in marks.items()}


@dataclass(frozen=True)
class Period:
    """Days [first, last]; the one before it is as long and ends the day before."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def after(self) -> date:
        """The day after it."""
        return self.last + timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The period to compare with."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Visited:
    """Visits made for the drive. met: somebody was there; done: those that count as done."""

    visits: int = 0
    met: int = 0
    done: int = 0


@dataclass(frozen=True)
class Bulletin:
    """Everything a bulletin says. whole: the drive itself; elapsed_pct: share of the drive's time gone by, 0–100.

    visited: visits made for it in the period; answered: its questions with what was answered then, in words.
    """

    period: Period
    whole: Unit
    places: list[Place]
    elapsed_pct: int | None
    visited: Visited = Visited()
    answered: Sequence[tuple[str, str]] = ()

    @property
    def change(self) -> int:
        """Joined in the period, less those of the period before."""
        return self.whole.during - self.whole.previous

    @property
    def reached(self) -> list[Unit]:
        """Units that crossed their target within the period."""
        return [
            one.unit
            for one in self.places
            if one.unit.target and one.unit.before < one.unit.target <= one.unit.total
        ]

    @property
    def climbed(self) -> list[Place]:
        """Units that won places, most first."""
        return sorted((one for one in self.places if one.moved > 0), key=lambda one: (-one.moved, one.place))

    @property
    def still(self) -> list[Unit]:
        """Units with a target, not reached, where nobody joined in the period."""
        return [one.unit for one in self.places if one.unit.gap and not one.unit.during]


def elapsed_pct(starts_on: date, ends_on: date | None, on: date) -> int | None:
    """Share of a drive's days gone by at the end of a day, 0–100; None without a last day."""
    if ends_on is None:
        return None
    days = (ends_on - starts_on).days + 1
    return max(0, min(100, ((on - starts_on).days + 1) * 100 // days))
