"""Every row a merger or split changes or writes, kept so that it can be taken back. Without one (a plain closing),
the same changes are made and nothing is kept.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import models

from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Restructuring, RestructuringRow

_AT_ONCE = 500


class Journal:
    """Changes and writes rows, and remembers both."""

    def __init__(self, restructuring: Restructuring | None = None) -> None:
        self.restructuring = restructuring

    def update(self, rows: "models.QuerySet[Any, Any]", **values: Any) -> int:
        """`rows.update(values)`, with what stood before; every row gets the same values (F expressions are for `note`).

        Returns how many rows changed.
        """
        found = list(rows.order_by("pk"))
        before = [values_of(row, values) for row in found]
        changed = rows.model._base_manager.filter(pk__in=[row.pk for row in found]).update(**values)
        if found:
            for row in found:
                for name, value in values.items():
                    setattr(row, name, value)
            self.note(found, before)
        return int(changed)

    def note(
        self,
        rows: Sequence[models.Model],
        before: Sequence[dict[str, Any]],
        made: Sequence[models.Model] = (),
    ) -> None:
        """Remember rows that were changed already: their values before, now, and the row each was followed by."""
        if self.restructuring is None:
            return
        followers: Iterable[models.Model | None] = made or [None] * len(rows)
        self._keep(
            RestructuringRow(
                restructuring=self.restructuring, model=row._meta.label_lower, row_id=row.pk, before=old,
                after=values_of(row, old), made_id=new.pk if new else None, made_print=print_of(new) if new else "",
            )
            for row, old, new in zip(rows, before, followers, strict=True)
        )  # fmt: skip

    def wrote(self, rows: Iterable[models.Model]) -> None:
        """Remember rows that are new."""
        if self.restructuring is None:
            return
        self._keep(
            RestructuringRow(
                restructuring=self.restructuring,
                model=row._meta.label_lower,
                made_id=row.pk,
                made_print=print_of(row),
            )
            for row in rows
        )

    def _keep(self, rows: Iterable[RestructuringRow]) -> None:
        waiting = iter(rows)
        while chunk := list(islice(waiting, _AT_ONCE)):
            RestructuringRow.objects.bulk_create(chunk)


def values_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Values as they are kept: text of each field, None for nothing."""
    fields = {name: row._meta.get_field(name) for name in names}
    return {name: _text(field, row) for name, field in fields.items()}


def read_values(model: type[models.Model], kept: dict[str, Any]) -> dict[str, Any]:
    """The other way round: values as fields take them, by attribute name."""
    found = {}
    for name, text in kept.items():
        field: Any = model._meta.get_field(name)
        plain = field.target_field if field.is_relation else field
        found[field.attname] = None if text is None else _read(plain, text)
    return found


#: Columns that follow from others, or are sealed anew each time: they say nothing about a change by people.
_DERIVED = (PathField, KeyField, EncryptedTextField, BlindIndexField)


def print_of(row: models.Model) -> str:
    """A print of a row's values; two rows with the same print are the same."""
    fields = [one for one in row._meta.concrete_fields if not isinstance(one, _DERIVED)]
    return sha256("\x1f".join(f"{one.name}={_text(one, row)}" for one in fields).encode()).hexdigest()


def _read(field: Any, text: str) -> Any:
    return json.loads(text) if isinstance(field, models.JSONField) else field.to_python(text)


def _text(field: Any, row: models.Model) -> str | None:
    value = field.value_from_object(row)
    if isinstance(field, models.JSONField):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return None if value is None else str(field.value_to_string(row))
