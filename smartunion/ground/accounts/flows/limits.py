"""Counting tries. A try takes its place in the count before it is looked at, so that a hundred guesses sent at
once are not looked at a hundred times; success gives the places back.

Call these outside of a transaction that a refusal would roll back.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
        if _counted({key: 1}, limit, at):
            return
        full = Attempt.objects.filter(key=key, window_ends_at__gt=at).first()
        if full is not None:
            raise too_many(full.window_ends_at - at)
    raise too_many(
        timedelta(seconds=5)
    )  # opened anew by rivals between our looks: waiting is the answer anyway


def take_many(keys: Sequence[str], limit: Limit, *, at: datetime) -> list[TooMany | None]:
    """`take` for tries that come together, in one statement while there is room for all of a key.

    For each, in their order: the refusal, or None. Where not all have room, the first who came have it.
    """
    wanted = Counter(keys)
    whole = _counted({key: wanted[key] for key in sorted(wanted) if wanted[key] <= limit.most}, limit, at)
    answers: list[TooMany | None] = []
    for key in keys:
        refusal = None
        if key not in whole:
            try:
                take(key, limit, at=at)
            except TooMany as full:
                refusal = full
        answers.append(refusal)
    return answers


#: Looks and counts in one statement, so that of a hundred at once none is counted twice or passes unseen.
_COUNT = (
    "INSERT INTO accounts_attempt AS kept (key, count, window_ends_at, locks) VALUES {places} "
    "ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN kept.window_ends_at > %s THEN kept.count ELSE 0 END + excluded.count, "
    "window_ends_at = CASE WHEN kept.window_ends_at > %s THEN kept.window_ends_at ELSE excluded.window_ends_at END "
    "WHERE kept.window_ends_at <= %s OR kept.count + excluded.count <= %s RETURNING key"
)


def _counted(wanted: Mapping[str, int], limit: Limit, at: datetime) -> set[str]:
    """The keys whose tries, so many each, all found their place; a window that has ended begins afresh.

    wanted: in the order of the keys, so that two batches at once never wait for one another in a ring.
    """
    if not wanted:
        return set()
    now, end = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, at + limit.window))
    places = ", ".join(["(%s, %s, %s, 0)"] * len(wanted))
    values = [value for key, number in wanted.items() for value in (key, number, end)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(places=places), [*values, now, now, now, limit.most])
        return {row[0] for row in cursor.fetchall()}


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


def give_back(*keys: str) -> None:
    """After success: the counts start afresh; the memory of earlier locks stays for its day."""
    Attempt.objects.filter(key__in=keys).update(count=0)


def give_one_back(key: str) -> None:
    """After success where others share the count (a network): only this try does not count."""
    give_each_back([key])


def give_each_back(keys: Iterable[str]) -> None:
    """`give_one_back` for each of several tries."""
    for key, number in sorted(Counter(keys).items()):
        Attempt.objects.filter(key=key, count__gte=number).update(count=F("count") - number)


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
