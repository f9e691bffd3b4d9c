"""Everyday words and what the law and the services call it: 炒鱿鱼 is 解除劳动合同."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from smartunion.systems.guide.retrieval.text import clean, terms

#: What a term that was not said but meant counts against one that was said.
MEANT: Final = 0.5


@dataclass(frozen=True)
class Saying:
    """Words people say, and the words meant."""

    said: tuple[str, ...]
    meant: tuple[str, ...]


def parse(lines: Iterable[str]) -> tuple[Saying, ...]:
    """Sayings from lines `said said = meant meant`; empty lines and lines beginning with # are left out.

    Raises ValueError for a line without an equals sign.
    """
    found = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            said, equals, meant = line.partition("=")
            if not equals:
                raise ValueError(f"no = in {line.strip()!r}")
            found.append(Saying(tuple(clean(said).split()), tuple(clean(meant).split())))
    return tuple(found)


def heard(text: str, sayings: Iterable[Saying]) -> list[tuple[str, str]]:
    """Pairs (what was said, what is meant by it) for a cleaned question, in the order of the list."""
    return [
        (said, meant)
        for saying in sayings
        if (said := next((word for word in saying.said if word in text), ""))
        for meant in saying.meant
        if meant not in text
    ]


def weighted(text: str, meant: Iterable[str], share: float = MEANT) -> dict[str, float]:
    """Terms of a question with their weights: said ones count once, however often; meant ones `share` of it."""
    found = dict.fromkeys(terms(text), 1.0)
    for word in meant:
        for term in terms(word):
            found.setdefault(term, share)
    return found
