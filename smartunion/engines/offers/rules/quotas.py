"""Which quotas a booking counts against."""

from collections.abc import Iterable
from typing import NamedTuple

from smartunion.engines.offers.rules.words import QuotaScope


class Rule(NamedTuple):
    """A quota as far as counting needs it. occasion_id None: every occasion of the offer."""

    id: int
    occasion_id: int | None
    scope: str
    path: str
    key: str


def applying(
    rules: Iterable[Rule], *, occasion_id: int, union_path: str, groups: Iterable[str] = (), device: str = ""
) -> list[int]:
    """Keys of all quotas that count a booking, ascending.

    union_path: of the union the person is in, "" none. A device's share counts only who is let in by that device.
    """
    theirs = frozenset(groups)
    return sorted(
        rule.id
        for rule in rules
        if rule.occasion_id in (None, occasion_id) and _counts(rule, union_path, theirs, device)
    )


def _counts(rule: Rule, union_path: str, groups: frozenset[str], device: str) -> bool:
    if rule.scope == QuotaScope.UNION:
        return bool(union_path) and union_path.startswith(rule.path)
    if rule.scope == QuotaScope.GROUP:
        return rule.key in groups
    if rule.scope == QuotaScope.DEVICE:
        return bool(device) and rule.key == device
    return True
