"""What the official forms ask beyond names and codes: schooling, household, skill; nature and economy of employers.

Drawn by id, so that a person's answers are the same wherever they appear. Labels are those of the official forms.
"""

import numpy as np
import polars as pl

from smartunion.site.demo.world import World
from smartunion.site.demo.world.firm_names import KIND
from smartunion.site.demo.world.rng import Ints, draw, pick

EDUCATION = ("博士", "硕士", "本科", "大专", "中专", "高中", "初中", "小学及以下")
_BY_COHORT = {
    1950: (0, 0, 2, 4, 6, 12, 44, 32),
    1960: (0, 0, 3, 7, 8, 17, 48, 17),
    1970: (0, 1, 8, 13, 11, 18, 40, 9),
    1980: (0.3, 3, 20, 22, 14, 14, 24, 3),
    1990: (0.4, 4, 30, 30, 13, 12, 10, 0.6),
    2000: (0, 2, 34, 36, 15, 10, 3, 0),
}
POLITICAL = ("群众", "中共党员", "共青团员", "中共预备党员", "民建会员", "民盟盟员", "无党派人士")
SKILLS = ("无", "职业资格五级（初级）", "职业资格四级（中级）", "职业资格三级（高级）", "职业资格二级（技师）",
          "职业资格一级（高级技师）")  # fmt: skip
_NATURE = {
    "individual": ("个体经济组织", "个体经济"),
    "company": ("私营企业", "私营经济"),
    "foreign": ("外商投资企业", "外商投资"),
    "state": ("国有控股公司", "国有经济"),
    "joint_stock": ("其他股份有限公司", "股份制"),
    "sole": ("私营企业", "私营经济"),
    "partnership": ("私营企业", "私营经济"),
    "limited_partnership": ("其他内资企业", "私营经济"),
    "branch": ("其他有限责任公司", "私营经济"),
    "cooperative": ("其他组织", "集体经济"),
    "collective": ("集体企业", "集体经济"),
}
_PUBLIC = {
    "office": ("机关", "其他经济类", "S"),
    "institution": ("财政拨款的事业单位", "其他经济类", "P"),
    "village": ("其他组织", "集体经济", "S"),
    "outside": ("私营企业", "私营经济", "C"),
    "window": ("机关", "其他经济类", "S"),
    "market": ("私营企业", "私营经济", "C"),
}


def of_people(world: World, persons: Ints) -> pl.DataFrame:
    """education, political, skill, hukou_type, hukou_place, is_migrant for each person number, in order."""
    people = world.people[persons]
    seed = world.seed
    cohort = np.clip(people["birth"].to_numpy() // 100_000 * 10, 1950, 2000)
    chance = draw(seed, "education", persons)
    education = np.zeros(len(persons), dtype=np.int64)
    for decade, weights in _BY_COHORT.items():
        rows = cohort == decade
        education[rows] = pick(chance[rows], weights)
    young = cohort == 2000
    political = pick(draw(seed, "political", persons), (84, 10, 4, 0.4, 0.2, 0.2, 0.3))
    political = np.where((political == 2) & ~young, 0, political)
    skill = pick(draw(seed, "skill", persons), (66, 11, 12, 7.5, 2.7, 0.8))
    local = people["local"].to_numpy()
    rural = draw(seed, "hukou", persons) < np.where(local, 0.55, 0.84)
    areas = world.place.areas["name"]
    home = areas.gather(np.floor(draw(seed, "home county", persons) * len(areas)).astype(np.int64))
    return pl.DataFrame({
        "education": pl.Series(EDUCATION).gather(education),
        "political": pl.Series(POLITICAL).gather(political),
        "skill": pl.Series(SKILLS).gather(skill),
        "hukou_type": pl.Series(["非农业户口", "农业户口"]).gather(rural.astype(np.int64)),
        "hukou_place": ("浙江省宁波市" + home).zip_with(pl.Series(local), people["native"]),
        "is_migrant": pl.Series(rural & ~local),
    })  # fmt: skip


def employment_of(world: World, members: pl.Series) -> pl.Series:
    """在岗 or, for those who keep their membership in retirement, 退休; by member_id, in order."""
    retired = world.memberships.filter(pl.col("state") == "retained")["member_id"]
    return pl.select(
        pl.when(members.is_in(retired.implode())).then(pl.lit("退休")).otherwise(pl.lit("在岗"))
    ).to_series()


def of_employers(world: World, rows: Ints) -> pl.DataFrame:
    """nature, economy (labels of the official form) and section (GB/T 4754 letter) for each employer number."""
    table = world.employers[rows]
    index = {number: name for name, number in KIND.items()}
    natures = [_NATURE.get(index.get(kind, ""), _PUBLIC[group][:2])
               for kind, group in zip(table["kind"], table["group"], strict=True)]  # fmt: skip
    section = [own or _PUBLIC[group][2] for own, group in zip(table["section"], table["group"], strict=True)]
    return pl.DataFrame(
        {
            "nature": [nature for nature, _ in natures],
            "economy": [economy for _, economy in natures],
            "section": section,
        }
    )
