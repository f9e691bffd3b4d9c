"""Counting tries. A try takes its place in the count before it is looked at, so that a hundred guesses sent at
once are not looked at a hundred times; success gives the places back.

Call these outside of a transaction that a refusal would roll back.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartunion.core.errors import TooMany
from smartunion.ground.accounts.models import Attempt
from smartunion.ground.accounts.rules import lock_minutes


@dataclass(frozen=True)
class Limit:
    """So many tries in a window. lock: when full, closed for this long instead, doubling with every lock of a day."""

    most: int
    window: timedelta
    lock: timedelta | None = None


def key_of(kind: str, value: str) -> str:
    """The key of a count; the value (phone, name, address) is not readable in it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{kind}\0{value}".encode(), hashlib.sha256)
    return f"{kind}:{digest.hexdigest()[:40]}"


def take(key: str, limit: Limit, *, at: datetime) -> None:
    """Count one try. Raises TooMany, with the seconds until the next try, when the count is full."""
    for _round in range(2):
        if _counted(key, limit, at):
            return
        full = Attempt.objects.filter(key=key, window_ends_at__gt=at).first()
        if full is not None:
            raise too_many(full.window_ends_at - at)
    raise too_many(
        timedelta(seconds=5)
    )  # opened anew by rivals between our looks: waiting is the answer anyway


#: Looks and counts in one statement, so that of a hundred at once none is counted twice or passes unseen.
_COUNT = (
    "INSERT INTO accounts_attempt AS kept (key, count, window_ends_at, locks) VALUES (%s, 1, %s, 0) "
    "ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN kept.window_ends_at > %s THEN kept.count + 1 ELSE 1 END, "
    "window_ends_at = CASE WHEN kept.window_ends_at > %s THEN kept.window_ends_at ELSE excluded.window_ends_at END "
    "WHERE kept.window_ends_at <= %s OR kept.count < %s"
)


def _counted(key: str, limit: Limit, at: datetime) -> bool:
    """Whether the try found its place; a window that has ended begins afresh."""
    now, end = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, at + limit.window))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, end, now, now, now, limit.most])
        return bool(cursor.rowcount == 1)


def failed(key: str, limit: Limit, *, at: datetime) -> bool:
    """After a try that failed: when it was the last one of the window, close the count for the lock's time.

    Returns whether it closed just now.
    """
    if limit.lock is None:
        return False
    row = Attempt.objects.filter(key=key, window_ends_at__gt=at, count__gte=limit.most).first()
    if row is None:
        return False
    base = int(limit.lock.total_seconds() // 60)
    if row.locked_at is not None and row.window_ends_at == row.locked_at + timedelta(
        minutes=lock_minutes(base, row.locks)
    ):
        return False  # another try of the same window closed it already
    recent = row.locked_at is not None and at - row.locked_at < timedelta(days=1)
    locks = row.locks + 1 if recent else 1
    minutes = lock_minutes(base, locks)
    same = Attempt.objects.filter(
        pk=row.pk, locks=row.locks, locked_at=row.locked_at, window_ends_at=row.window_ends_at
    )
    return same.update(locks=locks, locked_at=at, window_ends_at=at + timedelta(minutes=minutes)) == 1


def give_back(key: str) -> None:
    """After success: the count starts afresh; the memory of earlier locks stays for its day."""
    Attempt.objects.filter(key=key).update(count=0)


def give_one_back(key: str) -> None:
    """After success where others share the count (a network): only this try does not count."""
    Attempt.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def tries_left(key: str, limit: Limit, *, at: datetime) -> int:
    """How many tries remain in the present window."""
    row = Attempt.objects.filter(key=key, window_ends_at__gt=at).first()
    return limit.most if row is None else max(0, limit.most - row.count)


def too_many(wait: timedelta) -> TooMany:
    """The refusal that says when to come back."""
    seconds = max(1, int(wait.total_seconds()) + 1)
    if seconds < 90:
        when = ngettext("in %(n)s second", "in %(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        when = ngettext("in %(n)s minute", "in %(n)s minutes", minutes) % {"n": minutes}
    return TooMany(
        _("Too many tries."), remedy=_("Please try again %(when)s.") % {"when": when}, retry_after_s=seconds
    )
