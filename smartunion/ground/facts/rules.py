"""How one fact counts on every floor above it; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

#: kind, path of the subtree, day
TallyKey = tuple[str, str, date]


def prefixes(path: str) -> list[str]:
    """Every subtree a path lies in, widest first: "1/a/" → ["", "1/", "1/a/"].

    Raises ValueError for a path that does not end with a slash (it would count in the wrong place for ever).
    """
    if path and not path.endswith("/"):
        raise ValueError(f"path {path!r} must be empty or end with a slash")
    found = [""]
    for part in path.split("/")[:-1]:
        found.append(f"{found[-1]}{part}/")
    return found


def rolled_up(rows: Iterable[tuple[str, str, date, int]]) -> dict[TallyKey, int]:
    """Sums by kind, subtree and day of (kind, path, day, quantity) rows; sums of zero are left out."""
    sums: Counter[TallyKey] = Counter()
    for kind, path, day, quantity in rows:
        for prefix in prefixes(path):
            sums[kind, prefix, day] += quantity
    return {key: quantity for key, quantity in sums.items() if quantity}
