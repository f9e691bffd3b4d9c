"""Work for platforms, by one person for several at a time; pure. She is one member and one person in every count."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Work:
    """A person works for a platform on days [since, until); until is None while she does."""

    person: int
    platform: int
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether she worked for it that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Counted:
    """people: everybody once; several: those of them with more than one platform; by_platform: once for each of hers."""

    people: int
    several: int
    by_platform: dict[int, int]


def counted(works: Iterable[Work], day: date) -> Counted:
    """People on a day, however many rows or periods each has. Shape: platforms without anybody are left out."""
    hers: dict[int, set[int]] = {}
    for work in works:
        if work.holds_on(day):
            hers.setdefault(work.person, set()).add(work.platform)
    by_platform = Counter(platform for platforms in hers.values() for platform in platforms)
    return Counted(len(hers), sum(len(platforms) > 1 for platforms in hers.values()), dict(by_platform))


def needs_row(held: Iterable[Work], platform: int) -> bool:
    """Whether taking up work for a platform is new: false while it runs, so that scanning twice adds nothing."""
    return not any(work.platform == platform and work.until is None for work in held)


def earliest_start(held: Iterable[Work], platform: int) -> date | None:
    """The day from which work for this platform may begin again: where the last period ended; None for any day."""
    return max((work.until for work in held if work.platform == platform and work.until), default=None)
