"""Limits across offers: one recuperation a year, and the like."""

from datetime import date

from smartunion.engines.offers.rules.words import LimitPeriod


def period_key(key: str, period: str, on: date) -> str:
    """Name of a limit with the period its day lies in: "trip:2026", "class:2026Q3", "gift:2026-07", "house:ever"; "" for no key."""
    if not key:
        return ""
    if period == LimitPeriod.YEAR:
        return f"{key}:{on.year}"
    if period == LimitPeriod.QUARTER:
        return f"{key}:{on.year}Q{(on.month + 2) // 3}"
    if period == LimitPeriod.MONTH:
        return f"{key}:{on:%Y-%m}"
    return f"{key}:ever"
