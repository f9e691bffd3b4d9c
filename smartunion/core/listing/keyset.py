"""Paging by last values: the next page begins behind the last row seen, so page 10,000 costs what page 1 costs.

A row that has no value in a column stands last, in either direction and on every database.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.sql.where import WhereNode

from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.crypto.ring import ring
from smartunion.core.crypto.suites import CannotOpen
from smartunion.core.listing.walking import in_order

Rows = QuerySet[Any]  # rows of whatever model the listing shows
Values = tuple[Any, ...]


class BadCursor(Exception):
    """The place in the list cannot be read: cut, made up, or from another list."""


@dataclass(frozen=True)
class Key:
    """One column of an ordering. path: ORM path; nullable: rows may have no value there."""

    path: str
    descending: bool = False
    nullable: bool = False
    nulls_first: bool = False

    @property
    def flipped(self) -> "Key":
        """The same column walked the other way."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def order_by(self) -> OrderBy:
        """The ordering expression; nulls are named only where they can occur, so that plain indexes serve."""
        place: dict[str, bool] = {}
        if self.nullable:
            place = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        column = F(self.path)
        return column.desc(**place) if self.descending else column.asc(**place)

    def beyond(self, value: Any) -> Q | None:
        """Rows behind `value` in this column; None when there can be none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.nulls_first else None
        behind = Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})
        if self.nullable and not self.nulls_first:
            behind |= Q(**{f"{self.path}__isnull": True})
        return behind

    def level(self, value: Any) -> Q:
        """Rows with the same value in this column."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


@dataclass(frozen=True)
class Slice:
    """One page: its rows and the values before its first and behind its last row (None at either end)."""

    rows: list[Any]
    previous: Values | None
    next: Values | None


def keys_for(queryset: Rows, names: Sequence[str]) -> tuple[Key, ...]:
    """Keys of an ordering such as ("-joined_on", "name"), ended by the primary key.

    Raises ImproperlyConfigured for encrypted and many-valued columns, which have no order.
    """
    keys = [
        Key(name.lstrip("-"), name.startswith("-"), _nullable(queryset, name.lstrip("-"))) for name in names
    ]
    pk = queryset.model._meta.pk.name
    if not any(key.path in {"pk", pk} for key in keys):
        keys.append(Key("pk", keys[-1].descending if keys else False))
    return tuple(keys)


def _nullable(queryset: Rows, path: str) -> bool:
    if path in queryset.query.annotations:
        return True
    model: type[Model] = queryset.model
    nullable = False
    for part in path.split("__"):
        field: Any = model._meta.pk if part == "pk" else None  # any relation or column
        try:
            field = field or model._meta.get_field(part)
        except FieldDoesNotExist:
            raise ImproperlyConfigured(f"{model.__name__} has no field {part} to sort by") from None
        if isinstance(field, EncryptedTextField) or field.many_to_many or field.one_to_many:
            raise ImproperlyConfigured(f"{model.__name__}.{part} has no order")
        nullable = nullable or field.null or not field.concrete
        if field.is_relation:
            model = field.related_model
    return nullable


def ordered(queryset: Rows, keys: Sequence[Key]) -> Rows:
    """The queryset in this order, with the values of every key readable on its rows."""
    borrowed = {_alias(key): F(key.path) for key in keys if "__" in key.path}
    rows: Rows = queryset.annotate(**borrowed).order_by(*(key.order_by() for key in keys))
    return rows


def values_of(row: Any, keys: Sequence[Key]) -> Values:
    """The values by which a row stands where it stands."""
    return tuple(getattr(row, _alias(key) if "__" in key.path else key.path) for key in keys)


def _alias(key: Key) -> str:
    return "key_" + key.path.replace("__", "_")


def beyond(queryset: Rows, keys: Sequence[Key], values: Values) -> Rows:
    """Rows that come behind these values."""
    directions = {key.descending for key in keys}
    if len(directions) == 1 and not any(key.nullable for key in keys):
        compare = TupleLessThan if directions.pop() else TupleGreaterThan
        return queryset.filter(compare(Tuple(*(F(key.path) for key in keys)), values))
    found = Q(pk__in=[])
    tied = Q()
    for key, value in zip(keys, values, strict=True):
        behind = key.beyond(value)
        if behind is not None:
            found |= tied & behind
        tied &= key.level(value)
    first, value = keys[0], values[0]
    reachable = first.beyond(value)
    if value is not None and reachable is not None:
        found &= reachable | first.level(
            value
        )  # says nothing new, but lets an index on the first column serve
    return queryset.filter(found)


def fetch(
    queryset: Rows,
    keys: Sequence[Key],
    size: int,
    *,
    after: Values | None = None,
    before: Values | None = None,
) -> Slice:
    """One page of at most `size` rows, behind `after`, before `before`, or from the start."""
    if before is not None:
        back = [key.flipped for key in keys]
        rows = _first(_walk(queryset, back, size, before), back, size + 1)
        if len(rows) <= size:  # the start is near: show a full first page
            return fetch(queryset, keys, size)
        rows = rows[size - 1 :: -1]
        return Slice(rows, values_of(rows[0], keys), values_of(rows[-1], keys))
    rows = _first(_walk(queryset, keys, size, after), keys, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    first = values_of(rows[0], keys) if rows and after is not None else None
    return Slice(rows, first, values_of(rows[-1], keys) if more else None)


def _walk(queryset: Rows, keys: Sequence[Key], size: int, place: Values | None) -> Rows:
    """The rows in order, behind a place."""

    def begun(rows: Rows) -> Rows:
        walk = ordered(rows, keys)
        return walk if place is None else beyond(walk, keys, place)

    return begun(in_order(queryset, keys[0].path, size=size, begun=begun))


def _first(walk: Rows, keys: Sequence[Key], size: int) -> list[Any]:
    """The first rows of a walk. Which ones they are is found by the columns of the order alone; what a row shows
    besides (joined records, counted annotations) is fetched for these few, not for all that had to be sorted.
    """
    query = walk.query
    if query.distinct or query.combinator or not (query.annotations or query.select_related):
        return list(walk[:size])
    shown = walk.all()
    if not any(
        _is_many_valued(query.alias_map[alias]) for alias, uses in query.alias_refcount.items() if uses
    ):
        shown.query.where = (
            WhereNode()
        )  # the chosen rows have passed every condition; asking again costs as much again
    return list(shown.filter(pk__in=walk.values("pk")[:size]))


def _is_many_valued(table: Any) -> bool:
    """Whether one row may meet several rows of this joined table, so that its conditions must be kept."""
    field = getattr(table, "join_field", None)
    return field is not None and not (field.many_to_one or field.one_to_one)


_WRITE: dict[type, tuple[str, Callable[[Any], str]]] = {
    int: ("i", str), str: ("s", str), bool: ("b", lambda v: "1" if v else ""), datetime: ("t", datetime.isoformat),
    date: ("d", date.isoformat), Decimal: ("m", str), UUID: ("u", str), float: ("f", repr),
}  # fmt: skip
_READ: dict[str, Callable[[str], Any]] = {
    "i": int, "s": str, "b": bool, "t": datetime.fromisoformat, "d": date.fromisoformat, "m": Decimal,
    "u": UUID, "f": float,
}  # fmt: skip


def write_cursor(values: Values, scope: str) -> str:
    """The values as one sealed word for the address: names and dates in it stay unreadable in logs."""
    items = [None if value is None else _written(value) for value in values]
    return base64.urlsafe_b64encode(ring().seal(json.dumps(items).encode(), _aad(scope))).decode().rstrip("=")


def _written(value: Any) -> list[str]:
    kind, write = _WRITE[type(value)]
    return [kind, write(value)]


def read_cursor(word: str, scope: str, length: int) -> Values:
    """The values back. scope: list and ordering they belong to. Raises BadCursor."""
    try:
        sealed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        items = json.loads(ring().open(sealed, _aad(scope)))
        values = tuple(None if item is None else _READ[item[0]](item[1]) for item in items)
    except (CannotOpen, ValueError, KeyError, TypeError, IndexError, binascii.Error):
        raise BadCursor from None
    if len(values) != length:
        raise BadCursor
    return values


def _aad(scope: str) -> bytes:
    return f"listing.{scope}".encode()
