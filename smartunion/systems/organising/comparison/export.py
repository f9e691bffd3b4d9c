"""The registry as the matching contract's tables, written batch by batch into a private folder.

The files hold plain ID numbers: the caller gives a folder that is removed after the run (core.files.private_folder).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import QuerySet

from smartunion.core import apart, columns
from smartunion.core.actor import within
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Person, TradeUnion
from smartunion.ground.registry.rules import GRASSROOTS, MembershipState, UnionKind, UnionState
from smartunion.systems.organising.models import MatchLink
from smartunion.systems.organising.rules import LinkVerdict

BATCH = 20_000
#: Labels of the official organisation form, which the matcher reads.
KIND_LABELS = {
    UnionKind.INDEPENDENT: "独立基层工会", UnionKind.JOINT: "联合基层工会", UnionKind.BRANCH: "分工会",
    UnionKind.GROUP: "工会小组", UnionKind.ASSOCIATION_AREA: "区域性工会联合会",
    UnionKind.ASSOCIATION_INDUSTRY: "行业性工会联合会", UnionKind.INDUSTRY: "产业工会",
    UnionKind.FEDERATION: "总工会", UnionKind.COMMITTEE_OFFICE: "工会工作委员会",
}  # fmt: skip
_SEX = {"m": "男", "f": "女"}
_SEALED = ("resident_id", "mobile")

UNIONS = pa.schema([(name, pa.string()) for name in
    ("union_id", "union_name", "union_type", "unit_name", "unit_code", "district")])  # fmt: skip
UNITS = pa.schema([(name, pa.string()) for name in ("union_id", "unit_name", "unit_code")])
MEMBERS = pa.schema(
    [("member_id", pa.int64()), ("union_id", pa.string()), ("name", pa.string()), ("sex", pa.string()),
     ("id_no", pa.string()), ("mobile", pa.string()), ("employer_name", pa.string()), ("joined", pa.int32())]
)  # fmt: skip
#: Columns of memberships as they are read, and the types of those that are not text.
_OF_MEMBERS = {
    "person_id": pa.int64(), "union_id": pa.int64(), "person__name": pa.string(), "person__sex": pa.string(),
    "person__resident_id": pa.binary(), "person__mobile": pa.binary(), "employer__name": pa.string(),
    "employer_name": pa.string(), "started_on": pa.date32(),
}  # fmt: skip
VERDICTS = pa.schema([("union_id", pa.string()), ("entity_id", pa.string()), ("verdict", pa.string())])


def export_registry(
    path: str, folder: Path, *, meanwhile: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Write unions, union_units, members and verdicts of a subtree; returns rows by table.

    Only unions that stand, and members who count: active or retained, of today. Coverage that an earlier comparison made
    is left out: it would confirm itself, and its rule would turn into “the same code”. Members, who are many and sealed,
    are written by a second process where it can see them; `meanwhile` is done beside it.
    """
    members = _beside(partial(_write_members, path, folder / "members.parquet"))
    next(members)
    counts = {
        "unions": _write(folder / "unions.parquet", UNIONS, _unions(path)),
        "union_units": _write(folder / "union_units.parquet", UNITS, _units(path)),
        "verdicts": _write(folder / "verdicts.parquet", VERDICTS, _verdicts(path)),
    }
    meanwhile()
    return counts | {"members": sum(members)}


def _beside(make: Callable[[], Iterator[int]]) -> Iterator[int]:
    """In a second process, unless what is to be read stands in a transaction of this one."""
    return make() if connection.in_atomic_block else apart.worked_out(make, reads=True, at_once=1)


def _write_members(path: str, target: Path) -> Iterator[int]:
    """0 when it begins, so that whoever waits can do something else; then how many it wrote."""
    yield 0
    yield columns.write_batches(_members(path), MEMBERS, target)


def _stated(path: str) -> QuerySet[EmployerLink]:
    """Coverage that people entered."""
    held = EmployerLink.objects.filter(within([path], "union_path"), valid_to=None)
    return held.exclude(source__startswith="match:")


def _unions(path: str) -> Iterator[tuple[Any, ...]]:
    own = {
        link.union_id: link.employer
        for link in _stated(path)
        .filter(kind="own")
        .select_related("employer")
        .order_by("-id")
        .iterator(chunk_size=BATCH)
    }
    rows = TradeUnion.objects.filter(within([path]))
    for union in (
        rows.filter(kind__in=GRASSROOTS, state=UnionState.ACTIVE)
        .select_related("region")
        .iterator(chunk_size=BATCH)
    ):
        employer = own.get(union.pk)
        yield (
            str(union.pk), union.name, KIND_LABELS[UnionKind(union.kind)],
            employer.name if employer else "", _code(employer) if employer else "",
            union.region.full_name if union.region else "",
        )  # fmt: skip


def _units(path: str) -> Iterator[tuple[Any, ...]]:
    links = _stated(path).filter(kind="joint", union__state=UnionState.ACTIVE)
    for link in links.select_related("employer").iterator(chunk_size=BATCH):
        employer = link.employer
        yield str(link.union_id), employer.name, _code(employer)


def _members(path: str) -> Iterator[pa.RecordBatch]:
    counted = [MembershipState.ACTIVE, MembershipState.RETAINED]
    rows = Membership.objects.filter(within([path], "union_path"), state__in=counted)
    sealed: list[Any] = [Person._meta.get_field(name) for name in _SEALED]
    for batch in columns.batches(rows.values_list(*_OF_MEMBERS), pa.schema(list(_OF_MEMBERS.items()))):
        yield _as_members(batch, sealed)


def _as_members(batch: pa.RecordBatch, sealed: Sequence[EncryptedTextField]) -> pa.RecordBatch:
    person_id, union_id, name, sex, id_no, mobile, employer, given, started_on = batch.columns
    plain = [
        pa.array(field.opened(column.to_pylist()), pa.string())
        for field, column in zip(sealed, (id_no, mobile), strict=True)
    ]
    said = pc.index_in(sex, pa.array(list(_SEX)))
    named = pc.fill_null(pc.not_equal(employer, ""), fill_value=False)
    return pa.record_batch(
        [
            person_id, union_id.cast(pa.string()), name,
            pc.fill_null(pc.take(pa.array(list(_SEX.values())), said), ""), *plain,
            pc.if_else(named, employer, given), pc.year(started_on).cast(pa.int32()),
        ],
        schema=MEMBERS,
    )  # fmt: skip


def _verdicts(path: str) -> Iterator[tuple[Any, ...]]:
    judged = MatchLink.objects.filter(within([path])).exclude(verdict=LinkVerdict.NONE)
    judged = judged.exclude(employer__entity_id="")
    for union_id, entity_id, verdict in judged.values_list("union_id", "employer__entity_id", "verdict"):
        yield str(union_id), entity_id, verdict


def _code(employer: Employer) -> str:
    return employer.uscc or employer.old_reg_no or employer.org_code


def _write(target: Path, schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> int:
    return columns.write_batches(_as_batches(schema, iter(rows)), schema, target)


def _as_batches(schema: pa.Schema, rows: Iterator[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    while batch := list(islice(rows, BATCH)):
        values = [
            pa.array(column, type=field.type)
            for column, field in zip(zip(*batch, strict=True), schema, strict=True)
        ]
        yield pa.record_batch(values, schema=schema)
