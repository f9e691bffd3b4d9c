"""What the federation's own records say of the demo place: the extracts' registry side, cleaned as an import would.

Names stay as people typed them, because finding the firm behind them is the comparison's work. Identifiers that fail
their check are left out: a corrupted identifier is never stored.
"""

from datetime import date

import numpy as np
import polars as pl

from smartunion.core.codes import phone, resident_id, uscc
from smartunion.core.codes.checks import CodeKind
from smartunion.ground.registry.models.people import resident_key
from smartunion.site.demo.extracts import tables
from smartunion.site.demo.world import World
from smartunion.site.demo.world.employment import NOW
from smartunion.site.demo.world.rng import draw


def clean_employer_code(text: str) -> tuple[str, str, str]:
    """(USCC, 15-digit registration number, organisation code), each "" unless the text is a valid one."""
    found = uscc.check_employer_code(text)
    if not found.ok or found.code.startswith("81"):
        return "", "", ""
    if found.kind is CodeKind.USCC:
        return found.code, "", found.code[8:17]
    if found.kind is CodeKind.REGISTRATION_NUMBER:
        return "", found.code, ""
    return ("", "", found.code) if found.kind is CodeKind.ORGANISATION_CODE else ("", "", "")


def clean_resident_id(text: str, today: date) -> str:
    """The number as on the card, "" when it cannot be one."""
    found = resident_id.check(text, today=today)
    legacy = len(found.code) == 15 and found.birth_date is not None
    return found.code if found.ok or legacy else ""


def clean_mobile(text: str) -> str:
    """Eleven digits, "" when it is no mobile number."""
    found = phone.check_mobile(text)
    return found.code if found.ok else ""


def units(world: World, noise: float) -> pl.DataFrame:
    """Employers as the unions' records name them: union, employer (true number), unit_name, uscc, old_reg_no, org_code.

    One row per union and employer; own says whether it is the union's own employer. A USCC given twice stays with
    the first row.
    """
    unions = tables.unions(world, noise)
    own = unions.with_columns(world.unions["employer"]).filter(pl.col("employer") >= 0)
    own = own.with_columns(
        unit_name=pl.when(pl.col("unit_name") == "")
        .then(pl.col("union_name").str.replace("(基层)?工会(委员会|联合会)?$", ""))
        .otherwise("unit_name")
    )
    joint = tables.union_units(world, noise).unique(["_union", "_employer"], maintain_order=True)
    joint = joint.filter(pl.col("_employer") >= 0)
    columns = ["union", "employer", "unit_name", "unit_code", "unit_address", "own"]
    rows = pl.concat([
        own.select(pl.col("_union").alias("union"), "employer", "unit_name", "unit_code", "unit_address",
                   own=pl.lit(True)),
        joint.select(pl.col("_union").alias("union"), pl.col("_employer").alias("employer"), "unit_name", "unit_code",
                     unit_address=pl.lit(""), own=pl.lit(False)),
    ]).select(columns)  # fmt: skip
    cleaned = [clean_employer_code(text) for text in rows["unit_code"]]
    rows = rows.with_columns(
        pl.Series("uscc", [code for code, _, _ in cleaned], dtype=pl.String),
        pl.Series("old_reg_no", [number for _, number, _ in cleaned], dtype=pl.String),
        pl.Series("org_code", [code for _, _, code in cleaned], dtype=pl.String),
    )
    again = ~rows["uscc"].is_first_distinct()
    return rows.with_columns(uscc=rows["uscc"].set(again, ""))


def members(world: World, noise: float, today: date) -> pl.DataFrame:
    """One row per person: the extract's columns cleaned, true keys kept; those who left or wait included.

    A person stands once (the first membership), and an ID number given twice, also as its 15-digit form, stays with the
    first row.
    """
    states = ("active", "retained", "preparatory", "left")
    rows = tables.members(world, noise, states).unique("_person", keep="first", maintain_order=True)
    ids = pl.Series("id_no", [clean_resident_id(text, today) for text in rows["id_no"]], dtype=pl.String)
    phones = pl.Series("mobile", [clean_mobile(text) for text in rows["mobile"]], dtype=pl.String)
    whole = pl.Series([resident_key(text) if len(text) == 15 else text for text in ids], dtype=pl.String)
    again = (~whole.is_first_distinct()) & (ids != "")
    names = rows["name"].str.replace_all(r"\s", "")
    return rows.with_columns(ids.set(again, ""), phones, names.alias("name"))


def month_day(month: int, day: int) -> date:
    """The date of a month number (months since year 0) and a day 1–28."""
    return date(month // 12, month % 12 + 1, day)


def days_of_month(world: World, salt: str, ids: pl.Series) -> list[int]:
    """A day of the month, 1–28, for each id."""
    return [int(day) for day in np.floor(draw(world.seed, salt, ids.to_numpy()) * 28) + 1]


def months_since_base(as_of: date) -> int:
    """How many months the day lies behind the world's base month: memberships and terms move along with it."""
    return as_of.year * 12 + as_of.month - 1 - NOW
