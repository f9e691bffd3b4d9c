"""The tree and its counts, each in a constant number of statements."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, Length, Substr

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import TradeUnion, UnionTallyDelta
from smartunion.ground.registry.rules.counts import COUNTED, Counts

Unions = QuerySet[TradeUnion, TradeUnion]


def with_counts(unions: "Unions") -> "Unions":
    """The unions with the counts of their subtrees as n_active, n_preparatory, n_retained, n_unions, n_employers.

    Tally and open deltas are read in one statement: between two, the folding job could count a delta twice.
    """
    # behind: the first string after every path below, as core.actor.after
    bounded = unions.annotate(behind=Concat(Substr("path", 1, Length("path") - 1), Value("0")))
    inside = UnionTallyDelta.objects.filter(
        path__gte=OuterRef("path"), path__lt=OuterRef("behind")
    ).order_by()
    annotations: dict[str, Any] = {}
    for name in COUNTED:
        open_sum = inside.annotate(one=Value(1)).values("one").annotate(total=Sum(name)).values("total")
        annotations[f"n_{name}"] = Coalesce(F(f"tally__all_{name}"), 0) + Coalesce(Subquery(open_sum), 0)
    return bounded.annotate(**annotations)


def counts(unions: Iterable[TradeUnion]) -> dict[int, Counts]:
    """Counts of the subtrees of some unions, by primary key; one statement. Unscoped."""
    keys = [union.pk for union in unions]
    rows = with_counts(TradeUnion.objects.filter(pk__in=keys)).values_list(
        "pk", *(f"n_{name}" for name in COUNTED)
    )
    return {pk: Counts(*values) for pk, *values in rows}


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


def ancestors_of(union: TradeUnion) -> list[TradeUnion]:
    """The unions above one, topmost first, without itself. Unscoped: names of unions above are no secret."""
    return list(TradeUnion.objects.filter(path__in=ancestors(union.path)[:-1]).order_by("depth"))
