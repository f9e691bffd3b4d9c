"""Employers as the unions' records name them, and which union covers them since when."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from smartunion.core import bulk
from smartunion.core.pinyin import initials
from smartunion.ground.registry.imports.choices import stored
from smartunion.ground.registry.models import Employer, EmployerLink, Region
from smartunion.ground.registry.rules import EmployerState, LinkKind, fold_name
from smartunion.site.demo.load.tree import Tree
from smartunion.site.demo.world import World, particulars

SOURCE = "demo"
_EMPLOYER = (
    "id", "name", "name_key", "pinyin", "uscc", "old_reg_no", "org_code", "state", "region_id", "territory_path",
    "address", "lon", "lat", "unit_nature", "economic_type", "industry", "staff_count", "created_at", "updated_at",
)  # fmt: skip
_LINK = ("union_id", "union_path", "employer_id", "kind", "valid_from", "source")


def load_employers(
    world: World, units: pl.DataFrame, tree: Tree, regions: dict[str, Region], *, as_of: date, at: datetime
) -> dict[tuple[int, int], int]:
    """Create one employer per union and unit, and the link; returns (union, true employer) → primary key."""
    true = units["employer"].to_numpy()
    details = particulars.of_employers(world, true)
    heads = world.heads.to_numpy()[true]
    told = np.maximum(1, np.rint(heads * (0.8 + 0.3 * ((true * 37) % 100) / 100))).astype(int).tolist()
    employers: list[tuple[Any, ...]] = []
    links: list[tuple[Any, ...]] = []
    keys: dict[tuple[int, int], int] = {}
    town = world.unions["town"].to_list()
    lons, lats = world.employers["lon"].to_list(), world.employers["lat"].to_list()
    columns = ("union", "employer", "unit_name", "uscc", "old_reg_no", "org_code", "unit_address", "own")
    rows = zip(units.select(columns).iter_rows(), details.iter_rows(), told, strict=True)
    for pk, (row, (nature, economy, section), staff) in enumerate(rows, start=1):
        number, employer, written, uscc, old, organisation, address, own = row
        union, name = tree.unions[number], written.strip()
        place = regions.get(town[number])
        keys[number, employer] = pk
        employers.append(
            (pk, name, fold_name(name), initials(name)[:60], uscc, old, organisation, EmployerState.ACTIVE.value,
             place.pk if place else None, tree.territories.get(town[number], union.path), address, lons[employer],
             lats[employer], stored(Employer, "unit_nature", nature) or "", stored(Employer, "economic_type", economy) or "",
             section, staff, at, at)
        )  # fmt: skip
        kind = LinkKind.OWN if own else LinkKind.JOINT
        links.append(
            (union.pk, union.path, pk, kind.value, union.founded_on or as_of - timedelta(days=1), SOURCE)
        )
    bulk.insert(Employer, _EMPLOYER, employers)
    bulk.insert(EmployerLink, _LINK, links)
    return keys


def put_on_map(world: World) -> int:
    """Give the register's employers their (schematic) positions, which no extract carries. Returns how many."""
    places = world.employers.filter(pl.col("entity_id") != "").select("lon", "lat", "entity_id")
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE registry_employer SET lon = %s, lat = %s WHERE entity_id = %s", list(places.iter_rows())
        )
    return len(places)
