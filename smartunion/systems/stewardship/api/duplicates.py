"""Likely duplicates and scores; making records one, telling them apart, undoing."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import Merge, MergeKind, TradeUnion
from smartunion.ground.registry.service import merging
from smartunion.systems.stewardship.flows import deciding
from smartunion.systems.stewardship.listings import cluster_rows, in_words
from smartunion.systems.stewardship.models import Cluster
from smartunion.systems.stewardship.queries.scores import score_of
from smartunion.systems.stewardship.rules.words import PairState

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


class MergeIn(Schema):
    """Records to be made one. versions: record → version as you looked at it, the one that stays included; choices:
    field → record its value is taken from; running_id: the membership that stays when several run.
    """

    keep_id: RowId
    versions: dict[RowId, RowId]
    reason: str = Field(max_length=200)
    choices: dict[str, RowId] = {}
    running_id: RowId | None = None


class MergeOut(Schema):
    """A merge; `merged` are the numbers that lead to the survivor while it stands."""

    id: int
    kind: MergeKind
    survivor_id: int
    merged: list[int]
    reason: str
    merged_at: datetime
    undo_until: date | None
    undone_at: datetime | None


class ApartIn(Schema):
    """Why records are not the same. records: those that are the same as none of the others; none given: no two are."""

    reason: str = Field(max_length=200)
    records: list[RowId] = []


class ApartOut(Schema):
    """How many pairs are told apart now."""

    pairs: int


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(max_length=200)


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
def duplicates(request: HttpRequest, kind: MergeKind, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
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


@router.post(
    "/groups/{int:group_id}/merge",
    response={200: MergeOut, 201: MergeOut},
    summary="Make records one",
)
def merge(request: HttpRequest, group_id: int, body: MergeIn) -> Any:
    """Some or all records of a group. The same call again answers 200 with the merge there is. 409 when somebody
    settled the group or changed a record first.
    """
    actor = _actor(request)
    group = get_visible(Cluster.objects.visible_to(actor), group_id)
    done = _done(actor, group, body)
    if done is not None:
        return Status(200, _merge_out(done))
    asked = merging.Asked(body.keep_id, body.versions, body.reason, body.choices, body.running_id)
    return Status(
        201, _merge_out(deciding.merge(actor=actor, cluster_id=group.pk, asked=asked, at=clock.now()))
    )


def _done(actor: Actor, group: Cluster, body: MergeIn) -> Merge | None:
    """The merge that this very call made before, while it stands."""
    others = set(body.versions) - {body.keep_id}
    standing = Merge.objects.visible_to(actor).filter(
        kind=group.kind, survivor_id=body.keep_id, undone_at=None
    )
    for one in standing.filter(merged__old_id__in=others).distinct().order_by("-pk"):
        if set(one.merged.values_list("old_id", flat=True)) == others:
            return one
    return None


def _merge_out(done: Merge) -> dict[str, Any]:
    names = ("kind", "survivor_id", "reason", "merged_at", "undo_until", "undone_at")
    merged = sorted(done.merged.values_list("old_id", flat=True))
    return {"id": done.pk, "merged": merged, **{name: getattr(done, name) for name in names}}


@router.post("/groups/{int:group_id}/apart", response={200: ApartOut}, summary="Tell records apart")
def apart(request: HttpRequest, group_id: int, body: ApartIn) -> dict[str, int]:
    """Remembered with your name and reason. A group that was told apart already answers with 0 pairs."""
    actor = _actor(request)
    group = get_visible(Cluster.objects.visible_to(actor), group_id)
    if group.state == PairState.APART:
        return {"pairs": 0}
    told = deciding.keep_apart(
        actor=actor, cluster_id=group.pk, reason=body.reason, records=body.records, at=clock.now()
    )
    return {"pairs": told}


@router.get("/merges/{int:merge_id}", response=MergeOut, summary="One merge")
def one_merge(request: HttpRequest, merge_id: int) -> dict[str, Any]:
    """404 when not all its records are yours to change."""
    return _merge_out(get_visible(Merge.objects.visible_to(_actor(request)), merge_id))


@router.post("/merges/{int:merge_id}/undo", response={200: MergeOut}, summary="Part records again")
def undo(request: HttpRequest, merge_id: int, body: ReasonIn) -> dict[str, Any]:
    """Every row as it stood before. A merge undone already is answered as it is; 422 when a row changed since."""
    actor = _actor(request)
    found = get_visible(Merge.objects.visible_to(actor), merge_id)
    if found.undone_at is None:
        found = deciding.undo(actor=actor, merge_id=found.pk, reason=body.reason, at=clock.now())
    return _merge_out(found)


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
