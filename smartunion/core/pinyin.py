"""Pinyin keys of names, for search and order: surname readings first, no tones, ü written v.

Only the table of single characters is loaded: names follow no phrases, and the phrase table costs 50 MB.
"""

import os
import re
import unicodedata
from functools import lru_cache

from smartunion.core.codes.folding import fold_width, strip_invisible

MAX_KEY = 40
MAX_INITIALS = 12

#: Surnames read otherwise than the character's commonest reading; of two that fit, the longer wins.
_SURNAMES: dict[str, str] = {
    "万俟": "mo qi", "尉迟": "yu chi", "澹台": "tan tai", "单于": "chan yu", "乐正": "yue zheng", "单": "shan",
    "仇": "qiu", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge", "缪": "miao",
    "覃": "qin", "秘": "bi", "折": "she", "黑": "he", "种": "chong", "召": "shao", "员": "yun", "繁": "po",
    "翟": "zhai", "佴": "nai", "能": "nai", "牟": "mu", "隗": "wei", "祭": "zhai", "乜": "nie", "句": "gou",
    "郇": "xun", "都": "du", "藏": "zang", "贠": "yun", "圈": "juan", "洗": "xian", "会": "gui",
    "番": "pan", "乐": "yue", "重": "chong", "卜": "bu", "不": "fu", "六": "lu", "薄": "bo", "炅": "gui",
    "角": "jue", "适": "kuo", "阚": "kan",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # read by pypinyin when first imported
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


@lru_cache(maxsize=30_000)
def _reading(character: str) -> str:
    """The commonest reading of one character without tone, "" when it has none."""
    marked = _table().get(ord(character), "").partition(",")[0]
    letters = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii())


def _syllables(text: str, *, is_person: bool) -> list[str]:
    """Readings in order; a run of Latin letters or digits is one."""
    folded = fold_width(strip_invisible(text)).strip().lower()
    found: list[str] = []
    start = 0
    if is_person:
        for size in (2, 1):
            if len(folded) > size - 1 and folded[:size] in _SURNAMES:
                found, start = _SURNAMES[folded[:size]].split(), size
                break
    while start < len(folded):
        word = _WORD.match(folded, start)
        if word:
            found.append(word[0])
            start = word.end()
            continue
        reading = _reading(folded[start])
        if reading:
            found.append(reading)
        start += 1
    return found


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """Key of a person's name: full pinyin, a space, initials, at most 40 characters, lower case.

    王小明 → "wangxiaoming wxm", 单田芳 → "shantianfang stf", 阿丽娅·买买提 → "aliyamaimaiti alymmt".
    The initials are kept whole (up to 12) and the full form is cut. "" when nothing can be read.
    """
    syllables = _syllables(name, is_person=True)
    if not syllables:
        return ""
    short = "".join(syllable[0] for syllable in syllables)[:MAX_INITIALS]
    full = "".join(syllables)[: MAX_KEY - len(short) - 1]
    return f"{full} {short}"


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """First letters of every syllable of any text, lower case, at most 60: 宁海县总工会 → "nhxzgh"."""
    syllables = _syllables(text, is_person=False)
    return "".join(syllable if syllable.isdigit() else syllable[0] for syllable in syllables)[:60]


def key_prefixes(text: str) -> list[str]:
    """What the keys of names that begin with this text begin with: 王小 → ["wangxiao"].

    Two where the text may be the beginning of a longer surname that is read otherwise: 万 → ["wan", "moqi"].
    """
    beginning = "".join(_syllables(text, is_person=True))
    longer = [
        reading.replace(" ", "")
        for surname, reading in _SURNAMES.items()
        if len(surname) > len(text) and surname.startswith(text)
    ]
    return list(dict.fromkeys(prefix for prefix in [beginning, *longer] if prefix)) if text else []


def name_initials(name: str) -> str:
    """The initials of a person's name, as in `name_key`: 王小明 → "wxm"."""
    return name_key(name).rpartition(" ")[2]
