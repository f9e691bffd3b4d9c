"""The registry as the matching contract's tables, written batch by batch into a private folder.

The files hold plain ID numbers: the caller gives a folder that is removed after the run (core.files.private_folder).
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet

from smartunion.core.actor import within
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, TradeUnion
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

UNIONS = pa.schema([(name, pa.string()) for name in
    ("union_id", "union_name", "union_type", "unit_name", "unit_code", "district")])  # fmt: skip
UNITS = pa.schema([(name, pa.string()) for name in ("union_id", "unit_name", "unit_code")])
MEMBERS = pa.schema(
    [("member_id", pa.int64()), ("union_id", pa.string()), ("name", pa.string()), ("sex", pa.string()),
     ("id_no", pa.string()), ("mobile", pa.string()), ("employer_name", pa.string()), ("joined", pa.int32())]
)  # fmt: skip
VERDICTS = pa.schema([("union_id", pa.string()), ("entity_id", pa.string()), ("verdict", pa.string())])


def export_registry(path: str, folder: Path) -> dict[str, int]:
    """Write unions, union_units, members and verdicts of a subtree; returns rows by table.

    Only unions that stand, and members who count: active or retained, of today. Coverage that an earlier comparison made
    is left out: it would confirm itself, and its rule would turn into “the same code”.
    """
    return {
        "unions": _write(folder / "unions.parquet", UNIONS, _unions(path)),
        "union_units": _write(folder / "union_units.parquet", UNITS, _units(path)),
        "members": _write(folder / "members.parquet", MEMBERS, _members(path)),
        "verdicts": _write(folder / "verdicts.parquet", VERDICTS, _verdicts(path)),
    }


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


def _members(path: str) -> Iterator[tuple[Any, ...]]:
    counted = [MembershipState.ACTIVE, MembershipState.RETAINED]
    rows = Membership.objects.filter(within([path], "union_path"), state__in=counted)
    columns = (
        "person_id", "union_id", "person__name", "person__sex", "person__resident_id", "person__mobile",
        "employer__name", "employer_name", "started_on",
    )  # fmt: skip
    for row in rows.values_list(*columns).iterator(chunk_size=BATCH):
        person_id, union_id, name, sex, id_no, mobile, employer, given, started_on = row
        yield (
            person_id, str(union_id), name, _SEX.get(sex, ""), id_no, mobile, employer or given, started_on.year,
        )  # fmt: skip


def _verdicts(path: str) -> Iterator[tuple[Any, ...]]:
    judged = MatchLink.objects.filter(within([path])).exclude(verdict=LinkVerdict.NONE)
    judged = judged.exclude(employer__entity_id="")
    for union_id, entity_id, verdict in judged.values_list("union_id", "employer__entity_id", "verdict"):
        yield str(union_id), entity_id, verdict


def _code(employer: Employer) -> str:
    return employer.uscc or employer.old_reg_no or employer.org_code


def _write(target: Path, schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    iterator = iter(rows)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        while batch := list(islice(iterator, BATCH)):
            columns = [
                pa.array(column, type=field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            count += len(batch)
    return count
