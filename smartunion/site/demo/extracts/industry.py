"""What the departments of industry and of development list: firms above scale, graded, in clusters; key projects."""

import numpy as np
import polars as pl

from smartunion.site.demo.extracts import aliases
from smartunion.site.demo.world import World
from smartunion.site.demo.world.rng import Floats, Ints, draw, pick

#: Staff from which a manufacturer sells enough to count as above scale, and the share of those that do.
_STAFF, _SCALE = 30, 0.8
#: Grades of the ladder of innovative firms and their weights among firms above scale; the first is none.
_GRADES = ("", "创新型中小企业", "省级专精特新中小企业", "国家级专精特新“小巨人”企业", "制造业单项冠军企业")
_WEIGHTS = (68.0, 18.0, 10.0, 3.0, 1.0)
#: Words of a trade → cluster.
_CLUSTERS = (
    ("文具|办公|制笔|文体", "文教用品产业集群"), ("模具|模塑|注塑|塑料|塑胶", "模具产业集群"),
    ("汽车|汽配|车", "汽车零部件产业集群"),
    ("灯|电筒|照明", "绿色照明产业集群"), ("户外|休闲|旅游", "户外用品产业集群"), ("电子|电器|电机", "智能家电产业链"),
)  # fmt: skip
_WORKS = (
    "年产{}智能化改造项目", "新建{}生产基地项目", "{}数字化车间项目", "{}研发中心及厂房建设项目",
)  # fmt: skip
_STAGES = ("前期", "在建", "在建", "在建", "竣工")


def industry(world: World) -> pl.DataFrame:
    """Columns of the standard table; one row for each manufacturer that is listed."""
    ids, people = _manufacturers(world)
    lot = draw(world.seed, "above scale", ids)
    above = (people >= _STAFF) & (lot < _SCALE)
    grade = np.where(above, pick(draw(world.seed, "grade", ids), _WEIGHTS), 0)
    listed = above | (people >= _STAFF)
    trade = world.employers["trade"].gather(ids)
    cluster = pl.select(
        pl.coalesce(
            [pl.when(trade.str.contains(words)).then(pl.lit(name)) for words, name in _CLUSTERS]
            + [pl.lit("")]
        )
    ).to_series()
    towns = world.employers["town_short"].gather(ids)
    frame = pl.DataFrame({
        "name": _written(world, ids), "uscc": world.employers["uscc"].gather(ids), "scale": np.where(above, "是", "否"),
        "grade": pl.Series(_GRADES).gather(grade.astype(np.int64)), "cluster": cluster, "park": towns + "工业园区",
        "employees": people,
    })  # fmt: skip
    return frame.filter(pl.Series(listed))


def projects(world: World) -> pl.DataFrame:
    """Columns of the standard table; the biggest manufacturers build."""
    ids, people = _manufacturers(world)
    lot = draw(world.seed, "builds", ids)
    chosen = (people >= 80) & (lot < 0.45)
    ids, people = ids[chosen], people[chosen]
    trade = world.employers["trade"].gather(ids)
    work = np.floor(draw(world.seed, "project", ids) * len(_WORKS)).astype(np.int64)
    stage = np.floor(draw(world.seed, "project stage", ids) * len(_STAGES)).astype(np.int64)
    money = 2000 + np.floor(draw(world.seed, "project money", ids) * 90) * 500
    names, areas = _written(world, ids), world.employers["area"].gather(ids)
    codes = [
        f"26{which + 1:02d}-{area}-04-01-{number:06d}"
        for which, area, number in zip(work, areas, ids, strict=True)
    ]
    return pl.DataFrame({
        "project_name": [f"{name}{_WORKS[which].format(what)}" for name, which, what in zip(names, work, trade, strict=True)],
        "project_code": codes,
        "unit_name": names, "uscc": world.employers["uscc"].gather(ids), "stage": pl.Series(_STAGES).gather(stage),
        "address": world.employers["address"].gather(ids), "investment": [f"{value:.0f}" for value in money],
        "employees": np.floor(people * 0.4).astype(np.int64),
    })  # fmt: skip


def _manufacturers(world: World) -> tuple[Ints, Ints]:
    """Living manufacturers of the tax returns, and how many work there by the last one."""
    returns = world.taxes.sort("employer", "year").unique("employer", keep="last", maintain_order=True)
    ids: Ints = returns["employer"].to_numpy()
    people: Ints = returns["employees"].fill_null(0).to_numpy()
    firms = world.employers[ids]
    makes = ((firms["section"] == "C") & (firms["ended"] == 0)).to_numpy()
    return ids[makes], people[makes]


def _written(world: World, ids: Ints) -> list[str]:
    """Names as on the licence, but for one in twelve, which an office types."""
    chance: Floats = draw(world.seed, "industry name", ids)
    styles = aliases.styles(chance, draw(world.seed, "industry style", ids), 0.08, aliases.OFFICE_TYPED)
    return list(aliases.written(world.employers, ids, styles, world.seed))
