"""The place: counties, towns and villages with a schematic layout.

Codes and names are real (data/README.md). Centres of counties are real; those of towns and villages are laid out by
rule so that a map looks like a place, and are marked schematic.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from smartunion.site.demo.world.rng import Floats, draw

DATA = Path(__file__).parent / "data"
DEFAULT_COUNTY = "330226"
DEFAULT_TOWN = "330226111"
CITY = "330200"

# Roughly where Ninghai's towns lie, in degrees from the county town (east, north), and how much business is there.
_NINGHAI = {
    "330226001": (0.00, 0.00, 2.2), "330226002": (0.02, 0.02, 2.0), "330226003": (-0.01, 0.08, 1.5),
    "330226004": (0.08, 0.07, 0.9), "330226101": (0.25, -0.05, 1.5), "330226102": (0.18, -0.01, 0.9),
    "330226104": (0.10, -0.15, 0.5), "330226105": (-0.11, -0.11, 0.6), "330226106": (-0.07, -0.06, 0.5),
    "330226107": (-0.10, -0.18, 0.35), "330226108": (-0.06, -0.01, 1.0), "330226109": (0.13, 0.14, 0.6),
    "330226110": (0.08, 0.18, 0.6), "330226111": (0.01, 0.19, 2.1), "330226112": (-0.15, 0.13, 1.0),
    "330226200": (0.20, 0.08, 0.3), "330226201": (0.14, 0.03, 0.45), "330226202": (0.07, -0.09, 0.5),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What a world covers. areas, towns, villages: code, name, short, lon, lat, weight (and the parent's code)."""

    city: str
    areas: pl.DataFrame
    towns: pl.DataFrame
    villages: pl.DataFrame


class UnknownPlace(ValueError):
    """A division code the shipped list does not hold."""


@cache
def divisions() -> pl.DataFrame:
    """All shipped divisions: code, name."""
    return pl.read_csv(DATA / "ningbo_divisions.csv", infer_schema=False)


def area_short(name: str) -> str:
    """宁海县 → 宁海; 海曙区 → 海曙."""
    return name[:-1]


def town_short(name: str) -> str:
    """西店镇 → 西店; 跃龙街道 → 跃龙; zones keep their name."""
    for ending in ("街道", "镇", "乡"):
        if name.endswith(ending):
            return name[: -len(ending)]
    return name


def village_short(name: str) -> str:
    """牌门舒村委会 → 牌门舒; 五丰社区 → 五丰."""
    for ending in ("社区居民委员会", "村民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "社区"):
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def _around(codes: pl.Series, radius: float, seed_word: str) -> tuple[Floats, Floats]:
    """Offsets inside an ellipse, fixed by the code alone."""
    ids = codes.cast(pl.Int64).to_numpy()
    angle = draw(1, seed_word + "angle", ids) * 2 * np.pi
    reach = np.sqrt(draw(1, seed_word + "reach", ids)) * radius
    return reach * np.cos(angle) * 1.15, reach * np.sin(angle)


def _towns(areas: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    towns = table.filter(pl.col("code").str.len_chars() == 9).with_columns(
        area=pl.col("code").str.slice(0, 6)
    )
    towns = towns.join(
        areas.select(area="code", base_lon="lon", base_lat="lat"), on="area", maintain_order="left"
    )
    east, north = _around(towns["code"], 0.16, "town")
    chance = draw(1, "town weight", towns["code"].cast(pl.Int64).to_numpy())
    street = towns["name"].str.contains("街道|区").to_numpy()
    weight = np.exp((chance - 0.5) * 2.2) * np.where(street, 1.6, 1.0)
    for row, code in enumerate(towns["code"].to_list()):
        if code in _NINGHAI:
            east[row], north[row], weight[row] = _NINGHAI[code]
    return towns.with_columns(
        short=pl.col("name").map_elements(town_short, return_dtype=pl.String),
        lon=pl.col("base_lon") + east,
        lat=pl.col("base_lat") + north,
        weight=pl.Series(weight),
    ).select("code", "name", "short", "area", "lon", "lat", "weight")


def _villages(towns: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    villages = table.filter(pl.col("code").str.len_chars() == 12).with_columns(
        town=pl.col("code").str.slice(0, 9)
    )
    villages = villages.join(
        towns.select(town="code", base_lon="lon", base_lat="lat"), on="town", maintain_order="left"
    )
    east, north = _around(villages["code"], 0.028, "village")
    chance = draw(1, "village weight", villages["code"].cast(pl.Int64).to_numpy())
    return villages.with_columns(
        short=pl.col("name").map_elements(village_short, return_dtype=pl.String),
        lon=pl.col("base_lon") + east,
        lat=pl.col("base_lat") + north,
        weight=pl.Series(np.exp((chance - 0.5) * 3)),
    ).select("code", "name", "short", "town", "lon", "lat", "weight")


@cache
def place(scope: str, code: str | None = None) -> Place:
    """The place of a world. scope: city, county, town or tiny (a town). Raises UnknownPlace.

    code: six digits of a county, nine of a town; the default is 宁海县, its 西店镇, or the whole of 宁波.
    """
    table = divisions()
    centres = pl.read_csv(DATA / "ningbo_centres.csv", schema_overrides={"code": pl.String})
    areas = table.join(centres, on="code", maintain_order="left").filter(pl.col("code") != CITY)
    areas = areas.with_columns(
        short=pl.col("name").str.head(-1),
        weight=pl.Series([0.10, 0.06, 0.13, 0.07, 0.20, 0.08, 0.06, 0.07, 0.10, 0.13]),
    )
    towns = _towns(areas, table)
    villages = _villages(towns, table)
    code = code or {"city": CITY, "county": DEFAULT_COUNTY}.get(scope, DEFAULT_TOWN)
    if code not in set(table["code"]):
        raise UnknownPlace(
            f"{code} is not a division of the shipped list (宁波市 and its counties and towns)."
        )
    if scope != "city":
        areas = areas.filter(pl.col("code") == code[:6])
        towns = towns.filter(pl.col("code").str.starts_with(code))
        villages = villages.filter(pl.col("code").str.starts_with(code))
    if towns.is_empty() or villages.is_empty():
        raise UnknownPlace(
            f"{code} has no villages in the shipped list; give a county (6 digits) or a town (9 digits)."
        )
    return Place("宁波市", areas, towns, villages)
