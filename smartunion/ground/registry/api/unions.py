"""Unions over the API."""

from typing import Any

from django.db.models import Q
from ninja import Field, Query, Router

from smartunion.core.ids import RowId
from smartunion.core.keys import prefixed
from smartunion.core.reading import get_visible
from smartunion.core.spellings import in_any_spelling
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import UnionOut, UnionPage
from smartunion.ground.registry.models import TradeUnion

router = Router(tags=["registry"])


class UnionFilter(Paging):
    """Which unions. under: id of a union, with everything below; q: a part of the name, or initials."""

    under: RowId | None = None
    parent: RowId | None = None
    kind: rules.UnionKind | None = None
    state: rules.UnionState | None = None
    q: str = Field("", max_length=60)


@router.get("/", response=UnionPage, summary="Unions")
def unions(request: ActorRequest, given: Query[UnionFilter]) -> dict[str, Any]:
    """Unions in your reach by name, with the counts of their subtrees."""
    rows = TradeUnion.objects.visible_to(request.actor)
    if given.under is not None:
        rows = rows.under(get_visible(TradeUnion.objects.visible_to(request.actor), given.under).path)
    if given.parent is not None:
        rows = rows.filter(parent_id=given.parent)
    if given.kind is not None:
        rows = rows.filter(kind=given.kind)
    if given.state is not None:
        rows = rows.filter(state=given.state)
    if given.q:
        rows = rows.filter(in_any_spelling(given.q, _named))
    return page(queries.with_counts(rows), ("name_key",), given, "api.unions")


def _named(text: str) -> Q:
    initials = prefixed("pinyin", text.lower() if text.isascii() else "")
    return initials | Q(name_key__contains=rules.fold_name(text))


@router.get("/{int:union_id}", response=UnionOut, summary="One union")
def union(request: ActorRequest, union_id: int) -> Any:
    """A union with the counts of its subtree."""
    return get_visible(queries.with_counts(TradeUnion.objects.visible_to(request.actor)), union_id)
