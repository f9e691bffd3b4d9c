"""Which region words the names of this data set carry, and what a run of them at the front of a name means.

Only provinces and the places the data speaks of count as region words. A list of all counties would take brands
apart: 永兴, 安达, 和平 and hundreds more are both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from smartunion.systems.organising.matching import lexicon

COMMON_SHARE: Final = (
    0.01  # of all names begin with the word: then it is a region even without a district column
)
_TOWN_ENDINGS: Final = ("街道办事处", "街道", "镇", "乡")
_WHOLE_TOWN_ENDINGS: Final = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class RegionWords:
    """Words by level with the stem each stands for (宁海县 and 宁海 both for 宁海), longest first."""

    provinces: Mapping[str, str]
    cities: Mapping[str, str]
    counties: Mapping[str, str]
    towns: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many words there are."""
        return sum(len(level) for level in (self.provinces, self.cities, self.counties, self.towns))


class Head(NamedTuple):
    """What the region words at the front of a name say; empty where they say nothing. parent: without the last."""

    head: str
    province: str
    city: str
    county: str
    town: str
    parent: str


def region_words_for(
    districts: Iterable[str], beginnings: Mapping[str, int], names: int, towns: Iterable[str] = ()
) -> RegionWords:
    """The words for a data set.

    beginnings: how many of its names begin with each two to four characters. towns: stems seen before 镇, 街道, 乡.
    """
    codes = _codes_of_districts(districts)
    common = max(3.0, names * COMMON_SHARE)
    for word, found in lexicon.region_words().items():
        if beginnings.get(word, 0) >= common:
            codes |= {code for code in found if len(code) == 4}
    cities = {code[:4] for code in codes if len(code) >= 4}
    levels: dict[int, dict[str, str]] = {2: {}, 4: {}, 6: {}}
    for code, name in lexicon.regions():
        stem = lexicon.region_stem(name)
        local = len(code) == 2 or code in cities or code[:4] in cities
        if local or name in beginnings:
            levels[len(code)][name] = stem
        if local and len(stem) > 1:
            levels[len(code)][stem] = stem
    taken = {stem for level in levels.values() for stem in level.values()}
    town_words = _town_words(cities, {town for town in towns if town not in taken})
    return RegionWords(
        _longest_first(levels[2]),
        _longest_first(levels[4]),
        _longest_first(levels[6]),
        _longest_first(town_words),
    )


def _town_words(cities: set[str], seen: set[str]) -> dict[str, str]:
    stems = set(seen)
    for code, name in lexicon.towns():
        if code[:4] in cities:
            stems |= {name.removesuffix(ending) for ending in _TOWN_ENDINGS if name.endswith(ending)}
    words = {ending: ending for ending in lexicon.ZONE_ENDINGS}
    for stem in stems:
        if 2 <= len(stem) <= 4:
            words |= dict.fromkeys((stem, *(stem + ending for ending in _WHOLE_TOWN_ENDINGS)), stem)
    return words


def head_pattern(words: RegionWords) -> str:
    """A regular expression, without ^, for the region words at the front of a name; may match nothing.

    A town's stem counts only behind a city or county, or with its 镇: 长街海鲜馆 is a brand, 宁海县长街海鲜馆 a place.
    """
    province, city, county, town = (
        "|".join(level) for level in (words.provinces, words.cities, words.counties, words.towns)
    )
    whole_town = "|".join(word for word in words.towns if word.endswith(_WHOLE_TOWN_ENDINGS))
    behind = (
        f"(?:{city})(?:{county})?(?:{town})?|(?:{county})(?:{town})?" if county else f"(?:{city})(?:{town})?"
    )
    alone = f"|(?:{whole_town})" if whole_town else ""
    return f"(?:{province})?(?:{behind}{alone})?" if city or county else f"(?:{province})?"


def read_head(head: str, words: RegionWords) -> Head:
    """Take a run of region words apart. Words it cannot place end the reading."""
    levels = {
        "province": words.provinces,
        "city": words.cities,
        "county": words.counties,
        "town": words.towns,
    }
    found: dict[str, str] = {}
    rest, last = head, 0
    while rest:
        hit = _longest_word(rest, levels, found)
        if hit is None:
            break
        level, word = hit
        found[level] = levels[level][word]
        rest, last = rest[len(word) :], len(word)
    parent = head[: len(head) - last] if last and not rest else ""
    return Head(
        head,
        found.get("province", ""),
        found.get("city", ""),
        found.get("county", ""),
        found.get("town", ""),
        parent,
    )


def _longest_word(
    rest: str, levels: Mapping[str, Mapping[str, str]], found: Mapping[str, str]
) -> tuple[str, str] | None:
    hits = [
        (level, word)
        for level, words in levels.items()
        if level not in found
        for word in words
        if rest.startswith(word)
    ]
    return max(hits, key=lambda hit: len(hit[1]), default=None)


def _codes_of_districts(districts: Iterable[str]) -> set[str]:
    readings = [found for found in map(_codes_of, districts) if found]
    votes = Counter(city for found in readings for city in {code[:4] for code in found if len(code) >= 4})
    # 鼓楼区 lies in five cities: the one most other districts point to is meant.
    return {max(sorted(found), key=lambda code: votes[code[:4]]) for found in readings}


def _codes_of(district: str) -> frozenset[str]:
    text = district.strip()
    if text[:6].isdigit():
        return frozenset({text[:6]})
    words = lexicon.region_words()
    for start in range(len(text) - 1):  # 江苏省盐城市亭湖区: the last word is the most exact
        if text[start:] in words:
            return words[text[start:]]
    return frozenset()


def _longest_first(words: Mapping[str, str]) -> dict[str, str]:
    return {word: words[word] for word in sorted(words, key=lambda word: (-len(word), word))}
