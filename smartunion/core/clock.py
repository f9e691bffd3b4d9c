"""The clock: the only place that reads the time of day; flows get `at` passed in."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The aware present instant."""
    return timezone.now()


def today() -> date:
    """Today's date where the federation is."""
    return local_date(now())


def local_date(at: datetime) -> date:
    """The calendar date of an aware instant where the federation is."""
    return timezone.localtime(at).date()


def midnight(day: date) -> datetime:
    """The aware instant at which a day begins where the federation is."""
    return timezone.make_aware(datetime.combine(day, time()))
