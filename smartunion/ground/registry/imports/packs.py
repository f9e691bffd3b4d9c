"""Rows of a long list that bring somebody new: kept sealed by the thousand, since nobody looks at each of them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import F

from smartunion.ground.registry.imports.staged import RowOutcome, Staged, dumped
from smartunion.ground.registry.models import ImportPart, ImportRow

#: So many of a list's rows that bring somebody new stand alone, to be looked at before it is applied.
SHOWN = 1000


class Packed(NamedTuple):
    """One such row: the key reserved for its membership, where it stands in the file, what it says."""

    target_id: int
    sheet: str
    number: int
    values: dict[str, Any]


def may_be_packed(staged: Staged) -> bool:
    """Whether nothing is to be said about a row but that it brings somebody new."""
    return (
        staged.outcome is RowOutcome.CREATE
        and not staged.problems
        and not staged.changes
        and staged.target_id is not None
        and "_person" not in staged.values
    )


def pack(rows: Iterable[Staged | Packed]) -> str:
    """What an ImportPart keeps of such rows: which keys there are, and of each row which of those and their values.

    Written with their keys row by row they would be twice as long and take three times as long to write and read.
    """
    shapes: dict[tuple[str, ...], int] = {}
    packed = []
    for row in rows:
        own = {key: value for key, value in row.values.items() if key != "_membership"}
        spell = row.values["_membership"]
        packed.append(
            [row.target_id, row.sheet[:60], row.number, shapes.setdefault(tuple(own), len(shapes)),
             shapes.setdefault(tuple(spell), len(shapes)), *own.values(), *spell.values()]
        )  # fmt: skip
    return dumped([list(shapes), packed])


def unpacked(part: ImportPart) -> list[Packed]:
    """The rows of a part, in the order of the file."""
    if not part.made:
        return []
    shapes, packed = json.loads(part.made)
    found = []
    for target_id, sheet, number, own, spell, *said in packed:
        keys = shapes[own]
        values = dict(zip(keys, said, strict=False))
        values["_membership"] = dict(zip(shapes[spell], said[len(keys) :], strict=True))
        found.append(Packed(target_id, sheet, number, values))
    return found


def as_row(part: ImportPart, packed: Packed) -> ImportRow:
    """A packed row as one of its own, without what it says; not stored."""
    return ImportRow(
        batch_id=part.batch_id, part=part, sheet=packed.sheet, number=packed.number, outcome=RowOutcome.CREATE,
        target_type="membership", target_id=packed.target_id,
    )  # fmt: skip


def take_out(part: ImportPart, rows: Sequence[ImportRow]) -> None:
    """Store packed rows, as `as_row` made them, each as one of its own: something is to be said about it by now."""
    if not rows:
        return
    packed = unpacked(part)
    said = {row.target_id: row.values for row in packed}
    out = {row.target_id for row in rows}
    for row in rows:
        row.values = dumped(said[row.target_id or 0])
    ImportRow.objects.bulk_create(rows)
    kept = [row for row in packed if row.target_id not in out]
    ImportPart.objects.filter(pk=part.pk).update(
        made=pack(kept) if kept else None, packed=F("packed") - len(rows)
    )
