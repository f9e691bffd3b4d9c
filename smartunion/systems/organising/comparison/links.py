"""The matcher's links into our table: upserted with evidence, withdrawn when no longer found, verdicts untouched."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import transaction

from smartunion.core import bulk, columns, statistics
from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.ground.registry.flows import employers, tallies
from smartunion.ground.registry.models import Employer, EmployerLink, TradeUnion
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.systems.organising.models import MatchLink, MatchRun
from smartunion.systems.organising.rules import LinkVerdict

BATCH = 2000


@dataclass(frozen=True)
class FoundLink:
    """One row of `links` or `links_to_verify`, with our keys."""

    union_id: int
    employer_id: int
    rule: str
    evidence: Any
    confidence: float
    is_auto: bool


def store_links(run: MatchRun, out: Path, employer_ids: dict[str, int], *, at: datetime) -> dict[str, int]:
    """Bring the links in step with what the run found; returns counts. A link that is as it was is not written.

    An automatic link becomes coverage in the registry (EmployerLink) at once; a link a person judged wrong never
    does. Links the run no longer finds lose that coverage on the day of the run, unless a person called them right.
    """
    paths = dict(TradeUnion.objects.filter(within([run.path])).values_list("pk", "path"))
    counts: Counter[str] = Counter(auto=0, to_verify=0, new=0, changed=0, kept=0, withdrawn=0)
    seen: set[int] = set()
    for batch in _batches(_found(out, employer_ids), BATCH):
        with transaction.atomic(), statistics.by_index():
            counts.update(_store(run, [link for link in batch if link.union_id in paths], paths, seen))
    live = MatchLink.objects.filter(within([run.path]), is_live=True).exclude(verdict=LinkVerdict.YES)
    gone = [pk for pk in live.values_list("pk", flat=True).iterator(chunk_size=20_000) if pk not in seen]
    for part in _batches(gone, BATCH):
        counts["withdrawn"] += MatchLink.objects.filter(pk__in=part).update(is_live=False, last_run=run)
    counts["covered"], counts["uncovered"] = cover(run, at=at)
    return dict(counts)


def _found(out: Path, employer_ids: dict[str, int]) -> Iterator[FoundLink]:
    for name, is_auto in (("links", True), ("links_to_verify", False)):
        path = out / f"{name}.parquet"
        if not path.exists():
            continue
        for row in pl.read_parquet(path).iter_rows(named=True):
            employer_id = employer_ids.get(row["entity_id"])
            if employer_id is not None:
                yield FoundLink(
                    int(row["union_id"]), employer_id, row.get("rule") or "", row.get("evidence") or "",
                    float(row.get("confidence") or 0), is_auto,
                )  # fmt: skip


def _store(run: MatchRun, links: list[FoundLink], paths: dict[int, str], seen: set[int]) -> Counter[str]:
    stored = {
        (row.union_id, row.employer_id): row
        for row in MatchLink.objects.filter(union_id__in={link.union_id for link in links})
    }
    counts: Counter[str] = Counter()
    fresh, changed = [], []
    for link in links:
        counts["auto" if link.is_auto else "to_verify"] += 1
        row = stored.get((link.union_id, link.employer_id))
        values = _values(link, paths[link.union_id])
        if row is None:
            made = MatchLink(
                union_id=link.union_id, employer_id=link.employer_id, first_run=run, last_run=run, **values
            )
            stored[link.union_id, link.employer_id] = made
            fresh.append(made)
            continue
        if row.pk is None:
            continue  # named twice in the lists: the first, surer one stands
        seen.add(row.pk)
        if link.rule == "person":
            continue  # what a person said is there already, with more than the matcher knows
        if all(getattr(row, name) == value for name, value in values.items()):
            counts["kept"] += 1
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.last_run = run
        changed.append(row)
    seen.update(row.pk for row in MatchLink.objects.bulk_create(fresh))
    names = (*_WRITTEN, "last_run_id")
    bulk.update(MatchLink, names, [(row.pk, *(getattr(row, name) for name in names)) for row in changed])
    counts["new"], counts["changed"] = len(fresh), len(changed)
    return counts


_WRITTEN = ("rule", "evidence", "confidence", "is_auto", "is_live", "path")


def _values(link: FoundLink, path: str) -> dict[str, Any]:
    return {
        "rule": link.rule[:40], "evidence": json.loads(link.evidence) if link.evidence else {},
        "confidence": Decimal(str(round(link.confidence, 3))).quantize(Decimal("0.001")), "is_auto": link.is_auto,
        "is_live": True, "path": path,
    }  # fmt: skip


def cover(run: MatchRun, *, at: datetime) -> tuple[int, int]:
    """Make the registry's coverage say what the live, unrefused automatic links and the right verdicts say.

    Returns how many were begun and ended. Coverage that people entered is left alone; coverage of an earlier
    comparison that no longer holds ends today. An employer with a union of its own is covered by no joint one, unless
    somebody said that it is.
    """
    day, inside = local_date(at), within([run.path])
    live = MatchLink.objects.filter(inside, is_live=True).exclude(verdict=LinkVerdict.NO)
    said = set(live.filter(verdict=LinkVerdict.YES).values_list("union_id", "employer_id"))
    found = said | set(live.filter(is_auto=True).values_list("union_id", "employer_id"))
    open_links = EmployerLink.objects.filter(within([run.path], "union_path"), valid_to=None)
    have = set(open_links.values_list("union_id", "employer_id"))
    unions = {
        pk: (path, kind)
        for pk, path, kind in TradeUnion.objects.filter(inside).values_list("pk", "path", "kind")
    }
    own = {pk for pk, (_path, kind) in unions.items() if kind == UnionKind.INDEPENDENT}
    stated = (
        employers.own_coverage().exclude(source__startswith="match:").values_list("employer_id", flat=True)
    )
    owning = {*stated, *(employer_id for union_id, employer_id in found if union_id in own)}
    wanted = {pair for pair in found if pair[0] in own or pair[1] not in owning or pair in said}
    for batch in _batches(sorted(wanted - have), BATCH):
        with transaction.atomic():
            EmployerLink.objects.bulk_create(
                EmployerLink(
                    union_id=union_id, union_path=unions[union_id][0], employer_id=employer_id, valid_from=day,
                    source=f"match:{run.pk}",
                    kind=LinkKind.OWN if union_id in own else LinkKind.JOINT,
                )
                for union_id, employer_id in batch
            )  # fmt: skip
            _count(Counter(union_id for union_id, _employer in batch), 1, unions)
    ours = open_links.filter(source__startswith="match:").values_list("pk", "union_id", "employer_id")
    stale = [(pk, union_id) for pk, union_id, employer_id in ours if (union_id, employer_id) not in wanted]
    for ended in _batches(stale, BATCH):
        with transaction.atomic():
            EmployerLink.objects.filter(pk__in=[pk for pk, _union in ended]).update(valid_to=day)
            _count(Counter(union_id for _pk, union_id in ended), -1, unions)
    return len(wanted - have), len(stale)


def _count(changes: Counter[int], sign: int, unions: dict[int, tuple[str, str]]) -> None:
    tallies.add(
        {union_id: tallies.Counts(employers=sign * number) for union_id, number in changes.items()},
        {union_id: unions[union_id][0] for union_id in changes},
    )


def employer_ids() -> dict[str, int]:
    """entity_id → employer, for every employer the register knows."""
    ids: dict[str, int] = {}
    rows = Employer.objects.exclude(entity_id="").values_list("entity_id", "pk")
    for batch in columns.batches(rows, pa.schema([("entity_id", pa.string()), ("pk", pa.int64())])):
        ids.update(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    return ids


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
