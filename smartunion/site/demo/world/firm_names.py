"""Registered names: region + brand + trade + legal form, in the proportions a county register shows."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world.firm_words import BRAND_FIRST, BRAND_SECOND, BRAND_THIRD, CLUSTERS
from smartunion.site.demo.world.rng import Ints, pick, zipf

FIRM_WORDS = [word for cluster in CLUSTERS for word in cluster.words]
SMALL_WORDS = [word for cluster in CLUSTERS for word in cluster.small]
_FIRM_START = np.cumsum([0, *(len(cluster.words) for cluster in CLUSTERS)])
_SMALL_START = np.cumsum([0, *(len(cluster.small) for cluster in CLUSTERS)])

KINDS = ("individual", "company", "foreign", "state", "joint_stock", "sole", "partnership", "limited_partnership",
         "branch", "cooperative", "collective")  # fmt: skip
_TYPES = (
    "个体工商户 有限责任公司 有限责任公司(港澳台投资、外商投资) 有限责任公司(国有控股) 股份有限公司 "
    "个人独资企业 普通合伙企业 有限合伙企业 分公司 农民专业合作社 集体所有制"
)
ENTITY_TYPES = tuple(_TYPES.split())
KIND_WEIGHTS = (0.62, 0.268, 0.006, 0.002, 0.003, 0.034, 0.006, 0.008, 0.028, 0.02, 0.005)
KIND = {name: index for index, name in enumerate(KINDS)}

# Region words, in the order of the weights below.
_REGION_WEIGHTS = {
    "company": (0.40, 0.03, 0.33, 0.10, 0.04, 0.01, 0.06, 0.03),
    "small": (0.03, 0.01, 0.36, 0.03, 0.00, 0.01, 0.55, 0.01),
    "grand": (0.55, 0.05, 0.10, 0.08, 0.14, 0.08, 0.00, 0.00),
}


@dataclass
class Parts:
    """The pieces of every name, one row per entity, all text; kept because alias forms are made from them."""

    region: pl.Series
    brand: pl.Series
    trade: pl.Series
    form: pl.Series


def regions(rng: np.random.Generator, kind: Ints, where: pl.DataFrame) -> pl.Series:
    """The region word at the head of each name. where: area_name, area_short, town_short per row."""
    chance = rng.random(len(kind))
    small = np.isin(
        kind, [KIND["individual"], KIND["sole"], KIND["partnership"], KIND["cooperative"], KIND["collective"]]
    )
    grand = np.isin(kind, [KIND["joint_stock"], KIND["state"], KIND["foreign"], KIND["limited_partnership"]])
    option = pick(chance, _REGION_WEIGHTS["company"])
    option = np.where(small, pick(chance, _REGION_WEIGHTS["small"]), option)
    option = np.where(grand, pick(chance, _REGION_WEIGHTS["grand"]), option)
    district = pl.col("area_name").str.ends_with("区")
    full = pl.when(district).then(pl.lit("宁波市") + pl.col("area_name")).otherwise(pl.col("area_name"))
    word = (
        pl.when(pl.col("option") == 0).then(pl.lit("宁波"))
        .when(pl.col("option") == 1).then(pl.lit("宁波市"))
        .when(pl.col("option") == 2).then(full)
        .when((pl.col("option") == 3) & district).then(pl.lit("宁波") + pl.col("area_short"))
        .when(pl.col("option") == 3).then(pl.col("area_short"))
        .when(pl.col("option") == 4).then(pl.lit("浙江"))
        .when(pl.col("option") == 6).then(full + pl.col("town_short"))
        .when(pl.col("option") == 7).then(pl.lit("宁波市") + pl.col("area_short"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return where.with_columns(option=pl.Series(option)).select(word.alias("region"))["region"]


def brands(rng: np.random.Generator, count: int, *, long_share: float = 0.14) -> pl.Series:
    """Invented brands of two characters, some of three."""
    first = pl.Series(list(BRAND_FIRST)).gather(pick(rng.random(count), zipf(len(BRAND_FIRST), offset=14)))
    second = pl.Series(list(BRAND_SECOND)).gather(pick(rng.random(count), zipf(len(BRAND_SECOND), offset=14)))
    third = pl.Series(list(BRAND_THIRD)).gather(rng.integers(0, len(BRAND_THIRD), count))
    long = pl.Series(rng.random(count) < long_share)
    frame = pl.DataFrame({"a": first, "b": second, "c": third, "long": long})
    named = frame.select(pl.col("a") + pl.col("b") + pl.when("long").then(pl.col("c")).otherwise(pl.lit("")))
    return named.to_series()


def small_brands(rng: np.random.Generator, owner: pl.Series) -> pl.Series:
    """Names small businesses carry: the owner's name or part of it, 老王, 阿芳, or an invented brand."""
    count = len(owner)
    frame = pl.DataFrame({"owner": owner, "brand": brands(rng, count, long_share=0.05)}).with_columns(
        style=pl.Series(pick(rng.random(count), (0.34, 0.14, 0.05, 0.06, 0.06, 0.35)))
    )
    given = pl.col("owner").str.slice(1)
    return frame.select(
        pl.when(pl.col("style") == 0).then(pl.col("owner"))
        .when(pl.col("style") == 1).then(given)
        .when(pl.col("style") == 2).then(pl.lit("老") + pl.col("owner").str.head(1))
        .when(pl.col("style") == 3).then(pl.lit("阿") + pl.col("owner").str.tail(1))
        .when(pl.col("style") == 4).then(pl.col("owner").str.tail(1) + pl.col("brand").str.tail(1))
        .otherwise(pl.col("brand"))
    ).to_series()  # fmt: skip


def trades(rng: np.random.Generator, kind: Ints, cluster: Ints) -> pl.Series:
    """A trade word of each entity's cluster: shop-like for small businesses, industry-like for firms."""
    chance = rng.random(len(kind)) ** 1.5
    small = np.isin(kind, [KIND["individual"], KIND["sole"], KIND["partnership"], KIND["collective"]])
    starts = np.where(small, _SMALL_START[cluster] + len(FIRM_WORDS), _FIRM_START[cluster])
    sizes = np.where(small, np.diff(_SMALL_START)[cluster], np.diff(_FIRM_START)[cluster])
    return pl.Series(FIRM_WORDS + SMALL_WORDS).gather((starts + chance * sizes).astype(np.int64))


def forms(rng: np.random.Generator, kind: Ints) -> pl.Series:
    """The legal form at the end of each name (empty where the trade word already ends it)."""
    plain = {"company": "有限公司", "foreign": "有限公司", "state": "有限公司", "joint_stock": "股份有限公司",
             "partnership": "（普通合伙）", "limited_partnership": "合伙企业（有限合伙）", "branch": "有限公司",
             "cooperative": "专业合作社"}  # fmt: skip
    words = pl.Series([*(plain.get(name, "") for name in KINDS), "有限责任公司", "集团有限公司"])
    chance = rng.random(len(kind))
    company = np.isin(kind, [KIND["company"], KIND["state"]])
    index = np.where(company & (chance < 0.03), len(KINDS), kind)
    index = np.where(company & (chance > 0.992), len(KINDS) + 1, index)
    return words.gather(index)


def joined(parts: Parts, bracketed: pl.Series) -> pl.Series:
    """The whole names; bracketed rows put the region behind the brand: 凯岳（宁波）文具有限公司."""
    frame = pl.DataFrame(
        {"r": parts.region, "b": parts.brand, "t": parts.trade, "f": parts.form, "x": bracketed}
    )
    behind = pl.col("b") + pl.lit("（") + pl.col("r") + pl.lit("）")
    head = (
        pl.when(pl.col("x") & (pl.col("r").str.len_chars() == 2))
        .then(behind)
        .otherwise(pl.col("r") + pl.col("b"))
    )
    return frame.select(head + pl.col("t") + pl.col("f")).to_series()


def make_unique(rng: np.random.Generator, parts: Parts, bracketed: pl.Series) -> pl.Series:
    """Names without a twin: a later twin gets another brand, as the register would demand. Changes parts.brand."""
    names = joined(parts, bracketed)
    for attempt in range(12):
        twin = np.flatnonzero((~names.is_first_distinct()).to_numpy())
        if len(twin) == 0:
            break
        fresh = brands(rng, len(twin), long_share=0.3 + 0.06 * attempt)
        if attempt >= 4:
            fresh = fresh + brands(rng, len(twin), long_share=0).str.tail(1)
        parts.brand = parts.brand.scatter(twin, fresh)
        names = joined(parts, bracketed)
    return names
