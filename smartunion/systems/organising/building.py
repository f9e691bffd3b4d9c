"""Firms under one roof: the building and the floor an address names; pure."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

_NUMERALS: Final = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_CHINESE = "零一二两三四五六七八九十"
#: "12层", "三楼", "B1层", "负一层", "地下一层", "5F"; never the number of a house ("3号楼", "12栋").
_STOREY = re.compile(
    rf"(?:第|地上)?(负|地下|[Bb]|-)?([0-9]{{1,2}}|[{_CHINESE}]{{1,3}})\s*(?:楼(?!宇)|层|[Ff](?![a-z]))"
)
#: "1203室", "305号房": the floor is what stands before the last two digits.
_ROOM = re.compile(r"([0-9]{1,2})[0-9]{2}(?:[-、,/0-9]*)\s*(?:室|房|号房|号室)")

Row = TypeVar("Row")


class Spot(NamedTuple):
    """Where a firm is. building: the address without floor and room; floor: below ground negative, None where not named."""

    building: str
    floor: int | None


def spot(address: str) -> Spot:
    """Building and floor of an address as people write it; ("", None) for none."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))
    found = _STOREY.search(text) or _ROOM.search(text)
    if found is None or not found.start():
        return Spot(text, None)
    return Spot(text[: found.start()].rstrip("-—,、(（#"), _floor(found))


def _floor(found: re.Match[str]) -> int:
    if found.re is _ROOM:
        return int(found[1])
    number = int(found[2]) if found[2].isdigit() else _number(found[2])
    return -number if found[1] else number


def _number(text: str) -> int:
    """A Chinese number below a hundred."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS[text[-1]]
    return 10 * (_NUMERALS[tens[-1]] if tens else 1) + (_NUMERALS[ones[-1]] if ones else 0)


def shared(spots: Iterable[Spot]) -> frozenset[str]:
    """Buildings in which there are several."""
    return frozenset(
        name for name, number in Counter(one.building for one in spots).items() if name and number > 1
    )


def together(rows: Sequence[Row], where: Callable[[Row], Spot]) -> list[Row]:
    """The rows with those of one building one after the other, by floor, where the first of them stands."""
    inside: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        inside[where(row).building].append(row)
    ordered: list[Row] = []
    for row in rows:
        name = where(row).building
        if not name:
            ordered.append(row)
        elif name in inside:
            ordered += sorted(inside.pop(name), key=lambda one: where(one).floor or 0)
    return ordered
