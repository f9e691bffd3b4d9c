"""Which way SQLite goes through a wide reach: it keeps no histogram and takes every range of paths for a small one.

So it would gather and sort three million members to show fifty of them. Where more than a few rows are in reach, the
path is asked of each row and no index serves for it; another index of the conditions may. Where many rows are left
and an index is in the order of the list, that one is walked.
PostgreSQL knows the shares (core.paths.count_paths_finely) and is left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connections
from django.db.models import Lookup, Model, QuerySet
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import IsNull
from django.db.models.sql.where import AND, WhereNode

from smartunion.core.paths import PathField

#: Rows up to which gathering and sorting them is as quick as a walk, however few of the table they are …
MANY = 20_000
#: … and the part of the table a reach must hold to be walked: of one in fifty a page of fifty is found soon.
PART = 50


class Unindexed(Expression):
    """A column SQLite must not look for an index on: +column is the column, and no index is on that."""

    def __init__(self, column: Any) -> None:
        super().__init__(output_field=column.output_field)
        self.column = column

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.column)
        return f"+{sql}", params


def wide(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows; when the reach alone holds many, its paths are out of reach of any index."""
    if connections[rows.db].vendor != "sqlite":
        return rows
    where = rows.query.where
    reach = [child for child in where.children if any(map(_is_path, _conditions(child)))]
    own = all(one.lhs.alias == rows.model._meta.db_table for child in reach for one in _conditions(child))
    if not reach or not own or where.negated or where.connector != AND:
        return rows
    held = rows.model._base_manager.using(rows.db).all()
    held.query.where = WhereNode(reach)
    newest = rows.model._base_manager.using(rows.db).order_by("-pk").values_list("pk", flat=True).first()
    many = max(MANY, newest // PART if isinstance(newest, int) else 0)
    if not held.values("pk")[many : many + 1]:
        return rows
    return _plainly(rows, _is_path)


def in_order(rows: QuerySet[Any], column: str, *, are_most: bool = False) -> QuerySet[Any]:
    """The same rows, to be walked in the order of an index when they are many and one begins with this column.

    rows: as `wide` gave them, which has asked how many are in reach. are_most: most rows in reach are known to meet the
    other conditions; otherwise they are looked at first.
    """
    if not _is_wide(rows.query.where) or not _has_index(rows.model, column):
        return rows
    # A condition of an index of few rows must stay readable where that index is the one to walk, and only there.
    keeps = _has_index(rows.model, column, of_all=False)
    if not are_most and _is_narrowed(rows.query.where) and not rows.order_by().values("pk")[MANY : MANY + 1]:
        return rows
    return _plainly(
        rows, lambda one: one.lhs.target.name != column and not (keeps and isinstance(one, IsNull))
    )


def _has_index(model: type[Model], column: str, *, of_all: bool = True) -> bool:
    """Whether an index is in this order and knows the path, or is the table itself. of_all: one of every row counts too."""
    if column in {"pk", model._meta.pk.name}:
        return True
    paths = {field.name for field in model._meta.local_fields if isinstance(field, PathField)}
    return any(
        index.fields and index.fields[0] == column and not paths.isdisjoint(index.fields)
        and (of_all or index.condition is not None)
        for index in model._meta.indexes
    )  # fmt: skip


def _conditions(where: Any) -> Iterator["Lookup[Any]"]:
    """Comparisons of a column, at any depth."""
    for child in where.children if isinstance(where, WhereNode) else [where]:
        if isinstance(child, WhereNode):
            yield from _conditions(child)
        elif isinstance(child, Lookup) and isinstance(child.lhs, Col):
            yield child


def _is_path(condition: "Lookup[Any]") -> bool:
    return isinstance(condition.lhs.target, PathField)


def _is_wide(where: WhereNode) -> bool:
    return any(
        _is_wide(child)
        if isinstance(child, WhereNode)
        else isinstance(getattr(child, "lhs", None), Unindexed)
        for child in where.children
    )


def _is_narrowed(where: WhereNode) -> bool:
    """Whether anything but the reach, and what an index of running rows asks, narrows the rows."""
    return not all(
        (isinstance(child, WhereNode) and not _is_narrowed(child))
        or isinstance(child, IsNull)
        or isinstance(getattr(child, "lhs", None), Unindexed)
        for child in where.children
    )


def _plainly(rows: QuerySet[Any], which: Callable[["Lookup[Any]"], bool]) -> QuerySet[Any]:
    """The same rows, these conditions out of reach of any index."""

    def plain(where: WhereNode) -> WhereNode:
        found = WhereNode(connector=where.connector, negated=where.negated)
        for child in where.children:
            if isinstance(child, WhereNode):
                child = plain(child)
            elif isinstance(child, Lookup) and isinstance(child.lhs, Col) and which(child):
                column, child = child.lhs, child.copy()
                child.lhs = Unindexed(column)
            found.children.append(child)
        return found

    rows = rows.all()
    rows.query.where = plain(rows.query.where)
    return rows
