"""Lays two names side by side, character by character, and tells a slip from a different word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from smartunion.systems.organising.matching.names_sound import are_contrasts, likeness

BRAND_WEIGHT: Final = 3.0
LATE_BRAND_WEIGHT: Final = 2.0  # from the fifth character on, which is often a trade word the lists lack
TRADE_WEIGHT: Final = 1.0
GENERIC_WEIGHT: Final = 0.5
# Words that are left out, added and exchanged freely.
GENERIC: Final = frozenset(
    """
    科技 发展 实业 贸易 商贸 工贸 制品 设备 装备 器材 用品 配件 工程 制造 机械 服务 管理 销售 材料 加工 技术 有限 开发
    投资 国际 集团 企业 工业 产业 产品 厂 店 公司 股份
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two cores side by side. share: of the weight of both that agrees, 0-1; a trade only one side has is left out.

    alike: likeness of brand characters taken for one another. unlike: brand characters replaced by quite different
    ones. extra: brand characters only one side has. trade_unlike: characters of telling trade words replaced by quite
    different ones (物业管理, 商业管理). differs: as 岳/越, one side empty for an added character.
    """

    share: float
    trade_share: float
    brand_same: bool
    swapped: bool
    alike: tuple[float, ...]
    unlike: int
    extra: int
    trade_unlike: int
    contrast: bool
    differs: tuple[str, ...]


@lru_cache(maxsize=65536)
def _weights(brand: str, trade: str) -> tuple[tuple[float, ...], float, float]:
    """Weight of every character, their sum, and the sum of the trade's."""
    core = brand + trade
    weights = [BRAND_WEIGHT if place < 4 else LATE_BRAND_WEIGHT for place in range(len(brand))]
    weights += [TRADE_WEIGHT] * len(trade)
    for size in (2, 1):
        for start in range(len(brand), len(core) - size + 1):
            if core[start : start + size] in GENERIC:
                weights[start : start + size] = [GENERIC_WEIGHT] * size
    return tuple(weights), sum(weights), sum(weights[len(brand) :])


_EQUAL: Final = Alignment(1.0, 1.0, True, False, (), 0, 0, 0, False, ())


def align(brand_a: str, trade_a: str, brand_b: str, trade_b: str) -> Alignment:
    """Align brand + trade of two names."""
    if brand_a and brand_a == brand_b and trade_a == trade_b:
        return _EQUAL
    a, b = brand_a + trade_a, brand_b + trade_b
    end_a, end_b = len(brand_a), len(brand_b)
    weight_a, total_a, trade_total_a = _weights(brand_a, trade_a)
    weight_b, total_b, trade_total_b = _weights(brand_b, trade_b)
    total, trade_total = total_a + total_b, trade_total_a + trade_total_b
    lost = trade_lost = 0.0
    alike: list[float] = []
    differs: list[str] = []
    unlike = extra = trade_unlike = 0
    contrast = False
    for operation in Levenshtein.editops(a, b):
        tag, i, j = operation.tag, operation.src_pos, operation.dest_pos
        if tag == "replace":
            like = likeness(a[i], b[j])
            weight = (weight_a[i] + weight_b[j]) * (1 - like)
            in_brand = i < end_a and j < end_b
            contrast = contrast or are_contrasts(a[i], b[j])
            differs.append(f"{a[i]}/{b[j]}")
            if in_brand and like:
                alike.append(like)
            elif in_brand:
                unlike += 1
            elif not like and max(weight_a[i], weight_b[j]) > GENERIC_WEIGHT:
                trade_unlike += 1
        elif tag == "delete":
            weight, in_brand = weight_a[i], i < end_a
            differs.append(f"{a[i]}/")
            extra += in_brand
        else:
            weight, in_brand = weight_b[j], j < end_b
            differs.append(f"/{b[j]}")
            extra += in_brand
        lost += weight
        if not in_brand:
            trade_lost += weight
    trade_share = max(0.0, 1 - trade_lost / trade_total) if trade_total else 0.0
    if not trade_a or not trade_b:
        lost, total = lost - trade_lost, total - trade_total
    return Alignment(
        share=max(0.0, 1 - lost / total) if total else 0.0,
        trade_share=trade_share,
        brand_same=bool(brand_a) and not alike and not unlike and not extra,
        swapped=end_a > 1 and end_a == end_b and brand_a != brand_b and sorted(brand_a) == sorted(brand_b),
        alike=tuple(alike),
        unlike=unlike,
        extra=extra,
        trade_unlike=trade_unlike,
        contrast=contrast,
        differs=tuple(differs),
    )


PIECE_COST: Final = 0.18
LATE_START: Final = 0.9  # begins within the region
INNER_START: Final = 0.6
LONGEST_SHORT: Final = 8


def is_subsequence(short: str, full: str) -> bool:
    """Whether every character of the short name occurs in the full one, in the same order."""
    at = -1
    for char in short:
        at = full.find(char, at + 1)
        if at < 0:
            return False
    return True


def short_form(short: str, full: str) -> float:
    """How well a short name abbreviates a full one: 0 not at all, 1 its opening words in one piece.

    Every character must occur in the full name in the same order; few, long pieces that begin early are better:
    浙大自然 in 浙江大自然户外用品 is two pieces.
    """
    if not 2 <= len(short) <= LONGEST_SHORT or len(short) >= len(full) or not is_subsequence(short, full):
        return 0.0
    # fewest[i]: pieces needed when the characters so far end at place i of the full name, and where they began
    fewest: dict[int, tuple[float, int]] = {}
    for place, char in enumerate(full):
        if char == short[0]:
            fewest[place] = (1, place)
    for char in short[1:]:
        step: dict[int, tuple[float, int]] = {}
        for place, found in enumerate(full):
            if found != char:
                continue
            options = [
                (pieces + (before != place - 1), began)
                for before, (pieces, began) in fewest.items()
                if before < place
            ]
            if options:
                step[place] = min(options)
        fewest = step
    return max(
        (1.0 - PIECE_COST * (pieces - 1)) * (1.0 if began == 0 else LATE_START if began <= 4 else INNER_START)
        for pieces, began in fewest.values()
    )
