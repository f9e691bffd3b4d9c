"""What happens in a few months of union work, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Founding:
    """A union founded in the period, from the comparison that found the employer to the approval.

    union, employer: numbers of the world. Every day lies in order: found, visited, taken up, applied, prepared,
    elected, founded.
    """

    union: int
    employer: int
    found_on: date
    visited_on: date
    taken_up_on: date
    applied_on: date
    prepared_on: date
    elected_on: date
    founded_on: date


@dataclass(frozen=True)
class FirmVisit:
    """An organiser at a firm the comparison had found; noted_at is local wall-clock time in Shanghai.

    result: real, refuses, nobody, closed, covered. follow_up: what the town did afterwards ("taken_up" or "").
    """

    employer: int
    town: str
    noted_at: datetime
    result: str
    note: str
    contact: str
    staff_seen: int
    was_offline: bool
    follow_up: str
    follow_up_on: date | None


@dataclass(frozen=True)
class ServiceVisit:
    """An organiser at a union of her area, as once a quarter."""

    union: int
    town: str
    noted_at: datetime
    note: str


@dataclass(frozen=True)
class Drive:
    """A joining drive and the members who came by its code; members: member ids of the world."""

    key: str
    title: str
    audience: str
    union: int
    starts_on: date
    ends_on: date | None
    target: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class Matter:
    """Something an organiser or a union reported from the field (工情); handled_on None: still open."""

    number: int
    town: str
    union: int
    category: str
    text: str
    people: int
    is_urgent: bool
    reported_at: datetime
    taken_on: date | None
    handled_on: date | None
    answer: str


@dataclass(frozen=True)
class History:
    """Everything that happened in the period, each list in order of time."""

    since: date
    as_of: date
    foundings: list[Founding]
    firm_visits: list[FirmVisit]
    service_visits: list[ServiceVisit]
    drives: list[Drive]
    matters: list[Matter]
