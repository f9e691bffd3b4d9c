"""The worked tables of docs/rules/names.md hold, and real typed names are found."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartunion.systems.organising.matching.gallery import Decision, Entry, Gallery
from smartunion.systems.organising.matching.names import compare, parse
from smartunion.systems.organising.matching.names_latin import cut, read_latin

ROOT = Path(__file__).resolve().parents[5]
PAGE = ROOT / "docs" / "rules" / "names.md"
REAL = ROOT.parent / "shared" / "data" / "company_aliases" / "typed_vs_registered.csv"


def table(mark: str) -> Iterator[list[str]]:
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {mark} -->")[1].split("<!-- end -->")[0]
    for line in text.strip().splitlines()[2:]:
        yield [cell.strip().replace("\\", "") for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("row", [*table("readings")], ids=lambda row: row[0])
def test_readings_of_the_page(row: list[str]) -> None:
    parts = parse(row[0])

    found = [parts.region, parts.brand, parts.trade, parts.legal_form, parts.branch, parts.union_suffix]
    assert found == row[1:]


@pytest.mark.parametrize("row", [*table("pairs")], ids=lambda row: f"{row[0]} {row[1]}")
def test_pairs_of_the_page(row: list[str]) -> None:
    evidence = compare(row[0], row[1])

    assert float(row[2]) <= evidence.score <= float(row[3])
    assert evidence.vetoes == set(row[4].split())
    assert " ".join(evidence.differs) == row[5]


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("longyuan", ("long", "yuan")),
        ("yantai", ("yan", "tai")),
        ("power", ()),
        ("xian", ("xian",)),
        ("", ()),
    ],
)
def test_pinyin_words_are_cut(word: str, sounds: tuple[str, ...]) -> None:
    assert cut(word) == sounds


def test_latin_names_are_found_by_sound_but_never_linked_unasked() -> None:
    names = ("烟台龙源电力技术股份有限公司", "重庆宗申动力机械股份有限公司", "陕西宝光真空电器股份有限公司")
    gallery = Gallery(Entry(name, name) for name in names)

    for query, meant in zip(
        (
            "Yantai Longyuan Power Technology Co., Ltd.",
            "CHONGQING ZONGSHEN POWER MACHINERY",
            "Shaanxi Baoguang Electric",
        ),
        names,
        strict=True,
    ):
        found = gallery.search(query)
        assert (found[0].entity_id, found[0].decision) == (meant, Decision.ASK)
    assert (
        gallery.search("Acme Widgets Inc.") == []
        or gallery.search("Acme Widgets Inc.")[0].decision is Decision.NONE
    )
    assert read_latin("TCL集团") is None


@pytest.mark.skipif(not REAL.exists(), reason="the real names are not part of the project")
def test_real_typed_names_are_found_and_none_linked_falsely() -> None:
    with REAL.open(encoding="utf-8") as stream:
        pairs = [(row["query"], row["target"]) for row in csv.DictReader(stream)]
    targets = sorted({target for _, target in pairs})
    here = Gallery(Entry(name, name) for name in targets)
    half = Gallery(Entry(name, name) for number, name in enumerate(targets) if number % 2)

    found = [(target, here.search(query)) for query, target in pairs]
    halved = [(target, half.search(query)) for query, target in pairs]

    assert sum(bool(answer) and answer[0].entity_id == target for target, answer in found) > 0.88 * len(pairs)
    for answers in (found, halved):
        linked = [
            (target, answer[0])
            for target, answer in answers
            if answer and answer[0].decision is Decision.AUTO
        ]
        assert len(linked) > 0.25 * len(pairs)
        assert sum(match.entity_id != target for target, match in linked) <= 2
