"""A month later: about one row in a hundred is different, everything else keeps its number.

Firms open, close and take other names; people change employers, join and leave; new unions are founded where many
work and none is. Rows are added or changed, never renumbered.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from smartunion.site.demo.world import codes, employment, firms, people
from smartunion.site.demo.world.employment import NOW, OPEN
from smartunion.site.demo.world.firm_names import KIND, brands
from smartunion.site.demo.world.firms import BASE_YEAR
from smartunion.site.demo.world.rng import Ints, stream
from smartunion.site.demo.world.world import World

FOUNDED, CLOSED, RENAMED = 0.004, 0.002, 0.0015  # shares of the register
MOVED, HIRED = 0.008, 0.004  # shares of running spells
JOINED, LEFT, NEW_UNIONS = 0.006, 0.003, 0.005  # shares of members and unions


def later(world: World, months: int) -> World:
    """The world after so many months. months: 0 or more."""
    for step in range(1, months + 1):
        world = _step(world, step)
    return world


def _step(world: World, step: int) -> World:
    rng = stream(world.seed, "evolve", str(step))
    now = NOW + step
    world = _register(rng, world, step)
    world = _work(rng, world, now)
    world = _unions(rng, world, now, step)
    return replace(_membership(rng, world, now), month=int(employment.month_number(np.array([now]))[0]))


def _register(rng: np.random.Generator, world: World, step: int) -> World:
    """Close, rename and found entities."""
    employers, year = world.employers, (NOW + step) // 12
    market = (employers["group"] == "market").to_numpy()
    living = market & (employers["ended"] == 0).to_numpy()
    chance = rng.random(len(employers))
    closing = pl.Series(living & (chance < CLOSED))
    named = living & (employers["kind"] == KIND["company"]).to_numpy()
    renaming = np.flatnonzero(named & (chance > 1 - RENAMED * 3))
    old = employers["name"].gather(renaming)
    fresh = brands(rng, len(renaming), long_share=1.0)
    parts = employers[renaming]
    new = parts["region"] + fresh + parts["trade"] + parts["form"]
    employers = employers.with_columns(
        status=employers["status"].set(closing, "注销"),
        ended=employers["ended"].set(closing, year),
        former_name=employers["former_name"].scatter(renaming, old),
        name=employers["name"].scatter(renaming, new),
        brand=employers["brand"].scatter(renaming, fresh),
    )
    count = max(1, int(market.sum() * FOUNDED))
    size = replace(world.size, entities=count)
    added = firms.register(size, world.place, world.seed, len(employers), step).with_columns(
        group=pl.lit("market"),
        founded=pl.lit(year, pl.Int64),
        ended=pl.lit(0, pl.Int64),
        status=pl.lit("存续"),
    )
    twin = added["name"].is_in(employers["name"].to_list())
    added = added.with_columns(name=pl.when(twin).then(pl.col("name") + pl.lit("（新）")).otherwise("name"))
    heads = rng.geometric(0.25, count)
    return replace(
        world,
        employers=pl.concat([employers, added.select(employers.columns)]),
        heads=pl.concat([world.heads, pl.Series(heads, dtype=pl.Int64)]),
    )


def _work(rng: np.random.Generator, world: World, now: int) -> World:
    """End some spells, begin others, hire new people."""
    spells, employers = world.spells, world.employers
    ended = employers["ended"].to_numpy()
    running = (spells["end"] == OPEN).to_numpy()
    window = (employers["group"] == "window").to_numpy()[spells["employer"].to_numpy()]
    shut = ended[spells["employer"].to_numpy()] > 0
    leaving = running & ~window & (shut | (rng.random(len(spells)) < MOVED))
    leaving &= spells["start"].to_numpy() < now
    leavers = spells["person"].to_numpy()[leaving]
    movers = leavers[rng.random(len(leavers)) < 0.8]
    hired = max(1, int(running.sum() * HIRED))
    births = employment.random_births(rng, hired, 29, 8)
    population = people.populate(world.size, world.place, births, world.seed, len(world.people))
    population = population.join(world.people, on="id_no", how="anti", maintain_order="left")
    newcomers = len(world.people) + np.arange(len(population))
    who = np.concatenate([movers, newcomers])
    accounts = world.accounts
    known = accounts["employer"].to_list()
    young = employers.filter(
        (pl.col("group") == "market") & (pl.col("kind") == KIND["company"]) & (pl.col("founded") >= now // 12)
    )
    fresh: Ints = young.filter(~pl.col("employer").is_in(known))["employer"].to_numpy()
    first = len(accounts)
    added = pl.DataFrame({"employer": fresh, "old": [False] * len(fresh)}).with_columns(
        account=pl.int_range(first, first + len(fresh), dtype=pl.Int64),
        unit_no=employers["area"].gather(fresh).str.slice(2) + (pl.int_range(len(fresh)) + first + 100_001).cast(
            pl.String).str.zfill(8),
    )  # fmt: skip
    accounts = pl.concat([accounts, added.select(accounts.columns)])
    open_for = accounts.filter(~pl.col("old") & pl.Series(ended[accounts["employer"].to_numpy()] == 0))
    weight = world.heads.to_numpy()[open_for["employer"].to_numpy()].astype(np.float64)
    chosen = rng.choice(len(open_for), len(who), p=weight / weight.sum())
    begun = pl.DataFrame({
        "person": who,
        "employer": open_for["employer"].to_numpy()[chosen],
        "account": open_for["account"].to_numpy()[chosen],
        "start": np.full(len(who), now),
        "end": np.full(len(who), OPEN),
        "sid": len(spells) + 1 + np.arange(len(who)),
    })  # fmt: skip
    spells = spells.with_columns(end=spells["end"].set(pl.Series(leaving), now - 1))
    return replace(
        world,
        spells=pl.concat([spells, begun.select(spells.columns)]),
        accounts=accounts,
        people=pl.concat([world.people, population]),
    )


def _unions(rng: np.random.Generator, world: World, now: int, step: int) -> World:
    """Found unions at uncovered employers with many people."""
    counts = world.spells.filter(pl.col("end") == OPEN).group_by("employer").len().filter(pl.col("len") >= 25)
    bare = counts.join(world.coverage, on="employer", how="anti").join(
        world.employers.filter((pl.col("group") == "market") & (pl.col("ended") == 0)), on="employer"
    )
    bare = bare.sort("employer")
    count = min(len(bare), max(1, int(len(world.unions) * NEW_UNIONS)))
    if count == 0:
        return world
    rows = bare[np.sort(rng.choice(len(bare), count, replace=False))]
    towns = (
        world.unions.filter(pl.col("kind") == "federation")
        .unique("town", keep="first")
        .select("town", federation="union")  # "parent" of an employer is its company
    )
    first = len(world.unions)
    numbers = np.arange(first, first + count)
    organisation = codes.organisation_codes(
        (numbers + 56_000_000) * 61_803_399 % 10**8, np.zeros(count, np.bool_)
    )
    added = rows.join(towns, on="town", how="left", maintain_order="left").select(
        union=pl.Series(numbers),
        name=pl.col("name") + pl.lit("工会委员会"),
        kind=pl.lit("independent"),
        parent=pl.col("federation").fill_null(1),
        area=pl.col("area"),
        town=pl.col("town"),
        employer=pl.col("employer"),
        founded=pl.lit(now // 12, pl.Int64),
        union_id=pl.lit("U") + (pl.Series(numbers) + 100_001).cast(pl.String),
        uscc=codes.uscc(pl.Series(["81"] * count), rows["area"].cast(pl.Int64).to_numpy(), organisation),
    )
    cover = pl.DataFrame({"union": numbers, "employer": rows["employer"]})
    return replace(
        world,
        unions=pl.concat([world.unions, added.select(world.unions.columns)]),
        coverage=pl.concat([world.coverage, cover]),
    )


def _membership(rng: np.random.Generator, world: World, now: int) -> World:
    """Some leave; some who are insured where a union is join; staff of new unions join."""
    rows = world.memberships
    active = rows["state"].is_in(["active", "retained"]).to_numpy()
    leaving = pl.Series(active & (rng.random(len(rows)) < LEFT))
    rows = rows.with_columns(state=rows["state"].set(leaving, "left"))
    newest = world.unions.filter(pl.col("founded") >= now // 12)["union"]
    fresh = (
        world.spells.filter(pl.col("end") == OPEN)
        .join(world.coverage, on="employer", maintain_order="left")
        .unique("person", keep="first", maintain_order=True)
        .join(rows.select("person"), on="person", how="anti", maintain_order="left")
    )
    at_new = fresh["union"].is_in(newest.to_list()).to_numpy()
    wanted = int(active.sum() * JOINED)
    odds = np.where(at_new, 0.6, min(1.0, wanted / max(1, len(fresh))))
    joining = fresh.filter(pl.Series(rng.random(len(fresh)) < odds))
    first: Ints = rows["member_id"].to_numpy()
    added = joining.select(
        "union", "person", "employer",
        state=pl.lit("active"),
        joined=pl.lit(now, pl.Int64),
        member_id=pl.int_range(int(first.max()) + 1, int(first.max()) + 1 + len(joining), dtype=pl.Int64),
    )  # fmt: skip
    return replace(world, memberships=pl.concat([rows, added.select(rows.columns)]))


def months_between(month: int) -> int:
    """Months from the base (October 2026) to month (yyyymm). Raises ValueError for an earlier or impossible month."""
    year, number = divmod(month, 100)
    if not 1 <= number <= 12 or year * 12 + number - 1 < NOW or year > BASE_YEAR + 10:
        raise ValueError(f"{month} is not a month from {BASE_YEAR}10 on, written yyyymm.")
    return year * 12 + number - 1 - NOW
