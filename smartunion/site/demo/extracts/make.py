"""From a world to the departments' files and the truth behind them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from smartunion.site.demo.extracts import drivers, tables, truth
from smartunion.site.demo.world import World

_MAKERS: dict[str, Callable[[World, float], pl.DataFrame]] = {
    "social": tables.social,
    "members": tables.members,
    "market": tables.market,
    "unions": tables.unions,
    "union_units": tables.union_units,
    "tax": tables.tax,
    "drivers": drivers.drivers,
}
_KEYS = ("_person", "_employer", "_union")
_KEPT = {
    "social": ["sid", "end_month", "_person", "_employer"],
    "members": ["member_id", "_person", "_union"],
}


@dataclass(frozen=True)
class Extracts:
    """tables: the six of the contract and the transport register by name. truth: key columns of each list by name."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def pieces(world: World, noise: float = 1.0) -> Iterator[tuple[str, pl.DataFrame]]:
    """The six tables and the transport register by name, then the true lists as "truth/…"; one at a time.

    So a city fits in memory.

    noise: 0 gives clean files, 1 the usual errors, 2 twice as many.
    """
    kept: dict[str, pl.DataFrame] = {}
    for name, make in _MAKERS.items():
        table = make(world, noise)
        if name in _KEPT:
            kept[name] = table.select(_KEPT[name])
        table = table.drop([column for column in _KEYS if column in table.columns])
        yield name, table
        del table
    for name, true_list in truth.lists(world, kept["members"], kept["social"]).items():
        yield f"truth/{name}", true_list


def derive(world: World, noise: float = 1.0) -> Extracts:
    """Everything `pieces` gives, held together."""
    made = dict(pieces(world, noise))
    return Extracts(
        {name: made[name] for name in _MAKERS},
        {name.removeprefix("truth/"): table for name, table in made.items() if name.startswith("truth/")},
    )
