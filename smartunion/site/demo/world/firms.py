"""The market register of the place: who is registered, where, since when, and under which names and codes."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world import codes, firm_names
from smartunion.site.demo.world.firm_names import ENTITY_TYPES, KIND, KIND_WEIGHTS, Parts
from smartunion.site.demo.world.firm_words import CLUSTERS, HOME, ROADS
from smartunion.site.demo.world.persons import full_names
from smartunion.site.demo.world.places import Place
from smartunion.site.demo.world.rng import Floats, Ints, pick, stream, zipf
from smartunion.site.demo.world.sizes import Size

BASE_YEAR, BASE_MONTH = 2026, 10
STATUS = ("存续", "注销", "吊销", "迁出")
_SMALL = (KIND["individual"], KIND["sole"], KIND["partnership"])


def settle(rng: np.random.Generator, place: Place, count: int) -> tuple[pl.DataFrame, Floats, Floats]:
    """A village for each of count rows: the row's place columns, longitude, latitude (schematic)."""
    villages = (
        place.villages.with_columns(share=pl.col("weight") / pl.col("weight").sum().over("town"))
        .join(place.towns.select(town="code", town_name="name", town_short="short", town_weight="weight", area="area"),
              on="town", maintain_order="left")
        .join(place.areas.select(area="code", area_name="name", area_short="short", area_weight="weight"),
              on="area", maintain_order="left")
    )  # fmt: skip
    towns = place.towns.select("code", "area", "weight")
    total = dict(towns.group_by("area").agg(pl.col("weight").sum()).iter_rows())
    area_total = villages["area"].replace_strict(total, return_dtype=pl.Float64).to_numpy()
    weights = (villages["share"] * villages["town_weight"] * villages["area_weight"]).to_numpy() / area_total
    row = pick(rng.random(count), weights)
    columns = ["area", "area_name", "area_short", "town", "town_name", "town_short", "code", "short"]
    where = villages.select(columns)[row].rename({"code": "village", "short": "village_short"})
    lon = villages["lon"].to_numpy()[row] + rng.normal(0, 0.004, count)
    lat = villages["lat"].to_numpy()[row] + rng.normal(0, 0.004, count)
    return where, np.round(lon, 6), np.round(lat, 6)


def _clusters(rng: np.random.Generator, where: pl.DataFrame, small: Ints) -> Ints:
    chance = rng.random(len(small))
    result = np.zeros(len(small), dtype=np.int64)
    rows = where.select("town").with_row_index("row")
    for (town,), group in rows.group_by("town", maintain_order=True):
        index = group["row"].to_numpy()
        home = HOME.get(str(town)) or HOME.get(str(town)[:6], {})
        factor = np.array([home.get(cluster.key, 1.0) for cluster in CLUSTERS])
        firm = pick(chance[index], list(factor * [cluster.firm_weight for cluster in CLUSTERS]))
        shop = pick(chance[index], list(np.sqrt(factor) * [cluster.small_weight for cluster in CLUSTERS]))
        result[index] = np.where(small[index] == 1, shop, firm)
    return result


def _years(rng: np.random.Generator, kind: Ints) -> tuple[Ints, Ints, Ints]:
    """Founding year, status index, year it ended (0 while living)."""
    count = len(kind)
    age = np.floor(rng.exponential(9.0, count)).astype(np.int64)
    founded = np.clip(BASE_YEAR - age, 1986, BASE_YEAR)
    dead_share = np.clip(0.07 + 0.021 * age, 0, 0.42)
    dead = rng.random(count) < dead_share
    status = np.where(dead, 1 + pick(rng.random(count), (0.72, 0.2, 0.08)), 0)
    lived = np.floor(rng.random(count) * (BASE_YEAR - founded + 1)).astype(np.int64)
    return founded, status, np.where(dead, founded + lived, 0)


def _addresses(rng: np.random.Generator, where: pl.DataFrame) -> pl.Series:
    count = len(where)
    number = pl.Series(np.ceil(rng.exponential(90, count)).astype(np.int64)).cast(pl.String)
    room = pl.Series(
        ["", "", "", "", "1幢", "2号楼", "一楼", "（自主申报）", "201室", "3幢302室", "厂房", "A区"]
    )
    room = room.gather(pick(rng.random(count), (5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1)))
    frame = where.with_columns(
        number=number,
        room=room,
        road=pl.Series(ROADS).gather(pick(rng.random(count), zipf(len(ROADS), offset=6, power=1))),
        head=pl.Series(pick(rng.random(count), (0.46, 0.24, 0.2, 0.1))),
        rural=pl.Series(rng.random(count))
        < pl.when(where["town_name"].str.ends_with("街道")).then(0.25).otherwise(0.72),
    )
    head = (
        pl.when(pl.col("head") == 0).then(pl.lit("浙江省宁波市"))
        .when(pl.col("head") == 1).then(pl.lit("宁波市"))
        .when(pl.col("head") == 2).then(pl.lit("浙江省"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    spot = pl.when("rural").then(pl.col("village_short") + pl.lit("村")).otherwise(pl.col("road"))
    whole = (
        head
        + pl.col("area_name")
        + pl.col("town_name")
        + spot
        + pl.col("number")
        + pl.lit("号")
        + pl.col("room")
    )
    return frame.select(whole).to_series()


@dataclass(frozen=True)
class Relatives:
    """Entities with namesakes, and the entity each takes after.

    sisters share owner, brand and place with their model; workshops (closed) with the firm they became; copycats only
    brand and trade with a stranger's firm, so that a name without its region fits both.
    """

    sisters: tuple[Ints, Ints]
    workshops: tuple[Ints, Ints]
    copycats: tuple[Ints, Ints]


def _relatives(rng: np.random.Generator, kind: Ints, status: Ints) -> Relatives:
    companies = np.flatnonzero(kind == KIND["company"])
    rng.shuffle(companies)
    parts = np.array_split(companies, 20)  # 5 % each
    closed = np.flatnonzero((kind == KIND["individual"]) & (status == 1))
    rng.shuffle(closed)
    heirs = parts[3][: min(len(closed), len(parts[3]) // 2)]
    pairs = [(parts[at][: len(parts[at + 1])], parts[at + 1]) for at in (0, 4, 6)]
    pairs = [(some, models[: len(some)]) for some, models in pairs]
    copycats = (np.concatenate([pairs[1][0], pairs[2][0]]), np.concatenate([pairs[1][1], pairs[2][1]]))
    return Relatives(pairs[0], (closed[: len(heirs)], heirs), copycats)


def _former(
    rng: np.random.Generator, kind: Ints, founded: Ints, cluster: Ints, parts: Parts, bracketed: pl.Series
) -> pl.Series:
    """A former registered name for some firms: another trade, region, form or (rarely) brand."""
    count = len(kind)
    eligible = np.isin(kind, [KIND["company"], KIND["joint_stock"], KIND["foreign"], KIND["sole"]]) & (
        founded < 2023
    )
    has = eligible & (rng.random(count) < 0.11)
    change = pick(rng.random(count), (0.34, 0.24, 0.24, 0.18))
    moved_on = pick(rng.random(count), [c.firm_weight for c in CLUSTERS])
    other_trade = firm_names.trades(rng, kind, np.where(rng.random(count) < 0.7, cluster, moved_on))
    other_brand = firm_names.brands(rng, count)
    frame = pl.DataFrame(
        {"r": parts.region, "b": parts.brand, "t": parts.trade, "f": parts.form}
    ).with_columns(c=pl.Series(change), ot=other_trade, ob=other_brand)
    mixed = frame.select(
        r=pl.when((pl.col("c") == 1) & (pl.col("r") != "宁波")).then(pl.lit("宁波"))
        .when(pl.col("c") == 1).then(pl.lit("宁波市")).otherwise("r"),
        b=pl.when(pl.col("c") == 3).then("ob").otherwise("b"),
        t=pl.when(pl.col("c") == 0).then("ot").otherwise("t"),
        f=pl.when((pl.col("c") == 2) & (pl.col("f") == "股份有限公司")).then(pl.lit("有限公司"))
        .when((pl.col("c") == 2) & (pl.col("f") == "有限公司")).then(pl.lit("厂")).otherwise("f"),
    )  # fmt: skip
    names = firm_names.joined(Parts(mixed["r"], mixed["b"], mixed["t"], mixed["f"]), bracketed)
    older = mixed["r"] + mixed["b"] + other_trade + mixed["f"]
    twice = pl.Series(rng.random(count) < 0.06)
    return names.zip_with(~twice, names + "；" + older).set(pl.Series(~has), "")


def _branches(
    rng: np.random.Generator, kind: Ints, names: pl.Series, where: pl.DataFrame
) -> tuple[pl.Series, Ints]:
    """Branch names from their parents' names, and the parents' rows (-1 elsewhere)."""
    rows = np.flatnonzero(kind == KIND["branch"])
    companies = np.flatnonzero(np.isin(kind, [KIND["company"], KIND["joint_stock"], KIND["state"]]))
    parent = np.full(len(kind), -1, dtype=np.int64)
    if len(rows) == 0 or len(companies) == 0:
        return names, parent
    parent[rows] = rng.choice(companies, len(rows))
    ending = pl.Series(["分公司", "第一分公司", "第二分公司", "第三分公司", "店", "营业部"]).gather(
        pick(rng.random(len(rows)), (0.62, 0.08, 0.08, 0.04, 0.1, 0.08))
    )
    at_town = pl.Series(rng.random(len(rows)) < 0.6)
    spots = where.select("town_short", "area_short")[rows].with_columns(
        e=ending, t=at_town, p=names.gather(parent[rows])
    )
    in_town = pl.col("t") | pl.col("p").str.contains(pl.col("area_short"))
    spots = spots.with_columns(
        name=pl.col("p") + pl.when(in_town).then("town_short").otherwise("area_short") + pl.col("e"),
    ).with_columns(serial=pl.int_range(pl.len()).over("name"))
    spots = spots.with_columns(
        name=pl.when(pl.col("serial") == 0).then("name").otherwise(
            pl.col("p") + pl.col("town_short") + (pl.col("serial") + 1).cast(pl.String) + pl.lit("号店分公司")
        )
    )  # fmt: skip
    return names.scatter(rows, spots["name"]), parent


def register(size: Size, place: Place, seed: int, first: int = 0, month: int = 0) -> pl.DataFrame:
    """Every registered entity, one row each, row number = employer number.

    Columns: employer, entity_id, name, former_name, uscc, old_reg_no, status, entity_type, kind (index of KINDS),
    cluster, section, division, area…village (codes, names), address, founded, ended (years, 0 = living),
    legal_person, parent (employer or -1), lon, lat, and the parts of the name (region, brand, trade, form).
    first, month: for newcomers of a later month, numbered from first.
    """
    count = size.entities
    rng = stream(seed, "firms", size.key, str(month))
    kind = pick(rng.random(count), KIND_WEIGHTS)
    where, lon, lat = settle(rng, place, count)
    founded, status, ended = _years(rng, kind)
    relatives = _relatives(rng, kind, status)
    workshops, heirs = relatives.workshops
    source = np.arange(count)
    source[relatives.sisters[0]], source[workshops] = relatives.sisters[1], heirs
    where = where[source]
    lon, lat = lon[source], lat[source]
    founded[workshops] = np.minimum(founded[workshops], founded[heirs] - 1)
    ended[workshops] = founded[heirs]
    cluster = _clusters(rng, where, np.isin(kind, _SMALL).astype(np.int64))
    cluster[workshops] = cluster[heirs]
    copycats, originals = relatives.copycats
    cluster[copycats] = cluster[originals]
    cluster[kind == KIND["cooperative"]] = next(i for i, c in enumerate(CLUSTERS) if c.key == "farming")
    owners = full_names(
        rng,
        male=rng.random(count) < 0.71,
        birth_years=rng.integers(1956, 2001, count),
        local=rng.random(count) < 0.74,
    ).gather(source)
    brand = pl.DataFrame(
        {"a": firm_names.brands(rng, count), "b": firm_names.small_brands(rng, owners)}
    ).select(pl.when(pl.Series(np.isin(kind, _SMALL))).then("b").otherwise("a"))
    trade = firm_names.trades(rng, kind, cluster)
    holding = np.flatnonzero(kind == KIND["limited_partnership"])
    trade = trade.scatter(
        holding, pl.Series(["企业管理", "投资", "股权投资"]).gather(rng.integers(0, 3, len(holding)))
    )
    brand_of = source.copy()
    brand_of[copycats] = source[originals]
    trade = trade.scatter(copycats, trade.gather(originals))
    parts = Parts(firm_names.regions(rng, kind, where), brand.to_series().gather(brand_of), trade,
                  firm_names.forms(rng, kind))  # fmt: skip
    bracketed = pl.Series((rng.random(count) < 0.05) & np.isin(kind, [KIND["company"], KIND["foreign"]]))
    names = firm_names.make_unique(rng, parts, bracketed)
    former = _former(rng, kind, founded, cluster, parts, bracketed)
    names, parent = _branches(rng, kind, names, where)
    area = where["area"].cast(pl.Int64).to_numpy()
    prefix = pl.Series(["92", *["91"] * 8, "93", "91"]).gather(kind)
    serial = first + rng.permutation(count)
    modern = (founded >= 2016) | (kind == KIND["individual"])
    number = np.where(modern, serial * 715_827_883 % 31**6, serial * 61_803_399 % 10**8)
    registration = codes.registration_numbers(area, np.where(kind == 0, 60_000_000, 0) + serial)
    sections = pl.Series([cluster_.section for cluster_ in CLUSTERS]).gather(cluster)
    divisions = pl.Series([cluster_.division for cluster_ in CLUSTERS]).gather(cluster)
    return where.with_columns(
        employer=pl.int_range(first, first + count, dtype=pl.Int64),
        entity_id=pl.lit("M") + pl.int_range(first, first + count).cast(pl.String).str.zfill(8),
        name=names,
        former_name=former,
        uscc=codes.uscc(prefix, area, codes.organisation_codes(number, modern)),
        old_reg_no=registration.set(pl.Series(founded >= 2016), ""),
        status=pl.Series(STATUS).gather(status),
        entity_type=pl.Series(ENTITY_TYPES).gather(kind),
        kind=pl.Series(kind),
        cluster=pl.Series(cluster),
        section=sections,
        division=divisions,
        address=_addresses(rng, where),
        founded=pl.Series(founded),
        ended=pl.Series(ended),
        legal_person=owners,
        parent=pl.Series(parent),
        lon=pl.Series(lon),
        lat=pl.Series(lat),
        region=parts.region,
        brand=parts.brand,
        trade=parts.trade,
        form=parts.form,
    )
