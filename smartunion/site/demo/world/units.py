"""Employers outside the market register: offices, schools, hospitals, villages, firms from elsewhere, the window."""

import numpy as np
import polars as pl

from smartunion.site.demo.world import codes, firm_names
from smartunion.site.demo.world.firm_names import FIRM_WORDS
from smartunion.site.demo.world.places import Place
from smartunion.site.demo.world.rng import Ints, stream

_BUREAUS = (
    "教育局 公安局 民政局 财政局 人力资源和社会保障局 自然资源和规划局 住房和城乡建设局 交通运输局 "
    "水利局 农业农村局 商务局 文化和广电旅游体育局 卫生健康局 应急管理局 审计局 市场监督管理局 统计局 "
    "医疗保障局 综合行政执法局 税务局 人民法院 人民检察院 发展和改革局 经济和信息化局 司法局 "
    "退役军人事务局"
)
BUREAUS = tuple(_BUREAUS.split())
_INSTITUTIONS = (
    "第一医院 中医医院 妇幼保健院 疾病预防控制中心 图书馆 文化馆 机关事务服务中心 公路与运输管理中心 "
    "环境卫生管理中心 不动产登记服务中心 职业教育中心学校 实验小学 城关中学 高级中学 特殊教育学校 "
    "融媒体中心 福利院 档案馆 质量检测中心"
)
INSTITUTIONS = tuple(_INSTITUTIONS.split())
TOWN_UNITS = ("中心小学", "初级中学", "中心卫生院", "中心幼儿园", "成人文化技术学校", "第二小学")
WINDOW_NAME = "灵活就业人员参保窗口"
GROUPS = ("market", "office", "institution", "village", "outside", "window")


def _rows(place: Place) -> list[tuple[str, str, str, str]]:
    """(group, name, area code, town code) of every public body of the place."""
    rows: list[tuple[str, str, str, str]] = []
    towns = place.towns.select("code", "name", "short", "area").rows()
    for code, name, _short, _weight in place.areas.select("code", "name", "short", "weight").rows():
        seat = next((town for town, _, _, area in towns if area == code), code)
        if len(towns) > 1:  # a town alone has no county offices
            rows += [("office", name + bureau, code, seat) for bureau in BUREAUS]
            rows += [("institution", name + body, code, seat) for body in INSTITUTIONS]
    names = dict(place.areas.select("code", "name").iter_rows())
    for code, name, short, area in towns:
        office = "人民政府" if name.endswith(("镇", "乡")) else "办事处"
        rows.append(("office", names[area] + name + office, area, code))
        rows += [("institution", f"{names[area]}{short}{'镇' if '中心' in unit else ''}{unit}", area, code)
                 for unit in TOWN_UNITS]  # fmt: skip
    town_names = {code: (name, area) for code, name, _, area in towns}
    for _code, name, short, town in place.villages.select("code", "name", "short", "town").rows():
        town_name, area = town_names[town]
        body = "社区居民委员会" if "社区" in name or "居委会" in name else "村村民委员会"
        rows.append(("village", f"{names[area]}{town_name}{short}{body}", area, town))
    rows += [("window", name + WINDOW_NAME, code, code + "000") for code, name in names.items()]
    return rows


def public_bodies(place: Place, outside: int, first: int, seed: int) -> pl.DataFrame:
    """Non-market employers, numbered from `first`: employer, group, name, uscc, area, town, founded, lon, lat.

    outside: how many firms registered elsewhere insure somebody here.
    """
    rng = stream(seed, "units")
    rows = _rows(place)
    cities = pl.Series(["杭州", "上海", "绍兴", "台州", "温州", "浙江", "深圳", "北京", "江苏", "金华"])
    far = (
        cities.gather(rng.integers(0, 10, outside))
        + firm_names.brands(rng, outside)
        + pl.Series(FIRM_WORDS).gather(rng.integers(0, len(FIRM_WORDS), outside))
        + pl.Series(["有限公司"] * outside)
    )
    areas = place.areas["code"].to_list()
    rows += [
        ("outside", str(name), areas[i % len(areas)], areas[i % len(areas)] + "000")
        for i, name in enumerate(far)
    ]
    frame = pl.DataFrame(rows, schema=["group", "name", "area", "town"], orient="row").unique(
        "name", keep="first", maintain_order=True
    )
    count = len(frame)
    prefix = {"office": "11", "institution": "12", "village": "54", "outside": "91", "window": "11"}
    area: Ints = frame["area"].cast(pl.Int64).to_numpy()
    area = np.where(
        (frame["group"] == "outside").to_numpy(), rng.choice([330106, 310115, 330602, 331002], count), area
    )
    number = (np.arange(count) + 77_000_000) * 61_803_399 % 10**8
    organisation = codes.organisation_codes(number, np.zeros(count, dtype=np.bool_))
    uscc = codes.uscc(frame["group"].replace_strict(prefix), area, organisation)
    spots = place.towns.select(town="code", lon="lon", lat="lat")
    return frame.join(spots, on="town", how="left", maintain_order="left").with_columns(
        employer=pl.int_range(first, first + count, dtype=pl.Int64),
        uscc=pl.when(pl.col("group") == "window").then(pl.lit("")).otherwise(uscc),
        founded=pl.Series(rng.integers(1950, 2000, count)),
    )
