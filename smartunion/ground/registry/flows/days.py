"""Past counts of wide unions, worked out every night: what their subtrees held from each day on.

Counting a city as of a day reads every membership it ever had. Small unions are counted when somebody asks.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet

from smartunion.core import bulk
from smartunion.ground.registry.models import EmployerLink, Membership, TradeUnion, UnionDay, UnionTally
from smartunion.ground.registry.rules import MembershipState

#: Members (retained ones included) above which a union's past is counted at night.
WIDE = 20_000
_NUMBERS = ("active", "retained", "employers")
#: The row that says: this union is counted.
FIRST = date.min


def count_wide(*, tick: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Count every wide union anew and forget those that are wide no longer; returns how many.

    One transaction each, so that nobody waits and a page never finds a union half counted.
    """
    many = UnionTally.objects.annotate(n=F("all_active") + F("all_retained")).filter(n__gt=WIDE)
    wide = dict(TradeUnion.objects.filter(pk__in=many.values("pk")).order_by("pk").values_list("pk", "path"))
    UnionDay.objects.exclude(union__in=many.values("pk")).delete()
    for done, (union_id, path) in enumerate(wide.items(), 1):
        _count(union_id, path)
        tick(done, len(wide))
    return len(wide)


@transaction.atomic
def _count(union_id: int, path: str) -> None:
    UnionDay.objects.filter(union=union_id).delete()
    rows = _running_sums(union_id, _changes(path))
    bulk.insert(UnionDay, ("union_id", "from_on", *_NUMBERS), rows)


def _changes(path: str) -> dict[date, list[int]]:
    """What came and went on each day, in the order of _NUMBERS."""
    found: dict[date, list[int]] = {}
    spells = Membership.objects.under(path).order_by()
    for place, state in enumerate((MembershipState.ACTIVE, MembershipState.RETAINED)):
        held = spells.filter(held_as=state)
        _put(found, place, 1, held, "started_on")
        _put(found, place, -1, held.exclude(ended_on=None), "ended_on")
    links = EmployerLink.objects.all().under(path).order_by()
    _put(found, 2, 1, links, "valid_from")
    _put(found, 2, -1, links.exclude(valid_to=None), "valid_to")
    return found


def _put(found: dict[date, list[int]], place: int, sign: int, rows: QuerySet[Any], day: str) -> None:
    for on, number in rows.values_list(day).annotate(n=Count("pk")):
        found.setdefault(on, [0, 0, 0])[place] += sign * number


def _running_sums(union_id: int, changes: dict[date, list[int]]) -> Iterator[tuple[Any, ...]]:
    sums = [0, 0, 0]
    yield union_id, FIRST, *sums
    for on, change in sorted(changes.items()):
        sums = [held + came for held, came in zip(sums, change, strict=True)]
        yield union_id, on, *sums
