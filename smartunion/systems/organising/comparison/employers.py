"""Bringing the market register into the registry: every entity once, changed rows only."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from smartunion.core.codes import uscc as codes
from smartunion.core.codes.folding import fold_code
from smartunion.core.pinyin import initials
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.organising.comparison.places import PlaceFinder

BATCH = 2000
STATES = {"存续": EmployerState.ACTIVE, "迁出": EmployerState.MOVED}
COLUMNS = (
    "entity_id",
    "name",
    "uscc",
    "old_reg_no",
    "status",
    "district",
    "address",
    "founded",
    "legal_person",
    "former_name",
)
UPDATED = (
    "name", "name_key", "brand_key", "pinyin", "former_name", "uscc", "old_reg_no", "org_code", "state", "region_id",
    "territory_path", "address", "founded_on", "legal_person", "insured_count",
)  # fmt: skip


def sync_employers(
    market: Path,
    headcounts: dict[str, int],
    finder: PlaceFinder,
    *,
    at: datetime,
    tick: Callable[[int, int], None],
) -> dict[str, int]:
    """Create or update one employer for each entity; returns how many were created, changed and left alone.

    headcounts: entity_id → people insured now. Rows are told apart by entity id; an employer that the federation
    entered itself takes the entity over when its USCC is the same. Batches of 2,000 in one transaction each, so that
    nobody waits long for the database.
    """
    total = pl.scan_parquet(market).select(pl.len()).collect().item()
    counts = {"created": 0, "changed": 0, "same": 0}
    done = 0
    for rows in _batches(market):
        with transaction.atomic():
            for key, number in _sync_batch(rows, headcounts, finder, at).items():
                counts[key] += number
        done += len(rows)
        tick(done, total)
    return counts


def _batches(market: Path) -> Iterator[list[dict[str, Any]]]:
    have = pl.scan_parquet(market).collect_schema().names()
    frame = pl.scan_parquet(market).select(
        [pl.col(name) if name in have else pl.lit("").alias(name) for name in COLUMNS]
    )
    for part in frame.collect().iter_slices(BATCH):
        yield part.with_columns(pl.exclude("founded").cast(pl.String).fill_null("")).to_dicts()


def _sync_batch(
    rows: list[dict[str, Any]], headcounts: dict[str, int], finder: PlaceFinder, at: datetime
) -> dict[str, int]:
    wanted = {row["entity_id"]: _values(row, headcounts, finder, at.year) for row in rows if row["entity_id"]}
    by_entity = {e.entity_id: e for e in Employer.objects.filter(entity_id__in=list(wanted))}
    uscc_owner: dict[str, Employer] = {
        e.uscc: e for e in Employer.objects.filter(uscc__in=[v["uscc"] for v in wanted.values() if v["uscc"]])
    }
    fresh: list[Employer] = []
    changed: list[Employer] = []
    same = 0
    for entity_id, values in wanted.items():
        owner = uscc_owner.get(values["uscc"])
        employer = by_entity.get(entity_id) or (owner if owner is not None and not owner.entity_id else None)
        if (
            owner is not None and owner != employer
        ):  # by key: the two queries give two objects of one employer
            values["uscc"] = ""  # the register gives one code twice: the first keeps it
        if employer is None:
            employer = Employer(entity_id=entity_id, created_at=at, updated_at=at, **values)
            fresh.append(employer)
            if employer.uscc:
                uscc_owner[employer.uscc] = (
                    employer  # no key yet: another entity with this code does not get it
                )
            continue
        before = {name: getattr(employer, name) for name in UPDATED} | {"entity_id": employer.entity_id}
        if before == values | {"entity_id": entity_id}:
            same += 1
            continue
        for name, value in values.items():
            setattr(employer, name, value)
        employer.entity_id, employer.updated_at, employer.version = entity_id, at, employer.version + 1
        changed.append(employer)
    Employer.objects.bulk_create(fresh)
    Employer.objects.bulk_update(changed, [*UPDATED, "entity_id", "updated_at", "version"], batch_size=200)
    return {"created": len(fresh), "changed": len(changed), "same": same}


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
    }
