"""What a change did to the rows, column by column as the database keeps them, so that it can be taken back exactly.

Sealed columns are copied as they are: opening and sealing them again would give other bytes.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models.deletion import Collector

from smartunion.core.paths import PathField

Row = dict[str, Any]  # column → value as the database driver gives it
_AT_ONCE = 400


@dataclass
class Record:
    """The rows a change touched. changed: columns as before and a digest as after; gone: whole rows; made: digests."""

    changed: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def packed(self) -> str:
        """As text, for sealing."""
        content = json.dumps([self.changed, self.gone, self.made, self.extra], ensure_ascii=False)
        return base64.b64encode(zlib.compress(content.encode())).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Record":
        """From `packed`."""
        return cls(*json.loads(zlib.decompress(base64.b64decode(text))))


class Journal:
    """Watches rows from before a change to after it. Watch a row before anything happens to it."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, Any], Row] = {}
        self._made: list[models.Model] = []

    def watch(self, model: type[models.Model], keys: Iterable[Any]) -> None:
        """Remember rows as they stand now."""
        label = model._meta.label
        fresh = [key for key in dict.fromkeys(keys) if (label, key) not in self._before]
        for key, row in read(model, fresh):
            self._before[label, key] = row

    def watch_deletion(self, rows: "models.QuerySet[Any, Any]") -> None:
        """Remember rows about to be deleted with everything that goes, or loses its link, with them.

        Raises ProtectedError when something else holds on to them.
        """
        collector = Collector(using=rows.db, origin=rows)
        collector.collect(rows)
        for model, instances in collector.data.items():
            self.watch(model, [one.pk for one in instances])
        for queryset in collector.fast_deletes:
            self.watch(queryset.model, queryset.values_list("pk", flat=True))
        for (changed, _value), sets in collector.field_updates.items():
            for found in sets:
                self.watch(changed.model, [one.pk for one in iter(found)])  # type: ignore[call-overload]  # rows, not one

    def made(self, row: models.Model) -> None:
        """Remember a row that the change made."""
        self._made.append(row)

    def before(self) -> Iterator[tuple[str, Any, Row]]:
        """Watched rows as they stood."""
        for (label, key), row in self._before.items():
            yield label, key, row

    def close(self) -> tuple[Record, dict[tuple[str, Any], Row]]:
        """The record, and the watched rows as they stand now (missing ones are gone)."""
        record, after = Record(), {}
        by_model: dict[str, list[Any]] = {}
        for label, key in self._before:
            by_model.setdefault(label, []).append(key)
        for label, keys in by_model.items():
            model = apps.get_model(label)
            now = dict(read(model, keys))
            for key in keys:
                old, new = self._before[label, key], now.get(key)
                if new is None:
                    record.gone.append({"of": label, "key": encode(key), "row": encoded(old)})
                    continue
                after[label, key] = new
                columns = [name for name in old if old[name] != new[name]]
                if columns:
                    record.changed.append(
                        {"of": label, "key": encode(key), "was": encoded({name: old[name] for name in columns}),
                         "left": digest(model, new)}
                    )  # fmt: skip
        for row in self._made:
            found = dict(read(type(row), [row.pk]))
            record.made.append(
                {"of": row._meta.label, "key": encode(row.pk), "left": digest(type(row), found[row.pk])}
            )
        return record, after


def read(model: type[models.Model], keys: Sequence[Any]) -> Iterator[tuple[Any, Row]]:
    """Rows as the database keeps them, by key."""
    columns = _columns(model)
    quote = connection.ops.quote_name
    listed = ", ".join(quote(name) for name in columns)
    table, pk = quote(model._meta.db_table), _key_column(model)
    for start in range(0, len(keys), _AT_ONCE):
        part = [model._meta.pk.get_db_prep_value(key, connection) for key in keys[start : start + _AT_ONCE]]
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {listed} FROM {table} WHERE {quote(pk)} IN ({marks})",  # noqa: S608  our own names
                part,
            )
            for values in cursor.fetchall():
                row = {
                    name: bytes(value) if isinstance(value, memoryview) else value
                    for name, value in zip(columns, values, strict=True)
                }
                yield model._meta.pk.to_python(row[pk]), row


def insert(model: type[models.Model], row: Row) -> None:
    """Put a row back as it stood."""
    quote = connection.ops.quote_name
    listed, marks = ", ".join(quote(name) for name in row), ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({listed}) VALUES ({marks})",  # noqa: S608  our own names
            list(row.values()),
        )


def write(model: type[models.Model], key: Any, values: Row) -> None:
    """Set columns of one row to what they were."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = %s" for name in values)
    stored = model._meta.pk.get_db_prep_value(key, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(_key_column(model))} = %s",  # noqa: S608
            [*values.values(), stored],
        )


def delete(model: type[models.Model], key: Any) -> None:
    """Remove one row."""
    quote = connection.ops.quote_name
    stored = model._meta.pk.get_db_prep_value(key, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(_key_column(model))} = %s",  # noqa: S608
            [stored],
        )


def digest(model: type[models.Model], row: Row) -> str:
    """A digest of a row without its paths: a union that moved has not changed what was merged."""
    paths = path_columns(model)
    plain = {name: encode(value) for name, value in row.items() if name not in paths}
    return blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=16).hexdigest()


def path_columns(model: type[models.Model]) -> set[str]:
    """Columns that hold union paths."""
    return {str(one.column) for one in model._meta.local_concrete_fields if isinstance(one, PathField)}


def encoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row ready for JSON."""
    return {name: encode(value) for name, value in row.items()}


def encode(value: Any) -> Any:
    """A driver's value as JSON that `decode` turns back exactly."""
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, UUID):
        return {"u": value.hex}
    if isinstance(value, dict | list):
        return {"j": json.dumps(value, ensure_ascii=False)}
    return value


def decode(value: Any) -> Any:
    """The value `encode` was given."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    readers: dict[str, Callable[[str], Any]] = {
        "b": base64.b64decode, "at": datetime.fromisoformat, "on": date.fromisoformat, "n": Decimal, "u": UUID,
        "j": str,
    }  # fmt: skip
    return readers[kind](text)


def _columns(model: type[models.Model]) -> list[str]:
    return [str(one.column) for one in model._meta.local_concrete_fields]


def _key_column(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)
