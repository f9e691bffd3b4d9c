"""Names written in Latin letters: Yantai Longyuan Power Technology Co., Ltd. for 烟台龙源电力技术股份有限公司.

Region and brand are mostly pinyin, trades are English. A word counts as pinyin when it falls into syllables without
rest; trades are looked up in a short list. Such a match is never safe enough to link unasked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final

from smartunion.systems.organising.matching import lexicon
from smartunion.systems.organising.matching.names_compare import lies_within
from smartunion.systems.organising.matching.names_parse import NameParts
from smartunion.systems.organising.matching.names_sound import sound_of, syllables

LONGEST_REGION: Final = 4
REGION_WEIGHT: Final = 2.0
ENGLISH_WEIGHT: Final = 1.5
REST_WEIGHT: Final = 2.0
BEYOND_COST: Final = 0.1

# English words with no say in which firm it is.
_EMPTY_WORDS: Final = frozenset(
    """
    co ltd limited inc incorporated corp corporation company group holding holdings plc the of and for a stock share
    shares joint enterprise enterprises s prc china chinese hi tech
    """.split()  # noqa: SIM905
)
# Places English writes in its own way.
_ALIASES: Final = MappingProxyType(
    {
        "shaanxi": "shanxi",
        "tsingtao": "qingdao",
        "peking": "beijing",
        "canton": "guangzhou",
        "harbin": "haerbin",
        "urumqi": "wulumuqi",
        "lhasa": "lasa",
    }
)


@cache
def trades() -> MappingProxyType[str, tuple[str, ...]]:
    """English trade word to the Chinese words it may stand for."""
    lines = (lexicon.WORDS_DIR / "english_trades.txt").read_text(encoding="utf-8").splitlines()
    return MappingProxyType({word: tuple(meanings) for word, *meanings in map(str.split, lines)})


@cache
def _all_syllables() -> frozenset[str]:
    return frozenset(sound_of(chr(code)) for code in range(0x4E00, 0x9FA6))


@dataclass(frozen=True, slots=True)
class LatinName:
    """One name in Latin letters. pinyin: words as syllables. english: words as what they may mean.

    rest: how many other words it has.
    """

    pinyin: tuple[tuple[str, ...], ...]
    english: tuple[tuple[str, ...], ...]
    rest: int


@lru_cache(maxsize=65536)
def cut(word: str) -> tuple[str, ...]:
    """The word as pinyin syllables, fewest and longest first; empty when it is none: longyuan is long, yuan."""
    if not word:
        return ()
    known = _all_syllables()
    best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is not None and word[start:end] in known:
                cuts = (*before, word[start:end])
                if best[end] is None or len(cuts) < len(best[end] or ()):
                    best[end] = cuts
    return best[-1] or ()


def read_latin(text: str) -> LatinName | None:
    """The words of a name without Chinese characters; None when it has some, or too few letters."""
    if re.search("[\u3400-\u9fff]", text) or len(re.findall("[A-Za-z]", text)) < 4:
        return None
    pinyin: list[tuple[str, ...]] = []
    english: list[tuple[str, ...]] = []
    rest = 0
    for word in re.findall("[a-z]+", text.lower().replace("'", "")):
        if word in _EMPTY_WORDS:
            continue
        meanings = trades().get(word)
        sounds = cut(_ALIASES.get(word, word))
        if meanings:
            english.append(meanings)
        elif sounds:
            pinyin.append(sounds)
        else:
            rest += 1
    return LatinName(tuple(pinyin), tuple(english), rest)


@cache
def _regions_by_sound() -> MappingProxyType[tuple[str, ...], frozenset[str]]:
    """Codes of provinces, prefectures and counties by every way their short name can be read."""
    found: dict[tuple[str, ...], set[str]] = {}
    for word, codes in lexicon.region_words().items():
        if len(word) <= LONGEST_REGION and not word.endswith(lexicon.REGION_ENDINGS):
            for reading in product(*(syllables(char) or (char,) for char in word)):
                found.setdefault(reading, set()).update(codes)
    return MappingProxyType({reading: frozenset(codes) for reading, codes in found.items()})


def region_of(sounds: tuple[str, ...]) -> frozenset[str]:
    """Codes of the regions a pinyin word may name: chong, qing is 50."""
    return _regions_by_sound().get(sounds, frozenset())


@lru_cache(maxsize=65536)
def _readings(name: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(syllables(char)) or frozenset({char}) for char in name)


def sounds_in(sounds: tuple[str, ...], name: str) -> bool:
    """Whether the syllables stand in a row somewhere in the name, in any reading of its characters."""
    readings, size = _readings(name), len(sounds)
    return any(
        all(sound in readings[start + step] for step, sound in enumerate(sounds))
        for start in range(len(readings) - size + 1)
    )


def agreement(
    asked: LatinName, found: NameParts, rarity: Mapping[tuple[str, ...], float]
) -> tuple[float, bool]:
    """How much of a Latin name a Chinese one bears out, 0-1, and whether a telling word is among it.

    rarity: weight of each pinyin word; regions weigh little, English words less. What the Chinese name says beyond
    that takes a little off, so that of two that fit the plainer one is first.
    """
    name = found.region + found.core
    total = matched = 0.0
    telling, covered = False, 0
    for sounds in asked.pinyin:
        codes = region_of(sounds)
        weight = REGION_WEIGHT if codes else rarity.get(sounds, REGION_WEIGHT)
        agrees = sounds_in(sounds, name) or any(lies_within(codes, place) for place in found.places if codes)
        total, matched = total + weight, matched + weight * agrees
        telling = telling or (agrees and not codes)
        covered += len(sounds) * (agrees and not codes)
    for meanings in asked.english:
        told = next((word for word in meanings if word in name), "")
        total, matched, covered = (
            total + ENGLISH_WEIGHT,
            matched + ENGLISH_WEIGHT * bool(told),
            covered + len(told),
        )
    total += REST_WEIGHT * asked.rest
    beyond = max(0, len(found.core) - covered) / max(1, len(found.core))
    return (max(0.0, matched / total - BEYOND_COST * beyond) if total else 0.0), telling
