"""What the federation's clerks type into the forms: rows of members and unions, with their slips."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.extracts import tables
from smartunion.site.demo.world import World, particulars
from smartunion.site.demo.world.rng import draw

SECTION_LABELS = {
    "A": "农、林、牧、渔业", "C": "制造业", "E": "建筑业", "F": "批发和零售业", "G": "交通运输、仓储业和邮政业",
    "H": "住宿、餐饮业", "I": "信息传输、计算机服务和软件业", "K": "房地产业", "L": "租赁和商务服务业",
    "M": "科学研究、技术服务和地质勘查业", "O": "居民服务和其他服务业", "P": "教育", "Q": "卫生、社会保障和社会服务业",
    "R": "文化、体育、娱乐业", "S": "其它",
}  # fmt: skip
_CHANGE = {
    "active": ("入会", ""),
    "retained": ("保留", "劳动（工作）关系发生变化"),
    "preparatory": ("入会", ""),
}


@dataclass(frozen=True)
class Slips:
    """How many rows of a set carry which slip; for tests and for showing what an import must catch."""

    rows: int = 0
    number_cells: int = 0
    duplicates: int = 0
    wrong_employers: int = 0


def _dated(month: int, day: int) -> str:
    return f"{month // 12:04d}/{month % 12 + 1:02d}/{day:02d}"


def member_rows(world: World, noise: float) -> pl.DataFrame:
    """All members who are on record, one row each, in the columns of the member form (text), with `_union`."""
    rows = tables.members(world, noise)
    person, ids = rows["_person"].to_numpy(), rows["member_id"].to_numpy()
    people = world.people[person]
    details = particulars.of_people(world, person)
    state = dict(world.memberships.select("member_id", "state").iter_rows())
    joined = dict(world.memberships.select("member_id", "joined").iter_rows())
    day = (np.floor(draw(world.seed, "form day", ids) * 28) + 1).astype(int)
    birth = people["birth"].cast(pl.String)
    changes = [_CHANGE[state[number]] for number in ids.tolist()]
    full = world.employers["name"].gather(np.maximum(rows["_employer"].to_numpy(), 0))
    whole = pl.Series((draw(world.seed, "form full name", ids) < 0.6) & (rows["_employer"] >= 0).to_numpy())
    return pl.DataFrame({
        "_union": rows["_union"], "_member": rows["member_id"], "name": rows["name"], "sex": rows["sex"],
        "birth": birth.str.slice(0, 4) + "/" + birth.str.slice(4, 2) + "/" + birth.str.slice(6, 2),
        "ethnicity": people["ethnicity"], "employment": particulars.employment_of(world, rows["member_id"]),
        "id_type": ["居民身份证"] * len(rows),
        "id_no": rows["id_no"], "education": details["education"], "skill": details["skill"], "mobile": rows["mobile"],
        "hukou_type": details["hukou_type"], "hukou_place": details["hukou_place"],
        "change": [change for change, _ in changes],
        "changed_on": [_dated(joined[n], int(d)) for n, d in zip(ids.tolist(), day, strict=True)],
        "reason": [reason for _, reason in changes], "political": details["political"],
        "employer": full.zip_with(whole, rows["employer_name"]), "native": people["native"],
        "migrant": ["是" if value else "否" for value in details["is_migrant"]],
    })  # fmt: skip


def organisation_rows(world: World, noise: float) -> pl.DataFrame:
    """All grassroots unions in the columns of the organisation form, with `_union`; joint ones may lack a unit."""
    table = tables.unions(world, noise).with_columns(
        world.unions["kind"], world.unions["employer"], world.unions["parent"]
    )
    table = table.filter(pl.col("kind").is_in(["independent", "joint", "new_form"]))
    own = np.maximum(table["employer"].to_numpy(), 0)
    details = particulars.of_employers(world, own)
    union = table["_union"].to_numpy()
    heads = world.heads.to_numpy()[own]
    has = pl.Series(table["employer"].to_numpy() >= 0)
    day = (np.floor(draw(world.seed, "form founded", union) * 28) + 1).astype(int)
    month = (np.floor(draw(world.seed, "form founded month", union) * 10) + 1).astype(int)
    towns = dict(world.place.towns.select("code", "name").iter_rows())
    town = [towns.get(code, "") for code in world.unions["town"].gather(union)]
    phones = world.people["mobile"].gather(union * 7 % len(world.people))
    return pl.DataFrame({
        "_union": table["_union"], "unit": table["unit_name"], "unit_code": table["unit_code"],
        "address": table["unit_address"],
        "district": [f"{area}{name}" for area, name in zip(table["district"], town, strict=True)],
        "nature": details["nature"].set(~has, ""), "economy": details["economy"].set(~has, ""),
        "industry": pl.Series([SECTION_LABELS.get(s, "其它") for s in details["section"]]).set(~has, ""),
        "staff": pl.Series([str(n) for n in heads]).set(~has, ""), "name": table["union_name"],
        "code": table["union_code"],
        "above": world.unions["name"].gather(table["parent"]),
        "founded": [f"{y}/{m:02d}/{d:02d}" for y, m, d in zip(table["founded"], month, day, strict=True)],
        "type": table["union_type"], "members": table["members"].cast(pl.String), "leader": table["leader"],
        "phone": phones,
    })  # fmt: skip


def with_slips(rows: pl.DataFrame, world: World, noise: float) -> tuple[list[list[str | float]], Slips]:
    """Numbered rows ready to write: some IDs as numbers, some people twice, some with another union's employer."""
    ids = rows["_member"].to_numpy()
    chance = draw(world.seed, "form slip", ids)
    others = rows["employer"].unique(maintain_order=True).to_list()
    made: list[list[str | float]] = []
    numbers = doubles = wrong = 0
    for values, luck, member in zip(
        rows.drop("_union", "_member").iter_rows(), chance, ids.tolist(), strict=True
    ):
        row: list[str | float] = [str(len(made) + 1), *values]
        if luck < 0.008 * noise and str(row[7]).isdigit():
            row[7] = float(str(row[7]))
            numbers += 1
        elif luck < 0.012 * noise and len(others) > 1:
            row[17] = others[member % len(others)]
            wrong += 1
        made.append(row)
        if 0.012 * noise <= luck < 0.018 * noise:
            made.append([str(len(made) + 1), *values])
            doubles += 1
    return made, Slips(len(made), numbers, doubles, wrong)
