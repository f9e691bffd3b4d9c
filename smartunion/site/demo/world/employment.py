"""Who works where: head-counts with a heavy tail, insured people and their spells, the tax count."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world.firm_names import KIND
from smartunion.site.demo.world.firms import BASE_MONTH, BASE_YEAR
from smartunion.site.demo.world.rng import Bools, Floats, Ints, stream
from smartunion.site.demo.world.sizes import Size

NOW = BASE_YEAR * 12 + BASE_MONTH - 1  # months since year 0
EPOCH = 1996 * 12
CURRENT_SHARE = 0.72
OPEN = 0  # a spell that has not ended


@dataclass(frozen=True)
class Employment:
    """employers: per employer heads (now or, for the dead, at their best) and accounts; spells and people as columns.

    births and locals: one row per person. spells: person, employer, account, start, end (months; OPEN = current).
    accounts: account, employer, unit_no. taxes: employer, employees, year.
    """

    heads: Ints
    births: Ints
    spells: pl.DataFrame
    accounts: pl.DataFrame
    taxes: pl.DataFrame


def month_number(month: Ints) -> Ints:
    """Months since year 0 as yyyymm."""
    result: Ints = month // 12 * 100 + month % 12 + 1
    return result


def _raw_heads(rng: np.random.Generator, employers: pl.DataFrame) -> Floats:
    count = len(employers)
    kind = employers["kind"].to_numpy()
    group = employers["group"].to_numpy()
    normal = rng.standard_normal(count)
    heads = np.exp(1.25 + 1.3 * normal)
    manufacturing = (employers["section"] == "C").to_numpy()
    age = np.where(employers["ended"] > 0, employers["ended"], BASE_YEAR) - employers["founded"].to_numpy()
    heads = heads * np.where(manufacturing, 1.6, 1.0) * np.clip((age + 1) / 8, 0.2, 1.9)
    for name, mean, width in (("individual", 0.25, 0.6), ("cooperative", 0.8, 0.7), ("branch", 1.0, 1.0),
                              ("sole", 1.2, 0.9), ("partnership", 1.0, 0.8), ("limited_partnership", 0.2, 0.5),
                              ("foreign", 4.1, 1.1), ("state", 4.0, 1.1), ("joint_stock", 4.6, 1.2)):  # fmt: skip
        heads = np.where(kind == KIND[name], np.exp(mean + width * normal), heads)
    for name, mean, width in (
        ("office", 3.6, 0.8),
        ("institution", 3.9, 0.9),
        ("village", 1.6, 0.4),
        ("outside", 1.2, 1.0),
    ):
        heads = np.where(group == name, np.exp(mean + width * normal), heads)
    return np.where(group == "window", 0.0, heads)


def _insured(rng: np.random.Generator, employers: pl.DataFrame, heads: Floats) -> Bools:
    kind = employers["kind"].to_numpy()
    group = employers["group"].to_numpy()
    share = np.where(heads >= 4, 0.965, 0.5)
    share = np.where(kind == KIND["individual"], np.where(heads >= 4, 0.35, 0.04), share)
    for name, value in (
        ("office", 0.15),
        ("institution", 0.75),
        ("village", 0.3),
        ("outside", 1.0),
        ("window", 1.0),
    ):
        share = np.where(group == name, value, share)
    return rng.random(len(heads)) < share


def _scaled(heads: Floats, insured: Bools, living: Bools, target: int) -> Ints:
    """Whole heads whose insured living sum comes close to target."""
    low, high = 0.02, 60.0
    mask = insured & living
    for _ in range(50):
        middle = (low + high) / 2
        if np.maximum(1, np.rint(heads[mask] * middle)).sum() < target:
            low = middle
        else:
            high = middle
    result: Ints = np.maximum(1, np.rint(heads * low)).astype(np.int64)
    return result


def random_births(rng: np.random.Generator, count: int, mean: float = 41, width: float = 10) -> Ints:
    """Birth dates yyyymmdd; ages clipped to working life (and 75 for the retired)."""
    age = np.clip(rng.normal(mean, width, count), 18.2, 75)
    day = np.floor(rng.random(count) * 28).astype(np.int64) + 1
    months = (NOW - np.floor(age * 12)).astype(np.int64)
    result: Ints = month_number(months) * 100 + day
    return result


def _grown(births: Ints) -> Ints:
    """Month in which each person turned eighteen."""
    result: Ints = (births // 10_000 + 18) * 12 + births // 100 % 100 - 1
    return result


def _current(rng: np.random.Generator, employer: Ints, opened: Ints, births: Ints) -> Ints:
    """Start months of running spells: mostly a few years ago, within the employer's and the person's life."""
    tenure = np.floor(rng.exponential(74, len(employer))).astype(np.int64)
    low = np.maximum.reduce([NOW - tenure, opened[employer], _grown(births), np.full(len(employer), EPOCH)])
    start: Ints = np.minimum(low, NOW)
    return start


def _past(
    rng: np.random.Generator,
    pool: Ints,
    weights: Floats,
    opened: Ints,
    closed: Ints,
    limit: Ints,
    grown: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Employer, start and end of one ended spell per row; limit and grown bound the person's side."""
    count = len(limit)
    edges = np.cumsum(weights) / weights.sum()
    employer = np.empty(count, dtype=np.int64)
    start, end = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    todo = np.arange(count)
    for attempt in range(6):
        chosen = pool[np.minimum(np.searchsorted(edges, rng.random(len(todo))), len(pool) - 1)]
        low = np.maximum.reduce([opened[chosen], grown[todo], np.full(len(todo), EPOCH)])
        high = np.minimum(closed[chosen], limit[todo])
        fits = high - low >= 2
        if attempt == 5:
            low = np.where(fits, low, np.minimum(low, high - 2))
            fits[:] = True
        rows, low, high = todo[fits], low[fits], high[fits]
        length = np.minimum(high - low, 1 + np.floor(rng.exponential(30, len(rows))).astype(np.int64))
        last = high - np.floor(np.minimum(high - low - length, rng.exponential(20, len(rows)))).astype(
            np.int64
        )
        employer[rows], start[rows], end[rows] = chosen[fits], last - length, last
        todo = todo[~fits]
        if len(todo) == 0:
            break
    return employer, start, end


def _taxes(
    rng: np.random.Generator, size: Size, employers: pl.DataFrame, heads: Ints, insured: Bools
) -> pl.DataFrame:
    market = (employers["group"] == "market").to_numpy()
    ended = employers["ended"].to_numpy()
    alive = ended == 0
    small = (employers["kind"] == KIND["individual"]).to_numpy()
    rate = (
        np.where(small, 0.35, 2.0)
        * np.where(alive, 1.0, 0.3)
        * np.where(insured, 6.0, 1.0)
        * np.where(heads >= 20, 9.0, 1.0)
    )
    rate = np.where(market, rate, np.where((employers["group"] == "window").to_numpy(), 1e-9, 0.5))
    key = rng.exponential(1.0, len(heads)) / rate
    chosen = np.sort(np.argsort(key, kind="stable")[: size.taxpayers])
    counted = np.maximum(0, np.rint(heads[chosen] * rng.uniform(0.86, 1.1, len(chosen)))).astype(np.int64)
    year = np.where(ended[chosen] > 0, np.minimum(ended[chosen], BASE_YEAR - 1), BASE_YEAR - 1)
    again = rng.random(len(chosen)) < 0.06
    older = pl.DataFrame({
        "employer": chosen[again],
        "employees": np.maximum(0, np.rint(counted[again] * rng.uniform(0.6, 1.2, int(again.sum())))).astype(np.int64),
        "year": year[again] - 1,
    })  # fmt: skip
    return pl.concat([pl.DataFrame({"employer": chosen, "employees": counted, "year": year}), older])


def _accounts(rng: np.random.Generator, employers: pl.DataFrame, insured: Bools) -> pl.DataFrame:
    """Insurers' account numbers: one per insured employer, a second (older) one for some."""
    first = np.flatnonzero(insured)
    second = first[rng.random(len(first)) < 0.04]
    owner = np.concatenate([first, second])
    serial = rng.permutation(len(owner)) + 100_001
    area = employers["area"].gather(owner)
    return pl.DataFrame({"employer": owner, "old": np.arange(len(owner)) >= len(first)}).with_columns(
        account=pl.int_range(len(owner), dtype=pl.Int64),
        unit_no=area.str.slice(2) + pl.Series(serial).cast(pl.String).str.zfill(8),
    )


def employ(size: Size, employers: pl.DataFrame, seed: int) -> Employment:
    """Fill the place with work. employers: group, kind, section, area, founded, ended; row = employer number."""
    rng = stream(seed, "employment", size.key)
    founded, ended = employers["founded"].to_numpy(), employers["ended"].to_numpy()
    opened = founded * 12 + rng.integers(0, 12, len(founded))
    opened = np.minimum(opened, NOW - 1)
    closed = np.where(ended == 0, NOW, np.minimum(ended * 12 + rng.integers(0, 12, len(founded)), NOW - 1))
    closed = np.maximum(closed, opened + 3)
    raw = _raw_heads(rng, employers)
    insured = _insured(rng, employers, raw)
    living = ended == 0
    window = (employers["group"] == "window").to_numpy()
    wanted = int(size.insurance_rows * CURRENT_SHARE)
    doubles, at_window = int(wanted * 0.011), int(wanted * 0.012)
    heads = _scaled(raw, insured & ~window, living, wanted - doubles - at_window)
    heads[window] = 0
    working = np.flatnonzero(insured & living & ~window)
    place_of_work = np.concatenate(
        [np.repeat(working, heads[working]), rng.choice(np.flatnonzero(window), at_window)]
    )
    settled = len(place_of_work)
    births = random_births(rng, settled, 39.5, 10.5)
    births = np.where(births < (BASE_YEAR - 61) * 10_000, births + 150_000, births)
    start = _current(rng, place_of_work, opened, births)
    twice = rng.choice(settled - at_window, doubles, replace=False)
    elsewhere = rng.random(doubles) < 0.55
    second = np.where(
        elsewhere, rng.choice(place_of_work[: settled - at_window], doubles), place_of_work[twice]
    )
    second_start = _current(rng, second, opened, births[twice])
    ended_rows = size.insurance_rows - settled - doubles
    gone = int(ended_rows * 0.24)
    gone_births = random_births(rng, gone, 54, 9)
    births = np.concatenate([births, gone_births])
    person = np.concatenate([settled + np.arange(gone), rng.integers(0, settled + gone, ended_rows - gone)])
    limit = np.where(person < settled, start[np.minimum(person, settled - 1)], NOW - 1)
    pool = np.flatnonzero(insured & ~window)
    employer, past_start, past_end = _past(
        rng, pool, heads[pool].astype(np.float64), opened, closed, limit, _grown(births)[person]
    )
    spells = pl.DataFrame({
        "person": np.concatenate([np.arange(settled), twice, person]),
        "employer": np.concatenate([place_of_work, second, employer]),
        "start": np.concatenate([start, second_start, past_start]),
        "end": np.concatenate([np.full(settled + doubles, OPEN), past_end]),
        "again": np.concatenate([np.zeros(settled, np.bool_), ~elsewhere, np.zeros(ended_rows, np.bool_)]),
    })  # fmt: skip
    accounts = _accounts(rng, employers, insured)
    new = accounts.filter(~pl.col("old")).select("employer", new="account")
    old = accounts.filter("old").select("employer", older="account")
    spells = spells.join(new, on="employer", how="left", maintain_order="left").join(
        old, on="employer", how="left", maintain_order="left"
    )
    use_old = pl.col("again") | ((pl.col("end") != OPEN) & (pl.col("end") < NOW - 40))
    spells = spells.with_columns(
        account=pl.when(use_old & pl.col("older").is_not_null()).then("older").otherwise("new")
    )
    spells = spells.select("person", "employer", "account", "start", "end")[rng.permutation(len(spells))]
    taxes = _taxes(rng, size, employers, heads, insured)
    return Employment(heads, births, spells, accounts, taxes)
