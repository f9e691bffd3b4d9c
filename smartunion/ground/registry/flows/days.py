"""Past counts of wide unions, worked out every night: what their subtrees held from each day on.

Counting a city as of a day reads every membership it ever had. Small unions are counted when somebody asks.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet

from smartunion.core import bulk
from smartunion.ground.registry.flows.tallies import ids_on
from smartunion.ground.registry.models import EmployerLink, Membership, TradeUnion, UnionDay, UnionTally
from smartunion.ground.registry.rules import MembershipState

#: Members (retained ones included) above which a union's past is counted at night.
WIDE = 20_000
_NUMBERS = ("active", "retained", "employers")
_PLACE = {MembershipState.ACTIVE.value: 0, MembershipState.RETAINED.value: 1, "employers": 2}
#: The row that says: this union is counted.
FIRST = date.min
#: What came and went on each day, in the order of _NUMBERS.
Changes = dict[date, list[int]]


def count_wide(*, tick: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Count every wide union anew and forget those that are wide no longer; returns how many.

    Memberships are read once, summed where their unions stand and carried upwards; a whole city takes seconds. Each
    union is written in a transaction of its own, so that nobody waits and a page never finds one half counted.
    """
    many = UnionTally.objects.annotate(n=F("all_active") + F("all_retained")).filter(n__gt=WIDE)
    wide = dict(TradeUnion.objects.filter(pk__in=many.values("pk")).values_list("pk", "path"))
    UnionDay.objects.exclude(union__in=many.values("pk")).delete()
    found = _changes(wide) if wide else {}
    lowest_first = sorted(wide.items(), key=lambda one: (-one[1].count("/"), one[0]))
    for done, (union_id, path) in enumerate(lowest_first, 1):
        changes = found.pop(union_id, {})
        above = _nearest(wide, ids_on(path)[:-1])
        if above is not None:
            _carry(changes, found.setdefault(above, {}))
        _write(union_id, changes)
        tick(done, len(wide))
    return len(wide)


def _changes(wide: Mapping[int, str]) -> dict[int, Changes]:
    """Changes by the lowest wide union they lie in: those of wide unions themselves, and of the others by their parents."""
    found: dict[int, Changes] = {}
    paths = TradeUnion.objects.filter(children__isnull=False).distinct().values_list("pk", "path")
    homes = {pk: _nearest(wide, ids_on(path)) for pk, path in paths}
    spells, links = Membership.objects.order_by(), EmployerLink.objects.order_by()
    told: tuple[tuple[QuerySet[Any], str, int], ...] = (
        (spells.filter(held_as__in=_PLACE), "started_on", 1),
        (spells.filter(held_as__in=_PLACE).exclude(ended_on=None), "ended_on", -1),
        (links, "valid_from", 1),
        (links.exclude(valid_to=None), "valid_to", -1),
    )
    for rows, day, sign in told:
        what = ["held_as"] if rows.model is Membership else []
        for own, column in ((True, "union_id"), (False, "union__parent_id")):
            part = rows.filter(union__in=wide) if own else rows.exclude(union__in=wide)
            for place, on, *state, number in (
                part.values_list(column, day, *what).annotate(n=Count("pk")).iterator()
            ):
                home = place if own else homes.get(place)
                if home is not None:
                    kept = found.setdefault(home, {}).setdefault(on, [0, 0, 0])
                    kept[_PLACE[state[0] if state else "employers"]] += sign * number
    return found


def _nearest(wide: Mapping[int, str], ids: list[int]) -> int | None:
    """The lowest wide union among those on a path."""
    return next((pk for pk in reversed(ids) if pk in wide), None)


def _carry(changes: Changes, above: Changes) -> None:
    for on, change in changes.items():
        kept = above.setdefault(on, [0, 0, 0])
        for place, number in enumerate(change):
            kept[place] += number


@transaction.atomic
def _write(union_id: int, changes: Changes) -> None:
    UnionDay.objects.filter(union=union_id).delete()
    bulk.insert(UnionDay, ("union_id", "from_on", *_NUMBERS), _running_sums(union_id, changes))


def _running_sums(union_id: int, changes: Changes) -> Iterator[tuple[Any, ...]]:
    sums = [0, 0, 0]
    yield union_id, FIRST, *sums
    for on, change in sorted(changes.items()):
        sums = [held + came for held, came in zip(sums, change, strict=True)]
        yield union_id, on, *sums
