"""Mergers and splits over the API: what one would do, the decision, how far it is, the way back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Query, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import Strict
from smartunion.ground.registry.flows import restructuring as flows
from smartunion.ground.registry.flows.access import employer_for, union_for
from smartunion.ground.registry.flows.restructuring import NewSplit, foresee
from smartunion.ground.registry.models import Employer, Restructuring, TradeUnion
from smartunion.ground.registry.queries.restructurings import Touched, decided_before
from smartunion.ground.registry.rules import RestructuringKind, RestructuringState, UnionKind

router = Router(tags=["registry"])
of_unions = Router(tags=["registry"])
of_employers = Router(tags=["registry"])
EDIT = "registry.edit"


class TouchedOut(Schema):
    """So many records of one kind, and what happens to them. stops: nothing can be decided while there are any."""

    label: str
    number: int
    effect: str
    stops: bool


class MergerPreviewIn(Strict):
    """The union that takes over, and from which day on."""

    to_union_id: RowId
    on: date


class MergerIn(MergerPreviewIn):
    """A merger. version: of the union that is merged, as you looked at it; reason: the decision it rests on."""

    version: RowId
    reason: str = Field(min_length=1, max_length=200)


class SplitPreviewIn(Strict):
    """The new union, and which employers go to it with their people. kind: independent for one employer, joint for several."""

    name: str = Field(min_length=1, max_length=120)
    kind: Literal["independent", "joint"]
    employer_ids: list[RowId] = Field(min_length=1, max_length=2000)
    on: date


class SplitIn(SplitPreviewIn):
    """A split. version: of the union that is split, as you looked at it; reason: the decision it rests on."""

    version: RowId
    reason: str = Field(min_length=1, max_length=200)


class AbsorptionPreviewIn(Strict):
    """The employer that takes over, and from which day on. union_id: the union, covering one of the two, that takes the
    people; null takes the other employer's own, else this one's."""

    into_id: RowId
    union_id: RowId | None = None
    on: date


class AbsorptionIn(AbsorptionPreviewIn):
    """An employer goes into another. version: of the employer that ends, as you looked at it."""

    version: RowId
    reason: str = Field(min_length=1, max_length=200)


class HiveOffPreviewIn(AbsorptionPreviewIn):
    """A part of an employer. person_ids: who goes; all are members there, in your reach."""

    person_ids: list[RowId] = Field(min_length=1, max_length=5000)


class HiveOffIn(HiveOffPreviewIn):
    """Some people of an employer go to another. version: of the employer they leave, as you looked at it."""

    version: RowId
    reason: str = Field(min_length=1, max_length=200)


class RestructuringUndoIn(Strict):
    """Why it is taken back."""

    reason: str = Field(min_length=1, max_length=200)


class RestructuringOut(Schema):
    """A merger or split. name: the union or employer it began from; target_id: the union that takes the people; people:
    memberships carried so far; kept: rows that had changed since and stayed when it was taken back; undo_until: the last day
    it can be taken back; is_given_up: nothing works on it any more, carry it on or take it back.
    """

    id: int
    kind: RestructuringKind
    state: RestructuringState
    name: str
    union_id: int | None = Field(alias="source_id")
    employer_id: int | None
    into_id: int | None
    target_id: int | None
    target_name: str
    on: date
    reason: str
    people: int
    kept: int
    decided_at: datetime
    decided_by: str
    done_at: datetime | None
    undo_until: date | None
    undone_at: datetime | None
    is_given_up: bool


class RestructuringPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[RestructuringOut]
    next: str | None


class RestructuringFilter(Paging):
    """Which mergers and splits. union: out of this union."""

    kind: RestructuringKind | None = None
    state: RestructuringState | None = None
    union: RowId | None = None


DECIDED = {200: RestructuringOut, 202: RestructuringOut}


def _told(rows: Sequence[Touched]) -> list[dict[str, Any]]:
    return [
        {"label": str(row.label), "number": row.number, "effect": str(row.effect), "stops": row.stops}
        for row in rows
    ]


def _rows(request: ActorRequest) -> Any:
    rows = Restructuring.objects.visible_to(request.actor).with_standstill()
    return rows.select_related("source", "employer")


def _answer(request: ActorRequest, status: int, row: Restructuring) -> Any:
    return Status(status, get_visible(_rows(request), row.pk))


@router.get("/", response=RestructuringPage, summary="Mergers and splits")
def restructurings(request: ActorRequest, given: Query[RestructuringFilter]) -> dict[str, Any]:
    """Of unions and employers in your reach, latest first."""
    rows = _rows(request)
    if given.kind is not None:
        rows = rows.filter(kind=given.kind)
    if given.state is not None:
        rows = rows.filter(state=given.state)
    if given.union is not None:
        rows = rows.filter(source=get_visible(TradeUnion.objects.visible_to(request.actor), given.union))
    return page(rows, ("-decided_at",), given, "api.restructurings")


@router.get("/{int:restructuring_id}", response=RestructuringOut, summary="One merger or split")
def restructuring(request: ActorRequest, restructuring_id: int) -> Any:
    """What was decided, and how far it is."""
    return get_visible(_rows(request), restructuring_id)


@router.post(
    "/{int:restructuring_id}/undo", response={202: RestructuringOut}, summary="Take a merger or split back"
)
def undo(request: ActorRequest, restructuring_id: int, body: RestructuringUndoIn) -> Any:
    """Within its days, or when its work gave up. Done in the background; what people changed since stays."""
    made = flows.ask_undo(
        actor=request.actor, restructuring_id=restructuring_id, reason=body.reason, at=clock.now()
    )
    return _answer(request, 202, made)


@router.post(
    "/{int:restructuring_id}/carry-on",
    response={202: RestructuringOut},
    summary="Let work that gave up go on",
)
def carry_on(request: ActorRequest, restructuring_id: int) -> Any:
    """Where it stood; once more while it works changes nothing."""
    made = flows.carry_on(actor=request.actor, restructuring_id=restructuring_id, at=clock.now())
    return _answer(request, 202, made)


@of_unions.post(
    "/{int:union_id}/merge/preview", response=list[TouchedOut], summary="What merging a union would do"
)
def preview_merger(request: ActorRequest, union_id: int, body: MergerPreviewIn) -> Any:
    """Checked as the decision is; nothing is changed."""
    return _told(
        foresee.merger(actor=request.actor, union_id=union_id, target_id=body.to_union_id, on=body.on)
    )


@of_unions.post("/{int:union_id}/merge", response=DECIDED, summary="Merge a union into another")
def merge(request: ActorRequest, union_id: int, body: MergerIn) -> Any:
    """Carried out in the background. The same merger asked for again is answered with what was decided (200)."""
    source = union_for(request.actor, union_id, EDIT)
    before = decided_before(
        request.actor, RestructuringKind.MERGE, on=body.on, source=source, target_id=body.to_union_id
    )
    if before is not None:
        return _answer(request, 200, before)
    return _answer(request, 202, flows.decide_merge(
        actor=request.actor, union_id=source.pk, target_id=body.to_union_id, version=body.version, on=body.on,
        reason=body.reason, at=clock.now(),
    ))  # fmt: skip


@of_unions.post(
    "/{int:union_id}/split/preview", response=list[TouchedOut], summary="What splitting a union would do"
)
def preview_split(request: ActorRequest, union_id: int, body: SplitPreviewIn) -> Any:
    """Checked as the decision is; nothing is changed."""
    return _told(foresee.split(actor=request.actor, union_id=union_id, data=_split_of(body), on=body.on))


def _split_of(body: SplitPreviewIn) -> NewSplit:
    return NewSplit(body.name, UnionKind(body.kind), body.employer_ids)


@of_unions.post("/{int:union_id}/split", response=DECIDED, summary="Split a union off another")
def split(request: ActorRequest, union_id: int, body: SplitIn) -> Any:
    """The new union stands at once; its people follow in the background. The same split asked for again is answered with
    what was decided (200)."""
    source = union_for(request.actor, union_id, EDIT)
    before = decided_before(
        request.actor, RestructuringKind.SPLIT, on=body.on, source=source, target_name=body.name,
        plan={"employers": sorted(set(body.employer_ids))},
    )  # fmt: skip
    if before is not None:
        return _answer(request, 200, before)
    return _answer(request, 202, flows.decide_split(
        actor=request.actor, union_id=source.pk, data=_split_of(body), version=body.version, on=body.on, reason=body.reason,
        at=clock.now(),
    ))  # fmt: skip


@of_employers.post(
    "/{int:employer_id}/absorb/preview", response=list[TouchedOut],
    summary="What would follow if an employer went into another",
)  # fmt: skip
def preview_absorption(request: ActorRequest, employer_id: int, body: AbsorptionPreviewIn) -> Any:
    """Checked as the decision is; nothing is changed."""
    return _told(foresee.absorption(
        actor=request.actor, employer_id=employer_id, into_id=body.into_id, union_id=body.union_id, on=body.on
    ))  # fmt: skip


@of_employers.post("/{int:employer_id}/absorb", response=DECIDED, summary="Let an employer go into another")
def absorb(request: ActorRequest, employer_id: int, body: AbsorptionIn) -> Any:
    """Carried out in the background. The same asked for again is answered with what was decided (200)."""
    employer, before = _employer(request, employer_id, RestructuringKind.ABSORB, body)
    if before is not None:
        return _answer(request, 200, before)
    return _answer(request, 202, flows.decide_absorption(
        actor=request.actor, employer_id=employer.pk, into_id=body.into_id, union_id=body.union_id, version=body.version,
        on=body.on, reason=body.reason, at=clock.now(),
    ))  # fmt: skip


@of_employers.post(
    "/{int:employer_id}/hive-off/preview", response=list[TouchedOut],
    summary="What would follow if some people went to another employer",
)  # fmt: skip
def preview_hive_off(request: ActorRequest, employer_id: int, body: HiveOffPreviewIn) -> Any:
    """Checked as the decision is; nothing is changed."""
    return _told(foresee.hive_off(
        actor=request.actor, employer_id=employer_id, into_id=body.into_id, union_id=body.union_id, people=body.person_ids,
        on=body.on,
    ))  # fmt: skip


@of_employers.post(
    "/{int:employer_id}/hive-off", response=DECIDED, summary="Let some people go to another employer"
)
def hive_off(request: ActorRequest, employer_id: int, body: HiveOffIn) -> Any:
    """Carried out in the background. The same asked for again is answered with what was decided (200)."""
    plan = {"people": sorted(set(body.person_ids))}
    employer, before = _employer(request, employer_id, RestructuringKind.HIVE_OFF, body, plan)
    if before is not None:
        return _answer(request, 200, before)
    return _answer(request, 202, flows.decide_hive_off(
        actor=request.actor, employer_id=employer.pk, into_id=body.into_id, union_id=body.union_id, people=body.person_ids,
        version=body.version, on=body.on, reason=body.reason, at=clock.now(),
    ))  # fmt: skip


def _employer(
    request: ActorRequest, employer_id: int, kind: RestructuringKind, body: AbsorptionPreviewIn,
    plan: Mapping[str, object] | None = None,
) -> tuple[Employer, Restructuring | None]:  # fmt: skip
    """The employer to be decided about, and the same decision when it was taken before."""
    employer = employer_for(request.actor, employer_id, EDIT)
    ends: dict[str, object] = {"employer": employer, "into_id": body.into_id}
    if body.union_id is not None:
        ends["target_id"] = body.union_id
    return employer, decided_before(request.actor, kind, on=body.on, plan=plan, **ends)
