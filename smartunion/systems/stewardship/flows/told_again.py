"""Differences of people that a comparison tells as it did the month before: found without building a record of each.

In a city half a million phones and numbers differ, and nearly all differ next month in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from smartunion.core import columns
from smartunion.engines.feeds.service import differences
from smartunion.ground.registry.models import Membership, ValueOrigin
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import State

_READ = pa.schema(
    [("pk", pa.int64()), ("person_id", pa.int64()), ("field", pa.string()), ("table", pa.string()), ("path", pa.string()),
     ("ours", pa.binary()), ("theirs", pa.binary()), ("row", pa.string()), ("rule", pa.string()), ("confidence", pa.float64()),
     ("snapshot_id", pa.int64()), ("as_of", pa.date32()), ("seen_in", pa.int64())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A correction that is told as it stands, and the extract that told it last."""

    pk: int
    table: str
    snapshot_id: int
    as_of: date


def told_again(
    comparison: differences.Comparison, found: Sequence[differences.Difference]
) -> tuple[list[Stored], list[differences.Difference]]:
    """Differences of people, parted: corrections that stand just so, and the differences that must be looked at.

    Those told already in this comparison are in neither. Quick where the differences come by person.
    """
    stored = _stored(comparison, found)
    again: dict[int, Stored] = {}
    others: list[differences.Difference] = []
    for one in found:
        known = stored.get((one.record_id, one.field, one.table))
        if known is None:
            others.append(one)
            continue
        row, values, seen_in = known
        if seen_in == comparison.number or row.pk in again:
            continue  # told twice: the first, surer one stands
        if values == (one.ours, one.theirs, one.row[:60], one.rule[:40], round(one.confidence, 3)):
            again[row.pk] = row
        else:
            others.append(one)
    return list(again.values()), others


def _stored(
    comparison: differences.Comparison, found: Sequence[differences.Difference]
) -> dict[tuple[int, str, str], tuple[Stored, tuple[Any, ...], int]]:
    """(person, field, table) → the correction, what it says, and the comparison that told it last."""
    people = [one.record_id for one in found]
    rows = standing_of_people(comparison).filter(person_id__gte=min(people), person_id__lte=max(people))
    sealed: list[Any] = [Discrepancy._meta.get_field(name) for name in ("ours", "theirs")]
    stored: dict[tuple[int, str, str], tuple[Stored, tuple[Any, ...], int]] = {}
    for batch in columns.batches(rows.values_list(*_READ.names), _READ):
        read = dict(zip(_READ.names, (column.to_pylist() for column in batch.columns), strict=True))
        ours, theirs = (field.opened(read[field.attname]) for field in sealed)
        keys = zip(read["person_id"], read["field"], read["table"], strict=True)
        told = map(Stored, read["pk"], read["table"], read["snapshot_id"], read["as_of"])
        said = zip(ours, theirs, read["row"], read["rule"], read["confidence"], strict=True)
        rest = zip(keys, read["path"], told, said, read["seen_in"], strict=True)
        stored.update(
            {
                key: (row, values, seen)
                for key, at, row, values, seen in rest
                if at.startswith(comparison.path)
            }
        )
    return stored


def standing_of_people(comparison: differences.Comparison) -> QuerySet[Discrepancy]:
    """Corrections of people that say rightly where the person is and where our value comes from, and are not done with.

    Reach is left to the reader: PostgreSQL would walk all people in reach for each few thousand.
    """
    spells = Membership.objects.filter(person_id=OuterRef("person_id"))
    running = spells.filter(ended_on=None).order_by("-pk").values("union_path")[:1]
    first = spells.exclude(source="").order_by("started_on", "pk").values("source")[:1]
    origin = ValueOrigin.objects.filter(person_id=OuterRef("person_id"), field=OuterRef("field"))
    return Discrepancy.objects.filter(
        table__in=list(comparison.snapshots), path=Coalesce(Subquery(running), Value(comparison.path)),
        ours_from=Coalesce(Subquery(origin.values("source")[:1]), Subquery(first), Value("entered")),
        ours_since=Coalesce(Subquery(origin.values("since")[:1]), F("person__created_at")),
    ).exclude(state__in=[State.TAKEN, State.GONE])  # fmt: skip
