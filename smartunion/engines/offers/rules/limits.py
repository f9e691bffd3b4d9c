"""Limits across offers: one recuperation a year, and the like."""

from collections.abc import Mapping
from datetime import date

from smartunion.engines.offers.rules.words import LimitPeriod


def period_key(key: str, period: str, on: date) -> str:
    """Name of a limit with the period its day lies in: "trip:2026", "class:2026Q3", "gift:2026-07", "house:ever"; "" for no key.

    Of several years it is the name of the one in which it is used; `years_around` names the others."""
    if not key:
        return ""
    if period in (LimitPeriod.YEAR, LimitPeriod.YEARS):
        return f"{key}:{on.year}"
    if period == LimitPeriod.QUARTER:
        return f"{key}:{on.year}Q{(on.month + 2) // 3}"
    if period == LimitPeriod.MONTH:
        return f"{key}:{on:%Y-%m}"
    return f"{key}:ever"


def free_from(key: str, period: str, most: int, years: int, used: Mapping[str, int]) -> date | None:
    """First day of the occasions for which a limit that is used up is free again; None: never again.

    key: as `period_key` names it; used: by name, of all years that count. Raises ValueError when it is not used up.
    """
    if not is_spent(key, most, years, used):
        raise ValueError(key)
    head, _colon, part = key.rpartition(":")
    if period == LimitPeriod.EVER:
        return None
    year = int(part[:4])
    if period == LimitPeriod.QUARTER:
        quarter = int(part[5:])
        return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    if period == LimitPeriod.MONTH:
        month = int(part[5:])
        return date(year + month // 12, month % 12 + 1, 1)
    later = next(
        one
        for one in range(year + 1, year + 2 * years + 1)
        if not is_spent(f"{head}:{one}", most, years, used)
    )
    return date(later, 1, 1)


def is_spent(key: str, most: int, years: int, used: Mapping[str, int]) -> bool:
    """Whether a limit is used up. used: uses by name."""
    return bool(key) and sum(used.get(one, 0) for one in names_of(key, years)) >= most


def names_of(key: str, years: int) -> list[str]:
    """The names under which uses count together with `key`; none without a limit."""
    return [] if not key else years_around(key, years) if years > 1 else [key]


def years_around(key: str, years: int) -> list[str]:
    """The names of a limit in all years that lie less than `years` from the one of `key`, itself included, ascending.

    Once in three years and used in 2026: 2024 to 2028, for a later one counts as well as an earlier one.
    """
    head, _colon, year = key.rpartition(":")
    return [f"{head}:{one}" for one in range(int(year) - years + 1, int(year) + years)]
