"""Quiet hours and the pauses between tries; pure."""

from datetime import datetime, time, timedelta
from typing import Final

#: Pause after the 1st, 2nd … failed try; after the last one the message is given to the operator.
PAUSES: Final = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
)  # fmt: skip

Quiet = tuple[time, time]


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries (from 1); None when it is enough."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def end_of_quiet(local: datetime, quiet: Quiet | None) -> datetime | None:
    """When the quiet hours end that contain this local instant; None outside of them, or when there are none.

    quiet: (from, until); from later than until runs over midnight; equal times mean no quiet hours.
    """
    if quiet is None or quiet[0] == quiet[1]:
        return None
    start, end = quiet
    clock = local.time().replace(tzinfo=None)
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, local.tzinfo)
