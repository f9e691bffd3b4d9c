"""Employers as the unions' records name them, and which union covers them since when."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from smartunion.core.pinyin import initials
from smartunion.ground.registry.models import Employer, EmployerLink, Region
from smartunion.ground.registry.rules import EmployerState, LinkKind, fold_name
from smartunion.site.demo.load.tree import Tree
from smartunion.site.demo.world import World, particulars

SOURCE = "demo"


def load_employers(
    world: World, units: pl.DataFrame, tree: Tree, regions: dict[str, Region], *, as_of: date, at: datetime
) -> dict[tuple[int, int], int]:
    """Create one employer per union and unit, and the link; returns (union, true employer) → primary key."""
    true = units["employer"].to_numpy()
    details = particulars.of_employers(world, true)
    heads = world.heads.to_numpy()[true]
    told = np.maximum(1, np.rint(heads * (0.8 + 0.3 * ((true * 37) % 100) / 100))).astype(int)
    employers: list[Employer] = []
    links: list[EmployerLink] = []
    keys: dict[tuple[int, int], int] = {}
    town = world.unions["town"].to_list()
    rows = zip(units.iter_rows(named=True), details.iter_rows(), told, strict=True)
    for pk, (row, (nature, economy, section), staff) in enumerate(rows, start=1):
        union = tree.unions[row["union"]]
        place = regions.get(town[row["union"]])
        keys[row["union"], row["employer"]] = pk
        employers.append(
            Employer(
                pk=pk, name=row["unit_name"].strip(), name_key=fold_name(row["unit_name"]),
                pinyin=initials(row["unit_name"])[:60], uscc=row["uscc"], old_reg_no=row["old_reg_no"],
                org_code=row["org_code"], state=EmployerState.ACTIVE, region=place,
                territory_path=tree.territories.get(town[row["union"]], union.path), address=row["unit_address"],
                unit_nature=nature, economic_type=economy, industry=section, staff_count=int(staff),
                created_at=at, updated_at=at,
            )
        )  # fmt: skip
        links.append(
            EmployerLink(
                union=union, employer_id=pk, kind=LinkKind.OWN if row["own"] else LinkKind.JOINT,
                valid_from=union.founded_on or as_of - timedelta(days=1), source=SOURCE,
            )
        )  # fmt: skip
    Employer.objects.bulk_create(employers, batch_size=500)
    EmployerLink.objects.bulk_create(links, batch_size=1000)
    return keys
