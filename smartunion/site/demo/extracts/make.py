"""From a world to the departments' files and the truth behind them."""

from dataclasses import dataclass

import polars as pl

from smartunion.site.demo.extracts import tables, truth
from smartunion.site.demo.world import World

KEY_COLUMNS = ("_person", "_employer", "_union")


@dataclass(frozen=True)
class Extracts:
    """tables: the six of the contract by name. truth: key columns of each list by name."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def derive(world: World, noise: float = 1.0) -> Extracts:
    """The six tables and the true lists. noise: 0 gives clean files, 1 the usual errors, 2 twice as many."""
    members = tables.members(world, noise)
    social = tables.social(world, noise)
    made = {
        "market": tables.market(world, noise),
        "unions": tables.unions(world, noise),
        "union_units": tables.union_units(world, noise),
        "members": members,
        "social": social,
        "tax": tables.tax(world, noise),
    }
    true_lists = truth.lists(world, members, social)
    clean = {name: table.drop([c for c in KEY_COLUMNS if c in table.columns]) for name, table in made.items()}
    return Extracts(clean, true_lists)
