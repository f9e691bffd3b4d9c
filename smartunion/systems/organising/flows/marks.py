"""Marks of firms from the extracts of industry and of key projects: read when an extract is ready, replaced as a whole."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from smartunion.core import audit, clock
from smartunion.core.actor import system
from smartunion.core.jobs.context import JobContext
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind
from smartunion.ground.registry.queries.meant import firms_meant
from smartunion.systems.organising.models import EmployerMark, MarkKind

JOB = "organising.marks"
TABLES = (TableKind.INDUSTRY, TableKind.PROJECTS)
BATCH = 1000
#: How an extract says that a firm is not above scale.
_NOT = frozenset({"", "否", "不是", "规下", "规模以下", "0", "n", "no", "无"})


def job(context: JobContext) -> None:
    """The periodic job; safe to run again."""
    context.finish({"read": renew(at=clock.now())})


def renew(*, at: datetime) -> int:
    """Read every extract that came since the last time, and forget those that are no longer in force; returns how many."""
    held = set(EmployerMark.objects.order_by().values_list("snapshot_id", flat=True).distinct())
    wanted = {snapshot.pk: snapshot for snapshot in _newest()}
    EmployerMark.objects.filter(snapshot_id__in=held - wanted.keys()).delete()
    fresh = [snapshot for pk, snapshot in wanted.items() if pk not in held]
    for snapshot in fresh:
        _read(snapshot, at)
    return len(fresh)


def _newest() -> Iterator[Snapshot]:
    """The newest ready extract of each table and federation."""
    ready = Snapshot.objects.filter(state=SnapshotState.READY, table__in=TABLES, parquet__isnull=False)
    found: dict[tuple[str, str], Snapshot] = {}
    for snapshot in ready.order_by("as_of", "pk"):
        found[snapshot.path, snapshot.table] = snapshot
    yield from found.values()


@transaction.atomic
def _read(snapshot: Snapshot, at: datetime) -> None:
    made: dict[tuple[str, int | None, str, str], EmployerMark] = {}
    with feeds.opened(snapshot, BATCH) as parts:
        for rows in parts:
            meant = firms_meant([(str(row.get("uscc") or ""), _name(row)) for row in rows], snapshot.path)
            for row, employer_id in zip(rows, meant, strict=True):
                for kind, label in _says(row, snapshot.table):
                    name = _name(row)[:120]
                    key = (kind, employer_id, "" if employer_id else name, label)
                    made.setdefault(key, EmployerMark(
                        snapshot=snapshot, path=snapshot.path, kind=kind, employer_id=employer_id, name=name, label=label,
                    ))  # fmt: skip
    EmployerMark.objects.bulk_create(made.values(), batch_size=BATCH)
    unknown = sum(mark.employer_id is None for mark in made.values())
    audit.record(
        system(), "organising.marks_read", snapshot, at=at, data={"marks": len(made), "unknown": unknown}
    )


def _name(row: dict[str, Any]) -> str:
    return str(row.get("unit_name") or row.get("name") or "").strip()


def _says(row: dict[str, Any], table: str) -> Iterator[tuple[str, str]]:
    """(kind, label) of everything a row says of its firm."""

    told = partial(feeds.text, row)
    if table == TableKind.PROJECTS:
        yield MarkKind.PROJECT, told("project_name")[:120]
        return
    if told("scale").lower() not in _NOT:
        yield MarkKind.SCALE, ""
    if told("grade").lower() not in _NOT:
        yield MarkKind.GRADE, told("grade")[:120]
    if told("cluster").lower() not in _NOT:
        yield MarkKind.CLUSTER, told("cluster")[:120]
