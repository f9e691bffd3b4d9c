"""What rooms hold for a person: each registers a source in apps.py, one page shows them together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise

from smartunion.core.actor import Actor

Label = str | Promise


class Standing(StrEnum):
    """How a benefit stands for one person."""

    NOW = "now"
    NEEDED = "needed"
    HAD = "had"


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One benefit as it stands for one person.

    note: what it is (now), what is missing and how to come by it (needed), what was received (had); until: last day
    to ask for it, or the day it was received.
    """

    title: Label
    standing: Standing
    note: Label = ""
    href: str = ""
    icon: str = "gift"
    tint: str = "green"
    until: date | None = None


@dataclass(frozen=True)
class Reach:
    """A union and everything below it. members: active ones, as counted for its pages; since: a year back."""

    path: str
    members: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Uptake:
    """How many of a union's members may have a benefit and how many took it: counts, never names or reasons.

    entitled, taken: people, taken at most entitled.
    """

    title: Label
    entitled: int
    taken: int
    href: str = ""

    @property
    def left(self) -> int:
        """People who may have it and have not taken it."""
        return max(0, self.entitled - self.taken)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A room's benefits.

    mine: those of the actor herself, a bounded number of statements; uptake: those of a union and everything below it
    in the last year, in the chair's words; a room whose benefits tell of illness or poverty registers none.
    """

    key: str
    mine: Callable[[Actor, datetime], Sequence[Benefit]]
    uptake: Callable[[Actor, Reach], Sequence[Uptake]] | None = None
    order: int = 100


SOURCES: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Add sources; raises ValueError when a key is taken."""
    for source in sources:
        if source.key in SOURCES:
            raise ValueError(f"benefit source {source.key} is registered twice")
        SOURCES[source.key] = source


def _ordered() -> list[Source]:
    return sorted(SOURCES.values(), key=lambda source: (source.order, source.key))


def of_person(actor: Actor, at: datetime) -> dict[Standing, list[Benefit]]:
    """Everything for the actor by how it stands: soonest ending first, what was received latest first."""
    found = [one for source in _ordered() for one in source.mine(actor, at)]
    by_standing = {standing: [one for one in found if one.standing == standing] for standing in Standing}
    by_standing[Standing.NOW].sort(key=lambda one: one.until or date.max)
    by_standing[Standing.HAD].sort(key=lambda one: one.until or date.min, reverse=True)
    return by_standing


def of_union(actor: Actor, path: str, members: int, at: datetime) -> list[Uptake]:
    """What the members below a path have not taken up yet: most people left first. members: how many are active."""
    reach = Reach(path, members, at.replace(year=at.year - 1, day=min(at.day, 28)))
    found = [
        one
        for source in _ordered()
        if source.uptake is not None
        for one in source.uptake(actor, reach)
        if one.entitled
    ]
    return sorted(found, key=lambda one: -one.left)
