"""Which way SQLite goes through a wide reach: it keeps no histogram and takes every range of paths for a small one.

So it would gather and sort three million members to show fifty of them. Where an index is in the order of the list and
holds the path, and more than a few rows are in reach, the path is asked of each row of that index instead.
PostgreSQL knows the shares (core.paths.count_paths_finely) and is left alone.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import Lookup, Model, QuerySet
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import IsNull
from django.db.models.sql.where import WhereNode

from smartunion.core.paths import PathField

#: Rows in reach up to which gathering and sorting them is as quick as a walk.
MANY = 20_000


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


def in_order(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The same rows, to be walked in the order of an index when they are many and one begins with this column."""
    if connections[rows.db].vendor != "sqlite" or not _has_index(rows.model, column):
        return rows
    if not rows.order_by().values("pk")[MANY : MANY + 1]:
        return rows
    walked = rows.all()
    walked.query.where = _plain(walked.query.where, column)
    return walked


def _has_index(model: type[Model], column: str) -> bool:
    """Whether an index is in this order and knows the path, or is the table itself."""
    if column in {"pk", model._meta.pk.name}:
        return True
    paths = {field.name for field in model._meta.local_fields if isinstance(field, PathField)}
    return any(
        index.fields and index.fields[0] == column and not paths.isdisjoint(index.fields)
        for index in model._meta.indexes
    )


def _plain(where: WhereNode, column: str) -> WhereNode:
    """The same conditions, out of reach of every index but the one of the order and its own condition."""
    found = WhereNode(connector=where.connector, negated=where.negated)
    for child in where.children:
        if isinstance(child, WhereNode):
            found.children.append(_plain(child, column))
        elif isinstance(child, Lookup) and isinstance(child.lhs, Col) and _is_beside(child, column):
            beside = child.copy()
            beside.lhs = Unindexed(child.lhs)
            found.children.append(beside)
        else:
            found.children.append(child)
    return found


def _is_beside(condition: "Lookup[Any]", column: str) -> bool:
    return condition.lhs.target.name != column and not isinstance(condition, IsNull)
