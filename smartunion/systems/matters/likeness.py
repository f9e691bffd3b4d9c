"""How alike two reported matters are, by the words they share; pure.

Two characters that stand together are the unit (Chinese has no spaces between words); the rarer a pair is, the more it
says. How rare is counted among the texts compared, beside fifty imagined ones in which everybody writes the polite and
common words, so that 希望工会 ("we hope the union …") binds nothing while 暑托班 does, be there two texts or a thousand.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from smartunion.core.codes.folding import squeeze

#: Words nearly every message holds; they tell nothing about the matter.
COMMON = (
    "希望工会", "能不能", "是不是", "有没有", "我们", "大家", "工会", "工人", "职工", "单位", "公司", "企业", "厂里", "车间",
    "反映一下", "说说", "想问", "问了", "请问", "帮忙", "解决", "组织", "已经", "现在", "没有", "可以", "一直", "今年", "每天",
    "领导", "老板", "什么", "怎么", "时候", "一个", "一次", "谢谢", "您好", "你好",
)  # fmt: skip
#: Imagined texts beside the compared ones, and in how many of them each common word stands.
_IMAGINED, _IN_THEM = 50, 40
#: Texts this alike and more are offered; found on the labelled cases of docs/rules/demands.md.
LEAST = 0.06
#: Characters of a text that are looked at: people say the matter first.
LONGEST = 400


@dataclass(frozen=True)
class Alike:
    """One text beside the asked one. score: 0–1, cosine of weighted pairs; shared: runs of characters in both, longest
    first, at most three."""

    key: int
    score: float
    shared: tuple[str, ...]


def pairs_of(text: str) -> Counter[str]:
    """Pairs of letters, digits or Chinese characters that stand together, with how often."""
    found: Counter[str] = Counter()
    for run in _runs(squeeze(text)[:LONGEST].lower()):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def signature_of(text: str) -> str:
    """What is kept of a text to compare it: six hexadecimal digits for each of its pairs, in no order of the text.

    The digits are a hash without a key, and pairs of characters are few: whoever reads a signature can guess words of the
    text. It is therefore kept sealed like the text itself; what it spares is opening and reading whole cases.
    """
    return "".join(sorted(f"{_mark(pair):06x}" for pair in pairs_of(text).elements()))


def nearest(signature: str, others: Mapping[int, str], *, least: float = LEAST) -> list[tuple[int, float]]:
    """Keys and scores (0–1) of the signatures that are like `signature`, most alike first. least: 0–1."""
    asked = _marks(signature)
    counted = {key: _marks(other) for key, other in others.items()}
    weights = _weights([asked, *counted.values()])
    found = [
        (key, score) for key, held in counted.items() if (score := _cosine(asked, held, weights)) >= least
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def alike(text: str, others: Mapping[int, str], *, least: float = LEAST) -> list[Alike]:
    """The texts that are like `text`, most alike first. others: by key; least: 0–1."""
    signed = {key: signature_of(other) for key, other in others.items()}
    return [
        Alike(key, score, shared_runs(text, others[key]))
        for key, score in nearest(signature_of(text), signed, least=least)
    ]


def _mark(pair: str) -> int:
    return crc32(pair.encode()) & 0xFFFFFF


def _marks(signature: str) -> Counter[int]:
    return Counter(int(signature[at : at + 6], 16) for at in range(0, len(signature), 6))


@cache
def _common_marks() -> frozenset[int]:
    return frozenset(_mark(pair) for word in COMMON for pair in pairs_of(word))


def _weights(texts: Sequence[Counter[int]]) -> dict[int, float]:
    seen = Counter(mark for text in texts for mark in text)
    common, whole = _common_marks(), 1 + len(texts) + _IMAGINED
    return {
        mark: math.log(whole / (0.5 + count + _IN_THEM * (mark in common))) for mark, count in seen.items()
    }


def _cosine(left: Counter[int], right: Counter[int], weights: Mapping[int, float]) -> float:
    shared = sum(
        weights[mark] ** 2 * min(count, right[mark]) for mark, count in left.items() if mark in right
    )
    both = math.sqrt(_square(left, weights) * _square(right, weights))
    return min(1.0, shared / both) if both else 0.0


def _square(text: Counter[int], weights: Mapping[int, float]) -> float:
    return sum(weights[mark] ** 2 * count for mark, count in text.items())


def shared_runs(left: str, right: str) -> tuple[str, ...]:
    """The longest runs of two characters and more that stand in both, at most three, none inside another."""
    other = squeeze(right)[:LONGEST].lower()
    found: list[str] = []
    for run in _runs(squeeze(left)[:LONGEST].lower()):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            while end <= len(run) and run[start:end] in other:
                end += 1
            piece = run[start : end - 1]
            if len(piece) >= 2:
                found.append(piece)
                start = end - 1
            else:
                start += 1
    ranked = sorted(dict.fromkeys(found), key=len, reverse=True)
    return tuple(ranked[:3])


def _runs(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()
