"""The transport register: drivers with their licences and platforms, by way of the errors such a file has."""

import numpy as np
import polars as pl

from smartunion.site.demo.extracts import noise
from smartunion.site.demo.world import World
from smartunion.site.demo.world.rng import Ints, draw, pick

#: Trades with a licence, each with invented platforms, the most common first, and the kind of its plates.
PLATFORMS = {
    "货车司机": ("山海货运", "满程物流", "个体经营"),
    "快递员": ("驿达快递", "蜂鸟速递"),
    "外卖配送员": ("快送到家", "蜂巢外卖"),
    "网约车司机": ("顺路出行", "四方约车"),
}
#: Share of a trade's members the register knows; licences last six years, one in seventeen has run out.
KNOWN, MONTHS, RUN_OUT = 0.9, 72, 4
#: Share of the rows that name the village too.
NAMED = 0.8
#: Drivers who are no members: one for each so many people of the place, at least as many as OUTSIDERS.
ONE_IN, OUTSIDERS = 40, 60


def drivers(world: World, level: float) -> pl.DataFrame:
    """Members of the unions of drivers the register knows, and drivers who are no members. level: 0 gives a clean file."""
    rows = pl.concat([_members(world), _others(world)]).sort("_person")
    people, seed = rows["_person"].to_numpy(), world.seed
    persons = world.people[people]
    trade = rows["trade"].to_list()
    chance = draw(seed, "driver platform", people)
    platform = [
        PLATFORMS[word][int(pick(chance[at : at + 1], _weights(word))[0])] for at, word in enumerate(trade)
    ]
    shares = tuple(level * share for share in (0.02, 0.01, 0.004, 0.002, 0.006, 0.004, 0.001, 0.001, 0.1))
    id_no = noise.resident_ids(persons["id_no"], persons["birth"].to_numpy(), people, seed, "driver", shares)
    phones = tuple(level * share for share in (0.05, 0.06, 0.005, 0.01, 0.006, 0.004))
    towns = dict(world.place.towns.select("code", "name").iter_rows())
    county = world.place.areas["name"][0]
    villages = _villages(world, rows["town"].to_list(), people)
    return pl.DataFrame({
        "licence_no": [f"330{number:013d}" for number in people.tolist()],
        "name": noise.person_names(persons["name"], people, seed, "driver", 0.01 * level),
        "id_no": id_no,
        "mobile": noise.mobiles(persons["mobile"], people, seed, "driver", phones),
        "plate_no": _plates(people, seed),
        "company_name": [f"宁波{name}信息技术有限公司" if name != "个体经营" else "" for name in platform],
        "region_name": [
            f"{county}{towns.get(code, '')}{village}" for code, village in zip(rows["town"].to_list(), villages, strict=True)
        ],
        "platform": platform,
        "valid_until": _until(world.month, people, seed),
        "_person": rows["_person"],
    })  # fmt: skip


def _villages(world: World, towns: list[str], people: Ints) -> list[str]:
    """Where in its town each lives; "" for the rows that name the town alone."""
    by_town: dict[str, list[str]] = {}
    for town, name in world.place.villages.select("town", "name").iter_rows():
        by_town.setdefault(town, []).append(name)
    chance = draw(world.seed, "driver village", people).tolist()
    found = []
    for town, at in zip(towns, chance, strict=True):
        names = by_town.get(town, [])
        found.append(names[int(at / NAMED * len(names))] if names and at < NAMED else "")
    return found


def _weights(trade: str) -> tuple[float, ...]:
    return (0.5, 0.32, 0.18)[: len(PLATFORMS[trade])]


def _members(world: World) -> pl.DataFrame:
    loose = world.unions.filter(pl.col("kind") == "new_form").select("union", "name", "town")
    named = loose.with_columns(
        trade=pl.col("name").map_elements(
            lambda name: next((word for word in PLATFORMS if word in name), ""), return_dtype=pl.String
        )
    )
    rows = world.memberships.filter(pl.col("state") == "active").select("union", _person="person")
    rows = rows.join(named.filter(pl.col("trade") != ""), on="union", maintain_order="left")
    known = draw(world.seed, "driver known", rows["_person"].to_numpy()) < KNOWN
    return (
        rows.filter(pl.Series(known))
        .unique("_person", keep="first", maintain_order=True)
        .select("_person", "trade", "town")
    )


def _others(world: World) -> pl.DataFrame:
    """People of the place who drive and belong to no union."""
    members = world.memberships.select(person="person").unique()
    everybody = pl.DataFrame({"person": np.arange(len(world.people), dtype=np.int64)})
    free = everybody.join(members, on="person", how="anti", maintain_order="left")
    ids = free["person"].to_numpy()
    wanted = max(OUTSIDERS, len(world.people) // ONE_IN)
    order = np.argsort(draw(world.seed, "driver outside", ids), kind="stable")[:wanted]
    chosen = np.sort(ids[order])
    towns = world.place.towns["code"].to_list()
    trades = list(PLATFORMS)
    where = np.floor(draw(world.seed, "driver town", chosen) * len(towns)).astype(np.int64)
    what = np.floor(draw(world.seed, "driver trade", chosen) * len(trades)).astype(np.int64)
    return pl.DataFrame({
        "_person": pl.Series(chosen, dtype=pl.Int64),
        "trade": pl.Series([trades[at] for at in what], dtype=pl.String),
        "town": pl.Series([towns[at] for at in where], dtype=pl.String),
    })  # fmt: skip


def _plates(people: Ints, seed: int) -> list[str]:
    number = np.floor(draw(seed, "plate", people) * 100_000).astype(np.int64)
    return [f"浙B{at:05d}" for at in number.tolist()]


def _until(month: int, people: Ints, seed: int) -> list[str]:
    """Last days of months, from a little before the extract to six years later."""
    offset = np.floor(draw(seed, "licence", people) * MONTHS).astype(np.int64) - RUN_OUT
    base = month // 100 * 12 + month % 100 - 1
    return [f"{(base + at) // 12}-{(base + at) % 12 + 1:02d}-28" for at in offset.tolist()]
