"""A whole demo place, made from a seed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world import employment, firms, members, people, places, unions, units
from smartunion.site.demo.world.places import Place
from smartunion.site.demo.world.sizes import SIZES, Size

BASE_MONTH = 202610


@dataclass(frozen=True)
class World:
    """What is true in the demo place. Every table's row number is the number other tables refer to.

    employers: market entities first (entity_id set), then others (entity_id empty); group tells which.
    people; unions; coverage (union, employer): which union covers which employer;
    memberships; officers; accounts and spells of social insurance (months since year 0, end 0 = current); taxes.
    """

    size: Size
    place: Place
    seed: int
    month: int
    employers: pl.DataFrame
    people: pl.DataFrame
    unions: pl.DataFrame
    coverage: pl.DataFrame
    memberships: pl.DataFrame
    officers: pl.DataFrame
    accounts: pl.DataFrame
    spells: pl.DataFrame
    taxes: pl.DataFrame
    heads: pl.Series


def _employers(size: Size, place: Place, seed: int) -> pl.DataFrame:
    market = firms.register(size, place, seed).with_columns(group=pl.lit("market"))
    outside = max(3, size.entities // 160)
    others = units.public_bodies(place, outside, len(market), seed)
    both = pl.concat([market, others], how="diagonal")
    return both.with_columns(
        pl.col("kind", "parent", "cluster").fill_null(-1),
        pl.col("ended").fill_null(0),
        pl.col(
            "entity_id", "former_name", "old_reg_no", "section", "village", "region", "brand", "trade", "form"
        ).fill_null(""),
    )


def build(size: str = "county", seed: int = 1, place: str | None = None) -> World:
    """Make the world of one size and seed: the same arguments give the same world to the byte.

    size: a key of SIZES. place: a county (6 digits) or town (9 digits) of 宁波; the default is 宁海县 or its 西店镇.
    Raises KeyError for an unknown size, UnknownPlace for an unknown place.
    """
    figures = SIZES[size]
    where = places.place(size, place)
    employers = _employers(figures, where, seed)
    work = employment.employ(figures, employers, seed)
    tree, coverage = unions.organise(figures, where, employers, work.heads, seed)
    memberships, fresh = members.enrol(figures, work, tree, coverage, seed)
    rng = np.random.Generator(np.random.PCG64([seed & 0xFFFFFFFF, 99]))
    births = np.concatenate([work.births, employment.random_births(rng, fresh)])
    everybody = people.populate(figures, where, births, seed)
    return World(
        size=figures,
        place=where,
        seed=seed,
        month=BASE_MONTH,
        employers=employers,
        people=everybody,
        unions=tree,
        coverage=coverage,
        memberships=memberships,
        officers=members.officers(tree, memberships, seed),
        accounts=work.accounts,
        spells=work.spells.with_columns(sid=pl.int_range(1, len(work.spells) + 1, dtype=pl.Int64)),
        taxes=work.taxes,
        heads=pl.Series(work.heads),
    )
