"""Sums over the ledger, read from its roll-up: tallies, the deltas not folded in yet, and a path's own facts, in one
statement.

Two statements could count a delta twice, or not at all, while the job folds it in.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from smartunion.ground.facts.models import DailyTally, Fact, TallyDelta


def total(kind: str, path: str, since: date | None = None, until: date | None = None) -> int:
    """Sum of a kind in a subtree ("" is everywhere) on days [since, until); None leaves that side open."""
    return sum(quantity for _kind, quantity in _sums("kind", since, until, kind=kind, path=path))


def totals(
    kinds: Iterable[str], path: str, since: date | None = None, until: date | None = None
) -> dict[str, int]:
    """`total` for several kinds in one statement; kinds without facts are 0."""
    wanted = list(kinds)
    return dict.fromkeys(wanted, 0) | _by("kind", since, until, kind__in=wanted, path=path)


def by_day(
    kind: str, path: str, since: date | None = None, until: date | None = None
) -> list[tuple[date, int]]:
    """(day, sum) of a kind in a subtree, earliest first; days whose sum is 0 are left out."""
    return sorted((day, n) for day, n in _by("day", since, until, kind=kind, path=path).items() if n)


def by_path(
    kind: str, paths: Iterable[str], since: date | None = None, until: date | None = None
) -> dict[str, int]:
    """Sum of a kind in each of the subtrees; every asked path is a key."""
    wanted = list(paths)
    found = dict.fromkeys(wanted, 0)
    for start in range(
        0, len(wanted), 300
    ):  # three times in one statement: stays under SQLite's 999 parameters
        found |= _by("path", since, until, kind=kind, path__in=wanted[start : start + 300])
    return found


def _by(key: str, since: date | None, until: date | None, **where: Any) -> dict[Any, int]:
    sums: Counter[Any] = Counter()
    for value, quantity in _sums(key, since, until, **where):
        sums[value] += quantity
    return dict(sums)


def _sums(key: str, since: date | None, until: date | None, **where: Any) -> "QuerySet[Any, Any]":
    parts = []
    for model, day in ((DailyTally, "day"), (TallyDelta, "day"), (Fact, "happened_on")):
        days = {} if since is None else {f"{day}__gte": since}
        if until is not None:
            days[f"{day}__lt"] = until
        found = model._default_manager.filter(**where, **days).order_by()
        parts.append(found.values_list(day if key == "day" else key).annotate(sum=Sum("quantity")))
    return parts[0].union(*parts[1:], all=True)
