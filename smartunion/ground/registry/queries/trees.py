"""The tree and its counts, each in a constant number of statements."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.models.unions import UnionQuerySet
from smartunion.ground.registry.rules.counts import COUNTED, Counts

Unions = QuerySet[TradeUnion, TradeUnion]


#: Unions counted in one statement; SQLite's smallest limit for parameters is 999.
_AT_ONCE = 500


class CountedUnions(UnionQuerySet):
    """Unions that carry n_active, n_preparatory, n_retained, n_unions, n_employers of their subtrees once fetched."""

    def count_rows(self, rows: "Sequence[TradeUnion]") -> None:
        """Give some fetched rows their counts."""
        found = counts(rows)
        for row in rows:
            for name in COUNTED:
                setattr(row, f"n_{name}", getattr(found[row.pk], name))

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        rows = [row for row in self._result_cache or () if isinstance(row, TradeUnion)]
        if is_fresh and rows:
            self.count_rows(rows)

    def iterator(self, chunk_size: int | None = None) -> Iterator[TradeUnion]:
        """Rows one by one, as files take them; counted so many at a time, because no cache is filled."""
        for part in _batches(super().iterator(chunk_size or _AT_ONCE)):
            self.count_rows(part)
            yield from part


def _batches(rows: Iterator[TradeUnion]) -> Iterator[list[TradeUnion]]:
    while part := list(islice(rows, _AT_ONCE)):
        yield part


def with_counts(unions: "Unions") -> "Unions":
    """The unions with the counts of their subtrees; one more statement when they are fetched, for any number of rows.

    The database sorts and cuts the page first and counts the rows of the page alone; as subqueries of the list, the
    counts of all 27,000 unions would be worked out before the first fifty are shown.
    """
    return CountedUnions(model=unions.model, query=unions.query.chain(), using=unions.db)


_SUM = (
    "COALESCE(t.all_{name}, 0) + COALESCE((SELECT SUM(d.{name}) FROM registry_uniontallydelta d "
    "WHERE d.path >= u.path AND d.path < substr(u.path, 1, length(u.path) - 1) || '0'), 0)"
)
_SUMS = ", ".join(_SUM.format(name=name) for name in COUNTED)
_COUNTED_ROWS = (
    "FROM registry_tradeunion u LEFT JOIN registry_uniontally t ON t.union_id = u.id WHERE u.id IN"
)
_COUNTS = f"SELECT u.id, {_SUMS} {_COUNTED_ROWS} "


def counts(unions: Iterable[TradeUnion]) -> dict[int, Counts]:
    """Counts of the subtrees of some unions, by primary key; one statement for each 900. Unscoped."""
    return counts_by_key([union.pk for union in unions])


def counts_by_key(keys: Sequence[int]) -> dict[int, Counts]:
    """The same for unions of which only the keys are known.

    Tally and open deltas are read in one statement: between two, the folding job could count a delta twice. Written
    out, because every page of a union asks it and building it takes Django ten times as long as the database needs to
    answer. The same words on SQLite and PostgreSQL.
    """
    found: dict[int, Counts] = {}
    for start in range(0, len(keys), 900):  # SQLite's smallest limit for parameters is 999
        part = keys[start : start + 900]
        with connection.cursor() as cursor:
            cursor.execute(f"{_COUNTS} ({', '.join(['%s'] * len(part))})", part)
            found |= {pk: Counts(*map(int, values)) for pk, *values in cursor.fetchall()}
    return found


def counts_of(union: TradeUnion) -> Counts:
    """Counts of one subtree. Unscoped."""
    return counts([union])[union.pk]


def _with_below(unions: "Unions") -> "Unions":
    """The unions with n_below: whether one stands below."""
    standing = TradeUnion.objects.filter(parent=OuterRef("pk")).exclude(state=rules.UnionState.CLOSED)
    return unions.annotate(n_below=Exists(standing))


def tree_roots(actor: Actor) -> "Unions":
    """The topmost unions of the actor's reach, with counts and n_below."""
    visible = _with_below(
        TradeUnion.objects.filter(actor.within("registry.view")).exclude(state=rules.UnionState.CLOSED)
    )
    roots = actor.paths("registry.view")
    if "" in roots:
        return with_counts(visible.filter(parent=None)).order_by("name", "pk")
    return with_counts(visible.filter(path__in=roots)).order_by("path")


def tree_children(actor: Actor, parent: TradeUnion, *, with_closed: bool = False) -> "Unions":
    """The unions directly below one, leading ones first, with counts and n_below; one statement for any number."""
    below = _with_below(TradeUnion.objects.visible_to(actor).filter(parent=parent))
    if not with_closed:
        below = below.exclude(state=rules.UnionState.CLOSED)
    leads = Case(When(kind__in=rules.LEADING, then=Value(1)), default=Value(0))
    counted: QuerySet[Any, Any] = with_counts(below.annotate(leads=leads))  # Any: the stubs lose annotations
    return counted.order_by("-leads", "name", "pk")


def ancestors_of(union: TradeUnion, actor: Actor) -> "Unions":
    """The unions above one, topmost first, without itself, each with is_seen: whether its page is open to the actor.

    Unscoped: names of unions above are no secret.
    """
    seen = Case(When(actor.within("registry.view"), then=Value(True)), default=Value(False))
    above: QuerySet[Any, Any] = TradeUnion.objects.filter(path__in=ancestors(union.path)[:-1]).annotate(
        is_seen=seen
    )
    return above.order_by("depth")
