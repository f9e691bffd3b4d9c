"""How well and how fast the guide answers, with baselines beside it.

`python bench/guide.py [quality|speed]`. Quality needs no database: questions of `../shared/data` and of
`bench/guide_held_back.csv` whose SHA-256 begins with an odd byte; the guide has only seen the even ones. Speed builds an
index of 100,000 entries. Messages of the petition classes carry no licence, so that nothing learned from them is shipped:
their line “learned” trains on their even half here and forgets it.
"""

import csv
import gzip
import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
import django

django.setup()

from smartunion.systems.guide import knowledge, shipped  # noqa: E402
from smartunion.systems.guide.retrieval import sayings  # noqa: E402
from smartunion.systems.guide.retrieval.articles import articles  # noqa: E402
from smartunion.systems.guide.retrieval.entries import Entry, Kind  # noqa: E402
from smartunion.systems.guide.retrieval.guide import OURS  # noqa: E402
from smartunion.systems.guide.retrieval.index import PLAIN, Index  # noqa: E402
from smartunion.systems.guide.retrieval.text import clean, terms, without_fillers  # noqa: E402
from smartunion.systems.guide.retrieval.topics import Topics  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
Labelled = list[tuple[str, frozenset[str]]]


def is_held_back(question: str) -> bool:
    """The half a question belongs to."""
    return hashlib.sha256(question.encode()).digest()[0] % 2 == 1


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV, packed or not."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig") as packed:
            return list(csv.DictReader(packed))
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def rate(name: str, questions: Labelled, ranked: Callable[[str], Sequence[str]]) -> None:
    """Print top-1 and top-5 of one way of answering."""
    first = five = 0
    for question, right in questions:
        found = list(ranked(question))[:5]
        first += bool(found and found[0] in right)
        five += bool(right & set(found))
    n = len(questions)
    print(f"  {name:<58} top-1 {first / n:6.1%}  top-5 {five / n:6.1%}  (n={n})")


def quality() -> None:
    """Every measure of docs/rules/guide.md."""
    guide = knowledge.shipped_guide()
    own = rows_of(ROOT / "bench" / "guide_held_back.csv")
    laws = {article.id for article in articles()}
    consulted = [
        (row["question"], frozenset(row["cited"].split(";")) & laws)
        for row in rows_of(SHARED / "legal_consultation" / "consultation_answers.csv.gz")
        if row["labour_related"] == "1" and is_held_back(row["question"])
    ]
    cited = [(question, right) for question, right in consulted if right]

    def alone(kind: Kind) -> Callable[[str], list[str]]:
        index = guide.indexes[kind]

        def ranked(question: str) -> list[str]:
            text = clean(question)
            heard = sayings.heard(text, guide.said)
            hits = index.search(sayings.weighted(without_fillers(text), (meant for _, meant in heard)), 5)
            return [index.entries[hit.at].id for hit in hits]

        return ranked

    def plain(kind: Kind) -> Callable[[str], list[str]]:
        bare = [
            Entry(one.kind, one.id, one.title, one.text, "" if kind is Kind.RULE else one.words)
            for one in guide.indexes[kind].entries
        ]
        index = Index(bare, PLAIN)
        return lambda question: [
            bare[hit.at].id for hit in index.search(dict.fromkeys(terms(clean(question)), 1.0), 5)
        ]

    def among(question: str) -> list[str]:
        return [row.entry.id for row in guide.answer(question).rows]

    for title, kind, questions in (
        ("Law article, consultations of the public (labels noisy)", Kind.RULE, cited),
        ("Law article, the project's own questions", Kind.RULE, labelled(own, "rule")),
        ("Service, the project's own questions", Kind.SERVICE, labelled(own, "service")),
    ):
        print(title)
        seen = Counter(one.id for one in shipped.examples() if one.kind is kind)
        most = [one for one, _ in seen.most_common(5)]
        rate("always the most asked", questions, lambda _q, most=most: most)  # type: ignore[misc]
        rate("plain BM25", questions, plain(kind))
        rate("the guide, this kind alone", questions, alone(kind))
        rate("the guide, among five answers of every kind", questions, among)
    of_law = [(question, frozenset(one.partition("#")[0] for one in right)) for question, right in cited]
    print("The law, not the article, consultations of the public")
    rate(
        "plain BM25",
        of_law,
        lambda q: list(dict.fromkeys(one.partition("#")[0] for one in plain(Kind.RULE)(q))),
    )
    rate(
        "the guide, this kind alone",
        of_law,
        lambda q: list(dict.fromkeys(one.partition("#")[0] for one in alone(Kind.RULE)(q))),
    )
    fields(guide.topics)
    knowing(guide, own)


def labelled(rows: Iterable[dict[str, str]], kind: str) -> Labelled:
    """Own questions of one kind."""
    return [(row["question"], frozenset({row["id"]})) for row in rows if row["kind"] == kind]


def fields(topics: Topics) -> None:
    """Fields of messages and of consultations, against the most frequent class and nearest neighbours by BM25."""
    messages = [
        (f"{row['subject']}。{row['detail']}", row["category"])
        for row in rows_of(SHARED / "citizen_messages" / "messages_labelled.csv.gz")
    ]
    asked = [
        (row["question"], row["category"])
        for row in rows_of(SHARED / "legal_consultation" / "consultation_categories.csv")
    ]
    words = {field.id: field.words for field in shipped.fields()}
    desks = {field.id: field.desk for field in shipped.fields()}
    for title, data, desk in (
        ("Messages to officials, 7 of 15 classes", messages, "12345"),
        ("Legal consultations, 20 classes", asked, "12348"),
    ):
        known = [one for one in data if not is_held_back(one[0])]
        held: Labelled = [
            (question, frozenset({field})) for question, field in data if is_held_back(question)
        ]
        learned = Topics(words, known)
        within = {name for name in words if desks[name] == desk}
        frequent = [field for field, _ in Counter(field for _, field in known).most_common(5)]
        print(title)
        rate("always the most frequent classes", held, lambda _q, frequent=frequent: frequent)  # type: ignore[misc]
        rate("nearest training questions by plain BM25", held, nearest(known))
        rate("the guide as shipped, all 35 fields", held, guessed(topics))
        rate("the guide as shipped, the fields of this desk", held, guessed(topics, within))
        rate("the guide, learned from the training half", held, guessed(learned, within))


def guessed(model: Topics, only: set[str] | None = None) -> Callable[[str], list[str]]:
    """Fields by probability, of one desk or of all."""
    return lambda question: [one.id for one in model.guess(clean(question)) if only is None or one.id in only]


def nearest(known: Sequence[tuple[str, str]]) -> Callable[[str], list[str]]:
    """Fields of the nearest training questions by plain BM25."""
    near = Index([Entry(Kind.NOTE, str(at), question) for at, (question, _) in enumerate(known)], PLAIN)

    def ranked(question: str) -> list[str]:
        hits = near.search(dict.fromkeys(terms(clean(question)), 1.0), 30)
        return list(dict.fromkeys(known[int(near.entries[hit.at].id)][1] for hit in hits))

    return ranked


def knowing(guide: Any, own: list[dict[str, str]]) -> None:
    """What it does not know it says; and whether a question is the union's business."""
    none = [row["question"] for row in own if row["kind"] == "unknown"]
    some = [row["question"] for row in own if row["kind"] in {"service", "rule", "person"}]
    print("Not knowing, the project's own questions")
    print(
        f"  says so for questions it cannot answer: {sum(not guide.answer(q).is_sure for q in none)} of {len(none)}"
    )
    print(
        f"  says so for questions it can answer: {sum(not guide.answer(q).is_sure for q in some)} of {len(some)}"
    )
    sure = [
        (guide.answer(row["question"]), row["id"])
        for row in own
        if row["kind"] in {"service", "rule", "person"}
    ]
    first = [found.rows[0].entry.id == right for found, right in sure if found.is_sure]
    print(f"  first answer right where it is sure: {sum(first)} of {len(first)}")
    asked = [
        row
        for row in rows_of(SHARED / "legal_consultation" / "consultation_categories.csv")
        if is_held_back(row["question"])
    ]
    right = sum((guide.answer(row["question"]).ours > 0.5) == (row["category"] in OURS) for row in asked)
    never = sum(row["category"] not in OURS for row in asked)
    print(f"Labour or not, legal consultations: {right} of {len(asked)} (always “not”: {never})")


def speed(size: int = 100_000) -> None:
    """Building and asking an index of many entries made of shuffled sentences of the law."""
    random.seed(7)
    sentences = [part for article in articles() for part in article.text.split("。") if len(part) > 8]
    entries = [
        Entry(Kind.RULE, str(at), random.choice(sentences)[:30], "。".join(random.sample(sentences, 2))[:120])
        for at in range(size)
    ]
    asked = [row["question"] for row in rows_of(ROOT / "bench" / "guide_held_back.csv")] * 3
    long = [row["question"] for row in rows_of(SHARED / "legal_consultation" / "consultation_answers.csv.gz")]
    began = time.perf_counter()
    shipped_guide = knowledge.shipped_guide()
    count = sum(len(one.entries) for one in shipped_guide.indexes.values())
    print(f"the shipped guide ({count} entries): built in {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    big = knowledge.build(
        [*entries, *[Entry(Kind.PERSON, field.id, field.id) for field in shipped.fields()]],
        shipped.examples(),
    )
    print(f"{size:,} entries: built in {time.perf_counter() - began:.1f} s")
    for name, guide in (("shipped", shipped_guide), (f"{size:,}", big)):
        took = []
        for question in [*asked, *long]:
            began = time.perf_counter()
            guide.answer(question)
            took.append(1000 * (time.perf_counter() - began))
        took.sort()
        middle, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
        print(f"{name}: median {middle:.1f} ms, p95 {p95:.1f} ms, longest {took[-1]:.1f} ms (n={len(took)})")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what != "speed":
        quality()
    if what != "quality":
        speed()
