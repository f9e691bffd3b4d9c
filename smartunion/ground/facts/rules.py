"""How one fact counts on every floor above it; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from smartunion.core.paths import prefixes

#: kind, path of the subtree, day
TallyKey = tuple[str, str, date]


def rolled_up(rows: Iterable[tuple[str, str, date, int]]) -> dict[TallyKey, int]:
    """Sums by kind, subtree and day of (kind, path, day, quantity) rows, for every floor above a row's own; sums of zero
    are left out. A union's own facts are few and are summed when asked for (docs/decisions/0012).
    """
    own: Counter[TallyKey] = Counter()
    for kind, path, day, quantity in rows:
        own[kind, path, day] += quantity
    sums: Counter[TallyKey] = Counter()
    for (kind, path, day), quantity in own.items():
        for prefix in prefixes(path)[:-1]:
            sums[kind, prefix, day] += quantity
    return {key: quantity for key, quantity in sums.items() if quantity}
