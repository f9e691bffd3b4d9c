"""What the guide knows from the start: words, fields and examples beside the articles (data/README.md)."""

import csv
from dataclasses import dataclass
from functools import lru_cache

from smartunion.systems.guide.retrieval import sayings
from smartunion.systems.guide.retrieval.articles import DATA
from smartunion.systems.guide.retrieval.entries import Example, Kind
from smartunion.systems.guide.retrieval.sayings import Saying


@dataclass(frozen=True)
class Field:
    """Who takes a field. desk: phone number everybody may call."""

    id: str
    desk: str
    words: str


@lru_cache(maxsize=1)
def fields() -> tuple[Field, ...]:
    """Fields of questions with the desk that takes them."""
    found = []
    for name, words in _pairs("topics.txt"):
        desk, _slash, field = name.partition("/")
        found.append(Field(field, desk, words))
    return tuple(found)


@lru_cache(maxsize=1)
def article_words() -> dict[str, str]:
    """Article → everyday words."""
    return dict(_pairs("article_words.txt"))


@lru_cache(maxsize=1)
def said() -> tuple[Saying, ...]:
    """Everyday words and what is meant by them."""
    with (DATA / "sayings.txt").open(encoding="utf-8") as lines:
        return sayings.parse(lines)


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Questions with what answers them."""
    with (DATA / "examples.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Example(row["question"], Kind(row["kind"]), row["id"]) for row in csv.DictReader(file))


def _pairs(name: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    parted = [line.partition(" = ") for line in lines if line.strip() and not line.startswith("#")]
    return [(left, right) for left, _equals, right in parted]
