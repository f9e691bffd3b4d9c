"""Counts of unions: changes inserted beside what they count, folded in later, proven by a recount.

A count is UnionTally plus the open deltas below it. Nothing here updates a row that two people joining at the same
time would both want; see docs/decisions on insert-only tallies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q

from smartunion.core import bulk
from smartunion.core.snapshot import one_moment
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import (
    EmployerLink,
    Membership,
    TradeUnion,
    UnionTally,
    UnionTallyDelta,
)
from smartunion.ground.registry.rules.counts import COUNTED, Counts, of_state

__all__ = ["Counts", "add", "add_one", "change_above", "ensure", "fold", "of_state", "recount"]

#: Deltas folded in one transaction: short enough that nobody waits, few enough for SQLite's 999 parameters.
_FOLD_AT_ONCE = 900


def add(changes: Mapping[int, Counts], paths: Mapping[int, str]) -> None:
    """Insert one delta for each union whose counts change. Call it in the transaction of what it counts.

    changes: union id → change; paths: union id → path.
    """
    bulk.insert(
        UnionTallyDelta, ("union_id", "path", *COUNTED),
        (
            (union_id, paths[union_id], *change.numbers)
            for union_id, change in sorted(changes.items())
            if not change.is_zero
        ),
    )  # fmt: skip


def add_one(union: TradeUnion, change: Counts) -> None:
    """`add` for a single union."""
    add({union.pk: change}, {union.pk: union.path})


@transaction.atomic
def fold() -> int:
    """Fold up to 900 deltas into the tallies of their unions and of every union above. Returns how many.

    Of two folders at once the later deletes fewer rows than it read, and its transaction ends without a trace; so
    does one that finds at the end that a union was moved meanwhile.
    """
    batch = list(
        UnionTallyDelta.objects.order_by("pk").values_list("pk", "union_id", *COUNTED)[:_FOLD_AT_ONCE]
    )
    if not batch:
        return 0
    deleted, _kinds = UnionTallyDelta.objects.filter(pk__in=[row[0] for row in batch]).delete()
    sums: dict[int, Counts] = {}
    for _pk, union_id, *values in batch:
        sums[union_id] = sums.get(union_id, Counts()) + Counts(*values)
    paths = _paths(sums)
    subtree: dict[int, Counts] = {}
    for union_id, change in sums.items():
        for ancestor in ids_on(paths[union_id]):
            subtree[ancestor] = subtree.get(ancestor, Counts()) + change
    _write({union_id: (sums.get(union_id, Counts()), total) for union_id, total in subtree.items()})
    if deleted != len(batch) or paths != _paths(sums):
        transaction.set_rollback(True)
        return 0
    return len(batch)


_COLUMNS = tuple(f"{prefix}_{name}" for prefix in ("own", "all") for name in COUNTED)
_ADD = (
    f"INSERT INTO registry_uniontally AS kept (union_id, {', '.join(_COLUMNS)}) {{source}} ON CONFLICT (union_id) "
    f"DO UPDATE SET {', '.join(f'{name} = kept.{name} + excluded.{name}' for name in _COLUMNS)}"
)


def _write(changes: Mapping[int, tuple[Counts, Counts]]) -> None:
    """Add (own, subtree) changes to the tallies in one statement, in one order in every process."""
    rows = [(union_id, *own.numbers, *total.numbers) for union_id, (own, total) in sorted(changes.items())]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(["%s::bigint[]", *["%s::int[]"] * len(_COLUMNS)])
            source = f"SELECT * FROM unnest({arrays})"  # noqa: S608  places only
            cursor.execute(_ADD.format(source=source), [list(column) for column in zip(*rows, strict=True)])
        else:
            values = ", ".join(["%s"] * (len(_COLUMNS) + 1))
            cursor.executemany(_ADD.format(source=f"VALUES ({values})"), rows)


def ensure(union_ids: Iterable[int]) -> None:
    """Every one of the unions has a tally row."""
    wanted = set(union_ids)
    present = set(UnionTally.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    missing = [UnionTally(union_id=union_id) for union_id in sorted(wanted - present)]
    UnionTally.objects.bulk_create(missing, ignore_conflicts=True)


def change_above(changes: Mapping[int, Counts]) -> None:
    """Add to all_* of unions whose subtree gained or lost a whole branch, in the order of their keys."""
    for union_id in sorted(changes):
        _update(union_id, _increments("all", changes[union_id]))


def _paths(union_ids: Iterable[int]) -> dict[int, str]:
    return dict(TradeUnion.objects.filter(pk__in=set(union_ids)).values_list("pk", "path"))


def _update(union_id: int, values: dict[str, Any]) -> None:
    if values:
        UnionTally.objects.filter(pk=union_id).update(**values)


def _increments(prefix: str, change: Counts) -> dict[str, Any]:
    """Values for update(): F expressions (no common type for the stubs)."""
    pairs = zip(COUNTED, change.numbers, strict=True)
    return {f"{prefix}_{name}": F(f"{prefix}_{name}") + number for name, number in pairs if number}


def ids_on(path: str) -> list[int]:
    """Primary keys of the unions on a path, root first."""
    return [int(part, 36) for part in path.split("/")[:-1]]


def counted_own() -> dict[int, Counts]:
    """What each union's own counts must be, from the records themselves; unions without anything are left out."""
    found: dict[int, Counts] = {}

    def put(union_id: int, change: Counts) -> None:
        found[union_id] = found.get(union_id, Counts()) + change

    current = Membership.objects.filter(ended_on=None).order_by().values_list("union_id", "state")
    for union_id, state, number in current.annotate(n=Count("pk")):
        put(union_id, of_state(state, number))
    links = EmployerLink.objects.filter(valid_to=None).order_by().values_list("union_id")
    for union_id, number in links.annotate(n=Count("pk")):
        put(union_id, Counts(employers=number))
    counted = Q(state=rules.UnionState.ACTIVE, kind__in=rules.COUNTED_KINDS)
    for union_id in TradeUnion.objects.filter(counted).values_list("pk", flat=True):
        put(union_id, Counts(unions=1))
    return found


@dataclass(frozen=True)
class Wrong:
    """A stored count that does not agree with the records."""

    union_id: int
    column: str
    stored: int
    counted: int


def recount(*, repair: bool = False) -> list[Wrong]:
    """Compare every stored count, open deltas included, with the records; with `repair`, write what was counted.

    Exact while others write: everything is read from one snapshot, and deltas that come later stay. Raises
    OperationalError (run it again) when the folding job worked at the same moment.
    """
    with one_moment():
        return _recount(repair=repair)


def _recount(*, repair: bool) -> list[Wrong]:
    truth = _with_subtrees(counted_own())
    stored = _stored()
    wrong = [
        Wrong(
            union_id, column, stored.get(union_id, {}).get(column, 0), truth.get(union_id, {}).get(column, 0)
        )
        for union_id in sorted(truth.keys() | stored.keys())
        for column in sorted(truth.get(union_id, {}).keys() | stored.get(union_id, {}).keys())
        if stored.get(union_id, {}).get(column, 0) != truth.get(union_id, {}).get(column, 0)
    ]
    if repair and wrong:
        UnionTallyDelta.objects.all().delete()
        UnionTally.objects.all().delete()
        rows = (UnionTally(union_id=union_id, **columns) for union_id, columns in truth.items())
        while chunk := list(islice(rows, 5_000)):
            UnionTally.objects.bulk_create(chunk)
    return wrong


def _with_subtrees(own: Mapping[int, Counts]) -> dict[int, dict[str, int]]:
    paths = dict(TradeUnion.objects.values_list("pk", "path"))
    sums = {union_id: Counts() for union_id in paths}
    for union_id, change in own.items():
        for ancestor in ids_on(paths[union_id]):
            sums[ancestor] += change
    return {
        union_id: _columns("own", own.get(union_id, Counts())) | _columns("all", total)
        for union_id, total in sums.items()
    }


def _stored() -> dict[int, dict[str, int]]:
    columns = [f"{prefix}_{name}" for prefix in ("own", "all") for name in COUNTED]
    found: dict[int, dict[str, int]] = {}
    for union_id, *values in UnionTally.objects.values_list("pk", *columns):
        found[union_id] = dict(zip(columns, values, strict=True))
    for union_id, path, *values in UnionTallyDelta.objects.values_list("union_id", "path", *COUNTED):
        change = Counts(*values)
        for ancestor in ids_on(path):
            row = found.setdefault(ancestor, dict.fromkeys(columns, 0))
            _add_into(row, "all", change)
            if ancestor == union_id:
                _add_into(row, "own", change)
    return found


def _columns(prefix: str, counts: Counts) -> dict[str, int]:
    return {f"{prefix}_{name}": value for name, value in zip(COUNTED, counts.numbers, strict=True)}


def _add_into(row: dict[str, int], prefix: str, change: Counts) -> None:
    for column, value in _columns(prefix, change).items():
        row[column] += value
