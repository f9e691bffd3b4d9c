"""The quarter a day lies in: visits to unions are owed once a quarter (S016)."""

from datetime import date


def quarter_start(day: date) -> date:
    """First day of the day's quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)
