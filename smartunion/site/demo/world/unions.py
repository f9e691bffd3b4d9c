"""The union tree and whom each union covers.

City federation → county federations → town federations and zones → industry unions and grassroots unions: independent,
joint (village, park, building, market street), and unions of new-form workers with no employer behind them.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world import codes
from smartunion.site.demo.world.firm_names import KIND
from smartunion.site.demo.world.firm_words import CLUSTERS, ROADS, ZONES
from smartunion.site.demo.world.firms import BASE_YEAR
from smartunion.site.demo.world.places import Place
from smartunion.site.demo.world.rng import Floats, Ints, pick, stream, zipf
from smartunion.site.demo.world.sizes import Size

INDUSTRY = ("教育", "卫生健康", "交通运输", "建设建筑", "机关", "快递物流")
NEW_FORM = ("货车司机", "快递员", "外卖配送员", "网约车司机", "家政服务人员")
JOINT_STYLES = ("village", "park", "building", "street", "trade")
# Chance of an own union by head-count, as the field reports it.
_OWN_UNION = ((100, 0.97), (50, 0.88), (25, 0.62), (10, 0.06), (5, 0.012), (0, 0.001))


@dataclass
class Draft:
    """Rows of unions while they are being collected."""

    rows: list[tuple[str, str, int, str, str, int, int]]

    def add(
        self, name: str, kind: str, parent: int, area: str, town: str, employer: int, founded: int
    ) -> int:
        self.rows.append((name, kind, parent, area, town, employer, founded))
        return len(self.rows) - 1


def _federations(place: Place, draft: Draft) -> tuple[int, dict[str, int], dict[str, int]]:
    """City, county and town federations, zones and industry unions; returns the nodes by code."""
    city = draft.add(f"{place.city}总工会", "federation", -1, "330200", "", -1, 1950)
    counties: dict[str, int] = {}
    towns: dict[str, int] = {}
    for code, name in place.areas.select("code", "name").iter_rows():
        counties[code] = draft.add(f"{name}总工会", "federation", city, code, "", -1, 1951)
        for industry in INDUSTRY:
            draft.add(f"{name}{industry}工会", "industry", counties[code], code, "", -1, 1985)
    for code, name, area in place.towns.select("code", "name", "area").iter_rows():
        towns[code] = draft.add(f"{name}总工会", "federation", counties[area], area, code, -1, 2003)
    for code, name, area in ZONES:
        if area in counties:
            towns[code] = draft.add(f"{name}总工会", "federation", counties[area], area, "", -1, 2006)
    return city, counties, towns


def _race(rng: np.random.Generator, chance: Floats, count: int) -> Ints:
    """Draw count rows without replacement, each in proportion to its chance."""
    rate = -np.log1p(-np.clip(chance, 0, 0.9999))
    key = np.where(rate > 0, rng.exponential(1.0, len(chance)) / np.maximum(rate, 1e-12), np.inf)
    possible = int((rate > 0).sum())
    return np.sort(np.argsort(key, kind="stable")[: min(count, possible)])


def _own_chance(heads: Ints) -> Floats:
    chance = np.zeros(len(heads))
    for least, value in reversed(_OWN_UNION):
        chance = np.where(heads >= least, value, chance)
    return chance


def _founded_between(rng: np.random.Generator, start: Ints, end: Ints) -> Ints:
    """A founding year within the employer's life, not before 1990; earlier years are likelier."""
    low = np.maximum(start + 1, 1992)
    high = np.maximum(np.where(end > 0, end - 1, BASE_YEAR), low)
    year: Ints = np.minimum(low + np.floor(rng.random(len(low)) ** 1.4 * (high - low + 1)), BASE_YEAR).astype(
        np.int64
    )
    return year


def _independent(
    rng: np.random.Generator,
    draft: Draft,
    employers: pl.DataFrame,
    rows: Ints,
    heads: Ints,
    nodes: dict[str, int],
) -> pl.DataFrame:
    """Unions of one employer each; returns coverage (union, employer)."""
    if len(rows) == 0:
        return pl.DataFrame(schema={"union": pl.Int64, "employer": pl.Int64})
    names = employers["name"].gather(rows).to_list()
    areas, codes_ = employers["area"].gather(rows).to_list(), employers["town"].gather(rows).to_list()
    villages = employers["village"].gather(rows).to_list()
    founded = _founded_between(
        rng, employers["founded"].to_numpy()[rows], employers["ended"].to_numpy()[rows]
    )
    endings = ("工会委员会", "工会", "基层工会委员会", "工会联合会")
    style = pick(rng.random(len(rows)), (0.74, 0.18, 0.08))
    style = np.where(heads[rows] >= 600, 3, style)
    unions = [
        draft.add(
            name + endings[int(s)],
            "independent",
            nodes.get(village) or nodes.get(town, 1),
            area,
            town,
            row,
            year,
        )
        for name, s, town, village, area, row, year in zip(
            names, style, codes_, villages, areas, rows.tolist(), founded.tolist(), strict=True
        )
    ]
    return pl.DataFrame({"union": unions, "employer": rows}, schema={"union": pl.Int64, "employer": pl.Int64})


def _second_records(draft: Draft, employers: pl.DataFrame, rows: Ints, nodes: dict[str, int]) -> pl.DataFrame:
    """The same employer's union on record a second time, under a name of its own; returns coverage."""
    unions = []
    for row in rows.tolist():
        name, area, town = employers["name"][row], employers["area"][row], employers["town"][row]
        unions.append(
            draft.add(
                f"{name}工会基层委员会", "independent", nodes.get(town, 1), area, town, row, BASE_YEAR - 1
            )
        )
    return pl.DataFrame({"union": unions, "employer": rows}, schema={"union": pl.Int64, "employer": pl.Int64})


def _joint_name(rng: np.random.Generator, style: str, area: str, town: str, village: str, serial: int) -> str:
    number = "" if serial == 0 else f"第{'一二三四五六七八九'[min(serial, 8)]}"
    word = ("联合工会委员会", "联合工会", "企业联合工会委员会", "联合基层工会")[
        int(pick(rng.random(1), (5, 3, 2, 1))[0])
    ]
    if style == "village":
        return f"{area}{town}{village}村{number}{word}"
    if style == "park":
        return (
            f"{town}工业园区{number}{word}" if serial == 0 else f"{area}{town}{village}工业区{number}{word}"
        )
    if style == "building":
        names = ("商务大厦", "创业大厦", "科创中心", "国际商务楼", "小微企业园", "电商大楼")
        return f"{town}{village}{names[int(rng.integers(0, len(names)))]}{number}{word}"
    if style == "street":
        return f"{town}{ROADS[int(rng.integers(0, len(ROADS)))]}沿街商铺{number}{word}"
    cluster = CLUSTERS[int(rng.integers(0, 10))]
    return f"{area}{town}{cluster.words[0]}行业{number}{word}"


def _pools(
    rng: np.random.Generator, employers: pl.DataFrame, free: Ints, heads: Ints
) -> dict[str, list[int]]:
    """Free employers by village (half of them) and by town (the rest), bigger ones rather earlier."""
    frame = pl.DataFrame({
        "employer": free,
        "village": employers["village"].gather(free),
        "key": rng.random(len(free)) / np.sqrt(heads[free]),
        "near": rng.random(len(free)) < 0.5,
    }).with_columns(pool=pl.when("near").then("village").otherwise(pl.col("village").str.head(9)))  # fmt: skip
    grouped = frame.sort("pool", "key").group_by("pool", maintain_order=True).agg("employer")
    return dict(grouped.iter_rows())


def _joint(
    rng: np.random.Generator,
    draft: Draft,
    place: Place,
    pools: dict[str, list[int]],
    count: int,
    nodes: dict[str, int],
) -> pl.DataFrame:
    """Joint unions over small employers of one village or one town; returns coverage (union, employer)."""
    unions: list[int] = []
    covered: list[int] = []
    villages = place.villages.select("code", "short", "town").filter(pl.col("code").is_in(sorted(pools)))
    weights = np.array([len(pools[code]) for code in villages["code"]], dtype=np.float64) ** 0.8
    town_names = {
        code: (name, area) for code, name, area in place.towns.select("code", "name", "area").iter_rows()
    }
    area_names = dict(place.areas.select("code", "name").iter_rows())
    chosen = (
        rng.choice(len(weights), count, p=weights / weights.sum()) if len(weights) else np.zeros(0, np.int64)
    )
    style = pick(rng.random(count), (5, 2, 1, 1, 1))
    lengths = np.clip(np.rint(np.exp(rng.normal(np.where(style == 0, 2.0, 2.9), 0.6))), 2, 120).astype(int)
    years = rng.integers(2001, BASE_YEAR + 1, count)
    used: dict[str, int] = {}
    seen: set[str] = set()
    for row, length, kind, year in zip(chosen, lengths, style, years, strict=False):
        code, short, town = villages.row(int(row))
        pool = code if kind == 0 else town
        start = used.get(pool, 0)
        members = pools.get(pool, [])[start : start + int(length)]
        if len(members) < 2:
            continue
        used[pool] = start + len(members)
        town_name, area = town_names[town]
        name = _joint_name(rng, JOINT_STYLES[int(kind)], area_names[area], town_name, short, 0)
        serial = 0
        while name in seen:
            serial += 1
            look = JOINT_STYLES[int(kind)] if serial < 9 else "village"
            name = _joint_name(rng, look, area_names[area], town_name, short, serial)
            if serial > 17:
                name = f"{area_names[area]}{town_name}{short}第{serial}联合工会"
        seen.add(name)
        parent = nodes.get(code, nodes[town]) if kind == 0 else nodes[town]
        union = draft.add(name, "joint", parent, area, town, -1, int(year))
        unions += [union] * len(members)
        covered += members
    return pl.DataFrame(
        {"union": unions, "employer": covered}, schema={"union": pl.Int64, "employer": pl.Int64}
    )


def _associations(
    rng: np.random.Generator, draft: Draft, place: Place, count: int, towns: dict[str, int]
) -> dict[str, int]:
    """Village associations, which lead the unions of their villages; returns the nodes by village code."""
    names = {
        code: (name, area) for code, name, area in place.towns.select("code", "name", "area").iter_rows()
    }
    chosen = np.sort(rng.choice(len(place.villages), min(count, len(place.villages)), replace=False))
    nodes: dict[str, int] = {}
    for code, short, town in place.villages.select("code", "short", "town")[chosen].iter_rows():
        name, area = names[town]
        year = int(rng.integers(2000, 2012))
        nodes[code] = draft.add(
            f"{name}{short}村工会联合会", "association", towns[town], area, town, -1, year
        )
    return nodes


def _new_form(
    rng: np.random.Generator, draft: Draft, place: Place, count: int, towns: dict[str, int]
) -> None:
    """Unions of new-form workers, with no employer behind them."""
    rows = place.towns.select("code", "name", "area").rows()
    chances = np.sort(rng.random(count))
    chances[:1] = 0.0  # there are truck drivers everywhere, in a place with one such union too
    trades = [NEW_FORM[i] for i in pick(chances, zipf(len(NEW_FORM), offset=1))]
    for number, trade in enumerate(trades):
        code, name, area = rows[number % len(rows)]
        round_ = number // (len(rows) * len(NEW_FORM))
        serial = "" if round_ == 0 else f"第{round_ + 1}"
        full = f"{name}{trade}行业{serial}工会联合会" if number % 3 else f"{name}{trade}{serial}联合工会"
        draft.add(full, "new_form", towns[code], area, code, -1, int(rng.integers(2016, BASE_YEAR + 1)))


def organise(
    size: Size, place: Place, employers: pl.DataFrame, heads: Ints, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """unions (one row each, row number = union) and coverage (union, employer): the true links.

    unions: union, union_id, name, kind (federation, industry, independent, joint, new_form, association), parent,
    area, town, employer (own, or -1), founded, uscc.
    """
    rng = stream(seed, "unions", size.key)
    draft = Draft([])
    _, _, towns = _federations(place, draft)
    rest = max(4, size.unions - len(draft.rows))
    market = (employers["group"] == "market").to_numpy()
    living = (employers["ended"] == 0).to_numpy()
    kind = employers["kind"].to_numpy()
    own = _own_chance(heads)
    firm = market & (kind != KIND["individual"]) & (kind != KIND["limited_partnership"])
    public = np.isin(employers["group"].to_numpy(), ["office", "institution", "village"])
    n_public, n_joint, n_loose = int(rest * 0.12), int(rest * 0.2), max(1, int(rest * 0.025))
    n_closed = int(rest * 0.035)
    n_living = rest - n_public - n_joint - 2 * n_loose - n_closed
    branch = np.where(kind == KIND["branch"], 0.4, 1.0)
    rows = np.concatenate([
        _race(rng, own * branch * (firm & living), n_living),
        _race(rng, np.minimum(own + 0.02, 0.9) * (firm & ~living), n_closed),
        _race(rng, np.where((employers["group"] == "village").to_numpy(), 0.05, 0.6) * public, n_public),
    ])  # fmt: skip
    nodes = towns | _associations(rng, draft, place, n_loose, towns)
    coverage = _independent(rng, draft, employers, rows, heads, nodes)
    twice = rows[:n_living][rng.random(min(n_living, len(rows))) < 0.01]
    coverage = pl.concat([coverage, _second_records(draft, employers, twice, nodes)])
    taken = np.zeros(len(heads), dtype=np.bool_)
    taken[rows] = True
    small = market & ~taken & (heads < 60) & (kind != KIND["limited_partnership"])
    odds = np.where(kind == KIND["individual"], 0.05, 0.8) * np.where(living, 1.0, 0.09)
    free = np.flatnonzero(small & (rng.random(len(heads)) < odds))
    joint = _joint(rng, draft, place, _pools(rng, employers, free, heads), n_joint, nodes)
    _new_form(rng, draft, place, n_loose, towns)
    dual = joint.filter(pl.Series(rng.random(len(joint)) < 0.01)).select("union")
    own_rows = rng.choice(rows[:n_living], len(dual)) if len(dual) else np.zeros(0, dtype=np.int64)
    both = dual.with_columns(employer=pl.Series(own_rows, dtype=pl.Int64))
    coverage = pl.concat([coverage, joint, both]).unique(maintain_order=True)
    unions = pl.DataFrame(
        draft.rows, orient="row", schema=["name", "kind", "parent", "area", "town", "employer", "founded"]
    ).with_row_index("union").with_columns(pl.col("union").cast(pl.Int64))  # fmt: skip
    count = len(unions)
    organisation = codes.organisation_codes(
        (np.arange(count) + 55_000_000) * 61_803_399 % 10**8, np.zeros(count, dtype=np.bool_)
    )
    uscc = codes.uscc(pl.Series(["81"] * count), unions["area"].cast(pl.Int64).to_numpy(), organisation)
    registered = pl.Series(rng.random(count) < 0.82)
    return unions.with_columns(
        union_id=pl.lit("U") + (pl.col("union") + 100_001).cast(pl.String),
        uscc=uscc.set(~registered, ""),
    ), coverage
