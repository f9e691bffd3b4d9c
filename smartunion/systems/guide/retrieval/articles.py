"""Articles of the law: reading the shipped file, naming them, and finding one that is named outright."""

import gzip
import json
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from smartunion.core.codes.numerals import numeral

DATA: Final = Path(__file__).resolve().parent.parent / "data"
_NAMED: Final = re.compile(
    r"《?([\u4e00-\u9fff（）]{2,40}?)》?(?:的)?第([0-9]{1,3}|[零一二三四五六七八九十百]{1,7})条"
)


@dataclass(frozen=True)
class Article:
    """One article. version: day of the text's last change; place: "" for the whole country, else where it holds."""

    law: str
    title: str
    version: date
    chapter: str
    number: str
    text: str
    place: str = ""

    @property
    def id(self) -> str:
        """Short name of the law and number of the article: 劳动法#五十."""
        return f"{self.law}#{self.number}"

    @property
    def name(self) -> str:
        """As people write it: 《中华人民共和国劳动法》第五十条."""
        return f"《{self.title}》第{self.number}条"


@lru_cache(maxsize=1)
def articles() -> tuple[Article, ...]:
    """Every shipped article, in the order of the file; texts of the law are free of copyright (Copyright Law art. 5)."""
    with gzip.open(DATA / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(_article(json.loads(line)) for line in lines)


def _article(row: dict[str, str]) -> Article:
    place = next((name for name in ("浙江省", "宁波市") if row["title"].startswith(name)), "")
    return Article(
        law=row["law"], title=row["title"], version=date.fromisoformat(row["version"]), chapter=row["chapter"],
        number=row["article"].removeprefix("第").removesuffix("条"), text=row["text"], place=place,
    )  # fmt: skip


def named(question: str) -> list[tuple[str, str]]:
    """Articles a question names outright, as (what stands before 第, number as the law writes it), in order."""
    found = []
    for law, number in _NAMED.findall(question):
        if not number.isdigit() or 0 < int(number) < 1000:
            found.append((law, numeral(int(number)) if number.isdigit() else number))
    return found


def matches(article: Article, law: str, number: str) -> bool:
    """Whether the words before 第…条 end in this law's name, short or whole."""
    return article.number == number and (law.endswith((article.law, article.title)))
