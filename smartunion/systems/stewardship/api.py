"""Stewardship over the API: likely duplicates and scores, to read."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import MergeKind, TradeUnion
from smartunion.systems.stewardship.listings import cluster_rows, in_words
from smartunion.systems.stewardship.queries.scores import score_of

router = Router(tags=["stewardship"])


class GroupOut(Schema):
    """Records that may be one; `records` are ids of people, employers or unions."""

    id: int
    name: str
    level: str
    speaks_for: str
    speaks_against: str
    records: list[int]


class GroupsOut(Schema):
    """A page of groups; `next` is the cursor of the following one, null at the end."""

    items: list[GroupOut]
    next: int | None


class FaultOut(Schema):
    """How many records break a rule, and what mending them would add to the score."""

    rule: str
    label: str
    number: int
    gain: float


class ScoreOut(Schema):
    """Completeness and validity of a union and all below it; `score` is null without records."""

    union_id: int
    score: float | None
    due: int
    kept: int
    records: int
    faults: list[FaultOut]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


@router.get("/duplicates/{kind}", response=GroupsOut, summary="Likely duplicates of one kind")
def duplicates(request: HttpRequest, kind: MergeKind, cursor: int = 0, limit: int = 50) -> dict[str, Any]:
    """By id; `cursor` is `next` of the answer before. At most 200 a call. 404 when you may not change such records."""
    actor, size = _actor(request), max(1, min(limit, 200))
    if not actor.can(kind.permission):
        raise NotVisible
    found = cluster_rows(actor, kind).filter(pk__gt=cursor).order_by("pk").prefetch_related("records")
    rows = list(found[: size + 1])
    items = [
        {
            "id": row.pk, "name": row.name or "", "level": row.level.value if row.level else "",
            "speaks_for": in_words(row.reasons, 1), "speaks_against": in_words(row.reasons, -1),
            "records": sorted(one.record_id for one in row.records.all()),
        }
        for row in rows[:size]
    ]  # fmt: skip
    return {"items": items, "next": rows[size - 1].pk if len(rows) > size else None}


@router.get("/scores/{int:union_id}", response=ScoreOut, summary="Completeness and validity of a union")
def score(request: HttpRequest, union_id: int) -> dict[str, Any]:
    """With its subtree. 404 when the union is not in your reach."""
    union = get_visible(TradeUnion.objects.filter(_actor(request).within("registry.view")), union_id)
    found = score_of(union.path)
    return {
        "union_id": union.pk, "score": found.points.score, "due": found.points.due, "kept": found.points.kept,
        "records": found.records,
        "faults": [
            {"rule": gain.rule.key, "label": str(gain.rule.label), "number": gain.number, "gain": gain.gain}
            for gain in found.gains
        ],
    }  # fmt: skip
