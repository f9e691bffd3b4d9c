"""Loading regions: new ones are entered, known ones get their present name and place, none is ever deleted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import child_path
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.regions import RegionRow, parent_codes
from smartunion.ground.registry.rules import RegionLevel

_AT_ONCE = 1_000
_UPDATED = ["name", "full_name", "lon", "lat", "valid_from", "valid_to"]


@dataclass(frozen=True)
class Loaded:
    """How many regions were new, changed, and as they were."""

    created: int
    changed: int
    same: int


@transaction.atomic
def load_regions(*, actor: Actor, rows: Iterable[RegionRow], at: datetime) -> Loaded:
    """Enter regions, parents before children. A second run of the same rows changes nothing.

    Only the installation may. Raises NotAllowed; InvalidInput naming the code whose parent is missing.
    """
    actor.check_can("settings.edit", path="")
    known = {region.code: region for region in Region.objects.all()}
    waiting: list[Region] = []
    changed: list[Region] = []
    created = same = 0
    level = -1
    for row in sorted(rows, key=lambda row: (len(row.code.partition("Z")[0]), "Z" in row.code, row.code)):
        parent = _parent(row, known)
        depth = parent.depth + 1 if parent else 0
        if waiting and (depth != level or len(waiting) >= _AT_ONCE):
            _insert(waiting)
            waiting = []
        level = depth
        region = known.get(row.code)
        if region is None:
            region = _new(row, parent, depth)
            known[row.code] = region
            waiting.append(region)
            created += 1
        elif _take(region, row):
            changed.append(region)
        else:
            same += 1
    _insert(waiting)
    Region.objects.bulk_update(changed, _UPDATED, batch_size=500)
    audit.record(actor, "registry.regions_loaded", at=at, data={"created": created, "changed": len(changed)})
    return Loaded(created, len(changed), same)


def _parent(row: RegionRow, known: dict[str, Region]) -> Region | None:
    for code in [row.parent] if row.parent else parent_codes(row.code):
        if code in known:
            return known[code]
    if row.level is RegionLevel.PROVINCE or row.level is RegionLevel.COUNTRY:
        return None
    raise InvalidInput(f"{row.code} {row.name}: the region above it is not known.", field="parent")


def _new(row: RegionRow, parent: Region | None, depth: int) -> Region:
    return Region(
        code=row.code, name=row.name[:60], full_name=_full_name(row, parent), level=row.level or RegionLevel.ZONE,
        parent=parent, depth=depth, path=f"~{row.code}", lon=row.lon, lat=row.lat, valid_from=row.valid_from,
        valid_to=row.valid_to,
    )  # fmt: skip


def _full_name(row: RegionRow, parent: Region | None) -> str:
    return f"{parent.full_name if parent else ''}{row.name}"[:120]


def _insert(rows: list[Region]) -> None:
    """Insert regions of one depth, then their paths, which need the primary keys."""
    if not rows:
        return
    Region.objects.bulk_create(rows, batch_size=500)
    for row in rows:
        row.path = child_path(row.parent.path if row.parent else "", row.pk)
    Region.objects.bulk_update(rows, ["path"], batch_size=500)


def _take(region: Region, row: RegionRow) -> bool:
    """Take over what a row says that differs; what it leaves empty stays. True when something changed."""
    fresh = {
        "name": row.name[:60], "full_name": _full_name(row, region.parent), "lon": row.lon, "lat": row.lat,
        "valid_from": row.valid_from, "valid_to": row.valid_to,
    }  # fmt: skip
    differs = False
    for name, value in fresh.items():
        if value is not None and getattr(region, name) != value:
            setattr(region, name, value)
            differs = True
    return differs
