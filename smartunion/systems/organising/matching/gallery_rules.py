"""When a high score is still no licence to link two names unasked. Precision comes first: when in doubt, ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from smartunion.systems.organising.matching.lexicon import FormKind
from smartunion.systems.organising.matching.names_compare import Veto
from smartunion.systems.organising.matching.names_parse import NameParts

TELLING_BRAND: Final = 3  # characters; many firms share a shorter brand
RARE_ENOUGH: Final = 5.0  # the trade of one name in 32


class Doubt(StrEnum):
    """Why a person must look."""

    CODE = "code"
    VETO = "veto"
    BRAND = "brand"
    GENERIC = "generic"
    BARE = "bare"
    SISTER = "sister"
    TRADE = "trade"
    NOUN = "noun"
    LATIN = "latin"


def why_ask(
    asked: NameParts, found: NameParts, facts: Mapping[str, float], vetoes: Collection[Veto]
) -> Doubt | None:
    """The first reason not to link unasked, None when there is none."""
    if "same_writing" in facts:
        return None
    if vetoes:
        return Doubt.VETO
    short_brand = len(asked.brand) < TELLING_BRAND
    if not _brand_agrees(asked, facts, short_brand=short_brand):
        return Doubt.BRAND
    if _is_generic(asked, found, facts) and not ("core_same" in facts and "place_same" in facts):
        return Doubt.GENERIC  # 中国船舶 may be any of several, 音乐学院 any academy of music
    if short_brand and not asked.places and not asked.trade:
        return Doubt.BARE  # 新城 alone, or 晨光股份
    if "place_same" not in facts and "trade_part" in facts:
        return Doubt.TRADE
    if asked.trade and not found.trade and asked.legal_form:
        return Doubt.TRADE  # 方大特钢 is not 方大集团
    if not ("place_same" in facts or "place_inside" in facts) and (
        "form_group" in facts or "form_grown" in facts
    ):
        return Doubt.SISTER  # 慈铭健康体检管理集团 and 山东慈铭健康体检管理: mother and daughter
    return Doubt.NOUN if "form_noun" in facts else None


def _brand_agrees(asked: NameParts, facts: Mapping[str, float], *, short_brand: bool) -> bool:
    if "brand_same" in facts:
        return True
    if "brand_alike" in facts or "brand_swapped" in facts:
        # 银箭科技 and 银健科技 may well both exist
        return not short_brand or facts.get("trade_rare", 0.0) >= RARE_ENOUGH
    # 中海达 for 中海达卫星导航: only as a short name; 圣佳弘商贸 and 圣佳弘达商贸 are two firms
    return "brand_head" in facts and "asked_longer" not in facts and not asked.legal_form and not short_brand


def _is_generic(asked: NameParts, found: NameParts, facts: Mapping[str, float]) -> bool:
    return (
        "brand_is_trade" in facts
        or FormKind.PUBLIC in asked.kinds | found.kinds
        or bool(asked.numbers and asked.brand.startswith(("第", *asked.numbers)))
    )
