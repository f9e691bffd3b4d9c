"""Parts a name from the front, where its region stands, and from the back, where its trade stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from smartunion.systems.organising.matching import lexicon

CJK: Final = "\u3400-\u9fff\U00020000-\U0003ffff"


@dataclass(frozen=True, slots=True)
class RegionPart:
    """Region words from the front of a name, the town or zone behind them, the codes they may mean, what is left."""

    words: str
    town: str
    codes: frozenset[str]
    rest: str


_TOWN: Final = re.compile(rf"^([{CJK}]{{2,3}}?(?:街道办事处|街道|镇|乡))(?!银行)(?=[{CJK}A-Z0-9]{{2,}})")
_ZONE: Final = re.compile(rf"^([{CJK}]{{0,4}}?(?:{'|'.join(lexicon.ZONE_ENDINGS)}))(?=[{CJK}A-Z0-9]{{2,}})")


def only_region(text: str) -> frozenset[str]:
    """The codes when the text is nothing but a place (浙江自贸区), else none."""
    exact = lexicon.region_words().get(text)
    if exact:
        return exact
    region = take_region(text)
    return region.codes if not region.rest or region.rest in lexicon.ZONE_ENDINGS else frozenset()


@cache
def longest_region() -> int:
    """Characters of the longest region word."""
    return max(map(len, lexicon.region_words()))


@lru_cache(maxsize=65536)
def take_region(text: str) -> RegionPart:
    """Region words from the front. A bare stem counts only where it cannot be the brand."""
    words, rest = "", text
    codes: frozenset[str] = frozenset()
    if rest.startswith("中国") and len(rest) > 3:
        words, rest, codes = "中国", rest[2:], frozenset({""})
    while (step := _next_region(rest, codes)) is not None:
        word, codes = step
        words, rest = words + word, rest[len(word) :]
    town = ""
    if words and words != "中国":
        for pattern in (_ZONE, _TOWN):
            if match := pattern.match(rest):
                town, rest = town + match.group(1), rest[match.end() :]
    return RegionPart(words, town, codes, rest)


def _next_region(rest: str, above: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    table = lexicon.region_words()
    for size in range(min(longest_region(), len(rest)), 1, -1):
        word = rest[:size]
        found = table.get(word)
        if found is None:
            continue
        inside = (
            frozenset(code for code in found if any(code.startswith(top) for top in above))
            if above
            else found
        )
        bare = not word.endswith(lexicon.REGION_ENDINGS)
        if above and above != {""} and not inside:
            continue  # 北京东方: the second word lies elsewhere, so it is the brand
        if bare and _is_brand_here(word, rest[size:], nested=bool(above and above != {""})):
            continue
        if size == 2 and not bare and not above and not word.endswith("县"):
            continue  # 城区, 矿区 and the like say no place by themselves
        if bare and rest[size : size + 1] in _LATE_ENDINGS and len(rest) > size + 2:
            word = rest[: size + 1]  # 茌平县 before it became 茌平区
        return word, inside or found
    return None


_LATE_ENDINGS: Final = frozenset("省市县区州")


@cache
def _is_city(word: str) -> bool:
    """Whether the word names a province or prefecture, which few brands do."""
    return any(len(code) <= 4 for code in lexicon.region_words()[word])


def _is_brand_here(word: str, after: str, *, nested: bool) -> bool:
    """Whether a bare region stem is rather the brand: 朝阳建材, 东方锅炉."""
    if not after:
        return not nested
    if after[0] in _LATE_ENDINGS:
        return False
    if after[0] in "路街村社集":
        return True
    if word in lexicon.BRAND_LIKE_REGIONS and not nested:
        return True
    return len(after) < 2 or (is_trade(after) and (len(after) <= 2 or not _is_city(word)))


@cache
def _trades() -> frozenset[str]:
    return frozenset(lexicon.trade_words()) | lexicon.MORE_TRADES


@lru_cache(maxsize=65536)
def is_trade(text: str) -> bool:
    """Whether the text is made of trade words alone."""
    return bool(text) and 0 in _trade_starts(text)


@lru_cache(maxsize=65536)
def split_trade(core: str) -> tuple[str, str]:
    """Brand and trade of what is left between region and legal form; the brand keeps two characters."""
    cut = min((start for start in _trade_starts(core) if start >= 2), default=len(core))
    return core[:cut], core[cut:]


def _trade_starts(text: str) -> set[int]:
    """Positions from which the rest is made of trade words: 2 for 迪莱不锈钢制品, and 5 (制品)."""
    trades = _trades()
    good = {len(text)}
    for start in range(len(text) - 1, -1, -1):
        for end in range(start + 1, min(start + 6, len(text)) + 1):
            piece = text[start:end]
            if end in good and (piece in trades or (start >= 2 and end == start + 2 and piece[1] == "业")):
                good.add(start)
                break
    return good - {len(text)}
