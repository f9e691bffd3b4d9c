"""The ways a firm's name is written when nobody copies it from the licence."""

import numpy as np
import polars as pl

from smartunion.site.demo.world.firm_words import BRAND_ALIKE, BRAND_FIRST
from smartunion.site.demo.world.rng import Floats, Ints, draw, pick

_TWINS: dict[str, str] = {}
for _group in BRAND_ALIKE:
    for _place, _letter in enumerate(_group):
        _TWINS.setdefault(_letter, _group[(_place + 1) % len(_group)])

_SIMPLE = "宁县业电华东兴达机汽车灯具厂实贸国龙风飞马门开长广学无为艺丽"
_TRADITIONAL = dict(zip(_SIMPLE, "寧縣業電華東興達機汽車燈具廠實貿國龍風飛馬門開長廣學無為藝麗", strict=True))

STYLES = (
    "exact", "no_form", "no_region", "short", "brand", "former", "other_region", "long_region", "other_form",
    "brackets", "spaced", "alike", "slip", "town", "other_trade", "traditional",
)  # fmt: skip
EXACT = 0
# Weights of the styles for a name that is not exact, by who typed it.
UNION_TYPED = (0, 13, 13, 12, 1.5, 10, 9, 6, 8, 6, 4, 6, 4, 5, 3, 0.7)
MEMBER_TYPED = (0, 14, 14, 24, 6, 7, 7, 3, 7, 4, 3, 5, 4, 2, 1, 0.5)
OFFICE_TYPED = (0, 3, 4, 2, 0, 38, 6, 6, 8, 14, 8, 4, 2, 3, 2, 0.5)


def styles(chance: Floats, second: Floats, share: float, weights: tuple[float, ...]) -> Ints:
    """A style per row: exact except for `share` of them."""
    return np.where(chance < share, pick(second, weights), EXACT)


def _alike(brand: str, how: float) -> str:
    places = [at for at, letter in enumerate(brand) if letter in _TWINS]
    if not places:
        return brand
    at = places[int(how * len(places))]
    return brand[:at] + _TWINS[brand[at]] + brand[at + 1 :]


def _slip(name: str, how: float) -> str:
    if len(name) < 6:
        return name
    at = 2 + int(how * (len(name) - 5))
    if how < 0.2:
        return name[:at] + BRAND_FIRST[int(how * 5 * len(BRAND_FIRST))] + name[at + 1 :]
    if how < 0.45:
        return name[:at] + name[at + 1 :]
    if how < 0.7:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def written(employers: pl.DataFrame, rows: Ints, style: Ints, seed: int) -> pl.Series:
    """How each employer's name was written, one per row.

    employers: the world's table; rows: employer numbers; style: index of STYLES. The same employer and style always
    give the same text. Names outside the market register have no parts and change less.
    """
    keys = pl.DataFrame({"row": rows, "style": style}, schema={"row": pl.Int64, "style": pl.Int64})
    unique = keys.unique(maintain_order=True)
    columns = ["name", "former_name", "region", "brand", "trade", "form", "area_name", "town_short", "parent"]
    parts = employers.select(columns)[unique["row"].to_numpy()].with_columns(unique["row"], unique["style"])
    how = draw(seed, "alias", parts["row"].to_numpy() * 32 + parts["style"].to_numpy())
    parts = parts.with_columns(how=pl.Series(how), alike=pl.col("brand"), slip=pl.col("name"))
    for column, number, change in (("alike", 11, _alike), ("slip", 12, _slip)):
        index = np.flatnonzero((parts["style"] == number).to_numpy())
        texts = [
            change(text, chance) for text, chance in zip(parts[column].gather(index), how[index], strict=True)
        ]
        if texts:
            parts = parts.with_columns(parts[column].scatter(index, pl.Series(texts)))
    name, brand, trade, form, region = (pl.col(c) for c in ("name", "brand", "trade", "form", "region"))
    plain = pl.col("brand").fill_null("").str.len_chars() > 0
    plain = plain & (pl.col("parent") < 0)
    branch_tail = pl.when(pl.col("parent") >= 0).then(name.str.replace("有限公司", "")).otherwise(name)
    other_region = (
        pl.when(region == "宁波").then(pl.lit("宁波市")).when(region.str.starts_with("宁波市")).then(pl.lit("宁波"))
        .when(pl.col("how") < 0.5).then(pl.lit("宁波")).otherwise(pl.col("area_name"))
    )  # fmt: skip
    other_form = (
        pl.when((form == "有限公司") & (pl.col("how") < 0.5)).then(pl.lit("有限责任公司"))
        .when((form == "有限公司") & (pl.col("how") < 0.8)).then(pl.lit("公司"))
        .when(form == "有限公司").then(pl.lit("股份有限公司"))
        .when(form == "股份有限公司").then(pl.lit("有限公司")).otherwise(pl.lit(""))
    )  # fmt: skip
    brackets = (
        pl.when(name.str.contains("（")).then(name.str.replace("（", "(").str.replace("）", ")"))
        .when(region.str.len_chars() == 2).then(brand + "(" + region + ")" + trade + form).otherwise(name)
    )  # fmt: skip
    style_is = pl.col("style")
    no_county = name.str.replace(
        "^(宁波市)?(海曙区|江北区|北仑区|镇海区|鄞州区|奉化区|象山县|宁海县|余姚市|慈溪市)", ""
    )
    made = parts.select(
        pl.when(style_is == 0).then(name)
        .when(style_is == 12).then("slip")
        .when(style_is == 15).then(name.str.replace_many(list(_TRADITIONAL), list(_TRADITIONAL.values())))
        .when((style_is == 5) & (pl.col("former_name").str.len_chars() > 0)).then("former_name")
        .when(style_is == 5).then(name)
        .when((style_is == 10) & (~plain | (pl.col("how") < 0.5))).then(name + " ")
        .when(style_is == 10).then(region + " " + brand + trade + form)
        .when(~plain & (pl.col("parent") >= 0)).then(branch_tail)
        .when(~plain & style_is.is_in([2, 3, 4, 6])).then(no_county)
        .when(~plain).then(name)
        .when(style_is == 1).then(region + brand + trade)
        .when(style_is == 2).then(brand + trade + form)
        .when(style_is == 3).then(brand + trade)
        .when(style_is == 4).then(brand + pl.when(pl.col("how") < 0.5).then(pl.lit("公司")).otherwise(pl.lit("")))
        .when(style_is == 6).then(other_region + brand + trade + form)
        .when(style_is == 7).then(pl.lit("浙江省宁波市") + pl.col("area_name") + brand + trade + form)
        .when(style_is == 8).then(region + brand + trade + other_form)
        .when(style_is == 9).then(brackets)
        .when(style_is == 11).then(region + pl.col("alike") + trade + form)
        .when(style_is == 13).then(pl.col("area_name") + pl.col("town_short") + brand + trade + form)
        .otherwise(region + brand + trade.str.head(2) + pl.lit("科技") + form)
        .alias("text")
    )  # fmt: skip
    table = unique.with_columns(made["text"])
    return keys.join(table, on=["row", "style"], how="left", maintain_order="left")["text"]
