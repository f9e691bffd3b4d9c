"""Which characters are taken for one another: by sound (typed by pinyin) or by look (read off paper)."""

from __future__ import annotations

import os
import unicodedata
from functools import cache, lru_cache
from typing import Final

from smartunion.systems.organising.matching import lexicon

READINGS: Final = 2
SAME_SOUND: Final = 0.6
NEAR_SOUND: Final = 0.4
SAME_LOOK: Final = 0.6
BOTH: Final = 0.8
_FUZZY: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def _readings() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # read by pypinyin when first imported; saves 50 MB
    from pypinyin.pinyin_dict import pinyin_dict

    table: dict[int, str] = pinyin_dict
    return table


@cache
def syllables(char: str) -> tuple[str, ...]:
    """Toneless readings, the common ones first; nothing for what is no Chinese character."""
    plain = unicodedata.normalize("NFD", _readings().get(ord(char), "")).replace("u\u0308", "v")
    toneless = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return tuple(dict.fromkeys(toneless.split(",")))[:READINGS] if toneless else ()


def sound_of(char: str) -> str:
    """The first reading, or the character itself."""
    found = syllables(char)
    return found[0] if found else char


def blurred(syllable: str) -> str:
    """The syllable as heard in the south: zh z, ang an, l n fall together."""
    for sharp, dull in _FUZZY:
        if syllable.startswith(sharp):
            syllable = dull + syllable[2:]
            break
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return "n" + syllable[1:] if syllable.startswith("l") else syllable


@cache
def _lookalikes() -> frozenset[str]:
    return frozenset((lexicon.WORDS_DIR / "lookalikes.txt").read_text(encoding="utf-8").split())


# Characters that tell sisters apart are never typing slips of one another.
CONTRASTS: Final = (
    "一二三四五六七八九十百千万零0123456789", "壹贰叁肆伍陆柒捌玖拾", "东西南北中", "上下", "大小", "新老旧",
    "甲乙丙丁戊己庚辛", "前后", "左右", "内外", "男女", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "县市区镇乡村",
)  # fmt: skip


_SERIES: Final = {
    char: frozenset(number for number, series in enumerate(CONTRASTS) if char in series)
    for char in "".join(CONTRASTS)
}


def are_contrasts(one: str, other: str) -> bool:
    """Whether two different characters are members of one series: 东 and 西, 一 and 二."""
    return (
        one != other and one in _SERIES and other in _SERIES and not _SERIES[one].isdisjoint(_SERIES[other])
    )


@cache
def _heard(char: str) -> tuple[frozenset[str], frozenset[str]]:
    readings = syllables(char)
    return frozenset(readings), frozenset(map(blurred, readings))


@lru_cache(maxsize=262144)
def likeness(one: str, other: str) -> float:
    """How easily one character is taken for the other: 1 the same, 0 never. Symmetric."""
    if one == other:
        return 1.0
    if are_contrasts(one, other):
        return 0.0
    (mine, dull), (yours, other_dull) = _heard(one), _heard(other)
    sound = SAME_SOUND if mine & yours else NEAR_SOUND if dull & other_dull else 0.0
    pairs = _lookalikes()
    look = SAME_LOOK if one + other in pairs or other + one in pairs else 0.0
    return BOTH if sound and look else max(sound, look)
