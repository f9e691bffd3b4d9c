"""Which way SQLite goes through a wide reach: it keeps no histogram and takes every range of paths for a small one.

So it would gather and sort three million members to show fifty of them. Where more than a few rows are in reach, or an
index of few rows knows all that is asked, the path is asked of each row and no index serves for it; another index of the
conditions may. Where many rows are left and an index is in the order of the list, that one is walked.
PostgreSQL knows the shares (core.paths.count_paths_finely) and is left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db import connections
from django.db.models import Index, Lookup, Model, Q, QuerySet
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import In, IsNull
from django.db.models.sql.where import AND, WhereNode

from smartunion.core.paths import PathField

#: Rows up to which gathering and sorting them is as quick as a walk, however few of the table they are …
MANY = 20_000
#: … for a page of so many rows; …
PAGE = 50
#: … and the part of the table a reach must hold to be walked: of one in fifty a page of fifty is found soon.
PART = 50
#: Rows up to which gathering beats walking an index that knows every column asked for: its rows cost a hundredth.
FEW = 1_000
#: Entries of an index that are passed in the time one row takes that is looked up and sorted.
PASSED = 20
#: The next so many rows in reach are looked at to learn whether a page of them meets the conditions, of a reach that is not
#: wide no more than one in so many.
LOOKED_AT, ONE_IN = 8_000, 30
#: Rows of a table in which nothing is saved by looking.
SMALL = 20_000
#: Entries of a part of an order that are walked without looking beforehand.
SHORT = 100_000


@dataclass(frozen=True)
class Reach:
    """What `wide` found out. number: rows in reach, counted no further than is wide; newest: highest key of the table."""

    number: int
    newest: int


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
    rows = _of_the_inner(rows)
    where = rows.query.where
    reach = [child for child in where.children if any(map(_is_path, _conditions(child)))]
    own = all(one.lhs.alias == rows.model._meta.db_table for child in reach for one in _conditions(child))
    if not reach or not own or where.negated or where.connector != AND:
        return rows
    held, newest = rows.model._base_manager.using(rows.db).all(), newest_key(rows)
    held.query.where = WhereNode(reach)
    many = max(MANY, newest // PART)
    number = held.values("pk")[: many + 1].count()
    is_wide = number > many or _in_an_index_of_few(rows, number)
    rows = _plainly(rows, _is_path) if is_wide else rows.all()
    rows.query.reach = Reach(number, newest)  # type: ignore[attr-defined]  # it goes along with the query
    return rows


def sought(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The same rows; of a wide reach SQLite looks for them by this column, or by keys that were gathered, and by nothing else:
    it takes those of one state, or without an employer, for as few as those of one name.
    """
    return by_alone(rows, column) if is_wide(rows) else rows


def is_wide(rows: QuerySet[Any]) -> bool:
    """Whether SQLite should look for the rows by another index than that of their paths."""
    return _is_wide(wide(rows).query.where)


def by_alone(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The same rows, looked for by SQLite by this column or by keys that were gathered, whatever else they are narrowed by."""
    if connections[rows.db].vendor != "sqlite":
        return rows
    said = _said_by(rows.model, column)
    return _plainly(
        _of_the_inner(rows),
        lambda one: (
            one.lhs.target.name != column
            and (not isinstance(one, In) or one.rhs_is_direct_value())
            and one not in said
        ),
    )


def _of_the_inner(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, without a range of paths that holds another one asked for as well: of two SQLite uses the first, which
    is the reach, and would go through the whole city for one of its towns.
    """
    where = rows.query.where
    if where.negated or where.connector != AND:
        return rows
    ranges = {at: found for at, child in enumerate(where.children) if (found := _range(child))}
    outer = {
        at for at, (column, low, high) in ranges.items()
        if any(
            column == other[0] and low <= other[1] and other[2] <= high and (low, high) != other[1:]
            for other in ranges.values()
        )
    }  # fmt: skip
    if outer:
        rows = rows.all()
        rows.query.where = WhereNode([child for at, child in enumerate(where.children) if at not in outer])
    return rows


def _range(child: Any) -> tuple[tuple[str, str], str, str] | None:
    """Column, first path and first path behind, of a condition that is one range of paths; None for any other."""
    if isinstance(child, WhereNode):
        inside = [one for one in child.children if not (isinstance(one, Lookup) and _is_nothing(one))]
        if len(inside) == 1 and not child.negated:
            return _range(inside[0])
        bounds = {
            one.lookup_name: one for one in inside if isinstance(one, Lookup) and isinstance(one.lhs, Col)
        }
        if child.negated or child.connector != AND or len(inside) != 2 or set(bounds) != {"gte", "lt"}:
            return None
        low, high = bounds["gte"], bounds["lt"]
        column, other = ((one.lhs.alias, one.lhs.target.column) for one in (low, high))
        is_plain = low.rhs_is_direct_value() and high.rhs_is_direct_value()
        if column == other and is_plain and _is_path(low):
            return column, low.rhs, high.rhs
    return None


def aside(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The same rows; on SQLite none is looked for by this column, whose conditions are known to leave more than others do."""
    if connections[rows.db].vendor != "sqlite":
        return rows
    return _plainly(rows, lambda one: one.lhs.target.name == column)


def are_many(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, of whom whoever asks for them knows that a walk soon finds a page: `in_order` need not look itself."""
    rows = rows.all()
    rows.query.are_many = True  # type: ignore[attr-defined]  # it goes along with the query
    return rows


def in_order(
    rows: QuerySet[Any],
    column: str,
    *,
    size: int = PAGE,
    begun: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
) -> QuerySet[Any]:
    """The same rows, to be walked in the order of an index when so many are soon found and one begins with this column.

    rows: as `wide` gave them, which has asked how many are in reach; where not all of these are meant, and nobody said that
    they `are_many`, some are looked at first. size: how many are wanted at once. begun: puts any rows of the table in order,
    behind the place where the walk begins; without it they begin with the first of the column.
    """
    if "__" in column:
        return _in_order_of_another(rows, column)
    reach: Reach | None = getattr(rows.query, "reach", None)
    is_wide = _is_wide(rows.query.where)
    if not _has_index(rows.model, column) or not (
        is_wide or (reach and _is_walked_soon(reach, column, size))
    ):
        return rows
    # A condition of an index of few rows must stay readable where that index is the one to walk, and only there.
    said, table = _said_by(rows.model, column), rows.model._meta.db_table
    knows = getattr(rows.query, "are_many", False) or is_short(rows, column)
    if not knows and _is_narrowed(rows.query.where, table):
        begun = begun or (lambda any_rows: any_rows.order_by(column, "pk"))
        if not _are_many(rows, column, size, begun):
            return rows
    return _plainly(rows, lambda one: one.lhs.target.name != column and one not in said)


def is_short(rows: QuerySet[Any], column: str) -> bool:
    """Whether a part of the column's own order is asked for, as by a beginning of a name, that a walk passes to its end sooner
    than it is found out whether it must go so far. Not asked of PostgreSQL.
    """
    if connections[rows.db].vendor != "sqlite":
        return False
    table = rows.model._meta.db_table
    bounds: list[Any] = [
        one for one in _conjuncts(rows.query.where)
        if one.lookup_name in {"gte", "lt"} and (found := _column(one))
        and found.alias == table and found.target.name == column
    ]  # fmt: skip
    if {one.lookup_name for one in bounds} != {"gte", "lt"}:
        return False
    part = rows.model._base_manager.using(rows.db).all()
    part.query.where = WhereNode(bounds)
    return not part.values("pk")[SHORT:][:1]


def _conjuncts(child: Any) -> Iterator["Lookup[Any]"]:
    """Comparisons all of which must hold."""
    if isinstance(child, Lookup):
        yield child
    elif isinstance(child, WhereNode) and not child.negated and child.connector == AND:
        for one in child.children:
            yield from _conjuncts(one)


def _is_walked_soon(reach: Reach, column: str, size: int) -> bool:
    """Whether passing the others in an index that knows the path is quicker than looking up all of a reach that is not wide."""
    return reach.newest > SMALL and column not in {"pk", "id"} and reach.number > _enough(reach.newest, size)


def _enough(newest: int, size: int) -> int:
    """Rows from which so many of them are found sooner in an index of the whole table than by looking up each."""
    return int(sqrt(size * newest / PASSED))


def _in_order_of_another(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """The same rows; where the table they are ordered by is that of the reach, and much of it is in reach, its paths are
    out of reach of any index, so that it is walked in the order of the column and not gathered with all its rows.
    """
    where, table = rows.query.where, _table_of(rows.model, column)
    if connections[rows.db].vendor != "sqlite" or table is None or where.negated or where.connector != AND:
        return rows
    reach = [child for child in where.children if any(map(_is_path, _conditions(child)))]
    asked = {one.lhs.alias for child in reach for one in _conditions(child) if not _is_nothing(one)}
    held = table._base_manager.using(rows.db).all()
    held.query.where = WhereNode(reach)
    if asked != {table._meta.db_table} or not held.values("pk")[max(FEW, newest_key(held) // PART) :][:1]:
        return rows
    return _plainly(rows, _is_path)


def _table_of(model: type[Model], column: str) -> type[Model] | None:
    """The model a column lies in, reached by keys alone, when an index begins with it; None otherwise."""
    *steps, name = column.split("__")
    for step in steps:
        field = model._meta.get_field(step)
        if not (field.many_to_one and field.related_model):
            return None
        model = field.related_model
    field = model._meta.get_field(name)
    begins = getattr(field, "db_index", False) or any(
        index.fields[:1] == [name] for index in model._meta.indexes
    )
    return model if begins else None


def _are_many(
    rows: QuerySet[Any], column: str, size: int, begun: Callable[[QuerySet[Any]], QuerySet[Any]]
) -> bool:
    """Whether so many rows meet the conditions that a walk finds a page of them sooner; of a big table the next ones in
    reach tell.

    For twenty times as many rows a walk goes twenty times as far, gathering costs the same: they are as dear as one another
    where the square of those who meet the conditions has grown as much.
    """
    reach: Reach | None = getattr(rows.query, "reach", None)
    is_known, is_wide = _is_known(rows, column), _is_wide(rows.query.where)
    if is_known or reach is None or reach.newest <= SMALL:
        many = MANY if not is_known else FEW if is_wide or reach is None else _enough(reach.newest, size)
        return bool(rows.order_by().values("pk")[many : many + 1])
    looked_at = LOOKED_AT if is_wide else min(LOOKED_AT, reach.number // ONE_IN)
    looked_at = int(looked_at / sqrt(max(size, PAGE) / PAGE))
    next_ones, plain = begun(_passed(rows, column)).values("pk"), _plainly(rows, lambda _one: True).order_by()
    return all(
        plain.filter(pk__in=next_ones[: looked_at // part]).values("pk")[enough : enough + 1]
        for part, enough in ((8, PAGE // 16), (1, PAGE))  # where hardly any does, a few tell
    )


def _passed(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """What a walk by this column passes: all in reach, as far as the column is asked for."""
    passed = rows.model._base_manager.using(rows.db).all()
    table = rows.model._meta.db_table
    passed.query.where = WhereNode([
        child for child in rows.query.where.children
        if _is_reach(child, table) or _asked(WhereNode([child]), table) == {column}
    ])  # fmt: skip
    return _plainly(passed, _is_path)


def _is_reach(child: Any, table: str) -> bool:
    """Whether it asks for a path of the table, besides whatever else."""
    if isinstance(child, WhereNode):
        return any(_is_reach(one, table) for one in child.children)
    column = _column(child)
    return column is not None and column.alias == table and isinstance(column.target, PathField)


def _column(condition: Any) -> Col | None:
    """The column a comparison asks for, within reach of an index or not; None where it is of something else."""
    compared = condition.lhs if isinstance(condition, Lookup) else None
    if isinstance(compared, Unindexed):
        compared = compared.column
    return compared if isinstance(compared, Col) else None


def _is_known(rows: QuerySet[Any], column: str) -> bool:
    """Whether an index in this order knows every column the conditions ask for, so that no other row is looked up."""
    asked = _asked(rows.query.where, rows.model._meta.db_table)
    return asked is not None and any(
        asked <= set(index.fields) and _holds(index, rows) for index in _indexes(rows.model, column)
    )


def _asked(where: WhereNode, table: str) -> set[str] | None:
    """Columns that narrow the rows, besides reach and missing values; None where more than this table's are asked."""
    names: set[str] = set()
    for child in where.children:
        column = _column(child)
        if isinstance(child, WhereNode):
            below = _asked(child, table)
            if below is None:
                return None
            names |= below
        elif _is_reach(child, table) or _is_missing(child, table) or _is_nothing(child):
            continue
        elif column is not None and column.alias == table:
            names.add(column.target.name)
        else:
            return None
    return names


def newest_key(rows: QuerySet[Any]) -> int:
    """The highest key of the table; 0 where keys are no numbers."""
    newest = rows.model._base_manager.using(rows.db).order_by("-pk").values_list("pk", flat=True).first()
    return newest if isinstance(newest, int) else 0


def _has_index(model: type[Model], column: str) -> bool:
    """Whether an index is in this order and knows the path, or is the table itself."""
    return column in {"pk", model._meta.pk.name} or bool(_indexes(model, column))


def _indexes(model: type[Model], column: str) -> list[Index]:
    """The indexes that begin with the column and know the path."""
    paths = {field.name for field in model._meta.local_fields if isinstance(field, PathField)}
    return [
        index for index in model._meta.indexes
        if index.fields and index.fields[0] == column and not paths.isdisjoint(index.fields)
    ]  # fmt: skip


def _in_an_index_of_few(rows: QuerySet[Any], number: int) -> bool:
    """Whether an index of few rows, whose condition is asked for, knows everything else that is asked, and passing its entries
    takes less than looking up so many rows in reach.
    """
    model = rows.model
    asked = _asked(rows.query.where, model._meta.db_table)
    firsts = {field.name for field in model._meta.local_fields if not isinstance(field, PathField)}
    for index in (index for first in firsts for index in _indexes(model, first)):
        if asked is not None and asked <= set(index.fields) and index.condition and _holds(index, rows):
            entries = model._base_manager.using(rows.db).filter(index.condition).values("pk")
            return not entries[number * PASSED :][:1]
    return False


def _holds(index: Index, rows: QuerySet[Any]) -> bool:
    """Whether all the rows are in the index, which they are in one of some rows when they are asked for by its condition."""
    return all(one in rows.query.where.children for one in _condition(index, rows.model).children)


def _condition(index: Index, model: type[Model]) -> WhereNode:
    return model._base_manager.filter(index.condition or Q()).query.where


def _said_by(model: type[Model], column: str) -> set["Lookup[Any]"]:
    """Conditions of the indexes of few rows that begin with the column: these must stay readable where such a one is to serve."""
    return {one for index in _indexes(model, column) for one in _conditions(_condition(index, model))}


def _conditions(where: Any) -> Iterator["Lookup[Any]"]:
    """Comparisons of a column, at any depth."""
    for child in where.children if isinstance(where, WhereNode) else [where]:
        if isinstance(child, WhereNode):
            yield from _conditions(child)
        elif isinstance(child, Lookup) and isinstance(child.lhs, Col):
            yield child


def _is_path(condition: "Lookup[Any]") -> bool:
    return isinstance(condition.lhs.target, PathField)


def _is_nothing(condition: Any) -> bool:
    """Whether no row can meet it, so that no statement holds it: `actor.within` begins with one."""
    return isinstance(condition, In) and condition.rhs_is_direct_value() and not condition.rhs


def _is_wide(where: Any) -> bool:
    """Whether `wide` has put its paths out of reach of any index."""
    return any(
        _is_wide(child)
        if isinstance(child, WhereNode)
        else isinstance(getattr(child, "lhs", None), Unindexed)
        and isinstance(child.lhs.column.target, PathField)
        for child in where.children
    )


def _is_narrowed(where: WhereNode, table: str) -> bool:
    """Whether anything but the reach, and what an index of running rows asks, narrows the rows."""
    return not all(
        (isinstance(child, WhereNode) and not _is_narrowed(child, table))
        or _is_reach(child, table)
        or _is_missing(child, table)
        or _is_nothing(child)
        for child in where.children
    )


def _is_missing(condition: Any, table: str) -> bool:
    """Whether it asks for a missing value of the table itself, as an index of running rows does; what a joined row lacks
    is rare as often as not."""
    if not isinstance(condition, IsNull) or not condition.rhs:
        return False
    column = _column(condition)
    return column is None or column.alias == table


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
