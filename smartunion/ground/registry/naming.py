"""The part of an employer's name people search by: 宁波市宁海得力集团有限公司 begins, for them, with 得力."""

import re
from functools import lru_cache

from smartunion.ground.registry.regions import packed_rows
from smartunion.ground.registry.rules import fold_name

_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|地区|省|市|县|区|盟|旗)$"
)
_LEAD = re.compile(r"^[省市县区()]+")


@lru_cache(maxsize=1)
def _places() -> tuple[frozenset[str], int]:
    """Names of provinces, cities and counties, with and without their suffix, and the longest one's length."""
    names: set[str] = set()
    for row in packed_rows([]):
        names.add(row.name)
        bare = _SUFFIX.sub("", row.name)
        if len(bare) >= 2:
            names.add(bare)
    return frozenset(names), max(map(len, names))


@lru_cache(maxsize=20_000)
def brand_key(name: str) -> str:
    """The folded name without the places it begins with; the whole folded name when nothing else is left.

    宁波市宁海县得力集团有限公司 → 得力集团有限公司; (宁海)得力 → 得力; 宁波银行 → 银行; 中国石化 stays.
    """
    places, longest = _places()
    whole = fold_name(name)
    rest = _LEAD.sub("", whole)
    for _round in range(4):
        size = next((n for n in range(min(longest, len(rest) - 2), 1, -1) if rest[:n] in places), 0)
        if not size:
            break
        rest = _LEAD.sub("", rest[size:])
    return rest if len(rest) >= 2 else whole
