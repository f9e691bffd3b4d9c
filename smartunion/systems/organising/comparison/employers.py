"""Bringing the market register into the registry: every entity once, changed rows only."""

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import transaction

from smartunion.core import apart, bulk, statistics
from smartunion.core.codes import uscc as codes
from smartunion.core.codes.folding import fold_code
from smartunion.core.pinyin import initials
from smartunion.engines.feeds.service import differences
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, ValueOrigin
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.queries.lookup import bearing_code
from smartunion.ground.registry.queries.origins import employers_entered, held_fields
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.organising.comparison.held import differing, may_be_one, said_before, standing
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.comparison.settled import COLUMNS, UPDATED, Settled

BATCH = 2000
#: So many rows are worth a second process.
MANY = 10_000
#: (end of the part in the register, entity → values)
_Parts = Generator[tuple[int, dict[str, dict[str, Any]]], None, None]
STATES = {"存续": EmployerState.ACTIVE, "迁出": EmployerState.MOVED}


@dataclass(frozen=True)
class Claim:
    """An employer of ours that the matcher found in the register by something else than its code."""

    employer_id: int
    rule: str
    confidence: float


def sync_employers(
    market: Path,
    headcounts: dict[str, int],
    finder: PlaceFinder,
    *,
    at: datetime,
    tick: Callable[[int, int], None],
    comparison: differences.Comparison | None = None,
    claims: Mapping[str, Claim] | None = None,
    settled: Settled | None = None,
) -> dict[str, int]:
    """Create or update one employer for each entity; returns how many were created, changed and left alone.

    headcounts: entity_id → people insured now. Rows are told apart by entity id; an employer that the federation
    entered itself takes the entity over when its USCC is the same, or when `claims` says so. What people said of an
    employer is kept, and told as a difference of the comparison at the end. settled: knows which rows need no look, and
    hears how the others were left. Batches of 2,000 rows of the register in one transaction each, so that nobody waits
    long for the database; they are cut alike whether all rows are looked at or few.
    """
    chosen = settled.to_look_at(headcounts) if settled else None
    counts = Counter(created=0, changed=0, same=settled.left_alone if settled else 0)
    differing: list[differences.Difference] = []
    total, parts = _prepared(
        market, chosen, partial(_values, headcounts=headcounts, finder=finder, this_year=at.year)
    )
    with closing(parts):
        for done, wanted in parts:
            with transaction.atomic(), statistics.by_index():
                batch = _Batch(wanted, at, comparison, claims or {})
                batch.meet()
                batch.write()
            if settled:
                settled.note(batch.settled)
            counts.update(batch.counts)
            differing += batch.differing
            tick(min(done, total), total)
    if comparison:
        for start in range(0, len(differing), BATCH):
            with transaction.atomic():
                differences.tell(comparison, differing[start : start + BATCH])
    return dict(counts)


def _prepared(
    market: Path, chosen: set[str] | None, values: Callable[[dict[str, Any]], dict[str, Any]]
) -> tuple[int, _Parts]:
    """Rows of the register, and by parts of it (end of the part, entity → values as ours) for the chosen entities, of all
    without a choice. Many are worked out by a second process; it gets them as Arrow, since Polars does not outlive a fork.
    """
    have = pl.scan_parquet(market).collect_schema().names()
    scan = pl.scan_parquet(market).select(
        [pl.col(name) if name in have else pl.lit("").alias(name) for name in COLUMNS]
    )
    frame = scan.with_columns(pl.exclude("founded").cast(pl.String).fill_null("")).with_row_index("_at")
    total = scan.select(pl.len()).collect().item()
    if chosen is not None:
        frame = frame.join(
            pl.LazyFrame({"entity_id": list(chosen)}, {"entity_id": pl.String}), on="entity_id", how="semi"
        )
    found = frame.sort("_at").collect()
    sizes = found.group_by(pl.col("_at") // BATCH, maintain_order=True).len().rows()
    make = partial(_parts, found.drop("_at").to_arrow(), sizes, values)
    return total, apart.worked_out(make, at_once=1) if len(found) >= MANY else make()


def _parts(
    rows: pa.Table, sizes: list[tuple[int, int]], values: Callable[[dict[str, Any]], dict[str, Any]]
) -> _Parts:
    start = 0
    for part, size in sizes:
        given = rows.slice(start, size).to_pylist()
        yield (part + 1) * BATCH, {row["entity_id"]: values(row) for row in given if row["entity_id"]}
        start += size


@dataclass
class _Batch:
    """One batch of the register against the employers it speaks of."""

    wanted: dict[str, dict[str, Any]]
    at: datetime
    comparison: differences.Comparison | None
    claims: Mapping[str, Claim]
    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[Any, ...]] = field(default_factory=list)
    differing: list[differences.Difference] = field(default_factory=list)
    met: dict[int, set[str]] = field(default_factory=dict)
    settled: list[tuple[Any, ...]] = field(default_factory=list)
    same: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many were created, changed and left alone."""
        return {"created": len(self.fresh), "changed": len(self.changed), "same": self.same}

    @property
    def _snapshot(self) -> int | None:
        return self.comparison.snapshots["market"][0] if self.comparison else None

    def meet(self) -> None:
        """Look at every entity beside the employer that is it."""
        wanted = self.wanted
        by_entity = {e.entity_id: e for e in Employer.objects.filter(entity_id__in=list(wanted))}
        claimed = {key: self.claims[key] for key in wanted.keys() & self.claims.keys() - by_entity.keys()}
        unclaimed = Employer.objects.in_bulk([claim.employer_id for claim in claimed.values()])
        codes_given = [values["uscc"] for values in wanted.values() if values["uscc"]]
        owners: dict[str, int] = {}
        by_code: dict[str, Employer] = {}
        for one in Employer.objects.filter(bearing_code(codes_given)):
            owners[one.uscc], by_code[one.uscc] = one.pk, one
        held = held_fields([e.pk for e in (*by_entity.values(), *unclaimed.values(), *by_code.values())])
        taken: set[int] = set()
        for entity_id, values in wanted.items():
            employer, rule, confidence = by_entity.get(entity_id), "register_id", 1.0
            if (
                employer is None
                and (owner := by_code.get(values["uscc"])) is not None
                and not owner.entity_id
                and (may_be_one(owner, values) or self._is_claimed(entity_id, owner))
            ):
                employer, rule, confidence = owner, "code", 0.999
            claim = claimed.get(entity_id)
            if employer is None and claim is not None and claim.employer_id in unclaimed:
                employer = unclaimed[claim.employer_id]
                rule, confidence = claim.rule, claim.confidence
                if employer.entity_id:
                    employer = None
            if employer is not None and employer.pk in taken:
                employer = None
            code = values["uscc"]
            if code and owners.get(code, employer.pk if employer else 0) != (employer.pk if employer else 0):
                values["uscc"] = (
                    ""  # the register gives one code twice, or it is held elsewhere: the first keeps it
                )
            if employer is None:
                self.fresh.append(values | {"entity_id": entity_id})
                self._settle(entity_id, values, code)
                if values["uscc"]:
                    owners[values["uscc"]] = -1  # no key yet: another entity with this code does not get it
                continue
            taken.add(employer.pk)
            if code:
                owners.setdefault(code, employer.pk)
            self._compare(employer, entity_id, values, code, held.get(employer.pk, set()), rule, confidence)

    def _is_claimed(self, entity_id: str, employer: Employer) -> bool:
        claim = self.claims.get(entity_id)
        return claim is not None and claim.employer_id == employer.pk

    def _compare(
        self, employer: Employer, entity_id: str, values: dict[str, Any], code: str, held: set[str], rule: str,
        confidence: float,
    ) -> None:  # fmt: skip
        values["unit_nature"] = values["unit_nature"] or employer.unit_nature
        told = values | {"uscc": code}
        if not employer.entity_id:
            said = said_before(employer, told)
            self.met[employer.pk] = said - held
            held = held | said
        snapshot = self._snapshot
        self.differing += [
            differences.Difference("employer", employer.pk, name, str(getattr(employer, name)), str(told[name]), "market",
                                   entity_id, rule, confidence)
            for name in differing(employer, told, held)
        ]  # fmt: skip
        stands = standing(employer, values, held)
        if not held:
            self._settle(entity_id, stands, code)
        before = {name: getattr(employer, name) for name in UPDATED} | {"entity_id": employer.entity_id}
        if before == stands | {"entity_id": entity_id}:
            self.same += 1
            return
        row = (*(stands[name] for name in UPDATED), entity_id, self.at, employer.version + 1, snapshot)
        self.changed.append((employer.pk, *row))

    def _settle(self, entity_id: str, left: Mapping[str, Any], code: str) -> None:
        """An employer that follows the register in everything; not one whose code another one has."""
        if not code or left["uscc"] == code:
            self.settled.append((entity_id, *(left[name] for name in UPDATED)))

    def write(self) -> None:
        """Store what is new and what changed."""
        names = (*UPDATED, "entity_id", "created_at", "updated_at", "register_snapshot")
        given = (
            [*(values[name] for name in (*UPDATED, "entity_id")), self.at, self.at, self._snapshot]
            for values in self.fresh
        )
        bulk.insert(Employer, names, given)
        bulk.update(
            Employer, (*UPDATED, "entity_id", "updated_at", "version", "register_snapshot"), self.changed
        )
        entered = employers_entered([pk for pk, said in self.met.items() if said])
        ValueOrigin.objects.bulk_create(
            ValueOrigin(employer_id=pk, field=name, source=entered[pk].source[:60], since=entered[pk].at)
            for pk, said in self.met.items() for name in sorted(said)
        )  # fmt: skip


def _values(
    row: dict[str, Any], headcounts: dict[str, int], finder: PlaceFinder, this_year: int
) -> dict[str, Any]:
    code = fold_code(row["uscc"])
    valid = codes.check(code).ok if len(code) == 18 else False
    place = finder.find(row["district"], row["address"])
    year = row["founded"]
    name = row["name"].strip()[:120]
    return {
        "name": name,
        "name_key": rules.fold_name(name),
        "brand_key": brand_key(name),
        "pinyin": initials(name)[:60],
        "former_name": row["former_name"].strip()[:240],
        "uscc": code if valid else "",
        "old_reg_no": fold_code(row["old_reg_no"])[:15],
        "org_code": codes.organisation_code_of(code) if valid else "",
        "state": STATES.get(row["status"].strip(), EmployerState.CLOSED),
        "region_id": place.region_id,
        "territory_path": place.territory_path,
        "address": row["address"].strip()[:200],
        "founded_on": date(int(year), 1, 1) if year and 1900 <= int(year) <= this_year else None,
        "legal_person": row["legal_person"].strip()[:60],
        "insured_count": headcounts.get(row["entity_id"]),
        "unit_nature": _nature(row["entity_type"]),
    }


def _nature(entity_type: str) -> str:
    """Foreign or Hong Kong, Macao and Taiwan investment, which the register's type says; "" leaves what is known."""
    if "外商" in entity_type or "中外" in entity_type or "外国" in entity_type:
        return str(rules.UnitNature.FOREIGN)
    return str(rules.UnitNature.HMT) if "港澳台" in entity_type else ""
