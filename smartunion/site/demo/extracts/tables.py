"""The six tables of the matching contract, made from the world by way of the errors such files have.

Each function returns the table with true keys in columns that begin with an underscore; `make` drops them.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from smartunion.site.demo.extracts import aliases, noise
from smartunion.site.demo.extracts.noise import CodeErrors
from smartunion.site.demo.world import World
from smartunion.site.demo.world.employment import OPEN, month_number
from smartunion.site.demo.world.firm_words import BRAND_FIRST
from smartunion.site.demo.world.rng import Ints, draw, spread

UNION_TYPES = {"federation": "总工会", "industry": "产业(系统)工会", "independent": "独立基层工会",
               "joint": "联合基层工会", "new_form": "工会联合会", "association": "工会联合会"}  # fmt: skip
MARKET_CODES = CodeErrors(missing=0.035, mistyped=0.003, lower=0.002, blanks=0.004)
UNION_CODES = CodeErrors(0.15, 0.04, 0.03, 0.03, 0.05, 0.045, 0.025, 0.01)
UNIT_CODES = CodeErrors(0.32, 0.04, 0.02, 0.03, 0.05, 0.04, 0.02, 0.01)
SOCIAL_CODES = CodeErrors(0.12, 0.012, 0.006, 0.008, 0.03, 0.035, 0.008, 0.0)
TAX_CODES = CodeErrors(0.0, 0.004, 0.004, 0.004, 0.02, 0.0, 0.002, 0.0)


def _times(level: float, *shares: float) -> tuple[float, ...]:
    return tuple(level * share for share in shares)


def _neighbour(codes: pl.Series, ids: Ints, seed: int, salt: str) -> pl.Series:
    """Another row's code for each row."""
    step = 1 + np.floor(draw(seed, salt, ids) * 40).astype(np.int64)
    return codes.gather((np.arange(len(codes)) + step) % max(len(codes), 1))


def market(world: World, level: float) -> pl.DataFrame:
    """The market-regulation register."""
    rows = world.employers.filter(pl.col("group") == "market")
    ids = rows["employer"].to_numpy()
    seed = world.seed
    style = np.where(draw(seed, "market brackets", ids) < 0.012 * level, 9, aliases.EXACT)
    style = np.where(rows["name"].str.contains("（").to_numpy(), style, aliases.EXACT)
    hidden = pl.Series(draw(seed, "market former", ids) < 0.15 * level)
    no_old = pl.Series(draw(seed, "market old number", ids) < 0.12 * level)
    name = aliases.written(world.employers, ids, style, seed)
    return rows.select(
        "entity_id",
        name,
        noise.codes(rows["uscc"], ids, seed, "market code", MARKET_CODES, level),
        rows["old_reg_no"].set(no_old, ""),
        "status",
        "entity_type",
        pl.col("area_name").alias("district"),
        "address",
        "founded",
        "legal_person",
        rows["former_name"].set(hidden, ""),
        pl.col("employer").alias("_employer"),
    ).rename({"text": "name"})


def _union_name(world: World, own: Ints, alias: pl.Series, seed: int) -> pl.Series:
    """Union names: the official one, or one built on the way the employer's name was written."""
    ids = world.unions["union"].to_numpy()
    chance = draw(seed, "union name", ids)
    ending = pl.Series(["工会委员会", "工会", "工会"]).gather(np.floor(chance * 3).astype(np.int64))
    loose = pl.Series((own >= 0) & (chance < 0.35))
    return world.unions["name"].zip_with(~loose, alias + ending)


def unions(world: World, level: float) -> pl.DataFrame:
    """The union registry, with what such a registry exports beside the contract's columns."""
    rows = world.unions
    ids, seed = rows["union"].to_numpy(), world.seed
    own = rows["employer"].to_numpy()
    at = np.maximum(own, 0)
    style = aliases.styles(draw(seed, "union style", ids), draw(seed, "union style kind", ids), 0.42 * level,
                           aliases.UNION_TYPED)  # fmt: skip
    alias = aliases.written(world.employers, at, style, seed)
    code = world.employers["uscc"].gather(at)
    old = world.employers["old_reg_no"].gather(at)
    code = noise.codes(code, ids, seed, "union unit code", UNION_CODES, level, old=old,
                       other=_neighbour(code, ids, seed, "union neighbour"))  # fmt: skip
    mixed_up = pl.Series(draw(seed, "union own code", ids) < 0.02 * level) & (
        rows["uscc"].str.len_chars() > 0
    )
    code = rows["uscc"].zip_with(mixed_up, code)
    nameless = pl.Series((draw(seed, "union nameless", ids) < 0.03 * level) | (own < 0))
    address = world.employers["address"].gather(at).fill_null("")
    addressed = pl.Series((draw(seed, "union address", ids) < 0.65) & (own >= 0))
    members = (
        world.memberships.filter(pl.col("state").is_in(["active", "retained"]))
        .group_by("union")
        .len("members")
    )
    chairs = (
        world.officers.filter(pl.col("role") == "chair")
        .select("union", "person")
        .unique("union", maintain_order=True)
    )
    return (
        rows.join(members, on="union", how="left", maintain_order="left")
        .with_columns(
            union_name=_union_name(world, own, alias, seed),
            union_type=pl.col("kind").replace_strict(UNION_TYPES),
            unit_name=_unit_names(world, alias.set(nameless, ""), level),
            unit_code=code.set(pl.Series(own < 0), ""),
            district=_districts(world, level),
            union_code=pl.col("uscc"),
            parent_id=rows["union_id"].gather(np.maximum(rows["parent"].to_numpy(), 0)).set(rows["parent"] < 0, ""),
            unit_address=address.set(~addressed, ""),
            members=pl.col("members").fill_null(0).cast(pl.Int64),
        )
        .with_columns(leader=_leaders(world, chairs))
        .select("union_id", "union_name", "union_type", "unit_name", "unit_code", "district", "union_code", "parent_id",
                "unit_address", "leader", "founded", "members", pl.col("union").alias("_union"))
    )  # fmt: skip


def _districts(world: World, level: float) -> pl.Series:
    """The union's place as its registry writes it: the county, often with the town."""
    ids = world.unions["union"].to_numpy()
    areas = dict(world.place.areas.select("code", "name").iter_rows())
    towns = dict(world.place.towns.select("code", "name").iter_rows())
    county = world.unions["area"].replace_strict(areas, default=world.place.city)
    town = world.unions["town"].replace_strict(towns, default="")
    return county.zip_with(
        pl.Series(draw(world.seed, "union district", ids) >= 0.5 * min(level, 1.5)), county + town
    )


def _unit_names(world: World, own: pl.Series, level: float) -> pl.Series:
    """Unit names of the registry: a joint union often gives its village or park, sometimes nothing."""
    joint = (world.unions["kind"] == "joint") & pl.Series(
        draw(world.seed, "joint unit", world.unions["union"].to_numpy()) < 0.3 * level
    )
    site = world.unions["name"].str.replace("(第.)?(企业)?联合.*$", "")
    return own.zip_with(~joint, site)


def _leaders(world: World, chairs: pl.DataFrame) -> pl.Series:
    named = chairs.with_columns(leader=world.people["name"].gather(chairs["person"]))
    return world.unions.join(named, on="union", how="left", maintain_order="left")["leader"].fill_null("")


def union_units(world: World, level: float) -> pl.DataFrame:
    """Employers joint unions say they cover: true ones written loosely, a few nobody knows, a few twice."""
    joint = world.unions.filter(pl.col("kind") == "joint").select("union")
    rows = world.coverage.join(joint, on="union", maintain_order="left")
    ids = rows["employer"].to_numpy() * 7 + rows["union"].to_numpy() % 7
    seed, at = world.seed, rows["employer"].to_numpy()
    style = aliases.styles(draw(seed, "unit style", ids), draw(seed, "unit style kind", ids), 0.5 * level,
                           aliases.UNION_TYPED)  # fmt: skip
    code = world.employers["uscc"].gather(at)
    old = world.employers["old_reg_no"].gather(at)
    code = noise.codes(
        code,
        ids,
        seed,
        "unit code",
        UNIT_CODES,
        level,
        old=old,
        other=_neighbour(code, ids, seed, "unit next"),
    )
    names = aliases.written(world.employers, at, style, seed)
    keys = [pl.col("union").alias("_union"), pl.col("employer").alias("_employer")]
    listed = rows.with_columns(unit_name=names, unit_code=code).with_columns(keys)
    ghosts = listed.filter(pl.Series(draw(seed, "unit ghost", ids) < 0.02 * level))
    brand = np.floor(draw(seed, "ghost", ghosts["employer"].to_numpy()) * len(BRAND_FIRST)).astype(np.int64)
    ghosts = ghosts.with_columns(
        unit_name=pl.Series(list(BRAND_FIRST)).gather(brand) + pl.lit("记工艺品加工点"),
        unit_code=pl.lit(""),
        _employer=pl.lit(-1, pl.Int64),
    )
    again = listed.filter(pl.Series(draw(seed, "unit twice", ids) < 0.01 * level))
    everything = pl.concat([listed, ghosts, again])
    union_id = world.unions["union_id"].gather(everything["union"])
    return everything.select(union_id, "unit_name", "unit_code", "_union", "_employer")


def members(world: World, level: float, states: Sequence[str] = ("active", "retained")) -> pl.DataFrame:
    """Real-name members: those in the states asked for."""
    rows = world.memberships.filter(pl.col("state").is_in(list(states))).sort("member_id")
    ids, seed = rows["member_id"].to_numpy(), world.seed
    person, employer = rows["person"].to_numpy(), rows["employer"].to_numpy()
    people = world.people[person]
    union = rows["union"].to_numpy()
    group = union * 4_000_037 + employer
    alone = draw(seed, "member own style", ids) < 0.15
    key = np.where(alone, ids, group)
    style = aliases.styles(draw(seed, "member style", key), draw(seed, "member style kind", key), 0.5 * level,
                           aliases.MEMBER_TYPED)  # fmt: skip
    written = aliases.written(world.employers, np.maximum(employer, 0), style, seed)
    loose = pl.Series(["", "个体", "自由职业", "货车司机", "灵活就业"]).gather(
        np.floor(draw(seed, "loose", ids) ** 2 * 5).astype(np.int64)
    )
    blank = pl.Series(draw(seed, "member no employer", ids) < 0.02 * level)
    name = written.zip_with(pl.Series(employer >= 0), loose).set(blank, "")
    id_no = noise.resident_ids(people["id_no"], people["birth"].to_numpy(), ids, seed, "member",
                               _times(level, 0.045, 0.012, 0.006, 0.002, 0.008, 0.005, 0.002, 0.001, 0.25))  # fmt: skip
    copied = pl.Series(draw(seed, "copied id", ids) < 0.0015 * level)
    id_no = id_no.zip_with(~copied, people["id_no"].shift(1, fill_value=""))
    mobile = noise.mobiles(people["mobile"], person, seed, "member",
                           _times(level, 0.09, 0.1, 0.006, 0.01, 0.006, 0.004))  # fmt: skip
    clerk = pl.Series((draw(seed, "clerk firm", union) < 0.04 * level) & (draw(seed, "clerk", ids) < 0.6))
    return pl.DataFrame({
        "member_id": rows["member_id"],
        "union_id": world.unions["union_id"].gather(union),
        "name": noise.person_names(people["name"], ids, seed, "member", 0.012 * level),
        "sex": _sex(people["male"], ids, seed, level),
        "id_no": id_no,
        "mobile": _clerk(union, seed).zip_with(clerk, mobile),
        "employer_name": name,
        "joined": rows["joined"] // 12,
        "_person": rows["person"],
        "_union": rows["union"],
        "_employer": rows["employer"],
    })  # fmt: skip


def _clerk(groups: Ints, seed: int) -> pl.Series:
    """One shared phone per group of rows: the clerk who filled in the form."""
    digits = np.floor(draw(seed, "clerk phone", groups) * 1e8).astype(np.int64)
    return "154" + pl.Series(digits).cast(pl.String).str.zfill(8)


def _sex(male: pl.Series, ids: Ints, seed: int, level: float) -> pl.Series:
    chance = draw(seed, "sex", ids)
    (blank,) = spread(chance, (0.01 * level,))
    word = (
        pl.DataFrame({"m": male}).select(pl.when("m").then(pl.lit("男")).otherwise(pl.lit("女"))).to_series()
    )
    return word.set(pl.Series(blank), "")


def social(world: World, level: float) -> pl.DataFrame:
    """Employee social insurance: errors in names and codes belong to the account, errors in people to the row."""
    seed, accounts = world.seed, world.accounts
    at, ids = accounts["employer"].to_numpy(), accounts["account"].to_numpy()
    style = aliases.styles(draw(seed, "account style", ids), draw(seed, "account style kind", ids), 0.16 * level,
                           aliases.OFFICE_TYPED)  # fmt: skip
    code = world.employers["uscc"].gather(at)
    old = world.employers["old_reg_no"].gather(at)
    code = noise.codes(code, ids, seed, "account code", SOCIAL_CODES, level, old=old,
                       other=_neighbour(code, ids, seed, "account next"))  # fmt: skip
    names = aliases.written(world.employers, at, style, seed)
    rows = world.spells
    sid, account, person = rows["sid"].to_numpy(), rows["account"].to_numpy(), rows["person"].to_numpy()
    people = world.people.select("name", "id_no", "mobile", "birth")[person]
    id_no = noise.resident_ids(people["id_no"], people["birth"].to_numpy(), sid, seed, "social",
                               _times(level, 0.004, 0.003, 0.006, 0.002, 0.001, 0.0005, 0.0, 0.0, 0.06))  # fmt: skip
    mobile = noise.mobiles(people["mobile"], person, seed, "social",
                           _times(level, 0.16, 0.09, 0.004, 0.002, 0.002, 0.0))  # fmt: skip
    clerk = pl.Series(
        (draw(seed, "agent account", account) < 0.03 * level) & (draw(seed, "agent", sid) < 0.7)
    )
    end = rows["end"].to_numpy()
    return pl.DataFrame({
        "sid": rows["sid"],
        "name": noise.person_names(people["name"], sid, seed, "social", 0.004 * level),
        "id_no": id_no,
        "mobile": _clerk(account + 5_000_000, seed).zip_with(clerk, mobile),
        "unit_no": accounts["unit_no"].gather(account),
        "unit_name": names.gather(account),
        "unit_code": code.gather(account),
        "start_month": month_number(rows["start"].to_numpy()),
        "end_month": pl.Series(month_number(end)).set(pl.Series(end == OPEN), None),
        "_person": rows["person"],
        "_employer": rows["employer"],
    })  # fmt: skip


def tax(world: World, level: float) -> pl.DataFrame:
    """Taxpayers with the number of employees they declared."""
    rows, seed = world.taxes, world.seed
    at = rows["employer"].to_numpy()
    ids = at * 8_192 + rows["year"].to_numpy()
    style = aliases.styles(
        draw(seed, "tax style", at), draw(seed, "tax style kind", at), 0.06 * level, aliases.OFFICE_TYPED
    )
    code = world.employers["uscc"].gather(at)
    old = world.employers["area"].gather(at) + code.str.slice(8, 9)
    code = noise.codes(
        code, at, seed, "tax code", TAX_CODES, level, old=old, other=_neighbour(code, at, seed, "tax next")
    )
    order = np.argsort(draw(seed, "tax order", ids), kind="stable")
    return pl.DataFrame({
        "tax_code": code,
        "taxpayer_name": aliases.written(world.employers, at, style, seed),
        "employees": rows["employees"],
        "year": rows["year"],
        "_employer": rows["employer"],
    })[order]  # fmt: skip
