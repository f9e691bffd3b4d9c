"""Limits across offers: one recuperation a year, and the like."""

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


def years_around(key: str, years: int) -> list[str]:
    """The names of a limit in all years that lie less than `years` from the one of `key`, itself included, ascending.

    Once in three years and used in 2026: 2024 to 2028, for a later one counts as well as an earlier one.
    """
    head, _colon, year = key.rpartition(":")
    return [f"{head}:{one}" for one in range(int(year) - years + 1, int(year) + years)]
