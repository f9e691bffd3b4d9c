"""The registry part of the demo: regions, the union tree, employers, people, memberships, offices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from smartunion.ground.registry.flows.tallies import recount
from smartunion.ground.registry.models import Region
from smartunion.site.demo.extracts import tables
from smartunion.site.demo.history import History
from smartunion.site.demo.load import sources
from smartunion.site.demo.load.employers import load_employers
from smartunion.site.demo.load.people import Began, load_memberships, load_people
from smartunion.site.demo.load.regions import load_regions
from smartunion.site.demo.load.tree import Tree, load_offices, load_tree
from smartunion.site.demo.world import World

NOISE = 1.0


@dataclass(frozen=True)
class Registry:
    """What was created, by the world's numbers.

    employers: (union, employer) → primary key; people: person → (primary key, name);
    joined: every membership that began with a joining.
    """

    regions: dict[str, Region]
    tree: Tree
    employers: dict[tuple[int, int], int]
    people: dict[int, tuple[int, str]]
    joined: list[Began]


def load_registry(
    world: World, history: History | None, *, as_of: date, at: datetime, with_members: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Registry:  # fmt: skip
    """Create everything the federation itself has on record; called inside one transaction.

    history: its foundings date the youngest unions. with_members False: regions and federations alone, the first day
    of an installation. say: told how far it is, a line for each part (a city takes many minutes).
    """
    regions = load_regions(world)
    if not with_members:
        leading = world.unions.filter(pl.col("kind").is_in(["federation", "industry"]))
        tree = load_tree(world, leading, regions, world.unions["name"].to_list(), as_of=as_of, at=at)
        return Registry(regions, tree, {}, {}, [])
    names = tables.unions(world, NOISE)["union_name"].to_list()
    founded = {founding.union: founding.founded_on for founding in history.foundings} if history else {}
    tree = load_tree(world, world.unions, regions, names, as_of=as_of, at=at, founded=founded)
    units = sources.units(world, NOISE)
    employers = load_employers(world, units, tree, regions, as_of=as_of, at=at)
    say(f"{len(tree.unions):,} unions, {len(employers):,} employers written")
    rows = sources.members(world, NOISE, as_of)
    people = load_people(world, rows, at=at)
    say(f"{len(people):,} people written")
    joined = load_memberships(world, rows, tree, employers, people, as_of=as_of, at=at)
    say(f"{len(joined):,} joinings and all memberships written")
    load_offices(world, tree, people, as_of=as_of)
    recount(repair=True)
    return Registry(regions, tree, employers, people, joined)
