"""Deleting many rows of one model at once, with the same answer as QuerySet.delete()."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.deletion import DO_NOTHING, get_candidate_relations_to_delete
from django.db.models.signals import post_delete, pre_delete


def delete(model: type[models.Model], keys: Sequence[int]) -> None:
    """Delete rows by primary key, in a transaction; what refers to them goes, stays or forbids it as its field says.

    Django writes out all keys once for every relation, which takes five times as long as deleting. Here each table is
    asked whether it refers to any of them, with one parameter; only if one does is it left to Django.
    Raises ProtectedError and IntegrityError as QuerySet.delete() does.
    """
    if not keys:
        return
    if _is_told(model) or any(_refers(field, keys) for field in _references(model)):
        model._base_manager.filter(pk__in=keys).delete()
        return
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {_among(_key(model))}", [_list(keys)])  # noqa: S608  our own names


def _is_told(model: type[models.Model]) -> bool:
    """Whether somebody wants to hear of each row, or something refers to the model by its name."""
    heard = pre_delete.has_listeners(model) or post_delete.has_listeners(model)
    loose = any(hasattr(field, "bulk_related_objects") for field in model._meta.private_fields)
    return heard or loose or bool(model._meta.parents)


def _references(model: type[models.Model]) -> Iterator["models.ForeignKey[Any, Any]"]:
    for relation in get_candidate_relations_to_delete(model._meta):
        if relation.on_delete is not DO_NOTHING:  # type: ignore[attr-defined]  # stubs: relations look like fields
            yield relation.field  # type: ignore[attr-defined]  # as above


def _refers(field: "models.ForeignKey[Any, Any]", keys: Sequence[int]) -> bool:
    """Whether a row of the field's table holds one of the keys; keys made together are far from all others."""
    if not field.target_field.primary_key:
        return True  # told by another value than the key: Django looks
    quote = connection.ops.quote_name
    table, column = quote(field.model._meta.db_table), quote(str(field.column))
    anything = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} BETWEEN %s AND %s)"  # noqa: S608  our own names
    one_of = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {_among(column)})"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        cursor.execute(anything, [min(keys), max(keys)])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(one_of, [_list(keys)])
        return bool(cursor.fetchone()[0])


def _key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.pk.column or "id")


def _among(column: str) -> str:
    """A condition with one parameter, made by `_list`."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::bigint[])"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608  our own names


def _list(keys: Sequence[int]) -> str:
    listed = ",".join(map(str, keys))
    return f"{{{listed}}}" if connection.vendor == "postgresql" else f"[{listed}]"
